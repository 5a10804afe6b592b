/** UFFDIO_COPY to a page that the file has already takes a promise for a second one. */
import { filemap_get } from '../hugetlb/folio.ts';
import { add_resv } from '../hugetlb/reserve.ts';
import { vma_hugecache_offset, vma_lookup } from '../hugetlb/vma.ts';
import { Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'mm, hugetlb: fix simple resv_huge_pages underflow on UFFDIO_COPY',
  author: 'Mina Almasry',
  source: 'd84cf06e3dd8 (v5.13)',
  says: 'it allocates before it finds that the page is there, and ends with EEXIST: resv_huge_pages falls below zero',
  evidence: 'source',
  base: 'v7.3',
  hugetlb: {
    mfill_atomic_hugetlb: (base) => (s, mm, start, end, fill) => {
      const result = base(s, mm, start, end, fill);
      const row = vma_lookup(s, mm, start);
      if (result !== Result.EEXIST || row < 0 || (fill !== 'copy' && fill !== 'copy wp')) return result;
      const vma = s.vma.at(row);
      const isCached = filemap_get(s, Vma.file(vma) - 1, vma_hugecache_offset(s, vma, start)) >= 0;
      if (Vma.shared(vma) === 1 && isCached) add_resv(s, -1);
      return result;
    },
  },
  bug: {
    fix: 'd84cf06e3dd8',
    releases: 'until v5.12',
    violates: 'H-RESV',
    world: 'hugetlb-uffd',
    steps: 5,
  },
});
