/** `mmcheck validate` on the command line. */
import * as Argument from 'effect/cli/Argument';
import * as Command from 'effect/cli/Command';
import * as Effect from 'effect/Effect';
import type { Setting } from '../check.ts';
import { validate } from '../validate.ts';
import { ending } from './ended.ts';
import { ciFlags, limitFlags, one, resume, worldFlags, yes } from './flags.ts';

const { statesMax, depthMax, secondsMax, memoryMax } = limitFlags;

export const validateCommand = (setting: Setting) =>
  Command.make(
    'validate',
    {
      targets: Argument.String('series|file').pipe(
        Argument.withDescription(
          'A series, as huge-pfnmaps@v2, or a file with a patch; of several, one on top of the other',
        ),
        Argument.variadic(),
      ),
      base: one('base', 'K', 'The kernel that it is put on, as v7.1, v6.11+huge-pfnmaps@v2; by default its own'),
      ...worldFlags,
      each: yes('each', 'Patch by patch, each against what stands before it'),
      bisect: one('bisect', 'PROPERTY', 'Names the patch of the series that introduces a violation, or mends it'),
      statesMax,
      depthMax,
      secondsMax,
      memoryMax,
      ...ciFlags,
      resume,
      json: yes('json', 'Prints one JSON document'),
      verbose: yes('verbose', 'Names every property and world, and shows where each operation differs'),
    },
    (asked) => ending(validate(setting, asked)).pipe(Effect.uninterruptible),
  ).pipe(
    Command.withDescription(
      'Says what a series, or a patch of your own, mends and breaks: searches every world that calls what it changes without and ' +
        'with it, and both in lockstep. Exit code: 0 it violates nothing that its base does not, 1 it does, 2 unusable input, ' +
        '3 something is undecided, or the change decides nothing in these worlds, 130 interrupted.',
    ),
  );
