/** The tree of reservations against lists of frames: what is left of them, and who is refused. */
import { describe, expect, it } from '@effect/vitest';
import { free_pfn_range, reserve_pfn_range } from '../../../model/arch/memtype.ts';
import {
  memtype_check_conflict,
  memtype_erase,
  memtype_erase_or_shrink,
  memtype_erase_part,
  memtype_lookup,
} from '../../../model/arch/memtype_interval.ts';
import type { Sys } from '../../../model/mm/kernel.ts';
import { SMALL } from '../../../model/state/geometry.ts';
import { Memtype } from '../../../model/state/memtypes.ts';
import { Result } from '../../../model/state/mm_types.ts';
import { booted } from '../../support/booted.ts';

type Range = readonly [from: number, to: number];
const [WB, WC, UC_MINUS, UC, WT] = [0, 1, 2, 3, 7];

const machine = (ranges: readonly Range[] = [], mode = WC): Sys => {
  const s = booted({ ...SMALL, memtypes: 4 });
  for (const [row, [from, to]] of ranges.entries()) s.memtype.put(row, Memtype.of({ from, frames: to - from, mode }));
  return s;
};
const left = (s: Sys): readonly Range[] => {
  const ranges: Range[] = [];
  for (let row = 0; row < s.memtype.rows; row++) {
    const [from, frames] = [Memtype.from(s.memtype.at(row)), Memtype.frames(s.memtype.at(row))];
    if (frames > 0) ranges.push([from, from + frames]);
  }
  return ranges.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
};

const RANGES: readonly Range[] = [0, 1, 2, 3].flatMap((from) =>
  [1, 2, 3, 4].filter((to) => to > from).map((to): Range => [from, to]),
);
const pairs = RANGES.flatMap((a) => RANGES.map((b): readonly [Range, Range] => [a, b]));
const count = (ranges: readonly Range[], frame: number): number =>
  ranges.filter(([from, to]) => from <= frame && frame < to).length;

describe.each([
  ['memtype_erase()', memtype_erase],
  ['memtype_erase_or_shrink()', memtype_erase_or_shrink],
  ['memtype_erase_part()', memtype_erase_part],
])('%s', (_name, erase) => {
  it('takes each frame of the range once, or nothing', () => {
    for (const [a, b] of pairs)
      for (const [from, to] of RANGES) {
        const s = machine([a, b]);
        const erased = erase(s, from, to);
        for (let frame = 0; frame < 4; frame++) {
          const taken = erased && from <= frame && frame < to ? 1 : 0;
          expect(count(left(s), frame)).toBe(count([a, b], frame) - taken);
        }
      }
  });
});

describe('what is erased', () => {
  it('is a range as it was reserved, since v6.16', () => {
    for (const [a, b] of pairs)
      for (const one of RANGES)
        expect(memtype_erase(machine([a, b]), ...one)).toBe(
          [a, b].some((has) => has[0] === one[0] && has[1] === one[1]),
        );
  });

  it('may be the end of one before, the one that begins first', () => {
    const s = machine([
      [2, 4],
      [0, 4],
    ]);
    expect(memtype_erase_or_shrink(s, 3, 4)).toBe(true);
    expect(left(s)).toEqual([
      [0, 3],
      [2, 4],
    ]);
    expect(memtype_erase_or_shrink(machine([[0, 4]]), 0, 2)).toBe(false);
  });
});

/** What who asks for a mode is given of frames that are reserved for one, or the error. */
const given = (has: number, asked: number, strict = false): number =>
  reserve_pfn_range(machine([[0, 2]], has), 1, 2, asked, strict);

describe('reserve_pfn_range()', () => {
  it('gives the mode that the frames have, where who asks may have it', () => {
    expect([given(WC, WC), given(WC, UC_MINUS), given(UC_MINUS, WC), given(WC, UC)]).toEqual([WC, WC, UC_MINUS, WC]);
    expect([given(WB, UC_MINUS), given(WB, WC), given(WB, WT), given(WC, WT)]).toEqual(
      Array.from({ length: 4 }, () => -Result.EINVAL),
    );
    expect([given(WB, UC), given(UC_MINUS, WT), given(WC, WB)]).toEqual([WB, UC_MINUS, WC]);
    expect([given(WC, WC, true), given(WC, UC_MINUS, true)]).toEqual([WC, -Result.EINVAL]);
  });

  it('takes WB of a device for UC-, and refuses two modes', () => {
    const s = machine();
    expect(reserve_pfn_range(s, 0, 1, WB, false)).toBe(UC_MINUS);
    expect(reserve_pfn_range(s, 1, 1, WC, false)).toBe(WC);
    expect(reserve_pfn_range(s, 0, 2, WC, false)).toBe(-Result.EBUSY);
    expect([memtype_check_conflict(s, 0, 2, WC), memtype_check_conflict(s, 2, 4, WT)]).toEqual([-1, WT]);
    expect([0, 1, 2].map((pfn) => memtype_lookup(s, pfn))).toEqual([UC_MINUS, WC, -1]);
  });

  it('leaves nothing behind where it is refused, and has as much room as there are rows', () => {
    const s = machine([[0, 2]]);
    expect(reserve_pfn_range(s, 0, 2, WT, false)).toBe(-Result.EINVAL);
    expect(left(s)).toEqual([[0, 2]]);
    for (let i = 0; i < 3; i++) expect(reserve_pfn_range(s, 0, 2, WC, false)).toBe(WC);
    expect(reserve_pfn_range(s, 0, 2, WC, false)).toBe(-Result.ENOMEM);
    free_pfn_range(s, 0, 2);
    expect(left(s)).toHaveLength(3);
  });
});
