/** `mmcheck list` on the command line. */
import * as Argument from 'effect/cli/Argument';
import * as Command from 'effect/cli/Command';
import type { Setting } from '../check.ts';
import { list } from '../lookup.ts';
import { ending } from './ended.ts';
import { one, yes } from './flags.ts';

export const listCommand = (setting: Setting) =>
  Command.make(
    'list',
    {
      kind: Argument.String(
        'kernels|series|toggles|worlds|operations|properties|findings|questions|architectures|laws|functions|bugs',
      ),
      kernel: one('kernel', 'K', 'Of findings, those of this kernel'),
      status: one('status', 'reproduced|known-bug|candidate', 'Of findings, those of this standing'),
      word: one('word', 'W', 'Those that have a word in what they say'),
      json: yes('json', 'Prints JSON'),
    },
    ({ kind, ...how }) => ending(list(setting, kind, how)),
  ).pipe(Command.withDescription('Lists what can be named on the command line'));
