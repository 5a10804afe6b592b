/** I-LEAF: what maps by a leaf is one to the kernel that reads the entry. */
import type { MmView } from '../model/state/mm_types.ts';
import { exactOf } from './exact.ts';
import { everyHugeEntry, isLeafAt, type Level } from './huge_entries.ts';

const wordOf = (s: MmView, level: Level, row: number) =>
  level === 'PMD' ? exactOf(s).pmd(s.pmd.at(row)) : exactOf(s).pud(s.pud.at(row));

const isOneToKernel = (s: MmView, level: Level, row: number): boolean =>
  exactOf(s).isLeaf(level === 'PMD' ? 'pmd' : 'pud', wordOf(s, level, row));

export const leaf = everyHugeEntry({
  name: 'I-LEAF',
  says: 'Every leaf is one to the kernel: pmd_leaf() or pud_leaf() says so, whatever its protection is. Otherwise it is taken for a table, or for a bad entry.',
  cites: 'v7.1 mm/mprotect.c change_pud_range(), include/linux/pgtable.h pud_none_or_clear_bad()',
  of: (s, level, row) => s.exact !== undefined && isLeafAt(s, level, row),
  right: (s, level, row) => s.exact === undefined || isOneToKernel(s, level, row),
  tell: (s, level, row) => {
    const at = level === 'PMD' ? 'pmd' : 'pud';
    return `maps memory, ${exactOf(s).show(at, wordOf(s, level, row))}, and ${at}_leaf() says that it does not`;
  },
});
