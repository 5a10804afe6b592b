/** insert_pfn_pmd() deposits no table, where the hash MMU needs one for each leaf. */
import type { Sys } from '../mm/kernel.ts';
import { bug } from './bug.ts';

/** The same kernel, where no architecture asks for a deposit. */
const without_deposits = (s: Sys): Sys => ({
  ...s,
  kernel: { ...s.kernel, arch_needs_pgtable_deposit: () => false },
});

export default bug({
  title: 'mm/huge_memory.c: deposit a pgtable for DAX PMD faults when required',
  author: "Oliver O'Halloran",
  source: 'v4.12',
  says: 'a leaf of DAX or a device can be seen, and has no table for its hash slots',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    insert_pmd: (base) => (s, mm, slot, pfn, prot, write, fop) =>
      base(without_deposits(s), mm, slot, pfn, prot, write, fop),
  },
  bug: {
    fix: 'v4.12',
    releases: 'until v4.11',
    violates: 'I-ORDER',
    world: 'fsdax-hash',
    steps: 2,
  },
});
