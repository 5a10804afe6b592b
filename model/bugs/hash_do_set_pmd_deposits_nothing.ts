/** do_set_pmd() deposits no table for the leaf of a file, where the hash MMU needs one. */
import type { Sys } from '../mm/kernel.ts';
import { bug } from './bug.ts';

/** The same kernel, where no architecture asks for a deposit. */
const without_deposits = (s: Sys): Sys => ({
  ...s,
  kernel: { ...s.kernel, arch_needs_pgtable_deposit: () => false },
});

export default bug({
  title: 'mm: THP page cache support for ppc64',
  author: 'Aneesh Kumar K.V',
  source: '953c66c2b22a (v4.10)',
  says: 'a leaf of a file can be seen, and has no table for its hash slots',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    do_set_pmd: (base) => (s, mm, vma, slot, folio, write) => base(without_deposits(s), mm, vma, slot, folio, write),
  },
  bug: {
    fix: '953c66c2b22a',
    releases: 'until v4.9',
    there: 'powerpc has no leaves of files before this patch (TRANSPARENT_HUGE_PAGECACHE is not for PPC)',
    violates: 'I-ORDER',
    world: 'collapse-file-hash',
    steps: 3,
  },
});
