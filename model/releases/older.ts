/**
 * What Linux v6.1 does otherwise where memory with struct pages is mapped. It is no release of the list: these were found
 * by asking Debian's 6.1.192 (mmcheck conform), and the rest of it has not been read. The first value of each is that of
 * every release. Not expressed: there a write fault keeps the last page of a large folio that is mapped, with all of the folio.
 */
import { asItIs, type Toggle } from '../series/toggles.ts';

export const OLDER: readonly Toggle[] = [
  {
    name: 'split-pmd-dirty',
    says: 'where the split of a leaf of anonymous memory leaves its dirty bit',
    cites: 'asked of 6.1.192; later releases: mm/huge_memory.c __split_huge_pmd_locked()',
    values: [
      asItIs('entry', 'in the PTEs, and in the folio'),
      { value: 'folio', says: 'in the folio alone', patch: { split_keeps_dirty: () => () => false } },
    ],
  },
  {
    name: 'mprotect-pmd-writable',
    says: 'whether mprotect() makes a leaf writable at once where it may be, so that the next write does not fault',
    cites: 'asked of 6.1.192; later releases: mm/huge_memory.c can_change_pmd_writable()',
    values: [
      asItIs('yes', 'it does'),
      { value: 'no', says: 'the fault does', patch: { mprotect_upgrades_pmd: () => () => false } },
    ],
  },
];
