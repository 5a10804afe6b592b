import { describe, expect, it } from '@effect/vitest';
import { zeropage } from '../../spec/zeropage.ts';
import { countedPtes, off } from '../support/mm_folios.ts';
import {
  anon,
  HUGE_ZERO,
  leaf,
  memory,
  mmState,
  PAGE,
  type Piece,
  table,
  verdict,
  ZERO_PAGE,
} from '../support/mm_state.ts';

const zero = (write: number) => memory(ZERO_PAGE, { special: 1, write });
const hugeZero = (write: number): Piece => leaf({ slot: 1, pfn: HUGE_ZERO, byRemap: 0, write });

describe('I-ZEROPAGE', () => {
  it('holds of read-only entries, by PTE and by leaf', () => {
    expect(verdict(zeropage, mmState(anon({ pages: [0, 4] }), table({ page: 0 }, zero(0)), hugeZero(0)))).toBe('holds');
  });

  it('fails on a writable one', () => {
    expect(verdict(zeropage, mmState(table({ page: 0 }, zero(0), zero(1))))).toMatchInlineSnapshot(
      `"parent page 1 is writable, and maps zeroes: frame 42 by pte[1] of table 0"`,
    );
    expect(verdict(zeropage, mmState(hugeZero(1)))).toMatchInlineSnapshot(
      `"parent page 2 is writable, and maps zeroes: frame 38 by the leaf in pmd[1]"`,
    );
  });

  it.each(['mapcount', 'entireMapcount', 'largeMapcount', 'nrPagesMapped'] as const)('fails on a %s', (counts) => {
    expect(verdict(zeropage, mmState(off(counts, HUGE_ZERO, 1)))).toBe('frame 38 (huge zero) has mapcounts: 1 in all');
  });

  it('fails on a mapcount of the zero page', () => {
    expect(verdict(zeropage, mmState(off('mapcount', ZERO_PAGE, 2)))).toMatchInlineSnapshot(
      `"frame 42 (zero page) has mapcounts: 2 in all"`,
    );
  });

  it('has no subject in other memory', () => {
    expect(verdict(zeropage, mmState(countedPtes({ page: 0 }, memory(PAGE))))).toBe('no subject');
  });
});
