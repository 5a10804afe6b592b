import { describe, expect, it } from '@effect/vitest';
import { mapcount, mapped } from '../../../spec/hugetlb/mapcount.ts';
import { overflow, refcountOverflow, underflow } from '../../../spec/hugetlb/overflow.ts';
import { refcount } from '../../../spec/hugetlb/refcount.ts';
import { COMPOUND_MAPPED, Folio, Migration, Pin } from '../../../model/state/hugetlb/hugetlb_types.ts';
import {
  anonFolio,
  cached,
  child,
  CHILD,
  gigantic,
  hgmVma,
  hugeState,
  hugetlbState,
  type HugetlbPiece,
  leaf,
  marker,
  migrating,
  off,
  privateVma,
  sharedTable,
  stateOf,
  verdict,
  vma,
} from '../../support/hugetlb_state.ts';

/** A leaf of two pages and one of one, in one hugepage; the child maps it as a whole. */
const parts = [hgmVma(), cached(0, 0), leaf({ page: 0, size: 2, pfn: 0 }), leaf({ page: 3, pfn: 3 })];
const whole = [child, vma({ mm: CHILD }), leaf({ mm: CHILD, page: 0, size: 4, pfn: 0 })];
const perPage: HugetlbPiece = (s) => {
  for (const frame of [0, 1, 3]) s.mapcount.put(frame, 1);
};
const nrPages =
  (n: number): HugetlbPiece =>
  (s) =>
    s.nrPagesMapped.put(0, n);

describe('H5', () => {
  it('by M2 counts every leaf once, whatever its size', () => {
    expect(verdict(mapcount('M2'), hugetlbState(...parts, ...whole))).toBe('holds');
    expect(verdict(mapcount('M2'), hugetlbState(...parts, off('entireMapcount', 0, 1)))).toMatchInlineSnapshot(
      `"folio 0 (file, uptodate, migratable) has entire_mapcount 3, and by M2 it must be 2: 2 leaves map it; mapped at parent pages 0..1, parent page 3"`,
    );
    expect(verdict(mapcount('M2'), hugetlbState(...parts, off('mapcount', 1, 1)))).toMatchInlineSnapshot(
      `"frame 1 of folio 0 (file, uptodate, migratable) has mapcount 1, and by M2 it must be 0: 2 leaves map it; mapped at parent pages 0..1, parent page 3"`,
    );
    expect(verdict(mapcount('M2'), hugetlbState(...parts, nrPages(1)))).toContain('nr_pages_mapped 1');
  });

  it('by M0 is the same of hugepages, and counts a shared table once', () => {
    const s = hugeState(
      vma(),
      cached(0, 0),
      child,
      vma({ mm: CHILD }),
      leaf({ page: 0, size: 2, pfn: 0 }),
      sharedTable(),
    );
    expect(verdict(mapcount('M0'), s)).toBe('holds');
  });

  it('by M1 counts a hugepage once for each place where anything of it is mapped', () => {
    expect(verdict(mapcount('M1'), hugetlbState(...parts, off('entireMapcount', 0, -1)))).toBe('holds');
    expect(verdict(mapcount('M1'), hugetlbState(...parts, ...whole, off('entireMapcount', 0, -1)))).toBe('holds');
    expect(verdict(mapcount('M1'), hugetlbState(...parts))).toContain('entire_mapcount 2, and by M1 it must be 1');
  });

  it('by M1 lets a table count in which nothing is mapped, at the place of the hugepage alone', () => {
    const [one, emptied] = [mapcount('M1'), [hgmVma(), marker({ page: 0 }), cached(0, 0)]];
    // With nothing mapped it is asked for wrong counts alone.
    for (const counted of [0, 1])
      expect(verdict(one, hugetlbState(...emptied, off('entireMapcount', 0, counted)))).toBe('no subject');
    expect(verdict(one, hugetlbState(...emptied, off('entireMapcount', 0, 2)))).toContain('by M1 it must be 0 to 1');
    expect(verdict(one, hugetlbState(hgmVma(), marker({ page: 0 }), off('entireMapcount', 0, 1)))).toContain(
      'by M1 it must be 0',
    );
  });

  it('by Mfolio counts a hugepage as long as anything of it is mapped, with one reference', () => {
    const once = [...parts, off('entireMapcount', 0, -1), off('refcount', 0, -1)];
    for (const property of [mapcount('Mfolio'), refcount('Mfolio')])
      expect(verdict(property, hugetlbState(...once))).toBe('holds');
    expect(verdict(refcount('Mfolio'), hugetlbState(...parts))).toContain('1 mapping, 0 pins');
    const emptied = [hgmVma(), marker({ page: 0 }), cached(0, 0), off('entireMapcount', 0, 1)];
    expect(verdict(mapcount('Mfolio'), hugetlbState(...emptied))).toContain('by Mfolio it must be 0');
  });

  it('by M3 counts small leaves for each of their pages', () => {
    const [three, small] = [mapcount('M3'), [...parts, perPage, off('entireMapcount', 0, -2)]];
    expect(verdict(three, hugetlbState(...small))).toBe('holds');
    expect(verdict(three, hugetlbState(...small, ...whole))).toBe('holds');
    expect(verdict(three, hugetlbState(...small, off('mapcount', 1, -1)))).toMatchInlineSnapshot(
      `"frame 1 of folio 0 (file, uptodate, migratable) has mapcount 0, and by M3 it must be 1: 2 leaves map it; mapped at parent pages 0..1, parent page 3"`,
    );
    expect(verdict(three, hugetlbState(...small, off('entireMapcount', 0, 1)))).toContain('by M3 it must be 0');
  });

  it('by M3 as repaired keeps _nr_pages_mapped', () => {
    const [three, small] = [mapcount('M3-repaired'), [...parts, perPage, off('entireMapcount', 0, -2)]];
    expect(verdict(three, hugetlbState(...small, nrPages(3)))).toBe('holds');
    expect(verdict(three, hugetlbState(...small, ...whole, nrPages(3 + COMPOUND_MAPPED)))).toBe('holds');
    expect(verdict(three, hugetlbState(...small))).toMatchInlineSnapshot(
      `"folio 0 (file, uptodate, migratable) has nr_pages_mapped 0, and by M3-repaired it must be 3: 2 leaves map it; mapped at parent pages 0..1, parent page 3"`,
    );
  });

  it('has no subject where nothing is mapped or counted, and one where something is counted all the same', () => {
    expect(verdict(mapcount('M0'), hugetlbState(vma(), cached(0, 0)))).toBe('no subject');
    expect(verdict(mapcount('M0'), hugetlbState(vma(), cached(0, 0), off('entireMapcount', 0, 1)))).toContain(
      'nobody maps it',
    );
  });
});

