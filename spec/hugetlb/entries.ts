/**
 * Reading a state of hugetlb: which VMA a page has, which entry its way down ends at, and how much that spans. The spec goes
 * down for itself, as the CPU does. Nothing is allocated: a page is asked for by number, and answers are words and numbers.
 */
import { type HugetlbGeometry, pmdPages, pudPages } from '../../model/state/hugetlb/geometry.ts';
import { HugePte, HugePteKind, type HugetlbView, Prot, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';

export const NONE = -1;
const NO_VMA = 0 as Vma;

export const isTable = (e: HugePte): boolean => HugePte.kind(e) === HugePteKind.table;
export const isLeaf = (e: HugePte): boolean => HugePte.kind(e) === HugePteKind.leaf;
export const isMigration = (e: HugePte): boolean => HugePte.kind(e) === HugePteKind.migration;
export const isHwpoison = (e: HugePte): boolean => HugePte.kind(e) === HugePteKind.hwpoison;
/** Whether the entry names a frame of memory. */
export const namesFrame = (e: HugePte): boolean => isLeaf(e) || isMigration(e) || isHwpoison(e);
/** uffd-wp, of whatever can carry it. */
export const wpOf = (e: HugePte): number => (isTable(e) || isHwpoison(e) ? 0 : HugePte.wp(e));

/** The row of the VMA that covers the page, or NONE. */
export const vmaRowAt = (s: HugetlbView, mm: number, page: number): number => {
  const { vmas } = s.geometry;
  for (let row = mm * vmas; row < (mm + 1) * vmas; row++) {
    const vma = s.vma.at(row);
    if (vma !== NO_VMA && Vma.start(vma) <= page && page < Vma.end(vma)) return row;
  }
  return NONE;
};
/** The VMA that covers the page, or the empty word. */
export const vmaAt = (s: HugetlbView, mm: number, page: number): Vma => {
  const row = vmaRowAt(s, mm, page);
  return row === NONE ? NO_VMA : s.vma.at(row);
};
export const isVma = (vma: Vma): boolean => vma !== NO_VMA;
export const isWritable = (vma: Vma): boolean => Vma.prot(vma) === Prot.RW;

/** Which page of the file a page of the VMA is. */
export const filePage = (vma: Vma, page: number): number => Vma.pgoff(vma) + page - Vma.start(vma);
/** The folio that the page cache has where the page of the VMA is, or NONE. */
export const cachedAt = (s: HugetlbView, vma: Vma, page: number): number => {
  const { hugepage, fileHugepages } = s.geometry;
  const index = Math.trunc(filePage(vma, page) / hugepage);
  return index < fileHugepages ? s.cache.at((Vma.file(vma) - 1) * fileHugepages + index) - 1 : NONE;
};

export const PTE = 0;
export const PMD = 1;
export const PUD = 2;
/** Pages that one entry of a level spans. */
export const levelPages = (g: HugetlbGeometry, level: number): number =>
  level === PUD ? pudPages(g) : level === PMD ? pmdPages(g) : 1;
/** Pages that contiguous entries of a level span together. */
export const contPages = (g: HugetlbGeometry, level: number): number =>
  level === PMD ? g.contPmds * pmdPages(g) : level === PTE ? g.contPtes : 0;

/** Whether an entry of this level names a table that there is room for, whatever is in it. */
export const pmdTableOf = (s: HugetlbView, pud: HugePte): number =>
  isTable(pud) && HugePte.pfn(pud) < s.geometry.pmdTables ? HugePte.pfn(pud) : NONE;
export const pteTableOf = (s: HugetlbView, pmd: HugePte): number =>
  isTable(pmd) && HugePte.pfn(pmd) < s.geometry.pteTables ? HugePte.pfn(pmd) : NONE;

export const pudRowOf = (s: HugetlbView, mm: number, page: number): number =>
  mm * s.geometry.puds + Math.trunc(page / pudPages(s.geometry));
/** The PMD table on the way to a page, or NONE. */
export const pmdTableAt = (s: HugetlbView, mm: number, page: number): number =>
  pmdTableOf(s, s.pud.at(pudRowOf(s, mm, page)));
const pmdAt = (s: HugetlbView, table: number, page: number): HugePte => {
  const { ptrsPerPmd } = s.geometry;
  return s.pmd.at(table * ptrsPerPmd + (Math.trunc(page / pmdPages(s.geometry)) % ptrsPerPmd));
};

/** The level at which the way down to a page ends. */
export const levelAt = (s: HugetlbView, mm: number, page: number): number => {
  const table = pmdTableAt(s, mm, page);
  if (table === NONE) return PUD;
  return pteTableOf(s, pmdAt(s, table, page)) === NONE ? PMD : PTE;
};
/** The entry at which it ends: a leaf, something that is not present, or a table that leads nowhere. */
export const entryAt = (s: HugetlbView, mm: number, page: number): HugePte => {
  const pmdTable = pmdTableAt(s, mm, page);
  if (pmdTable === NONE) return s.pud.at(pudRowOf(s, mm, page));
  const pmd = pmdAt(s, pmdTable, page);
  const pteTable = pteTableOf(s, pmd);
  return pteTable === NONE ? pmd : s.pte.at(pteTable * s.geometry.ptrsPerPte + (page % s.geometry.ptrsPerPte));
};
/** Pages that the single entry spans. */
export const spanAt = (s: HugetlbView, mm: number, page: number): number =>
  levelPages(s.geometry, levelAt(s, mm, page));

/** Pages that an entry of a level maps: of a contiguous leaf, with the others. */
export const sizeOf = (g: HugetlbGeometry, level: number, e: HugePte): number =>
  isLeaf(e) && HugePte.cont(e) === 1 && contPages(g, level) > 0 ? contPages(g, level) : levelPages(g, level);
export const sizeAt = (s: HugetlbView, mm: number, page: number): number =>
  sizeOf(s.geometry, levelAt(s, mm, page), entryAt(s, mm, page));

/** The frame that an entry names for a page, or NONE. */
export const frameAt = (s: HugetlbView, mm: number, page: number): number => {
  const e = entryAt(s, mm, page);
  return namesFrame(e) ? HugePte.pfn(e) + (page % spanAt(s, mm, page)) : NONE;
};
/** The frame that a page is mapped to by a leaf, or NONE. */
export const mappedAt = (s: HugetlbView, mm: number, page: number): number =>
  isLeaf(entryAt(s, mm, page)) ? frameAt(s, mm, page) : NONE;
export const folioOf = (s: HugetlbView, frame: number): number => Math.trunc(frame / s.geometry.hugepage);

/** The level at which the hstate maps a hugepage. */
export const hstateLevel = (g: HugetlbGeometry): number =>
  g.hugepage < pmdPages(g) ? PTE : g.hugepage < pudPages(g) ? PMD : PUD;
/** Whether there is a table where the hstate would map a hugepage. */
export const isBelowHstate = (s: HugetlbView, mm: number, page: number): boolean =>
  levelAt(s, mm, page) < hstateLevel(s.geometry);

/** Whether what two pages have is the same, but for accessed and dirty. */
export const isSame = (
  before: HugetlbView,
  mm: number,
  page: number,
  after: HugetlbView,
  toMm: number,
  toPage: number,
): boolean => {
  const was = entryAt(before, mm, page);
  const is = entryAt(after, toMm, toPage);
  if (HugePte.kind(was) !== HugePte.kind(is) || wpOf(was) !== wpOf(is)) return false;
  if (HugePte.poisoned(was) !== HugePte.poisoned(is)) return false;
  if (frameAt(before, mm, page) !== frameAt(after, toMm, toPage)) return false;
  return HugePte.write(was) === HugePte.write(is) && HugePte.protnone(was) === HugePte.protnone(is);
};

/** Whether the PMD table on the way to the page is shared. */
export const isShared = (s: HugetlbView, mm: number, page: number): boolean => {
  const table = pmdTableAt(s, mm, page);
  return table !== NONE && namesOfPmdTable(s, table) > 1;
};
/** How many PUD entries name a PMD table. */
export const namesOfPmdTable = (s: HugetlbView, table: number): number => {
  let names = 0;
  for (let row = 0; row < s.pud.rows; row++) if (pmdTableOf(s, s.pud.at(row)) === table) names++;
  return names;
};
/** Whether no PUD entry before this one names its table: what is shared is counted where it is first met. */
export const isFirstName = (s: HugetlbView, pudRow: number): boolean => {
  const table = pmdTableOf(s, s.pud.at(pudRow));
  for (let row = 0; row < pudRow; row++) if (pmdTableOf(s, s.pud.at(row)) === table) return false;
  return true;
};
