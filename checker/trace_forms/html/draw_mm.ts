/** A state of the mm model as boxes: processes with their VMAs, page tables and deposit lists. */
import { pagesOf, pudPages, slotsOf } from '../../../model/state/geometry.ts';
import { Rss } from '../../../model/state/memmap.ts';
import {
  isHwpoisonPte,
  isPrivatePte,
  isSwapPte,
  isUffdMarker,
  isUffdWp,
  type MmView,
  Pmd,
  PmdKind,
  Prot,
  Pte,
  PtePage,
  Pud,
  PudKind,
  Vma,
  VmaKind,
} from '../../../model/state/mm_types.ts';
import { CACHE_MODES } from '../../../model/state/pgtable_types.ts';
import { Level, Spte } from '../../../model/state/lookups.ts';
import { party } from '../../../model/state/party.ts';
import type { Cells } from './cells.ts';
import { foliosOf } from './draw_mm_folios.ts';
import {
  type AddressSpace,
  type Box,
  type BoxKind,
  type Cell,
  type Drawing,
  GONE,
  hasLived,
  heldIn,
  ifSet,
  type Group,
  isChanged,
  isOfInterest,
  NONE,
  words,
  type Level as DrawnLevel,
} from './drawing.ts';

interface Flags {
  readonly write: number;
  readonly young: number;
  readonly dirty: number;
  readonly special: number;
  readonly protnone: number;
}

/** 'RW A D S', as the legend of the page explains. */
const flagsOf = ({ write, young, dirty, special, protnone }: Flags, more = ''): string =>
  words(
    protnone === 1 ? 'NONE' : write === 1 ? 'RW' : 'RO',
    ifSet(young, 'A'),
    ifSet(dirty, 'D'),
    ifSet(special, 'S'),
    more,
  );

/** As reports name it; the cache mode of memory goes without saying. */
const cacheOf = ({ inWords }: Cells, code: number): readonly string[] =>
  code === 0 ? [] : [inWords(CACHE_MODES[code]!)];

const leafKind = ({ write, protnone }: Pick<Flags, 'write' | 'protnone'>): BoxKind =>
  write === 1 && protnone === 0 ? 'leaf' : 'readonly';

type Shown = Pick<Box, 'kind' | 'lines'>;

const pudShown = (cells: Cells, e: Pud): Shown => {
  if (Pud.kind(e) === PudKind.none) return NONE;
  if (Pud.kind(e) === PudKind.table) return { kind: 'table', lines: ['PMD table'] };
  const flags = {
    write: Pud.write(e),
    young: Pud.young(e),
    dirty: Pud.dirty(e),
    special: Pud.special(e),
    protnone: Pud.protnone(e),
  };
  return { kind: leafKind(flags), lines: [`leaf pfn ${Pud.pfn(e)}`, flagsOf(flags), ...cacheOf(cells, Pud.cache(e))] };
};

const pmdShown = (cells: Cells, e: Pmd): Shown => {
  if (Pmd.kind(e) === PmdKind.none) return NONE;
  if (Pmd.kind(e) === PmdKind.table) return { kind: 'table', lines: [`PTE table ${Pmd.pfn(e)}`] };
  if (Pmd.kind(e) === PmdKind.migration) return { kind: 'migration', lines: ['migration', `pfn ${Pmd.pfn(e)}`] };
  const flags = {
    write: Pmd.write(e),
    young: Pmd.young(e),
    dirty: Pmd.dirty(e),
    special: Pmd.special(e),
    protnone: Pmd.protnone(e),
  };
  return { kind: leafKind(flags), lines: [`leaf pfn ${Pmd.pfn(e)}`, flagsOf(flags), ...cacheOf(cells, Pmd.cache(e))] };
};

const pteShown = (cells: Cells, e: Pte): Shown => {
  if (Pte.present(e) === 1) {
    const flags = {
      write: Pte.write(e),
      young: Pte.young(e),
      dirty: Pte.dirty(e),
      special: Pte.special(e),
      protnone: Pte.protnone(e),
    };
    return {
      kind: leafKind(flags),
      lines: [`pfn ${Pte.pfn(e)}`, flagsOf(flags, isUffdWp(e) ? 'W' : ''), ...cacheOf(cells, Pte.cache(e))],
    };
  }
  if (isSwapPte(e)) return { kind: 'other', lines: ['swap', `slot ${Pte.pfn(e)}`] };
  if (isUffdMarker(e)) return { kind: 'other', lines: ['uffd-wp', 'marker'] };
  if (isPrivatePte(e)) return { kind: 'other', lines: ['device', `page ${Pte.pfn(e)}`] };
  if (isHwpoisonPte(e)) return { kind: 'other', lines: ['hwpoison', `pfn ${Pte.pfn(e)}`] };
  return Pte.migration(e) === 0 ? NONE : { kind: 'migration', lines: ['migration', `pfn ${Pte.pfn(e)}`] };
};

