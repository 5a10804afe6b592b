/**
 * States of hugetlb by hand: `hugetlbState(file(0), sharedVma({}), leaf({ page: 0, pfn: 0 }))`. Pieces belong to the parent
 * unless they say `mm: CHILD`. What puts an entry in place makes the tables above it, and a leaf is counted by rule M2, so that a
 * state is sound until a piece breaks it on purpose.
 */
import type { Always, Step } from '../../checker/search/index.ts';
import { type HugetlbGeometry, pmdPages, pudPages, SMALL_HUGETLB } from '../../model/state/hugetlb/geometry.ts';
import {
  Count,
  Folio,
  type HugetlbDraft,
  hugetlbLayout,
  type HugetlbView,
  HugePte,
  HugePteKind,
  PmdTable,
  Prot,
  Result,
  Usage,
  Vma,
} from '../../model/state/hugetlb/hugetlb_types.ts';

export const PARENT = 0;
export const CHILD = 1;
export type HugetlbPiece = (s: HugetlbDraft) => void;

/** Hugepages of 4 pages, which may be mapped by 2 and by 1: three folios, two processes, two VMAs each. */
export const gigantic: HugetlbGeometry = {
  ...SMALL_HUGETLB,
  pmdTables: 4,
  pteTables: 6,
  folios: 3,
  pins: 1,
  migrations: 1,
  tlb: 1,
  guestPages: 4,
};
/** Hugepages of 2 pages in PMD tables, which can be shared. */
export const huge: HugetlbGeometry = { ...gigantic, hugepage: 2, smaller: [], fileHugepages: 4, folios: 4 };
/** Contiguous entries of 2 PTEs are hugepages. */
export const contiguous: HugetlbGeometry = {
  ...gigantic,
  hugepage: 2,
  smaller: [],
  contPtes: 2,
  ptrsPerPte: 4,
  puds: 1,
  fileHugepages: 4,
  folios: 4,
};

export const stateOf =
  (geometry: HugetlbGeometry) =>
  (...pieces: readonly HugetlbPiece[]): HugetlbView => {
    const layout = hugetlbLayout(geometry);
    const words = layout.zero();
    const draft: HugetlbDraft = { ...layout.draftOf(words), geometry };
    for (const piece of [alive(PARENT), ...pieces]) piece(draft);
    return { ...layout.viewOf(words), geometry };
  };
export const hugetlbState = stateOf(gigantic);
export const hugeState = stateOf(huge);

export const alive =
  (mm: number): HugetlbPiece =>
  (s) =>
    s.mm.put(mm, 1);
export const child = alive(CHILD);
export const dead =
  (mm: number): HugetlbPiece =>
  (s) =>
    s.mm.put(mm, 0);

interface VmaOf extends NonNullable<Parameters<typeof Vma.of>[0]> {
  readonly mm?: number;
  readonly row?: number;
}
/** A VMA of a process, by default a shared writable one of pages 0..7 from the beginning of the file on, with its lock. */
export const vma =
  ({ mm = PARENT, row = 0, ...of }: VmaOf = {}): HugetlbPiece =>
  (s) =>
    s.vma.put(
      mm * s.geometry.vmas + row,
      Vma.of({ file: 1, start: 0, end: 8, prot: Prot.RW, shared: 1, mayShare: 1, data: 1, ...of }),
    );
/** The same, with high granularity. */
export const hgmVma = (of: VmaOf = {}): HugetlbPiece => vma({ hgm: 1, ...of });
/** A private one that owns its reservations. */
export const privateVma = (of: VmaOf = {}): HugetlbPiece => vma({ shared: 0, mayShare: 0, data: 0, owner: 1, ...of });

export const addTo = (
  rows: { at: (row: number) => number; put: (row: number, value: number) => void },
  row: number,
  by: number,
): void => rows.put(row, Count.add(rows.at(row), by));

/** The page cache has a folio; it has used its reservation. */
export const cached =
  (index: number, folio: number, of: Parameters<typeof Folio.of>[0] = {}): HugetlbPiece =>
  (s) => {
    s.folio.put(folio, Folio.of({ used: 1, uptodate: 1, migratable: 1, ...of }));
    s.cache.put(index, folio + 1);
    s.reserved.put(index, 1);
    s.isize.put(0, s.geometry.fileHugepages);
    addTo(s.refcount, folio, 1);
  };
/** A private copy. */
export const anonFolio =
  (folio: number, of: Parameters<typeof Folio.of>[0] = {}): HugetlbPiece =>
  (s) =>
    s.folio.put(folio, Folio.of({ used: 1, anon: 1, exclusive: 1, uptodate: 1, migratable: 1, ...of }));

