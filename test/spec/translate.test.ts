import { describe, expect, it } from '@effect/vitest';
import { translate } from '../../spec/translate.ts';
import {
  anon,
  cowDevice,
  device,
  leaf,
  memory,
  migration,
  mmState,
  none,
  pte,
  shmem,
  table,
  THP,
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
      `"parent page 0 translates to frame 19 (the leaf in pmd[0]), but in the private anon VMA of pages 0..1 (RW) a leaf maps an anonymous folio, from its first frame on"`,
    );
    expect(verdict(translate, mmState(anon({ pages: [0, 2] }), thp({ pfn: 16 })))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 16 (the leaf in pmd[0]), but in the private anon VMA of pages 0..1 (RW) a leaf maps an anonymous folio, from its first frame on"`,
    );
    expect(verdict(translate, mmState(shmem({ pages: [0, 2] }), thp({})))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 18 (the leaf in pmd[0]), but in the shared shmem VMA of pages 0..1 (RW) a leaf maps the folio of the file, from its first frame on"`,
    );
  });

  it('has no subject in small pages of memory, none PTEs and migration entries', () => {
    const small = [anon({ pages: [0, 4] }), table({ page: 0 }, memory(31), none), migration({ slot: 1 })];
    expect(verdict(translate, mmState(...small))).toBe('no subject');
  });
});
