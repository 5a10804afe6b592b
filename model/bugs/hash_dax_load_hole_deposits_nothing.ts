/** dax_pmd_load_hole() deposits no table for the huge zero folio, where the hash MMU needs one. */
import type { Sys } from '../mm/kernel.ts';
import { bug } from './bug.ts';

/** The same kernel, where no architecture asks for a deposit. */
const without_deposits = (s: Sys): Sys => ({
  ...s,
  kernel: { ...s.kernel, arch_needs_pgtable_deposit: () => false },
});

export default bug({
  title: 'fs/dax: deposit pagetable even when installing zero page',
  author: 'Aneesh Kumar K.V',
  source: 'v5.1',
  says: 'a leaf of a hole can be seen, and has no table for its hash slots',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    dax_pmd_load_hole: (base) => (s, mm, vma, page, file, head) => base(without_deposits(s), mm, vma, page, file, head),
  },
  bug: {
    fix: 'v5.1',
    releases: 'until v5.0',
    violates: 'I-ORDER',
    world: 'fsdax-hash',
    steps: 2,
  },
});
