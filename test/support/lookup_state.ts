/** Pieces of states (mm_state.ts) in which a frame is looked up. */
import { Dma, Found, Level, Lookup, LookupStage, LookupUser, Spte } from '../../model/state/lookups.ts';
import type { Piece } from './mm_state.ts';

type LookupFields = NonNullable<Parameters<typeof Lookup.of>[0]>;
type FoundFields = NonNullable<Parameters<typeof Found.of>[0]>;
type SpteFields = NonNullable<Parameters<typeof Spte.of>[0]>;
type DmaFields = NonNullable<Parameters<typeof Dma.of>[0]>;

/** A look-up that holds its lock: of page 0, for reading, by vfio. */
export const held =
  (fields: LookupFields = {}): Piece =>
  ({ lookup }) =>
    lookup.put(
      0,
      Lookup.of({ stage: LookupStage.locked, user: LookupUser.vfio, page: 0, want: 1, takes: 1, ...fields }),
    );
export const ended = (fields: LookupFields = {}): Piece => held({ stage: LookupStage.ended, ...fields });
/** What it has found: frame 0, by a PTE, as remap_pfn_range() maps it. */
export const hasFound =
  (fields: FoundFields = {}): Piece =>
  (draft) =>
    draft.found.put(0, Found.of({ level: Level.PTE, write: 1, special: 1, ...fields }));
/** What its user keeps of an earlier result. */
export const goesBy =
  (fields: FoundFields = {}): Piece =>
  (draft) =>
    draft.kept.put(0, Found.of({ level: Level.PTE, write: 1, special: 1, ...fields }));
/** By what a device has been accessed in this step. */
export const copied =
  (fields: FoundFields = {}): Piece =>
  (draft) =>
    draft.copied.put(0, Found.of({ level: Level.PTE, write: 1, special: 1, ...fields }));
/** A second-stage entry of one page, writable. */
export const guestPage =
  (row: number, fields: SpteFields = {}): Piece =>
  ({ spte }) =>
    spte.put(row, Spte.of({ level: Level.PTE, write: 1, ...fields }));
/** What an IOMMU may use: frame 0 for page 0. */
export const dmaMapping =
  (row: number, fields: DmaFields = {}): Piece =>
  ({ dma }) =>
    dma.put(row, Dma.of({ user: 1, pages: 1, write: 1, ...fields }));
