/** `mmcheck impact` on the command line. */
import * as Argument from 'effect/cli/Argument';
import * as Command from 'effect/cli/Command';
import type { Setting } from '../check.ts';
import { impact } from '../impact.ts';
import { ending } from './ended.ts';
import { yes } from './flags.ts';

export const impactCommand = (setting: Setting) =>
  Command.make(
    'impact',
    {
      file: Argument.String('file').pipe(
        Argument.withDescription('A diff, a mail, or an mbox with the mails of a series; - for standard input'),
      ),
      json: yes('json', 'Prints one JSON document'),
      verbose: yes('verbose', 'Names every property and command, and all that is outside the model'),
    },
    (asked) => ending(impact(setting, asked)),
  ).pipe(
    Command.withDescription(
      'Says which modelled functions a patch to the kernel touches, which worlds call them, what is outside the model, and what to ' +
        'run. Exit code: 0, 2 unusable input, 3 nothing of it is modelled.',
    ),
  );