const TABLE = HugePte.of({ kind: HugePteKind.table });
const freePmdTable = (s: HugetlbDraft): number => {
  let table = 0;
  while (PmdTable.live(s.pmdTable.at(table)) === 1) table++;
  s.pmdTable.put(table, PmdTable.of({ live: 1 }));
  return table;
};
const freePteTable = (s: HugetlbDraft): number => {
  let table = 0;
  while (s.pteTable.at(table) === 1) table++;
  s.pteTable.put(table, 1);
  return table;
};
const pudRow = (s: HugetlbDraft, mm: number, page: number): number =>
  mm * s.geometry.puds + Math.trunc(page / pudPages(s.geometry));
const pmdRow = (s: HugetlbDraft, mm: number, page: number): number => {
  const row = pudRow(s, mm, page);
  if (HugePte.kind(s.pud.at(row)) !== HugePteKind.table) s.pud.put(row, HugePte.mkPfn(TABLE, freePmdTable(s)));
  const { ptrsPerPmd } = s.geometry;
  return HugePte.pfn(s.pud.at(row)) * ptrsPerPmd + (Math.trunc(page / pmdPages(s.geometry)) % ptrsPerPmd);
};
const pteRow = (s: HugetlbDraft, mm: number, page: number): number => {
  const row = pmdRow(s, mm, page);
  if (HugePte.kind(s.pmd.at(row)) !== HugePteKind.table) s.pmd.put(row, HugePte.mkPfn(TABLE, freePteTable(s)));
  return HugePte.pfn(s.pmd.at(row)) * s.geometry.ptrsPerPte + (page % s.geometry.ptrsPerPte);
};

export interface Place {
  readonly mm?: number;
  readonly page: number;
  /** Pages that the entry spans. */
  readonly size?: number;
}
type EntryOf = NonNullable<Parameters<typeof HugePte.of>[0]>;

/** An entry of a size, in tables that are made if there are none; counted nowhere. */
export const entry =
  ({ mm = PARENT, page, size = 1 }: Place, of: EntryOf = {}): HugetlbPiece =>
  (s) => {
    const e = HugePte.of(of);
    if (size === pudPages(s.geometry)) s.pud.put(pudRow(s, mm, page), e);
    else if (size === pmdPages(s.geometry)) s.pmd.put(pmdRow(s, mm, page), e);
    else s.pte.put(pteRow(s, mm, page), e);
  };

/** A leaf, writable and counted: one reference, one entire mapcount, and its pages of usage. */
export const leaf =
  ({ mm, page, size = 1, ...of }: Place & EntryOf): HugetlbPiece =>
  (s) => {
    const place = { page, size, ...(mm === undefined ? {} : { mm }) };
    entry(place, { kind: HugePteKind.leaf, write: 1, young: 1, ...of })(s);
    const folio = Math.trunc((of.pfn ?? 0) / s.geometry.hugepage);
    addTo(s.refcount, folio, 1);
    addTo(s.entireMapcount, folio, 1);
    s.usage.put(mm ?? PARENT, Usage.add(s.usage.at(mm ?? PARENT), size));
  };
export const marker = (place: Place, of: EntryOf = { wp: 1 }): HugetlbPiece =>
  entry(place, { kind: HugePteKind.marker, ...of });
export const migrating = (place: Place, of: EntryOf): HugetlbPiece =>
  entry(place, { kind: HugePteKind.migration, ...of });
export const hwpoison = (place: Place, pfn: number): HugetlbPiece => entry(place, { kind: HugePteKind.hwpoison, pfn });

/** The child has the parent's PMD table of this PUD entry. */
export const sharedTable =
  (pud = 0): HugetlbPiece =>
  (s) => {
    const e = s.pud.at(pud);
    s.pud.put(CHILD * s.geometry.puds + pud, e);
    const table = HugePte.pfn(e);
    s.pmdTable.put(table, PmdTable.mkShares(s.pmdTable.at(table), PmdTable.shares(s.pmdTable.at(table)) + 1));
  };

/** A count that is off. */
export const off =
  (rows: 'refcount' | 'entireMapcount' | 'mapcount', row: number, by: number): HugetlbPiece =>
  (s) =>
    addTo(s[rows], row, by);

/** What the operation returned, and how many pages it has done. */
export const returned =
  (result: (typeof Result.names)[number], done = 0): HugetlbPiece =>
  (s) => {
    s.result.put(0, Result[result]);
    s.done.put(0, done);
  };

/** What the search would make of a property in a state. */
export const verdict = ({ subject, holds, explain }: Always<HugetlbView>, s: HugetlbView): string => {
  if (subject?.(s) === false) return holds(s) ? 'no subject' : 'violated without a subject';
  return holds(s) ? 'holds' : explain!(s);
};

/** What the search would make of one transition. */
export const stepVerdict = (
  { subject, holds, explain }: Step<HugetlbView>,
  before: HugetlbView,
  name: string,
  after: HugetlbView,
  args: Readonly<Record<string, unknown>> = {},
): string => {
  const made = { action: 0, name, args: { mm: PARENT, ...args } };
  if (subject?.(before, made, after) === false)
    return holds(before, made, after) ? 'no subject' : 'violated without a subject';
  return holds(before, made, after) ? 'holds' : explain!(before, made, after);
};
