/** move_huge_pmd() moves the deposit only if the PMD locks differ, where the hash MMU has a table for each slot. */
import { pud_of_slot } from '../mm/pgtable.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'powerpc/thp: Fix crash on mremap',
  author: 'Aneesh Kumar K.V',
  source: 'b3084f4db3ae (v3.14)',
  says: 'mremap() within a PMD table loses what the hash MMU keeps of a leaf',
  evidence: 'memory',
  base: 'v7.1+fork-deposit=has-deposited+hash-pud-order=no',
  mm: {
    move_huge_pmd: (base) => (s, mm, vma, from, to) => {
      const same = pud_of_slot(s.geometry, from) === pud_of_slot(s.geometry, to);
      return base(same ? { ...s, kernel: { ...s.kernel, pmd_move_must_withdraw: () => false } } : s, mm, vma, from, to);
    },
  },
  bug: {
    fix: 'b3084f4db3ae',
    releases: 'v3.13',
    there: 'a THP of anonymous memory; no world moves one within a table, but a leaf of a device',
    violates: 'I-ORDER',
    world: 'pfnmap-hash',
    steps: 3,
  },
});
