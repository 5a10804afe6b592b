/** `mmcheck ask` on the command line. */
import * as Argument from 'effect/cli/Argument';
import * as Command from 'effect/cli/Command';
import * as Effect from 'effect/Effect';
import { ask } from '../ask.ts';
import type { Setting } from '../check.ts';
import { ending } from './ended.ts';
import { yes } from './flags.ts';

export const askCommand = (setting: Setting) =>
  Command.make(
    'ask',
    {
      name: Argument.String('question').pipe(Argument.withDescription('As `mmcheck list questions` names it')),
      brief: yes('brief', 'What the searches ask, how they compare, and the answer; not what each one finds'),
    },
    ({ name, brief }) => ending(ask(setting, name, brief)).pipe(Effect.uninterruptible),
  ).pipe(
    Command.withDescription(
      'Makes the searches that answer a question of a reviewer, and prints the answer. ' +
        'Exit code: 0 they found what it says, 1 they did not, 2 unusable input, 130 interrupted.',
    ),
  );