describe('H5-MAPPED', () => {
  it('holds where a count that it reads is kept', () => {
    expect(verdict(mapped('M2'), hugetlbState(...parts))).toBe('holds');
    const small = [...parts, perPage, off('entireMapcount', 0, -2)];
    expect(verdict(mapped('M3-repaired'), hugetlbState(...small, nrPages(3)))).toBe('holds');
    expect(verdict(mapped('M3'), hugetlbState(...whole, cached(0, 0)))).toBe('holds');
  });

  it('fails of small leaves by M3, and of what nobody maps', () => {
    const small = [...parts, perPage, off('entireMapcount', 0, -2)];
    expect(verdict(mapped('M3'), hugetlbState(...small))).toMatchInlineSnapshot(
      `"folio_mapped() of folio 0 (file, uptodate, migratable) says false: entire_mapcount 0, nr_pages_mapped 0; mapped at parent pages 0..1, parent page 3"`,
    );
    expect(verdict(mapped('M2'), hugetlbState(off('entireMapcount', 1, 1)))).toContain('says true');
    expect(verdict(mapped('M3-repaired'), hugetlbState(...whole, cached(0, 0)))).toContain('says false');
  });

  it('has no subject where nothing is mapped', () => {
    expect(verdict(mapped('M2'), hugetlbState(cached(0, 0)))).toBe('no subject');
  });
});

const pinned: HugetlbPiece = (s) => {
  s.pin.put(0, Pin.of({ taken: 1, page: 3, pfn: 3 }));
  off('refcount', 0, 1)(s);
};
const moving: HugetlbPiece = (s) => {
  s.migration.put(0, Migration.of({ from: 1, to: 3 }));
  s.folio.put(2, Folio.of({ used: 1 }));
  off('refcount', 0, 1)(s);
  off('refcount', 2, 1)(s);
};

