/** `mmcheck walk` on the command line. */
import * as Command from 'effect/cli/Command';
import * as Effect from 'effect/Effect';
import type { Setting } from '../check.ts';
import { LENGTH, SEED, walk, WALKS } from '../walk.ts';
import { ending } from './ended.ts';
import { kernelFlags, one, worldFlags, yes } from './flags.ts';

export const walkCommand = (setting: Setting) =>
  Command.make(
    'walk',
    {
      ...kernelFlags,
      ...worldFlags,
      walks: one('walks', 'N', `Walks through each world; ${WALKS} by default`),
      length: one('length', 'N', `Operations of a walk, at most; ${LENGTH} by default`),
      seed: one('seed', 'N', `The same seed gives the same walks; ${SEED} by default`),
      json: yes('json', 'Prints one JSON document'),
      verbose: yes('verbose', 'Names every property of which no violation was found; without it they are counted'),
      traceDir: one('trace-dir', 'DIR', 'Writes one trace file a violation, for `mmcheck replay`'),
    },
    // ^C asks the walks to stop (see `run`), and what they have found is still to be printed.
    (asked) => ending(walk(setting, asked)).pipe(Effect.uninterruptible),
  ).pipe(
    Command.withDescription(
      'Goes ways at random through worlds, and shrinks what breaks a property: for worlds that `check` cannot search to their ' +
        'end, and as a second opinion. Exit code: 1 violated, 2 unusable input, 3 no violation was found, which says nothing of ' +
        'what the walks have not seen, 130 interrupted.',
    ),
  );
