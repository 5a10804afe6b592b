/**
 * How often a large folio is mapped in all, and by whom. Mirrors include/linux/rmap.h folio_add_large_mapcount() and its
 * likes, v7.1; the owners (CONFIG_MM_ID) since v6.15. Left out: the lock of the counters, and how a 32-bit kernel
 * gives up on an mm whose count overflows.
 */
import { ModelBug } from '../../checker/search/index.ts';
import type { Machine } from '../state/machine.ts';
import { type FolioDraft, MmIds } from '../state/memmap.ts';
import { folio_nr_pages, large_row } from './page_flags.ts';

/** Folios, the machine, and what releases differ in. */
export type RmapSys = FolioDraft & {
  readonly machine: Machine;
  readonly kernel: {
    readonly queues_unmapped: (s: RmapSys) => boolean;
    readonly folio_maybe_dma_pinned: (s: FolioDraft, folio: number) => boolean;
  };
};
type Counts = RmapSys['mapcount'];

/**
 * Adds to a counter of mappings, and returns what it is then. Below zero it is a "Bad page map"; at its end, where
 * something has leaked for long already, it sticks.
 */
export const add_mapcount = (s: RmapSys, counts: Counts, row: number, by: number, what: string): number => {
  const was = counts.at(row);
  if (was === s.memmap.countMax) return was;
  const now = Math.min(was + by, s.memmap.countMax);
  if (now < 0) throw new ModelBug('bad-page-map', `${what} falls to ${now}`);
  counts.put(row, now);
  return now;
};

// The owners are the first two mms that map the folio; a third has no slot. One bit says whether others may map it.

const slot_of_mm = (ids: MmIds, id: number): number => {
  if (MmIds.id0(ids) === id) return 0;
  return MmIds.id1(ids) === id ? 1 : -1;
};
const with_slot = (ids: MmIds, slot: number, id: number): MmIds =>
  slot === 0 ? MmIds.mkId0(ids, id) : MmIds.mkId1(ids, id);

/** __folio_large_mapcount_sanity_checks(): a slot counts if and only if it is taken; what is not mapped is not shared. */
const sanity_checks = (s: RmapSys, folio: number, nr: number): void => {
  const row = large_row(s, folio);
  const ids = s.mmIds.at(row);
  if (nr <= 0 || nr > folio_nr_pages(s, folio))
    throw new ModelBug('rmap-sanity', `${nr} mappings of folio ${folio} at once`);
  const of0 = s.mmIdMapcount.at(2 * row);
  const of1 = s.mmIdMapcount.at(2 * row + 1);
  if ((MmIds.id0(ids) === 0) !== (of0 === 0) || (MmIds.id1(ids) === 0) !== (of1 === 0))
    throw new ModelBug('rmap-sanity', `the owners of folio ${folio} (${MmIds.show(ids)}) map it ${of0}, ${of1} times`);
  if (s.largeMapcount.at(row) === 0 && MmIds.shared(ids) === 1)
    throw new ModelBug('rmap-sanity', `folio ${folio} is not mapped, and shared`);
};

/** folio_add_large_mapcount() and folio_add_return_large_mapcount(). */
export const folio_add_large_mapcount = (s: RmapSys, folio: number, nr: number, mm: number): number => {
  const row = large_row(s, folio);
  if (s.machine.mmId) sanity_checks(s, folio, nr);
  const lm = add_mapcount(s, s.largeMapcount, row, nr, 'the large mapcount');
  if (s.machine.mmId) add_to_owner(s, row, nr, mm, lm);
  return lm;
};

const add_to_owner = (s: RmapSys, row: number, nr: number, mm: number, lm: number): void => {
  const ids = s.mmIds.at(row);
  const own = slot_of_mm(ids, mm + 1);
  if (own >= 0) {
    add_mapcount(s, s.mmIdMapcount, 2 * row + own, nr, 'the mapcount of an mm');
    return;
  }
  const free = slot_of_mm(ids, 0);
  if (free < 0) return;
  s.mmIdMapcount.put(2 * row + free, nr);
  // Others map it too, with a slot or without.
  s.mmIds.put(row, MmIds.mkShared(with_slot(ids, free, mm + 1), lm === nr ? 0 : 1));
};

/** folio_sub_large_mapcount() and folio_sub_return_large_mapcount(). */
export const folio_sub_large_mapcount = (s: RmapSys, folio: number, nr: number, mm: number): number => {
  const row = large_row(s, folio);
  if (s.machine.mmId) sanity_checks(s, folio, nr);
  const lm = add_mapcount(s, s.largeMapcount, row, -nr, 'the large mapcount');
  if (s.machine.mmId) sub_from_owner(s, row, nr, mm, lm);
  return lm;
};

const sub_from_owner = (s: RmapSys, row: number, nr: number, mm: number, lm: number): void => {
  let ids = s.mmIds.at(row);
  const own = slot_of_mm(ids, mm + 1);
  if (own >= 0) {
    // An mm may have more mappings than its slot knows of, if both slots were taken when it made the first ones.
    const left = Math.max(0, s.mmIdMapcount.at(2 * row + own) - nr);
    s.mmIdMapcount.put(2 * row + own, left);
    if (left > 0) return;
    ids = with_slot(ids, own, 0);
  }
  const alone = s.mmIdMapcount.at(2 * row) === lm || s.mmIdMapcount.at(2 * row + 1) === lm;
  s.mmIds.put(row, alone ? MmIds.mkShared(ids, 0) : ids);
};

/** folio_set_large_mapcount(): of a folio that nobody has mapped yet. */
export const folio_set_large_mapcount = (s: RmapSys, folio: number, nr: number, mm: number): void => {
  const row = large_row(s, folio);
  if (s.machine.mmId) sanity_checks(s, folio, nr);
  s.largeMapcount.put(row, nr);
  if (!s.machine.mmId) return;
  s.mmIdMapcount.put(2 * row, nr);
  s.mmIds.put(row, MmIds.of({ id0: mm + 1 }));
};
