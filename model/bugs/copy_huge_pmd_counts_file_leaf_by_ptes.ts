/** fork() copies the leaf of a file's folio, and counts it as mappings of all its pages by PTEs. */
import { folio_get } from '../mm/page_ref.ts';
import { pmd_offset, pmd_trans_huge } from '../mm/pgtable.ts';
import { set_pmd_at } from '../mm/pgtable_generic.ts';
import { folio_dup_file_rmap_pmd } from '../mm/rmap.ts';
import { vma_is_anonymous } from '../mm/vma.ts';
import { add_mm_counter, mm_counter } from '../mm/vmstat.ts';
import { Pmd } from '../state/mm_types.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'mm/rmap: folio_dup_file_rmap_pmd() counts mappings by PTEs',
  source: 'v6.8 to v7.1 include/linux/rmap.h folio_dup_file_rmap_pmd() (RMAP_LEVEL_PTE); nobody calls it',
  says: 'whoever lets copy_huge_pmd() copy leaves of files meets it: one reference, and as many mappings as pages',
  evidence: 'inferred',
  base: 'v7.1',
  mm: {
    copy_huge_pmd: (base) => (s, src, dst, vmaRow, slot) => {
      const e = s.pmd.at(pmd_offset(s.geometry, src, slot));
      if (vma_is_anonymous(s.vma.at(vmaRow)) || !pmd_trans_huge(e) || s.kernel.copy_as_special(s, e))
        return base(s, src, dst, vmaRow, slot);
      folio_get(s, Pmd.pfn(e));
      folio_dup_file_rmap_pmd(s, Pmd.pfn(e), dst);
      add_mm_counter(s, dst, mm_counter(s, Pmd.pfn(e)), s.geometry.ptrsPerPte);
      set_pmd_at(s, dst, slot, Pmd.mkWrite(e, 0));
      return 'done';
    },
  },
  bug: {
    fix: 'none',
    releases: 'v6.8 to v7.1',
    there: 'nobody calls it',
    violates: 'rmap-sanity',
    world: 'shmem-private',
    steps: 4,
  },
});
