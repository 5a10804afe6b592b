import { describe, expect, it } from '@effect/vitest';
import { translate } from '../../spec/translate.ts';
import {
  DAX,
  DRIVER,
  FILE,
  HUGE_ZERO,
  PAGE,
  REGULAR,
  THP,
  ZERO_PAGE,
  anon,
  cowDevice,
  dax,
  device,
  file,
  leaf,
  memory,
  migrating,
  migration,
  mixed,
  mmState,
  none,
  pte,
  pudLeaf,
  shmem,
  table,
  thp,
  verdict,
} from '../support/mm_state.ts';

describe('I-TRANS', () => {
  it('holds of leaves and PTEs that map the frames of their VMA', () => {
    const s = mmState(
      device({ pages: [0, 2], pgoff: 4 }),
      leaf({ pfn: 4 }),
      device({ pages: [3, 4], pgoff: 9 }),
      table({ slot: 1, page: 0 }, none, pte(9)),
    );
    expect(verdict(translate, s)).toBe('holds');
  });

  it('fails when a PTE maps the next frame, as a PAT_LARGE bit in the pfn makes it', () => {
    const s = mmState(device({ pages: [0, 2] }), table({ page: 3 }, pte(1), pte(1)));
    expect(verdict(translate, s)).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 1 (pte[0] of table 3), but the shared pfnmap VMA of pages 0..1 (RW) names frame 0"`,
    );
  });

  it('fails when vm_pgoff did not advance with the start of the VMA', () => {
    expect(verdict(translate, mmState(device({ pages: [2, 4] }), leaf({ slot: 1, pfn: 2 })))).toMatchInlineSnapshot(
      `"parent page 2 translates to frame 2 (the leaf in pmd[1]), but the shared pfnmap VMA of pages 2..3 (RW) names frame 0"`,
    );
  });

  it('holds of a copied page in a CoW VMA', () => {
    const s = mmState(cowDevice({ pages: [0, 2] }), table({ page: 0 }, memory(31), pte(1, { write: 0 })));
    expect(verdict(translate, s)).toBe('holds');
  });

  it('fails when a shared VMA maps memory, or a leaf of a CoW VMA does', () => {
    const shared = mmState(device({ pages: [0, 2] }), table({ page: 0 }, memory(31), pte(1)));
    expect(verdict(translate, shared)).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 31 (pte[0] of table 0), but the shared pfnmap VMA of pages 0..1 (RW) names frame 0"`,
    );
    expect(verdict(translate, mmState(cowDevice({ pages: [0, 2] }), thp({})))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 18 (the leaf in pmd[0]), but the private pfnmap VMA of pages 0..1 (RW) names frame 0"`,
    );
  });

  it('fails when something is left where no VMA is', () => {
    expect(verdict(translate, mmState(device({ pages: [0, 2] }), leaf({ slot: 3 })))).toMatchInlineSnapshot(
      `"parent page 6 translates to frame 0 (the leaf in pmd[3]), but no VMA covers it"`,
    );
    expect(verdict(translate, mmState(table({ page: 0 }, none, memory(31))))).toMatchInlineSnapshot(
      `"parent page 1 translates to frame 31 (pte[1] of table 0), but no VMA covers it"`,
    );
  });

  it('holds of THP leaves that map their folio from its first frame on', () => {
    const folios = [anon({ pages: [0, 4] }), thp({}), thp({ slot: 1, pfn: THP + 2 })];
    expect(verdict(translate, mmState(...folios, shmem({ pages: [4, 6] }), thp({ slot: 2, pfn: 16 })))).toBe('holds');
  });

  it('fails on a THP leaf that begins inside a folio, or maps a folio of another kind', () => {
    expect(verdict(translate, mmState(anon({ pages: [0, 2] }), thp({ pfn: THP + 1 })))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 19 (the leaf in pmd[0]), but a leaf maps a whole folio, from its first frame on"`,
    );
    expect(verdict(translate, mmState(anon({ pages: [0, 2] }), thp({ pfn: 16 })))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 16 (the leaf in pmd[0]), which is no anonymous memory, in the private anon VMA of pages 0..1 (RW)"`,
    );
    expect(verdict(translate, mmState(shmem({ pages: [0, 2] }), thp({})))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 18 (the leaf in pmd[0]), but the shared shmem VMA of pages 0..1 (RW) names frame 16"`,
    );
  });

  it('holds of anonymous pages and zero pages in anonymous memory, by PTE and by leaf', () => {
    const zeroes = [memory(ZERO_PAGE, { special: 1, write: 0 }), memory(PAGE)];
    const s = mmState(
      anon({ pages: [0, 4] }),
      table({ page: 0 }, ...zeroes),
      thp({ slot: 1, pfn: HUGE_ZERO, special: 1 }),
    );
    expect(verdict(translate, s)).toBe('holds');
  });

  it('fails when anonymous memory maps a file, or a file anonymous memory by a leaf', () => {
    expect(
      verdict(translate, mmState(anon({ pages: [0, 2] }), table({ page: 0 }, memory(REGULAR)))),
    ).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 40 (pte[0] of table 0), which is no anonymous memory, in the private anon VMA of pages 0..1 (RW)"`,
    );
    expect(verdict(translate, mmState(file({ pages: [0, 2], shared: 0 }), thp({})))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 18 (the leaf in pmd[0]), but the private file VMA of pages 0..1 (RW, ->fault) names frame 40"`,
    );
  });

  it('holds of a file, its copies in a private mapping included', () => {
    const shared = [file({ pages: [0, 2] }), thp({ pfn: REGULAR })];
    const copied = [file({ pages: [2, 4], shared: 0 }), table({ slot: 1, page: 0 }, memory(PAGE), memory(REGULAR + 1))];
    expect(verdict(translate, mmState(...shared, ...copied))).toBe('holds');
  });

  it('fails behind the end of a file, although the frame is that of the next one', () => {
    const s = mmState(shmem({ pages: [0, 2], pgoff: 1 }), table({ page: 0 }, memory(FILE + 1), memory(FILE + 2)));
    expect(verdict(translate, s)).toMatchInlineSnapshot(
      `"parent page 1 translates to frame 18 (pte[1] of table 0), but the shared shmem VMA of pages 0..1 (RW) names none: its file has ended"`,
    );
  });

  it('holds of PUD leaves of the device and of a dax folio of their size', () => {
    expect(verdict(translate, mmState(device({ pages: [0, 4], pgoff: 4 }), pudLeaf({ pfn: 4 })))).toBe('holds');
    expect(verdict(translate, mmState(dax({ pages: [0, 4] }), pudLeaf({ pfn: DAX, special: 0 })))).toBe('holds');
  });

  it('fails on a PUD leaf of other frames, and on a PMD leaf of a part of a folio', () => {
    expect(verdict(translate, mmState(device({ pages: [0, 4], pgoff: 4 }), pudLeaf({})))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 0 (the leaf in pud[0]), but the shared pfnmap VMA of pages 0..3 (RW) names frame 4"`,
    );
    expect(verdict(translate, mmState(dax({ pages: [0, 2] }), thp({ pfn: DAX })))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 32 (the leaf in pmd[0]), but a leaf maps a whole folio, from its first frame on"`,
    );
  });

  it("holds of a driver's pages, and of frames of the device behind them", () => {
    const both = [
      mixed({ pages: [0, 2] }),
      thp({ pfn: DRIVER }),
      mixed({ pages: [2, 4], pgoff: 18 }),
      leaf({ slot: 1, pfn: 2 }),
    ];
    expect(verdict(translate, mmState(...both))).toBe('holds');
    const wrong = mmState(mixed({ pages: [2, 4], pgoff: 18 }), leaf({ slot: 1, pfn: 4 }));
    expect(verdict(translate, wrong)).toMatchInlineSnapshot(
      `"parent page 2 translates to frame 4 (the leaf in pmd[1]), but the shared mixed VMA of pages 2..3 (RW, ->fault) names frame 2"`,
    );
  });

  it('has no subject in none PTEs and migration entries', () => {
    const small = [anon({ pages: [0, 4] }), table({ page: 0 }, none, migrating(31)), migration({ slot: 1 })];
    expect(verdict(translate, mmState(...small))).toBe('no subject');
  });
});
