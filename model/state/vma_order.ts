/**
 * VMAs of processes in rows of a table, `mm * vmas + i`, in no order: the maple tree of mm/vma.c as far as it is asked. A row that
 * is 0 has none. Written for any word that says where a VMA starts, and where it ends.
 */

interface Vmas<V> {
  readonly geometry: { readonly mms: number; readonly vmas: number };
  readonly vma: { readonly at: (row: number) => V; readonly put: (row: number, vma: V) => void };
}

interface Fields<V> {
  readonly start: (vma: V) => number;
  readonly end: (vma: V) => number;
}

export const vmaOrder = <V extends number>({ start, end }: Fields<V>) => {
  /** The row of the VMA that covers `page`, or -1. */
  const vma_lookup = (s: Vmas<V>, mm: number, page: number): number => {
    const { vmas } = s.geometry;
    for (let row = mm * vmas; row < (mm + 1) * vmas; row++) {
      const vma = s.vma.at(row);
      if (vma !== 0 && start(vma) <= page && page < end(vma)) return row;
    }
    return -1;
  };

  /** The row of the first VMA that ends behind `page`, or -1. */
  const find_vma = (s: Vmas<V>, mm: number, page: number): number => {
    const { vmas } = s.geometry;
    let found = -1;
    for (let row = mm * vmas; row < (mm + 1) * vmas; row++) {
      const vma = s.vma.at(row);
      if (vma === 0 || end(vma) <= page) continue;
      if (found < 0 || start(vma) < start(s.vma.at(found))) found = row;
    }
    return found;
  };

  /** The start of the VMA at or behind `page`, or a page behind everything: the ceiling of free_pgtables(). */
  const ceiling_of = (s: Vmas<V>, mm: number, page: number): number => {
    const row = find_vma(s, mm, page);
    return row < 0 ? Number.MAX_SAFE_INTEGER : start(s.vma.at(row));
  };

  /** The end of the VMA before `page`, or 0: the floor of free_pgtables(). */
  const floor_of = (s: Vmas<V>, mm: number, page: number): number => {
    const { vmas } = s.geometry;
    let floor = 0;
    for (let row = mm * vmas; row < (mm + 1) * vmas; row++) {
      const vma = s.vma.at(row);
      if (vma !== 0 && end(vma) <= page) floor = Math.max(floor, end(vma));
    }
    return floor;
  };

  const range_is_free = (s: Vmas<V>, mm: number, from: number, to: number): boolean => ceiling_of(s, mm, from) >= to;

  /** How many VMAs the mm may still have: max_map_count. */
  const free_vma_rows = (s: Vmas<V>, mm: number): number => {
    const { vmas } = s.geometry;
    let free = 0;
    for (let row = mm * vmas; row < (mm + 1) * vmas; row++) if (s.vma.at(row) === 0) free++;
    return free;
  };

  /** The rows of each process in the order of addresses, free ones last. */
  const sort_vmas = (s: Vmas<V>): void => {
    const { mms, vmas } = s.geometry;
    for (let mm = 0; mm < mms; mm++) {
      const first = mm * vmas;
      // Insertion sort: few rows, mostly in order.
      for (let row = first + 1; row < first + vmas; row++) {
        const vma = s.vma.at(row);
        if (vma === 0) continue;
        let at = row;
        for (; at > first; at--) {
          const before = s.vma.at(at - 1);
          if (before !== 0 && start(before) <= start(vma)) break;
          s.vma.put(at, before);
        }
        s.vma.put(at, vma);
      }
    }
  };

  return { vma_lookup, find_vma, ceiling_of, floor_of, range_is_free, free_vma_rows, sort_vmas };
};