const twoListed: HugetlbPiece = (s) => {
  s.rawHwpoison.put(0, 1);
  s.rawHwpoison.put(2, 1);
};

describe('H6', () => {
  it('holds of the cache, leaves, a pin and a migration', () => {
    expect(verdict(refcount('M2'), hugetlbState(...parts, ...whole, pinned))).toBe('holds');
    expect(
      verdict(refcount('M2'), hugetlbState(vma(), cached(0, 0), migrating({ page: 0, size: 4 }, { pfn: 0 }), moving)),
    ).toBe('holds');
    const shared = hugeState(
      vma(),
      cached(0, 0),
      child,
      vma({ mm: CHILD }),
      leaf({ page: 0, size: 2, pfn: 0 }),
      sharedTable(),
    );
    expect(verdict(refcount('M2'), shared)).toBe('holds');
  });

  it('fails of one too many or too few', () => {
    expect(verdict(refcount('M2'), hugetlbState(...parts, off('refcount', 0, 1)))).toMatchInlineSnapshot(
      `"folio 0 (file, uptodate, migratable) has refcount 4, and there are 1 row of the page cache, 2 leaves, 0 pins, 0 of migration; mapped at parent pages 0..1, parent page 3"`,
    );
    expect(verdict(refcount('M2'), hugetlbState(...parts, off('refcount', 0, -1)))).toContain('refcount 2');
  });

  it('fails of a free hugepage that is mapped, and of one without references that is not free', () => {
    expect(verdict(refcount('M2'), hugetlbState(vma(), leaf({ page: 0, size: 4, pfn: 0 })))).toContain(
      'folio 0 (free)',
    );
    expect(verdict(refcount('M2'), hugetlbState(anonFolio(1)))).toContain('refcount 0');
  });

  it('lets memory_failure() keep one of what is broken', () => {
    const broken = [vma(), cached(0, 0, { hwpoison: 1, migratable: 0 })];
    expect(verdict(refcount('M2'), hugetlbState(...broken))).toBe('holds');
    expect(verdict(refcount('M2'), hugetlbState(...broken, off('refcount', 0, 1)))).toBe('holds');
    expect(verdict(refcount('M2'), hugetlbState(...broken, off('refcount', 0, 2)))).toContain(
      'perhaps 1 that memory_failure() keeps',
    );
    expect(verdict(refcount('M2'), hugetlbState(...broken, twoListed, off('refcount', 0, 2)))).toBe('holds');
  });

  it('has no subject where all is free', () => {
    expect(verdict(refcount('M2'), hugetlbState(vma()))).toBe('no subject');
    const private_ = hugetlbState(privateVma(), anonFolio(1), leaf({ page: 0, size: 4, pfn: 4 }));
    expect(verdict(refcount('M2'), private_)).toBe('holds');
  });
});

describe('H7', () => {
  const small = stateOf({ ...gigantic, countMax: 3 });

  it('holds up to what a counter can hold', () => {
    expect(verdict(overflow, small(...parts))).toBe('holds');
  });

  it('fails beyond', () => {
    expect(verdict(overflow, small(...parts, off('entireMapcount', 0, 2)))).toContain('entire_mapcount 4;');
    expect(verdict(overflow, small(off('mapcount', 2, 4)))).toContain('its frame 2 mapcount 4');
    expect(verdict(overflow, small(off('entireMapcount', 1, -1)))).toBe('no subject');
  });

  it('has one for what falls below zero, which asks for nothing else', () => {
    expect(verdict(underflow, small(off('entireMapcount', 1, -1)))).toContain('entire_mapcount -1');
    expect(verdict(underflow, small(off('mapcount', 2, -1)))).toContain('its frame 2 mapcount -1');
    expect(verdict(underflow, small(...parts, off('entireMapcount', 0, 2)))).toBe('holds');
  });

  it('asks references for themselves', () => {
    expect(verdict(refcountOverflow, small(...parts))).toBe('holds');
    expect(verdict(refcountOverflow, small(...parts, ...whole))).toContain('has refcount 4; a counter holds 3');
    expect(verdict(overflow, small(...parts, ...whole))).toBe('holds');
    expect(verdict(refcountOverflow, small(vma(), cached(0, 0)))).toBe('no subject');
  });

  it('has no subject where nothing is mapped', () => {
    expect(verdict(overflow, small(vma(), cached(0, 0)))).toBe('no subject');
  });
});
