/** move_huge_pmd() leaves the deposit of a leaf on the list of the PMD table that it comes from. */
import { bug } from './bug.ts';

export default bug({
  title: 'thp: move preallocated PTE page table on move_huge_pmd()',
  author: 'Kirill A. Shutemov',
  source: '3592806cfa08 (v3.13); reported by Andrey Wagin, 2013-12',
  says: 'mremap() to another PMD table leaves the page table in reserve behind',
  evidence: 'source',
  base: 'v7.1+uffd-move-deposit=first',
  mm: {
    pmd_move_must_withdraw: () => () => false,
  },
  bug: {
    fix: '3592806cfa08',
    releases: 'v3.13-rc',
    there:
      'on x86, whose PMD tables had each a list of their own; here the hash MMU, since no world of x86 moves a THP to another table',
    violates: 'I-ORDER',
    world: 'anon-hash',
    steps: 3,
  },
});
