/** copy_huge_pmd() asks pmd_special() of an entry that is not present, where the bit means something else. */
import { is_pmd_migration_entry } from '../mm/pgtable.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'mm/huge_memory: check pmd_special() only after pmd_present()',
  author: 'David Hildenbrand',
  source: '47fa30118f02 (v6.12-rc2); Fixes bc02afbd4d73; syzbot bf2c35fa302ebe3c7471',
  says: 'fork() copies a migration entry of a huge page as if it were a frame of a device',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    copy_as_special: (base) => (s, e) => is_pmd_migration_entry(e) || base(s, e),
  },
  bug: {
    fix: '47fa30118f02',
    releases: 'v6.12-rc1',
    violates: 'I-RSS',
    world: 'anon-migration',
    steps: 4,
  },
});
