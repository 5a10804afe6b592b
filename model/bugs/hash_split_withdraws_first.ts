/** __split_huge_pmd_locked() withdraws the table before the leaf is made invalid, and the hash MMU has its slots there. */
import { pmdp_huge_get_and_clear } from '../mm/pgtable_generic.ts';
import { pmd_offset } from '../mm/pgtable.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'powerpc/mm: Fix Multi hit ERAT cause by recent THP update',
  author: 'Aneesh Kumar K.V',
  source: 'c777e2a8b654 (v4.5)',
  says: 'what the hash MMU keeps of a leaf is gone while the leaf can be used',
  evidence: 'source',
  base: 'v7.1+uffd-move-deposit=first',
  mm: {
    split_anon_pmd: (base) => (s, mm, vma, slot, freeze) => {
      const e = s.pmd.at(pmd_offset(s.geometry, mm, slot));
      const table = s.kernel.pgtable_trans_huge_withdraw(s, mm, slot);
      // pmdp_invalidate()
      pmdp_huge_get_and_clear(s, mm, slot);
      s.pmd.put(pmd_offset(s.geometry, mm, slot), e);
      s.kernel.pgtable_trans_huge_deposit(s, mm, slot, table);
      base(s, mm, vma, slot, freeze);
    },
  },
  bug: {
    fix: 'c777e2a8b654',
    releases: 'v4.5-rc',
    there:
      'a CPU meets the gap between two steps of the split; here the second step wipes slots that the first took away',
    violates: 'I-NOEMPTY',
    world: 'anon-hash',
    steps: 3,
  },
});
