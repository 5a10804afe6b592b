/**
 * The canonical blocks of anonymous folios, and of those of a file whose page cache is a table: see symmetry.ts. Blocks of
 * one use and size are interchangeable; those that PTEs, leaves, swap entries, pins, a migration and the page cache meet
 * first come first, and those that look-ups have found; then what is allocated and met by nothing, then what is free.
 */
import type { MutableRows } from '../../checker/search/index.ts';
import { DEVICE_FRAMES, type Geometry } from '../state/geometry.ts';
import { memmapOf, Migration, Page, PageKind, SwapSlot } from '../state/memmap.ts';
import { isHwpoisonPte, isPrivatePte, isSwapPte, type MmDraft, Pin, Pmd, PmdKind, Pte } from '../state/mm_types.ts';
import { move_lookups, name_lookups } from './symmetry_lookups.ts';

const nothing = (): void => undefined;
const namesPage = (pte: Pte): boolean =>
  Pte.present(pte) === 1 || Pte.migration(pte) === 1 || isHwpoisonPte(pte) || isPrivatePte(pte);

const brokenAt = (s: MmDraft, row: number): number => (s.hwpoison.rows > 0 ? s.hwpoison.at(row) : 0);

/** Renames blocks of a state; buffers are made once. */
export const canonicalFolios = (g: Geometry): ((s: MmDraft) => void) => {
  const { blocks, start, blockOf, largeRow } = memmapOf(g);
  const isNamed = Uint8Array.from(blocks, ({ use }) =>
    use === 'anon' || use === 'private' || use === g.pageCache?.use ? 1 : 0,
  );
  const named = blocks.flatMap((_block, i) => (isNamed[i] === 1 ? [i] : []));
  if (named.length < 2) return nothing;
  /** The class of each block: the first block that it can be exchanged with. */
  const classOf = Int32Array.from(blocks, (one) =>
    blocks.findIndex(({ use, pages }) => use === one.use && pages === one.pages),
  );
  /** Blocks of each class, the next free name of each, and the new block of each old one. */
  const ofClass = new Map(named.map((i) => [classOf[i]!, named.filter((j) => classOf[j] === classOf[i])]));
  const taken = new Int32Array(blocks.length);
  const renamed = new Int32Array(blocks.length);

  const name = (block: number): void => {
    if (renamed[block] !== -1) return;
    const one = classOf[block]!;
    renamed[block] = ofClass.get(one)![taken[one]!++]!;
  };
  const name_frame = (pfn: number): void => {
    if (pfn < DEVICE_FRAMES) return;
    const block = blockOf[pfn - DEVICE_FRAMES];
    if (block !== undefined && isNamed[block] === 1) name(block);
  };

  /** Whether a page of the block is not free, or is broken: of one that has been split, any may be. */
  const isUsed = (s: MmDraft, block: number): boolean => {
    const first = start[block]! - DEVICE_FRAMES;
    for (let row = first; row < first + blocks[block]!.pages; row++)
      if (Page.kind(s.page.at(row)) !== PageKind.free || brokenAt(s, row) !== 0) return true;
    return false;
  };
  const isUnmet = (s: MmDraft, block: number): boolean => renamed[block] === -1 && isUsed(s, block);
  /** What its slot is, but for the name of its page. */
  const slotOf = (s: MmDraft, block: number): number => {
    for (let slot = 0; slot < s.swapSlot.rows; slot++) {
      const e = s.swapSlot.at(slot);
      if (SwapSlot.cached(e) === start[block]) return SwapSlot.mkCached(e, 0);
    }
    return 0;
  };
  const isBefore = (s: MmDraft, a: number, b: number): boolean => {
    const [rowA, rowB] = [start[a]! - DEVICE_FRAMES, start[b]! - DEVICE_FRAMES];
    const pages = Math.min(blocks[a]!.pages, blocks[b]!.pages);
    for (let i = 0; i < pages; i++) {
      const [pageA, pageB] = [s.page.at(rowA + i), s.page.at(rowB + i)];
      if (pageA !== pageB) return pageA < pageB;
      const [brokenA, brokenB] = [brokenAt(s, rowA + i), brokenAt(s, rowB + i)];
      if (brokenA !== brokenB) return brokenA < brokenB;
    }
    return slotOf(s, a) < slotOf(s, b);
  };
  /** Pages in the swap cache, or isolated, that nobody wants any more, of which there may be several: by what can be told of them. */
  const name_unmet = (s: MmDraft): void => {
    for (let first = 0; first !== -1;) {
      first = -1;
      for (const block of named) if (isUnmet(s, block) && (first === -1 || isBefore(s, block, first))) first = block;
      if (first !== -1) name(first);
    }
  };

  const name_all = (s: MmDraft): void => {
    renamed.fill(-1);
    taken.fill(0);
    for (let row = 0; row < s.pmd.rows; row++) {
      const e = s.pmd.at(row);
      const kind = Pmd.kind(e);
      if (kind === PmdKind.leaf || kind === PmdKind.migration) name_frame(Pmd.pfn(e));
    }
    for (let row = 0; row < s.pte.rows; row++) {
      const pte = s.pte.at(row);
      if (namesPage(pte)) name_frame(Pte.pfn(pte));
      else if (isSwapPte(pte)) name_frame(SwapSlot.cached(s.swapSlot.at(Pte.pfn(pte))));
    }
    for (let row = 0; row < s.pin.rows; row++) if (Pin.taken(s.pin.at(row)) === 1) name_frame(Pin.pfn(s.pin.at(row)));
    for (let row = 0; row < s.migration.rows; row++)
      if (Migration.taken(s.migration.at(row)) === 1) name_frame(Migration.pfn(s.migration.at(row)));
    for (let row = 0; row < s.iPages.rows; row++) name_frame(s.iPages.at(row));
    name_lookups(s, name_frame);
    if (s.swapSlot.rows > 0 || s.hwpoison.rows > 0) name_unmet(s);
    for (const block of named) if (isUsed(s, block)) name(block);
    for (const block of named) name(block);
  };

  const moved = (pfn: number): number => {
    const block = pfn < DEVICE_FRAMES ? undefined : blockOf[pfn - DEVICE_FRAMES];
    return block === undefined || isNamed[block] === 0 ? pfn : start[renamed[block]!]! + pfn - start[block]!;
  };

  const buffer = new Int32Array(Math.max(blockOf.length, 2 * blocks.length));
  /** Carries `per` rows of each block to where the block is now, `rowOf` being the first of them. */
  const carry = (rows: MutableRows, rowOf: (block: number) => number, per: (block: number) => number): void => {
    for (const block of named)
      for (let i = 0; i < per(block); i++) buffer[rowOf(block) + i] = rows.at(rowOf(block) + i);
    for (const block of named)
      for (let i = 0; i < per(block); i++) rows.put(rowOf(renamed[block]!) + i, buffer[rowOf(block) + i]!);
  };
  const pageRow = (block: number): number => start[block]! - DEVICE_FRAMES;
  const pagesOfBlock = (block: number): number => blocks[block]!.pages;
  const large = (block: number): number => largeRow[block]!;
  const ifLarge = (block: number): number => (largeRow[block]! < 0 ? 0 : 1);

  const rewrite = (s: MmDraft): void => {
    for (let row = 0; row < s.pmd.rows; row++) {
      const e = s.pmd.at(row);
      const kind = Pmd.kind(e);
      if (kind === PmdKind.leaf || kind === PmdKind.migration) s.pmd.put(row, Pmd.mkPfn(e, moved(Pmd.pfn(e))));
    }
    for (let row = 0; row < s.pte.rows; row++) {
      const pte = s.pte.at(row);
      if (namesPage(pte)) s.pte.put(row, Pte.mkPfn(pte, moved(Pte.pfn(pte))));
    }
    for (let row = 0; row < s.pin.rows; row++) {
      const pin = s.pin.at(row);
      if (Pin.taken(pin) === 1) s.pin.put(row, Pin.mkPfn(pin, moved(Pin.pfn(pin))));
    }
    for (let row = 0; row < s.migration.rows; row++) {
      const e = s.migration.at(row);
      if (Migration.taken(e) === 1) s.migration.put(row, Migration.mkPfn(e, moved(Migration.pfn(e))));
    }
    for (let slot = 0; slot < s.swapSlot.rows; slot++) {
      const e = s.swapSlot.at(slot);
      s.swapSlot.put(slot, SwapSlot.mkCached(e, moved(SwapSlot.cached(e))));
    }
    for (let row = 0; row < s.iPages.rows; row++) s.iPages.put(row, moved(s.iPages.at(row)));
    move_lookups(s, moved);
    for (const rows of [s.page, s.refcount, s.mapcount]) carry(rows as MutableRows, pageRow, pagesOfBlock);
    if (s.pincount.rows > 0) carry(s.pincount, pageRow, pagesOfBlock);
    if (s.hwpoison.rows > 0) carry(s.hwpoison, pageRow, pagesOfBlock);
    if (s.mlock.rows > 0) carry(s.mlock as unknown as MutableRows, pageRow, pagesOfBlock);
    for (const rows of [s.entireMapcount, s.largeMapcount, s.nrPagesMapped, s.mmIds])
      carry(rows as MutableRows, large, ifLarge);
    carry(
      s.mmIdMapcount,
      (block) => 2 * large(block),
      (block) => 2 * ifLarge(block),
    );
  };

  return (s) => {
    name_all(s);
    for (const block of named) {
      if (renamed[block] !== block) {
        rewrite(s);
        return;
      }
    }
  };
};