/** A VMA of one page has room for a word a line. */
const vmaLines = (e: Vma): readonly string[] => {
  const lines = [
    [VmaKind.names[Vma.kind(e)]!, Prot.names[Vma.prot(e)]!],
    [Vma.shared(e) === 1 ? 'shared' : 'private', `pgoff ${Vma.pgoff(e)}`],
    [
      ifSet(Vma.pfnmap(e), 'VM_PFNMAP'),
      ifSet(Vma.mixedmap(e), 'VM_MIXEDMAP'),
      ifSet(Vma.dontcopy(e), 'VM_DONTCOPY'),
      ifSet(Vma.anonVma(e), 'anon_vma'),
    ],
  ];
  return Vma.end(e) - Vma.start(e) === 1 ? lines.flat() : lines.map((one) => words(...one));
};

/** The VMAs of a process, one a group: two that overlap, which they should not, do not hide each other. */
const vmasOf = ({ geometry: { vmas } }: MmView, cells: Cells, mm: number): readonly Group[] =>
  Array.from({ length: vmas }, (_, i) => cells.at('vma', mm * vmas + i))
    .filter(isOfInterest)
    .map((cell) => {
      const { code, gone } = heldIn(cell);
      const e = code as Vma;
      const place = { from: Vma.start(e), pages: Vma.end(e) - Vma.start(e) };
      return { ...place, boxes: [{ ...place, cell, ...(gone ? GONE : { kind: 'vma', lines: vmaLines(e) }) }] };
    });

const pudsOf = ({ geometry: g }: MmView, cells: Cells, mm: number): readonly Box[] =>
  Array.from({ length: g.puds }, (_, i) => {
    const cell = cells.at('pud', mm * g.puds + i);
    return { from: i * pudPages(g), pages: pudPages(g), cell, ...pudShown(cells, cell.code as Pud) };
  });

const pmdsOf = ({ geometry: g }: MmView, cells: Cells, mm: number, pud: number): readonly Box[] =>
  Array.from({ length: g.ptrsPerPmd }, (_, i) => {
    const slot = pud * g.ptrsPerPmd + i;
    const cell = cells.at('pmd', mm * slotsOf(g) + slot);
    return { from: slot * g.ptrsPerPte, pages: g.ptrsPerPte, cell, ...pmdShown(cells, cell.code as Pmd) };
  });

const ptesOf = ({ geometry: g }: MmView, cells: Cells, table: number, from: number): Group => ({
  from,
  pages: g.ptrsPerPte,
  label: `PTE table ${table}`,
  boxes: Array.from({ length: g.ptrsPerPte }, (_, i) => {
    const cell = cells.at('pte', table * g.ptrsPerPte + i);
    return { from: from + i, pages: 1, cell, ...pteShown(cells, cell.code as Pte) };
  }),
});

/** The tables of a deposit list, from its head on; a list that is broken may go round. */
const depositedFrom = (cells: Cells, head: number): readonly number[] => {
  const tables: number[] = [];
  for (let next = head; next > 0 && !tables.includes(next - 1);) {
    tables.push(next - 1);
    next = PtePage.next(cells.at('ptePage', next - 1).code as PtePage);
  }
  return tables;
};

const depositOf = ({ geometry: g, machine }: MmView, cells: Cells, mm: number, slot: number): readonly Group[] => {
  const cell = cells.at('deposit', mm * slotsOf(g) + slot);
  if (!isOfInterest(cell)) return [];
  const tables = depositedFrom(cells, cell.code);
  const changed = tables.map((one) => cells.at('ptePage', one)).find(isChanged);
  const spans = { slot: g.ptrsPerPte, 'PMD table': pudPages(g), mm: pagesOf(g) }[machine.depositsPer];
  const place = { from: slot * g.ptrsPerPte, pages: Math.min(spans, pagesOf(g) - slot * g.ptrsPerPte) };
  const lines = tables.length === 0 ? ['empty'] : [`table ${tables.join(' → ')}`];
  const said = changed === undefined || isChanged(cell) ? cell : { ...cell, was: changed.was! };
  return [{ ...place, boxes: [{ ...place, kind: tables.length === 0 ? 'none' : 'table', lines, cell: said }] }];
};

/** Which PTE tables the page tables and the deposit lists of a process lead to. */
const reachedBy = ({ geometry: g }: MmView, cells: Cells, mm: number): readonly number[] =>
  Array.from({ length: slotsOf(g) }, (_, slot) => mm * slotsOf(g) + slot).flatMap((row) => {
    const e = cells.at('pmd', row).code as Pmd;
    const mapped = Pmd.kind(e) === PmdKind.table ? [Pmd.pfn(e)] : [];
    return [...mapped, ...depositedFrom(cells, cells.at('deposit', row).code)];
  });

