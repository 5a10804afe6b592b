/**
 * The accounts of a state in short lines, for tests that know every number: of each folio in use its references and
 * mapcounts, then the counters of each process, then those of all memory. E stands for ENTIRELY_MAPPED.
 */
import { PageHWPoison } from '../../model/mm/hwpoison.ts';
import type { Sys } from '../../model/mm/kernel.ts';
import { DEVICE_FRAMES, pudPages, slotsOf } from '../../model/state/geometry.ts';
import {
  Hwpoison,
  Mlock,
  MmIds,
  Page,
  PageKind,
  Rss,
  rssBits,
  SwapSlot,
  Vmstat,
  vmstatBits,
} from '../../model/state/memmap.ts';
import { Pmd, PmdKind, Pte, Pud, PudKind } from '../../model/state/mm_types.ts';
import { party } from '../../model/state/party.ts';

const words = (...all: readonly string[]): string => all.filter((word) => word !== '').join(' ');
const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);

const nrPagesMapped = (s: Sys, npm: number): string => {
  const { entirelyMapped: E } = s.memmap;
  if (npm < E) return `${npm}`;
  return npm === E ? 'E' : `E+${npm - E}`;
};

/** em, lm, npm and the owners of a large folio. */
const large = (s: Sys, row: number): string => {
  const ids = s.mmIds.at(row);
  return words(
    `em ${s.entireMapcount.at(row)} lm ${s.largeMapcount.at(row)} npm ${nrPagesMapped(s, s.nrPagesMapped.at(row))}`,
    MmIds.id0(ids) === 0 ? '' : `${party(MmIds.id0(ids) - 1)}:${s.mmIdMapcount.at(2 * row)}`,
    MmIds.id1(ids) === 0 ? '' : `${party(MmIds.id1(ids) - 1)}:${s.mmIdMapcount.at(2 * row + 1)}`,
    MmIds.shared(ids) === 1 ? 'S' : '',
  );
};

/** A block that is one folio, or has been split into pages. */
const block = (s: Sys, at: number): readonly string[] => {
  const first = s.memmap.start[at]!;
  const { pages } = s.memmap.blocks[at]!;
  const isWhole = Page.head(s.page.at(first - DEVICE_FRAMES)) === 1;
  return isWhole ? folio(s, at, first, pages) : range(pages).flatMap((i) => folio(s, at, first + i, 1));
};

const folio = (s: Sys, at: number, first: number, pages: number): readonly string[] => {
  const row = first - DEVICE_FRAMES;
  const { use } = s.memmap.blocks[at]!;
  const e = s.page.at(row);
  if (Page.kind(e) === PageKind.free) return [];
  const exclusive = range(pages).filter((i) => Page.anonExclusive(s.page.at(row + i)) === 1);
  return [
    words(
      `${use} ${first}: ref ${s.refcount.at(row)}`,
      pages > 1 ? large(s, s.memmap.largeRow[at]!) : '',
      `pm ${range(pages)
        .map((i) => s.mapcount.at(row + i))
        .join(' ')}`,
      exclusive.length > 0 ? `AE ${exclusive.join(' ')}` : '',
      Page.partiallyMapped(e) === 1 ? 'defer' : '',
      range(pages)
        .flatMap((i) => (PageHWPoison(s, first + i) ? [`${Hwpoison.names[s.hwpoison.at(row + i)]} ${i}`] : []))
        .join(' '),
      s.mlock.rows > 0 && Mlock.mlocked(s.mlock.at(row)) === 1 ? `mlocked ${Mlock.count(s.mlock.at(row))}` : '',
    ),
  ];
};

/** What is not 0, of named counters. */
const counters = (names: readonly string[], valueOf: (row: number) => number): string =>
  names
    .map((name, row) => ({ name, value: valueOf(row) }))
    .filter(({ value }) => value !== 0)
    .map(({ name, value }) => `${name} ${value}`)
    .join(', ');

export const folios = (s: Sys): readonly string[] => s.memmap.blocks.flatMap((_, at) => block(s, at));
const rssOf = (s: Sys, mm: number): string =>
  words(
    counters(Rss.names, (row) => rssBits(s.geometry).valueOf(s.rss.at(mm * Rss.names.length + row))),
    s.swapents.rows === 0 ? '' : counters(['MM_SWAPENTS'], () => rssBits(s.geometry).valueOf(s.swapents.at(mm))),
  );
/** Swap slots in use: 'slot 0: count 1, written'. */
const slots = (s: Sys): readonly string[] =>
  range(s.swapSlot.rows).flatMap((slot) =>
    s.swapSlot.at(slot) === 0 ? [] : [`slot ${slot}: ${SwapSlot.show(s.swapSlot.at(slot))}`],
  );
const vmstat = (s: Sys): string => counters(Vmstat.names, (row) => vmstatBits(s.memmap).valueOf(s.vmstat.at(row)));

/** All of them; a counter that is 0 is left out. A world without memory has none. */
export const accounts = (s: Sys): readonly string[] => {
  if (s.rss.rows === 0) return [];
  const mms = range(s.geometry.mms).filter((mm) => rssOf(s, mm) !== '');
  return [
    ...folios(s),
    ...slots(s),
    ...(s.pgmapRef.rows > 0 && s.pgmapRef.at(0) > 0 ? [`pgmap: ref ${s.pgmapRef.at(0)}`] : []),
    ...mms.map((mm) => `${party(mm)}: ${rssOf(s, mm)}`),
    ...(vmstat(s) === '' ? [] : [vmstat(s)]),
  ];
};

/** What a process maps, a line for each entry: `pud[0]`, `pmd[1]`, `page 3`. */
export const mappings = (s: Sys, mm: number): readonly string[] => {
  const { geometry: g } = s;
  const puds = range(g.puds).flatMap((i) => {
    const e = s.pud.at(mm * g.puds + i);
    return Pud.kind(e) === PudKind.leaf ? [`pud[${i}] (from page ${i * pudPages(g)}) ${Pud.show(e)}`] : [];
  });
  const pmds = range(slotsOf(g)).flatMap((slot) => {
    const e = s.pmd.at(mm * slotsOf(g) + slot);
    if (Pmd.kind(e) !== PmdKind.table) return Pmd.kind(e) === PmdKind.none ? [] : [`pmd[${slot}] ${Pmd.show(e)}`];
    return range(g.ptrsPerPte).flatMap((i) => {
      const pte = s.pte.at(Pmd.pfn(e) * g.ptrsPerPte + i);
      return Pte.show(pte) === 'none' ? [] : [`page ${slot * g.ptrsPerPte + i} ${Pte.show(pte)}`];
    });
  });
  return [...puds, ...pmds];
};
