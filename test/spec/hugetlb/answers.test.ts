import { describe, expect, it } from '@effect/vitest';
import { gup, mbind, mbindError, mincore, node, smaps } from '../../../spec/hugetlb/answers.ts';
import {
  cached,
  child,
  CHILD,
  hgmVma,
  hugetlbState,
  type HugetlbPiece,
  leaf,
  marker,
  migrating,
  returned,
  stepVerdict,
  vma,
} from '../../support/hugetlb_state.ts';

/** Two pages of a hugepage, mapped by two leaves. */
const parts = [hgmVma(), cached(0, 0), leaf({ page: 0, pfn: 0 }), leaf({ page: 2, pfn: 2 })];
const childsPage = (page: number) => [child, hgmVma({ mm: CHILD }), leaf({ mm: CHILD, page, pfn: page })];
const range = { range: { from: 0, to: 4 } };

const told =
  (own: number, shared: number): HugetlbPiece =>
  (s) => {
    s.smapsPrivate.put(0, own);
    s.smapsShared.put(0, shared);
  };
const smapsOf = (...pieces: readonly HugetlbPiece[]) =>
  stepVerdict(smaps, hugetlbState(), 'hugetlb_smaps', hugetlbState(...pieces));

describe('H-SMAPS', () => {
  it('holds where what one process maps is private, and what two map is shared', () => {
    expect(smapsOf(...parts, told(2, 0))).toBe('holds');
    expect(smapsOf(...parts, ...childsPage(2), told(1, 1))).toBe('holds');
    expect(smapsOf(...parts, migrating({ page: 3 }, { pfn: 3 }), told(2, 1))).toBe('holds');
    expect(smapsOf(...parts, migrating({ page: 3 }, { pfn: 3 }), told(3, 0))).toBe('holds');
  });

  it('has no subject where nothing is mapped, and in other operations', () => {
    expect(smapsOf(vma(), told(0, 0))).toBe('no subject');
    expect(stepVerdict(smaps, hugetlbState(), 'hugetlb_fault', hugetlbState(...parts))).toBe('no subject');
  });

  it('fails where two leaves of one process count as shared', () => {
    expect(smapsOf(...parts, told(0, 2))).toMatchInlineSnapshot(
      `"smaps of parent says Private_Hugetlb 0 pages, Shared_Hugetlb 2 pages; of 2 pages that leaves map, 2 are mapped nowhere else, and 0 by other processes, too"`,
    );
  });

  it('fails where what others map counts as private, and where pages are missing or too many', () => {
    expect(smapsOf(...parts, ...childsPage(2), told(2, 0))).toContain('1 by other processes');
    expect(smapsOf(...parts, told(1, 0))).toContain('Private_Hugetlb 1 page');
    expect(smapsOf(...parts, told(3, 0))).toContain('Private_Hugetlb 3 pages');
  });

  it('lets a page that one process maps twice, or a leaf that is shared in part, be either', () => {
    const twice = [
      vma({ end: 4 }),
      vma({ row: 1, start: 4 }),
      cached(0, 0),
      leaf({ page: 0, size: 4, pfn: 0 }),
      leaf({ page: 4, size: 4, pfn: 0 }),
    ];
    expect(smapsOf(...twice, told(0, 8))).toBe('holds');
    expect(smapsOf(...twice, told(8, 0))).toBe('holds');
    const inPart = [vma(), cached(0, 0), leaf({ page: 0, size: 4, pfn: 0 }), ...childsPage(2)];
    expect(smapsOf(...inPart, told(0, 4))).toBe('holds');
    expect(smapsOf(...inPart, told(4, 0))).toBe('holds');
  });
});

const took =
  (folios: number): HugetlbPiece =>
  (s) =>
    s.queued.put(0, folios);
const mbindOf = (...pieces: readonly HugetlbPiece[]) =>
  stepVerdict(mbind, hugetlbState(), 'hugetlb_mbind', hugetlbState(...pieces), range);

describe('H-MBIND', () => {
  it('holds where it takes what one process maps, and leaves what two map', () => {
    expect(mbindOf(...parts, took(1))).toBe('holds');
    expect(mbindOf(...parts, ...childsPage(0), ...childsPage(2), took(0))).toBe('no subject');
  });

  it('has no subject where there is nothing to take, and in other operations', () => {
    expect(mbindOf(vma())).toBe('no subject');
    expect(mbindOf(hgmVma(), cached(0, 0, { migratable: 0 }), leaf({ page: 0, pfn: 0 }))).toBe('no subject');
    expect(stepVerdict(mbind, hugetlbState(), 'hugetlb_fault', hugetlbState(...parts))).toBe('no subject');
  });

  it('fails where it leaves a hugepage that one process maps in parts', () => {
    expect(mbindOf(...parts, took(0))).toMatchInlineSnapshot(
      `"mbind() of parent pages 0..3 returned ok and does not take folio 0 (file, uptodate, migratable): mapped at parent page 0, parent page 2"`,
    );
  });

  it('fails where it takes what others map, too', () => {
    expect(mbindOf(...parts, ...childsPage(0), ...childsPage(2), took(1))).toContain('takes folio 0');
  });
});

