/** `mmcheck replay` on the command line. */
import * as Argument from 'effect/cli/Argument';
import * as Command from 'effect/cli/Command';
import type { Setting } from '../check.ts';
import { replay } from '../replay.ts';
import { ending } from './ended.ts';
import { kernelFlags, one, yes } from './flags.ts';

export const replayCommand = (setting: Setting) =>
  Command.make(
    'replay',
    {
      ...kernelFlags,
      file: Argument.String('file').pipe(Argument.withDescription('A trace file, as --trace-dir writes it')),
      step: yes('step', 'Goes through it as you type: forward, back, what is possible here, try one; h says how'),
      shrink: yes('shrink', 'Looks for the shortest and plainest operations that break the property, and prints them'),
      out: one('out', 'FILE', 'Writes the trace that was shrunk, for `mmcheck replay`'),
    },
    ({ file, ...asked }) => ending(replay(setting, file, asked)),
  ).pipe(
    Command.withDescription(
      'Replays a trace file step by step, on its own kernel or on another one, and says where the two part. ' +
        'A step that is not possible ends it; with --shrink it is left out. ' +
        '--kernel and --series name the other kernel from scratch; --set changes a toggle of its own, and --patch takes the place ' +
        'of patches that it has. ' +
        'Exit code: 0 the property is not broken, 1 it is, 2 unusable input, or no kernel that was asked has the property, ' +
        '3 nothing of a patch is called on the way.',
    ),
  );
