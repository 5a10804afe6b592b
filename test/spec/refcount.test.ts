import { describe, expect, it } from '@effect/vitest';
import { Page, PageKind } from '../../model/state/memmap.ts';
import { refcount } from '../../spec/refcount.ts';
import {
  countedLeaf,
  countedMigration,
  countedPtes,
  countedPud,
  folio,
  held,
  off,
  pinned,
  usesHugeZero,
  underMigration,
} from '../support/mm_folios.ts';
import {
  anon,
  CHILD,
  child,
  DAX,
  device,
  DRIVER,
  FILE,
  HUGE_ZERO,
  leaf,
  memory,
  migrating,
  mmState,
  PAGE,
  type Piece,
  REGULAR,
  table,
  THP,
  thp,
  verdict,
  ZERO_PAGE,
} from '../support/mm_state.ts';

const ro = { write: 0 } as const;

const fsdax: Piece = ({ page, refcount: refs }) => {
  page.put(DAX - 16, Page.mkKind(page.at(DAX - 16), PageKind.fsdax));
  refs.put(DAX - 16, 0);
};
const zero = (mm: number) => leaf({ mm, special: 1, byRemap: 0, pfn: HUGE_ZERO, ...ro });

describe('I-REF', () => {
  it('holds of mappings by PTE and by leaf, together with the page cache and with an owner', () => {
    expect(verdict(refcount, mmState(countedPtes({ page: 0 }, memory(PAGE), memory(THP))))).toBe('holds');
    expect(verdict(refcount, mmState(countedLeaf({ pfn: FILE }), countedPud({ pud: 1, pfn: DAX })))).toBe('holds');
    expect(verdict(refcount, mmState(countedLeaf({ pfn: DRIVER }), folio(REGULAR)))).toBe('holds');
  });

  it('holds of an idle page of FS-DAX, which has no reference of its own', () => {
    expect(refcount.holds(mmState(folio(DAX), fsdax))).toBe(true);
    expect(refcount.holds(mmState(folio(DAX)))).toBe(true);
    expect(refcount.holds(mmState(folio(DAX), off('refcount', DAX, -1)))).toBe(false);
  });

  it('fails when a mapping has no reference, or a reference has lost its mapping', () => {
    const page = countedPtes({ page: 0 }, memory(PAGE));
    expect(verdict(refcount, mmState(page, off('refcount', PAGE, -1)))).toMatchInlineSnapshot(
      `"page 22 (anon) has reference count 0, but its users hold 1: 1 by mappings"`,
    );
    expect(verdict(refcount, mmState(folio(PAGE), held(PAGE)))).toMatchInlineSnapshot(
      `"page 22 (anon) has reference count 1, but nobody uses it"`,
    );
    const shared = [countedLeaf({ pfn: FILE }), child, countedLeaf({ mm: CHILD, pfn: FILE })];
    expect(verdict(refcount, mmState(...shared, held(FILE)))).toMatchInlineSnapshot(
      `"folio 16 (shmem, 2 pages) has reference count 5, but its users hold 4: 2 by mappings, 2 by the page cache"`,
    );
    expect(verdict(refcount, mmState(countedPud({ pfn: DAX }), held(DAX)))).toMatchInlineSnapshot(
      `"folio 32 (dax, 4 pages) has reference count 3, but its users hold 2: 1 by mappings, 1 by its owner"`,
    );
  });

  it('counts a leaf of memory that is special by mistake, as in v6.15, and no devmap leaf', () => {
    expect(verdict(refcount, mmState(countedLeaf({ pfn: DRIVER, special: 1 }), folio(REGULAR)))).toBe('holds');
    expect(verdict(refcount, mmState(countedPud({ pfn: DAX, special: 1 })))).toBe('holds');
    expect(verdict(refcount, mmState(countedPud({ pfn: DAX, devmap: 1 })))).not.toBe('holds');
  });

  it('fails when a page inside a folio has a count', () => {
    expect(verdict(refcount, mmState(countedLeaf({ pfn: THP }), held(THP + 1)))).toMatchInlineSnapshot(
      `"frame 19 of folio 18 (anon, 2 pages) has reference count 1"`,
    );
  });

  it('counts the pins of a large folio, those of a small one apart', () => {
    const pins = [countedLeaf({ pfn: THP }), pinned({ page: 0, pfn: THP }), pinned({ page: 1, pfn: THP + 1 })];
    expect(verdict(refcount, mmState(...pins))).toBe('holds');
    expect(verdict(refcount, mmState(...pins, off('refcount', THP, -1)))).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages) has reference count 2, but its users hold 3: 1 by mappings, 2 by pins"`,
    );
    const small = [countedPtes({ page: 0 }, memory(PAGE)), pinned({ page: 0, pfn: PAGE })];
    expect(verdict(refcount, mmState(...small))).toBe('holds');
  });

  it('counts none for migration entries, and one for who put them in place', () => {
    const entries = [
      folio(PAGE),
      countedPtes({ page: 0 }, migrating(PAGE)),
      child,
      countedPtes({ mm: CHILD, page: 1 }, migrating(PAGE)),
    ];
    expect(verdict(refcount, mmState(...entries, underMigration(PAGE)))).toBe('holds');
    expect(verdict(refcount, mmState(...entries))).toMatchInlineSnapshot(
      `"page 22 (anon) is not migrated, but a migration entry stands for it"`,
    );
    const huge = countedMigration({ pfn: THP });
    expect(verdict(refcount, mmState(huge, underMigration(THP)))).toBe('holds');
    expect(verdict(refcount, mmState(huge, underMigration(THP), held(THP)))).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages) has reference count 2, but its users hold 1: 1 by a migration"`,
    );
    expect(verdict(refcount, mmState(huge, held(THP)))).toMatchInlineSnapshot(
      `"frame 18 of folio 18 (anon, 2 pages) is not migrated, but a migration entry stands for it"`,
    );
  });

  it('counts the mms that have used the huge zero folio, and the shrinker; not its leaves', () => {
    const used = [usesHugeZero(HUGE_ZERO), zero(0), child, usesHugeZero(HUGE_ZERO, CHILD)];
    expect(verdict(refcount, mmState(...used))).toBe('holds');
    expect(verdict(refcount, mmState(...used, held(HUGE_ZERO)))).toMatchInlineSnapshot(
      `"folio 38 (huge zero, 2 pages) has reference count 4, but its users hold 3: 1 by the shrinker, 2 by mms"`,
    );
    expect(verdict(refcount, mmState(...used, pinned({ page: 0, pfn: HUGE_ZERO })))).toBe('holds');
    expect(verdict(refcount, mmState(usesHugeZero(HUGE_ZERO), zero(0), child, zero(CHILD)))).toMatchInlineSnapshot(
      `"child pmd[0] maps the huge zero folio, and the mm has no reference to it"`,
    );
  });

  it('asks nothing of the zero page', () => {
    expect(refcount.holds(mmState(table({ page: 0 }, memory(ZERO_PAGE, { special: 1 })), held(ZERO_PAGE)))).toBe(true);
  });

  it('fails when a free page has a reference, or something refers to it', () => {
    expect(verdict(refcount, mmState(held(PAGE)))).toMatchInlineSnapshot(`"page 22 (free) has reference count 1"`);
    expect(verdict(refcount, mmState(table({ page: 0 }, memory(PAGE))))).toMatchInlineSnapshot(
      `"page 22 (free) has reference count 0, and is still mapped, migrated or pinned"`,
    );
    expect(verdict(refcount, mmState(thp({ pfn: THP })))).toMatchInlineSnapshot(
      `"page 18 (free) has reference count 0, and is still mapped, migrated or pinned"`,
    );
    expect(refcount.holds(mmState(table({ page: 0 }, migrating(PAGE))))).toBe(false);
    expect(refcount.holds(mmState(thp({ kind: 3, pfn: THP })))).toBe(false);
    expect(refcount.holds(mmState(pinned({ page: 0, pfn: PAGE }), off('pincount', PAGE, -1)))).toBe(false);
  });

  it('has no subject where nobody but an owner has a reference', () => {
    const owned = [folio(DAX), folio(DRIVER), folio(ZERO_PAGE)];
    expect(verdict(refcount, mmState(device({ pages: [0, 2] }), leaf({}), ...owned))).toBe('no subject');
    expect(verdict(refcount, mmState(anon({ pages: [0, 2] })))).toBe('no subject');
  });
});