const levelsOf = (view: MmView, cells: Cells, mm: number): readonly DrawnLevel[] => {
  const { geometry: g } = view;
  const puds = pudsOf(view, cells, mm);
  const pmds = puds.map((_, pud) => pmdsOf(view, cells, mm, pud));
  // A PMD table is drawn where there is one, and where there should be none and it has entries.
  const drawn = pmds.filter(
    (boxes, pud) => puds[pud]!.kind === 'table' || boxes.some(({ cell }) => isOfInterest(cell)),
  );
  const slots = Array.from({ length: slotsOf(g) }, (_, slot) => slot);
  const tables = drawn.flat().filter(({ kind }) => kind === 'table');
  const levels: readonly DrawnLevel[] = [
    { name: 'VMAs', groups: vmasOf(view, cells, mm) },
    { name: 'PUD', groups: [{ from: 0, pages: pagesOf(g), boxes: puds }] },
    { name: 'PMD', groups: drawn.map((boxes) => ({ from: boxes[0]!.from, pages: pudPages(g), boxes })) },
    { name: 'deposit', groups: slots.flatMap((slot) => depositOf(view, cells, mm, slot)) },
    { name: 'PTE', groups: tables.map(({ from, cell }) => ptesOf(view, cells, Pmd.pfn(cell.code as Pmd), from)) },
  ];
  return levels.filter(({ groups }) => groups.length > 0);
};

const spaceOf = (view: MmView, cells: Cells, mm: number): AddressSpace => {
  const { length } = Rss.names;
  const rss = cells.rows('rss') === 0 ? [] : Rss.names.map((_, i) => cells.at('rss', mm * length + i));
  const swap = cells.rows('swapents') === 0 ? [] : [cells.at('swapents', mm)];
  return {
    name: party(mm),
    state: cells.at('mm', mm),
    pages: pagesOf(view.geometry),
    levels: levelsOf(view, cells, mm),
    counters: [...rss, ...swap].filter(isOfInterest),
  };
};

/** Pages that an entry of the second stage maps. */
const spanOf = (g: MmView['geometry'], e: Spte): number => {
  const of = { none: 1, PTE: 1, PMD: g.ptrsPerPte, PUD: pudPages(g) };
  return of[Level.names[Spte.level(e)]!];
};

/** The page tables of a guest, whose memory is the parent's: an entry stands in the row of the first page that it maps. */
const guestOf = ({ geometry: g }: MmView, cells: Cells): readonly AddressSpace[] => {
  const rows = cells.all('spte');
  if (!rows.some(isOfInterest)) return [];
  const boxes: Box[] = [];
  for (let page = 0; page < rows.length;) {
    const cell = rows[page]!;
    const e = cell.code as Spte;
    const next = rows.findIndex((one, i) => i > page && isOfInterest(one));
    const pages = Math.min(spanOf(g, e), (next < 0 ? rows.length : next) - page);
    const mapped = {
      kind: leafKind({ write: Spte.write(e), protnone: 0 }),
      lines: [`pfn ${Spte.pfn(e)}`, Spte.write(e) === 1 ? 'RW' : 'RO'],
    };
    boxes.push({ from: page, pages, cell, ...(cell.code === 0 ? NONE : mapped) });
    page += pages;
  }
  const state: Cell = { where: 'guest', code: 1, value: 'page tables of the second stage' };
  const group = { from: 0, pages: rows.length, boxes };
  return [{ name: 'guest', state, pages: rows.length, levels: [{ name: 'guest', groups: [group] }], counters: [] }];
};

/** What of the state is drawn; the rest is listed. */
const DRAWN = ['mm', 'vma', 'pud', 'pmd', 'deposit', 'pte', 'rss', 'swapents', 'ptePage', 'spte'] as const;

export const drawMm = (view: MmView, cells: Cells): Drawing => {
  const { geometry: g } = view;
  const mms = Array.from({ length: g.mms }, (_, mm) => mm);
  const reached = new Set(mms.flatMap((mm) => reachedBy(view, cells, mm)));
  const loose = Array.from({ length: g.pteTables }, (_, table) => table)
    .filter((table) => !reached.has(table) && isOfInterest(cells.at('ptePage', table)))
    .map((table): Group => {
      const own = cells.at('ptePage', table);
      const { boxes, pages, from } = ptesOf(view, cells, table, 0);
      return {
        boxes,
        pages,
        from,
        label: `table ${table}: ${own.value}${own.was === undefined ? '' : ` (was ${own.was})`}`,
      };
    });
  const { folios, freeFolios, tables } = foliosOf(view, cells);
  return {
    spaces: [...mms.map((mm) => spaceOf(view, cells, mm)).filter(hasLived), ...guestOf(view, cells)],
    folios,
    freeFolios,
    loose,
    facts: cells.rest([...DRAWN, ...tables]),
  };
};
