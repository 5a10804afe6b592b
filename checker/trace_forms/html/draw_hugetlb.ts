/** A state of hugetlb as boxes: processes with page tables that can be shared, files, and the hugepages of the pool. */
import { pagesOf, pmdPages, pudPages } from '../../../model/state/hugetlb/geometry.ts';
import {
  HugePte,
  HugePteKind,
  type HugetlbView,
  PmdTable,
  Prot,
  Vma,
} from '../../../model/state/hugetlb/hugetlb_types.ts';
import { party } from '../../../model/state/party.ts';
import type { Cells } from './cells.ts';
import { hugepagesOf } from './draw_hugepages.ts';
import {
  type AddressSpace,
  type Box,
  type Cell,
  type Drawing,
  GONE,
  hasLived,
  heldIn,
  ifSet,
  type Group,
  isOfInterest,
  NONE,
  words,
  type Level,
} from './drawing.ts';

const flagsOf = (e: HugePte): string =>
  words(
    HugePte.protnone(e) === 1 ? 'NONE' : HugePte.write(e) === 1 ? 'RW' : 'RO',
    ifSet(HugePte.young(e), 'A'),
    ifSet(HugePte.dirty(e), 'D'),
    ifSet(HugePte.wp(e), 'W'),
    ifSet(HugePte.cont(e), 'cont'),
  );

const shownAs = (e: HugePte, below: string): Pick<Box, 'kind' | 'lines'> => {
  switch (HugePteKind.names[HugePte.kind(e)] ?? 'none') {
    case 'none':
      return NONE;
    case 'table':
      return { kind: 'table', lines: [`${below} table ${HugePte.pfn(e)}`] };
    case 'leaf': {
      const writable = HugePte.write(e) === 1 && HugePte.protnone(e) === 0;
      return { kind: writable ? 'leaf' : 'readonly', lines: [`pfn ${HugePte.pfn(e)}`, flagsOf(e)] };
    }
    case 'migration':
      return { kind: 'migration', lines: ['migration', `pfn ${HugePte.pfn(e)}`] };
    case 'hwpoison':
      return { kind: 'other', lines: ['hwpoison', `pfn ${HugePte.pfn(e)}`] };
    case 'marker':
      return {
        kind: 'other',
        lines: ['marker', words(ifSet(HugePte.wp(e), 'W'), ifSet(HugePte.poisoned(e), 'poison'))],
      };
  }
};

const boxOf = (cell: Cell, from: number, pages: number, below: string): Box => ({
  from,
  pages,
  cell,
  ...shownAs(cell.code as HugePte, below),
});

const vmasOf = ({ geometry: { vmas } }: HugetlbView, cells: Cells, mm: number): readonly Group[] =>
  Array.from({ length: vmas }, (_, i) => cells.at('vma', mm * vmas + i))
    .filter(isOfInterest)
    .map((cell) => {
      const { code, gone } = heldIn(cell);
      const e = code as Vma;
      const place = { from: Vma.start(e), pages: Vma.end(e) - Vma.start(e) };
      const lines = [
        words(`file ${Vma.file(e) - 1}`, Prot.names[Vma.prot(e)]!),
        words(Vma.mayShare(e) === 1 ? 'shared' : 'private', `pgoff ${Vma.pgoff(e)}`),
        words(
          ifSet(Vma.hgm(e), 'HGM'),
          ifSet(Vma.missing(e), 'missing'),
          ifSet(Vma.minor(e), 'minor'),
          ifSet(Vma.wp(e), 'wp'),
        ),
      ];
      return { ...place, boxes: [{ ...place, cell, ...(gone ? GONE : { kind: 'vma', lines }) }] };
    });

/** A table with its entries, at page `from`. */
const tableAt = (cells: Cells, of: 'pmd' | 'pte', table: number, count: number, from: number, pages: number): Group => {
  const name = of === 'pmd' ? 'PMD' : 'PTE';
  const shares = of === 'pmd' ? PmdTable.shares(cells.at('pmdTable', table).code as PmdTable) : 0;
  return {
    from,
    pages: count * pages,
    label: `${name} table ${table}${shares === 0 ? '' : `, shared by ${shares + 1}`}`,
    boxes: Array.from({ length: count }, (_, i) =>
      boxOf(cells.at(of, table * count + i), from + i * pages, pages, 'PTE'),
    ),
  };
};

/** The table that a box leads to; -1: it leads to none. */
const below = ({ kind, cell }: Box): number => (kind === 'table' ? HugePte.pfn(cell.code as HugePte) : -1);

