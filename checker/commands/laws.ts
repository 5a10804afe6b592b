/** `mmcheck laws` on the command line. */
import * as Command from 'effect/cli/Command';
import * as Effect from 'effect/Effect';
import type { Setting } from '../check.ts';
import { laws } from '../laws/laws.ts';
import { ending } from './ended.ts';
import { ciFlags, many, one, yes } from './flags.ts';

export const lawsCommand = (setting: Setting) =>
  Command.make(
    'laws',
    {
      arch: many('arch', 'A', "An architecture, or a pattern, as 'x86*'; all by default"),
      kernel: many('kernel', 'K', 'A release whose entries were read, or all; v7.1 by default'),
      series: many(
        'series',
        'NAME[@V]',
        'A patch series, and what it mends and breaks; without a version: the base, then every version',
      ),
      law: many('law', 'L', "Judges only the laws named, or that fit a pattern, as 'PG7*'"),
      patch: one('patch', 'FILE', 'A proposal: TypeScript with functions that replace others (model/proposals)'),
      ...ciFlags,
      json: yes('json', 'Prints one JSON document'),
      upstream: yes('upstream', 'Lists the assertions of mm/debug_vm_pgtable.c and what contains each, and ends'),
      verbose: yes('verbose', 'Prints a row of every law, and the counterexamples of every architecture'),
    },
    (asked) => ending(laws(setting, asked)).pipe(Effect.uninterruptible),
  ).pipe(
    Command.withDescription(
      'Judges the laws of page-table entries, bit for bit, for every page protection that there can be. ' +
        'Exit code: 0 all hold, 1 one fails (with --patch: on the patched kernel), 2 unusable input, 3 none applies, 130 interrupted.',
    ),
  );