const strictOf = (strict: boolean, ...pieces: readonly HugetlbPiece[]) =>
  stepVerdict(mbindError, hugetlbState(), 'hugetlb_mbind', hugetlbState(...pieces), { ...range, strict });

describe('H-MBIND-EIO', () => {
  it('holds where all is moved, or something cannot be', () => {
    expect(strictOf(true, ...parts, took(1))).toBe('holds');
    expect(strictOf(true, ...parts, cached(1, 1, { migratable: 0 }), took(1), returned('EIO'))).toBe('holds');
  });

  it('has no subject without MPOL_MF_STRICT, and where there is nothing to take', () => {
    expect(strictOf(false, ...parts, took(1))).toBe('no subject');
    expect(strictOf(true, vma())).toBe('no subject');
  });

  it('fails of EIO where all can be moved', () => {
    expect(strictOf(true, ...parts, took(1), returned('EIO'))).toMatchInlineSnapshot(
      `"mbind() of parent pages 0..3 returned EIO, and no hugepage is unmovable"`,
    );
  });
});

const said =
  (pages: number): HugetlbPiece =>
  (s) =>
    s.inCore.put(0, pages);
const mincoreOf = (...pieces: readonly HugetlbPiece[]) =>
  stepVerdict(mincore, hugetlbState(), 'hugetlb_mincore', hugetlbState(...pieces), range);

describe('H-MINCORE', () => {
  it('holds where leaves are resident, and markers and nothing are not', () => {
    expect(mincoreOf(...parts, marker({ page: 3 }), said(0b0101))).toBe('holds');
    expect(mincoreOf(hgmVma(), migrating({ page: 1 }, { pfn: 1 }), said(0b0010))).toBe('holds');
    expect(mincoreOf(hgmVma(), migrating({ page: 1 }, { pfn: 1 }), said(0))).toBe('holds');
  });
  it('has no subject in other operations', () => {
    expect(stepVerdict(mincore, hugetlbState(), 'hugetlb_fault', hugetlbState(...parts))).toBe('no subject');
  });
  it('fails of one too many, and of one too few', () => {
    expect(mincoreOf(...parts, said(0b0111))).toMatchInlineSnapshot(
      `"mincore() calls parent page 1 resident: parent page 1 has none in pte[1] below pmd[0] of PMD table 0"`,
    );
    expect(mincoreOf(...parts, said(0b0001))).toContain('not resident');
  });
});

const reached =
  (frame: number): HugetlbPiece =>
  (s) =>
    s.reached.put(0, frame + 1);
const nodeOf = (page: number, ...pieces: readonly HugetlbPiece[]) =>
  stepVerdict(node, hugetlbState(), 'hugetlb_move_pages_stat', hugetlbState(...pieces), { page });

describe('H-NODE', () => {
  it('holds of the page that a leaf maps, and where there is none', () => {
    expect(nodeOf(2, ...parts, reached(2))).toBe('holds');
    expect(nodeOf(1, ...parts)).toBe('holds');
    expect(nodeOf(3, vma(), cached(0, 0), leaf({ page: 0, size: 4, pfn: 0 }), reached(3))).toBe('holds');
  });
  it('has no subject in other operations', () => {
    expect(stepVerdict(node, hugetlbState(), 'hugetlb_fault', hugetlbState(...parts))).toBe('no subject');
  });
  it('fails of another page, and of one where there is none', () => {
    expect(nodeOf(2, ...parts, reached(4))).toMatchInlineSnapshot(
      `"move_pages() of parent page 2 comes to frame 4: parent page 2 has leaf pfn 2 RW young of 1 page in pte[0] below pmd[1] of PMD table 0"`,
    );
    expect(nodeOf(1, ...parts, reached(1))).toContain('comes to frame 1');
    expect(nodeOf(2, ...parts)).toContain('comes to no frame');
  });
});

const gupOf = (...pieces: readonly HugetlbPiece[]) =>
  stepVerdict(gup, hugetlbState(), 'hugetlb_gup', hugetlbState(...pieces), range);

describe('H-GUP', () => {
  it('holds where all of the range is mapped', () => {
    expect(gupOf(vma(), cached(0, 0), leaf({ page: 0, size: 4, pfn: 0 }))).toBe('holds');
  });
  it('has no subject where it fails, and in other operations', () => {
    expect(gupOf(...parts, returned('EFAULT'))).toBe('no subject');
    expect(stepVerdict(gup, hugetlbState(), 'hugetlb_fault', hugetlbState(...parts))).toBe('no subject');
  });
  it('fails where a page is not', () => {
    expect(gupOf(...parts)).toMatchInlineSnapshot(
      `"populate_vma_page_range() of pages 0..3 has succeeded: parent page 1 has none in pte[1] below pmd[0] of PMD table 0"`,
    );
  });
});
