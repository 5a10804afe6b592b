/** `mmcheck bugs` on the command line. */
import * as Argument from 'effect/cli/Argument';
import * as Command from 'effect/cli/Command';
import * as Effect from 'effect/Effect';
import { bugs } from '../bugs.ts';
import type { Setting } from '../check.ts';
import { ending } from './ended.ts';
import { ciFlags, many, yes } from './flags.ts';

export const bugsCommand = (setting: Setting) =>
  Command.make(
    'bugs',
    {
      names: Argument.String('name').pipe(
        Argument.withDescription("A bug, or a pattern, as 'hash_*'; all by default"),
        Argument.atLeast(0),
      ),
      bug: many('bug', 'NAME', 'The same as a name without it'),
      ...ciFlags,
      json: yes('json', 'Prints one JSON document'),
      verbose: yes('verbose', 'Prints the trace of each bug'),
    },
    ({ names, bug, ...asked }) =>
      ending(bugs(setting, { ...asked, bug: [...names, ...bug] })).pipe(Effect.uninterruptible),
  ).pipe(
    Command.withDescription(
      'Finds every bug of the catalogue from nothing, and asks whether its fix holds. ' +
        'Exit code: 0 all are found, and all fixes that have an occasion to fail hold, 1 one is not found, or a fix fails, ' +
        '3 no fix has an occasion to fail, or a search was cut short, 2 unusable input, 130 interrupted.',
    ),
  );
