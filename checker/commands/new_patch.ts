/** `mmcheck new-patch` on the command line. */
import * as Argument from 'effect/cli/Argument';
import * as Command from 'effect/cli/Command';
import type { Setting } from '../check.ts';
import { newPatch } from '../new_patch.ts';
import { ending } from './ended.ts';
import { one } from './flags.ts';

export const newPatchCommand = (setting: Setting) =>
  Command.make(
    'new-patch',
    {
      name: Argument.String('name').pipe(Argument.withDescription('The file, with or without .ts')),
      function: one('function', 'F', 'The function that it overrides; zap_huge_pmd, or pfn_pmd of entries, by default'),
      entries: one('entries', 'ARCH', "Of the page-table entries of an architecture, or a pattern, as 'x86_*'"),
    },
    (asked) => ending(newPatch(setting, asked)),
  ).pipe(
    Command.withDescription(
      'Writes a commented patch that overrides one function and changes nothing yet, and a tsconfig.json for editors. ' +
        'Exit code: 0, or 2 where it cannot be written.',
    ),
  );