const levelsOf = ({ geometry: g, ...view }: HugetlbView, cells: Cells, mm: number): readonly Level[] => {
  const puds = Array.from({ length: g.puds }, (_, i) =>
    boxOf(cells.at('pud', mm * g.puds + i), i * pudPages(g), pudPages(g), 'PMD'),
  );
  const pmds = puds
    .filter((box) => below(box) >= 0)
    .map((box) => tableAt(cells, 'pmd', below(box), g.ptrsPerPmd, box.from, pmdPages(g)));
  const ptes = pmds
    .flatMap(({ boxes }) => boxes)
    .filter((box) => below(box) >= 0)
    .map((box) => tableAt(cells, 'pte', below(box), g.ptrsPerPte, box.from, 1));
  const tlb =
    cells.rows('tlb') === 0 ? [] : Array.from({ length: pagesOf(g) }, (_, i) => cells.at('tlb', mm * pagesOf(g) + i));
  const levels: readonly Level[] = [
    { name: 'VMAs', groups: vmasOf({ geometry: g, ...view }, cells, mm) },
    { name: 'PUD', groups: [{ from: 0, pages: pagesOf(g), boxes: puds }] },
    { name: 'PMD', groups: pmds },
    { name: 'PTE', groups: ptes },
    {
      name: 'TLB',
      groups: tlb.some(isOfInterest)
        ? [{ from: 0, pages: pagesOf(g), boxes: tlb.map((cell, from) => translation(cell, from)) }]
        : [],
    },
  ];
  return levels.filter(({ groups }) => groups.length > 0);
};

/** What a TLB or a guest has of a page. */
const translation = (cell: Cell, from: number): Box => ({
  from,
  pages: 1,
  kind: cell.code === 0 ? 'none' : 'other',
  lines: cell.code === 0 ? ['none'] : cell.value.split(' by ').map((one) => one.replace('frame', 'pfn')),
  cell,
});

const spaceOf = (view: HugetlbView, cells: Cells, mm: number): AddressSpace => ({
  name: party(mm),
  state: cells.at('mm', mm),
  pages: pagesOf(view.geometry),
  levels: levelsOf(view, cells, mm),
  counters: [...(cells.rows('usage') === 0 ? [] : [cells.at('usage', mm)]), cells.at('uffd', mm)].filter(isOfInterest),
});

const guestOf = (cells: Cells): readonly AddressSpace[] => {
  const pages = cells.all('guest');
  if (!pages.some(isOfInterest)) return [];
  const boxes = pages.map(translation);
  return [
    {
      name: 'guest',
      state: { where: 'guest', code: 1, value: 'page tables of the second stage' },
      pages: pages.length,
      levels: [{ name: 'guest', groups: [{ from: 0, pages: pages.length, boxes }] }],
      counters: [],
    },
  ];
};

/** Tables that are in use, and that no entry of a process leads to. */
const looseOf = ({ geometry: g }: HugetlbView, cells: Cells, spaces: readonly AddressSpace[]): readonly Group[] => {
  const reached = new Set(
    spaces.flatMap(({ levels }) => levels.flatMap(({ groups }) => groups.map(({ label }) => label?.split(',', 1)[0]))),
  );
  const loose = (of: 'pmd' | 'pte', tables: number, count: number): readonly Group[] =>
    Array.from({ length: tables }, (_, table) => ({
      group: tableAt(cells, of, table, count, 0, 1),
      own: cells.at(of === 'pmd' ? 'pmdTable' : 'pteTable', table),
    }))
      .filter(({ group, own }) => isOfInterest(own) && !reached.has(group.label!.split(',', 1)[0]))
      .map(({ group, own }) => ({
        ...group,
        label: `${group.label}: ${own.value}${own.was === undefined ? '' : ` (was ${own.was})`}`,
      }));
  return [...loose('pmd', g.pmdTables, g.ptrsPerPmd), ...loose('pte', g.pteTables, g.ptrsPerPte)];
};

const DRAWN = ['mm', 'usage', 'uffd', 'vma', 'pud', 'pmdTable', 'pmd', 'pteTable', 'pte', 'tlb', 'guest'] as const;

export const drawHugetlb = (view: HugetlbView, cells: Cells): Drawing => {
  const spaces = Array.from({ length: view.geometry.mms }, (_, mm) => spaceOf(view, cells, mm)).filter(hasLived);
  const { folios, freeFolios, tables } = hugepagesOf(view, cells);
  return {
    spaces: [...spaces, ...guestOf(cells)],
    folios,
    freeFolios,
    loose: looseOf(view, cells, spaces),
    facts: cells.rest([...DRAWN, ...tables]),
  };
};
