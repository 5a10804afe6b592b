import { describe, expect, it } from '@effect/vitest';
import { cached as isCached } from '../../../spec/hugetlb/cached.ts';
import { offset } from '../../../spec/hugetlb/offset.ts';
import {
  anonFolio,
  cached,
  hgmVma,
  hugetlbState,
  hwpoison,
  leaf,
  marker,
  migrating,
  privateVma,
  verdict,
  vma,
} from '../../support/hugetlb_state.ts';

describe('H4', () => {
  it('holds where an entry names the page that the file has there', () => {
    const s = hugetlbState(
      hgmVma(),
      cached(0, 1),
      cached(1, 0),
      leaf({ page: 0, size: 2, pfn: 4 }),
      leaf({ page: 3, pfn: 7 }),
      migrating({ page: 4, size: 2 }, { pfn: 0 }),
      hwpoison({ page: 7 }, 3),
    );
    expect(verdict(offset, s)).toBe('holds');
    const later = hugetlbState(vma({ end: 4, pgoff: 4 }), cached(1, 0), leaf({ page: 0, size: 4, pfn: 0 }));
    expect(verdict(offset, later)).toBe('holds');
  });

  it('has no subject where no entry names a frame', () => {
    expect(verdict(offset, hugetlbState(vma(), marker({ page: 0, size: 4 })))).toBe('no subject');
  });

  it('fails where the page of the hugepage is another', () => {
    const s = hugetlbState(hgmVma(), cached(0, 0), leaf({ page: 1, pfn: 2 }));
    expect(verdict(offset, s)).toMatchInlineSnapshot(
      `"parent page 1 has leaf pfn 2 RW young of 1 page in pte[1] below pmd[0] of PMD table 0, in the VMA of pages 0..7 of file 0, pgoff 0, RW, VM_SHARED, VMA lock, HGM: this is page 1 of its hugepage, and the frame 2 is page 2 of folio 0 (file, uptodate, migratable)"`,
    );
    expect(verdict(offset, hugetlbState(hgmVma(), migrating({ page: 1 }, { pfn: 0 })))).toContain('this is page 1');
    expect(verdict(offset, hugetlbState(hgmVma(), hwpoison({ page: 1 }, 0)))).toContain('this is page 1');
  });

  it('fails where the hugepage is another than that of the page cache, unless it is a private copy', () => {
    const s = hugetlbState(vma(), cached(0, 0), cached(1, 1), leaf({ page: 0, size: 4, pfn: 4 }));
    expect(verdict(offset, s)).toMatchInlineSnapshot(
      `"parent page 0 has leaf pfn 4 RW young of 4 pages in pud[0], in the VMA of pages 0..7 of file 0, pgoff 0, RW, VM_SHARED, VMA lock: the frame is of folio 1 (file, uptodate, migratable), and the page cache has folio 0 (file, uptodate, migratable) there (leaf pfn 4 RW young)"`,
    );
    const copy = hugetlbState(privateVma(), cached(0, 0), anonFolio(1), leaf({ page: 0, size: 4, pfn: 4 }));
    expect(verdict(offset, copy)).toBe('holds');
  });
});

describe('H8', () => {
  it('holds of what the page cache has, and of private copies', () => {
    expect(verdict(isCached, hugetlbState(hgmVma(), cached(0, 0), leaf({ page: 1, pfn: 1 })))).toBe('holds');
    const copy = hugetlbState(privateVma(), anonFolio(1), leaf({ page: 0, size: 4, pfn: 4 }));
    expect(verdict(isCached, copy)).toBe('no subject');
  });

  it('has no subject where nothing is mapped', () => {
    expect(verdict(isCached, hugetlbState(vma(), cached(0, 0)))).toBe('no subject');
  });

  it('fails where the page cache has nothing, or something else', () => {
    const lost = hugetlbState(hgmVma(), leaf({ page: 1, pfn: 1 }));
    expect(verdict(isCached, lost)).toMatchInlineSnapshot(
      `"parent page 1 has leaf pfn 1 RW young of 1 page in pte[1] below pmd[0] of PMD table 0, in the VMA of pages 0..7 of file 0, pgoff 0, RW, VM_SHARED, VMA lock, HGM: it maps folio 0 (free), and the page cache has nothing there"`,
    );
    const other = hugetlbState(vma(), cached(0, 1), leaf({ page: 0, size: 4, pfn: 0 }));
    expect(verdict(isCached, other)).toContain('the page cache has folio 1');
  });
});
