import { describe, expect, it } from '@effect/vitest';
import { vmaOrder } from '../../../model/state/vma_order.ts';

/** A VMA of pages start..end-1, as start * 100 + end. */
const order = vmaOrder<number>({ start: (vma) => Math.trunc(vma / 100), end: (vma) => vma % 100 });
/** Two processes of three rows each. */
const of = (...rows: readonly number[]) => {
  const kept = [...rows];
  const vma = { at: (row: number) => kept[row]!, put: (row: number, one: number) => void (kept[row] = one) };
  return { geometry: { mms: 2, vmas: 3 }, vma, kept };
};
const s = of(408, 0, 2, 1012, 206, 0);

describe('VMAs in no order', () => {
  it('are found by a page, or by what is behind it', () => {
    expect([0, 2, 7, 8].map((page) => order.vma_lookup(s, 0, page))).toEqual([2, -1, 0, -1]);
    expect([0, 2, 7, 8].map((page) => order.find_vma(s, 0, page))).toEqual([2, 0, 0, -1]);
    expect([0, 6, 12].map((page) => order.find_vma(s, 1, page))).toEqual([4, 3, -1]);
  });

  it('bound what lies between them', () => {
    expect([order.floor_of(s, 0, 4), order.ceiling_of(s, 0, 2)]).toEqual([2, 4]);
    expect([order.floor_of(s, 0, 1), order.ceiling_of(s, 0, 8)]).toEqual([0, Number.MAX_SAFE_INTEGER]);
    expect([order.range_is_free(s, 0, 2, 4), order.range_is_free(s, 0, 2, 5)]).toEqual([true, false]);
    expect(order.free_vma_rows(s, 0)).toBe(1);
  });

  it('are sorted, free rows behind them', () => {
    const sorted = of(408, 0, 2, 1012, 206, 0);
    order.sort_vmas(sorted);
    expect(sorted.kept).toEqual([2, 408, 0, 206, 1012, 0]);
  });
});
