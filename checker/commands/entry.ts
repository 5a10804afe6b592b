/** `mmcheck entry` on the command line. */
import * as Argument from 'effect/cli/Argument';
import * as Command from 'effect/cli/Command';
import type { Setting } from '../check.ts';
import { entry } from '../laws/entry.ts';
import { ending } from './ended.ts';
import { one } from './flags.ts';

export const entryCommand = (setting: Setting) =>
  Command.make(
    'entry',
    {
      entry: Argument.String('entry').pipe(
        Argument.withDescription("A number, as 0x80000000802002b7, or words, as '2M pfn 0x80200 USR RW PSE A NX pmd'"),
      ),
      arch: one('arch', 'A', 'An architecture; the first of `mmcheck list architectures` by default'),
      level: one(
        'level',
        'pte|pmd|pud|p4d|pgd',
        'Of a number, which does not tell it: pte by default, whatever its bits',
      ),
      kernel: one('kernel', 'K', 'The release whose functions are asked; v7.1 by default'),
      series: one('series', 'NAME@V', 'With a version of a patch series'),
    },
    (asked) => ending(entry(setting, asked)),
  ).pipe(
    Command.withDescription(
      'Says what a page-table entry means: in words, to the hardware, and to the functions of a kernel',
    ),
  );
