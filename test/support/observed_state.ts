/** Memory in use by hand, for states of which is told what a user sees. */
import { DEVICE_FRAMES } from '../../model/state/geometry.ts';
import { Page, PageKind } from '../../model/state/memmap.ts';
import { anon, FILE, PAGE, type Piece, table, THP } from './mm_state.ts';

export const page =
  (pfn: number, flags: Parameters<typeof Page.of>[0]): Piece =>
  (s) =>
    s.page.put(pfn - DEVICE_FRAMES, Page.of(flags));
export const mapcount =
  (pfn: number, n: number): Piece =>
  (s) =>
    s.mapcount.put(pfn - DEVICE_FRAMES, n);

/** Two anonymous pages, and the shmem file, in memory. */
export const inUse: Piece = (s) => {
  for (const pfn of [PAGE, PAGE + 1]) page(pfn, { kind: PageKind.anon, swapbacked: 1 })(s);
  for (const pfn of [FILE, FILE + 1])
    page(pfn, { kind: PageKind.shmem, swapbacked: 1, head: pfn === FILE ? 1 : 0, tail: pfn === FILE ? 0 : 1 })(s);
};
/** The parent maps these at its first pages, in anonymous memory. */
export const maps = (...entries: Parameters<typeof table>[1][]): readonly Piece[] => [
  inUse,
  anon({ pages: [0, 2] }),
  table({ page: 0 }, ...entries),
];

/** The parent maps the anonymous folio of PMD size there. */
export const mapsLeaf = (...pieces: readonly Piece[]): readonly Piece[] => [
  anon({ pages: [0, 2] }),
  page(THP, { kind: PageKind.anon, head: 1, swapbacked: 1 }),
  page(THP + 1, { kind: PageKind.anon, tail: 1, swapbacked: 1 }),
  ...pieces,
];
