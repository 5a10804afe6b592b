/** What is seen of hugetlb in a state of the model, as the runner shows it of a real kernel. */
import { free_hugepages, page_folio } from '../../../model/hugetlb/folio.ts';
import type { Sys } from '../../../model/hugetlb/kernel.ts';
import { resv_huge_pages } from '../../../model/hugetlb/reserve.ts';
import { show_smaps } from '../../../model/hugetlb/task_mmu.ts';
import type { HugetlbGeometry } from '../../../model/state/hugetlb/geometry.ts';
import { pagesOf, pudPages } from '../../../model/state/hugetlb/geometry.ts';
import {
  Count,
  Folio,
  HugePte,
  HugePteKind,
  PmdTable,
  Prot,
  Usage,
  Vma,
} from '../../../model/state/hugetlb/hugetlb_types.ts';
import type { Sight } from '../observe.ts';
import { GIB, offsetOf, type Placement, PTRS, rangeOf, touchedOf } from '../placement.ts';
import {
  type EntryRun,
  joined,
  joinedEntries,
  type PageRun,
  type Pool,
  type ProcessSeen,
  type VmaSeen,
} from '../seen.ts';
import { hugepagePages } from './stage.ts';

type Place = Placement<HugetlbGeometry>;

/** As many pages of hugepages in real ones. */
const realPages = (s: Sys, p: Place, pages: number): number => (pages / s.geometry.hugepage) * hugepagePages(p);

/** The entry that a page is mapped by: which, at which level, and the row of its PMD table, or -1. */
interface Found {
  readonly e: HugePte;
  readonly level: 'pud' | 'pmd' | 'pte';
  readonly pmdTable: number;
}

const entryAt = (s: Sys, mm: number, page: number): Found => {
  const { puds, ptrsPerPmd, ptrsPerPte } = s.geometry;
  const pud = s.pud.at(mm * puds + Math.floor(page / pudPages(s.geometry)));
  if (HugePte.kind(pud) !== HugePteKind.table) return { e: pud, level: 'pud', pmdTable: -1 };
  const pmdTable = HugePte.pfn(pud);
  const pmd = s.pmd.at(pmdTable * ptrsPerPmd + (Math.floor(page / ptrsPerPte) % ptrsPerPmd));
  if (HugePte.kind(pmd) !== HugePteKind.table) return { e: pmd, level: 'pmd', pmdTable };
  return { e: s.pte.at(HugePte.pfn(pmd) * ptrsPerPte + (page % ptrsPerPte)), level: 'pte', pmdTable };
};

const PAGES_OF = {
  pud: pudPages,
  pmd: ({ ptrsPerPte }: HugetlbGeometry): number => ptrsPerPte,
  pte: (): number => 1,
} as const;

/** The frame of a page behind a leaf. */
const frameOf = (s: Sys, page: number, { e, level }: Found): number =>
  HugePte.pfn(e) + (page % PAGES_OF[level](s.geometry));

const isShared = (s: Sys, { pmdTable }: Found): boolean =>
  pmdTable >= 0 && PmdTable.shares(s.pmdTable.at(pmdTable)) > 0;

/** A page that is mapped, or protected by a marker; undefined: pagemap shows nothing. */
const pageSeen = (s: Sys, p: Place, mm: number, page: number, { frames }: Sight): PageRun | undefined => {
  const found = entryAt(s, mm, page);
  const { e } = found;
  const run = touchedOf(p, page);
  if (HugePte.kind(e) !== HugePteKind.leaf)
    return HugePte.kind(e) === HugePteKind.marker && HugePte.wp(e) === 1 ? { ...run, flags: 'W' } : undefined;
  const pfn = frameOf(s, page, found);
  const folio = page_folio(s, pfn);
  const anon = Folio.anon(s.folio.at(folio)) === 1;
  const mapcount = s.kernel.page_mapcount(s, pfn);
  // Of a table that is shared, pagemap does not say that anybody has its pages alone.
  const alone = mapcount <= 1 && !isShared(s, found);
  const flags = `HP${anon ? '' : 'F'}${alone ? 'X' : ''}${HugePte.wp(e) === 1 ? 'W' : ''}`;
  if (!frames) return { ...run, flags };
  const offset = offsetOf(p, pfn - folio * s.geometry.hugepage);
  return { ...run, flags, mapcount, kind: anon ? 'La' : 'L', folio, offset };
};

const bitsOf = (e: HugePte): string =>
  [
    HugePte.write(e) === 1 ? 'w' : '',
    HugePte.young(e) === 1 ? 'y' : '',
    HugePte.dirty(e) === 1 ? 'd' : '',
    HugePte.protnone(e) === 1 ? 'n' : '',
    HugePte.wp(e) === 1 ? 'u' : '',
    'c0',
  ].join('');

/** folio_ref_count(): the page cache has a reference for each page of the folio, one in the model (__filemap_add_folio(), v6.12). */
const references = (s: Sys, p: Place, folio: number): number => {
  const isCached = Array.from({ length: s.cache.rows }, (_, row) => s.cache.at(row)).includes(folio + 1);
  return Count.valueOf(s.refcount.at(folio)) + (isCached ? hugepagePages(p) - 1 : 0);
};

/** The leaves of one process; one of 1 GiB is seen in each slot that is looked at. */
const entriesOf = (s: Sys, p: Place, mm: number): readonly EntryRun[] => {
  const { ptrsPerPte } = s.geometry;
  const runs = Array.from({ length: pagesOf(s.geometry) }, (_, page) => page).flatMap((page): readonly EntryRun[] => {
    const found = entryAt(s, mm, page);
    if (HugePte.kind(found.e) !== HugePteKind.leaf || (found.level !== 'pte' && page % ptrsPerPte !== 0)) return [];
    const refcount = references(s, p, page_folio(s, HugePte.pfn(found.e)));
    const run = touchedOf(p, page);
    const count = found.level === 'pte' ? run.count : PTRS;
    return [{ page: run.page, count, level: found.level, bits: bitsOf(found.e), refcount, pincount: 0 }];
  });
  return joinedEntries(runs);
};

/** Rows of PUD entries that name a table. */
const tablesOf = (s: Sys, mm: number): readonly { readonly pud: number; readonly table: number }[] =>
  Array.from({ length: s.geometry.puds }, (_, pud) => ({ pud, e: s.pud.at(mm * s.geometry.puds + pud) }))
    .filter(({ e }) => HugePte.kind(e) === HugePteKind.table)
    .map(({ pud, e }) => ({ pud, table: HugePte.pfn(e) }));

/** mm_pgtables_bytes(): a PMD table that is shared counts in every mm; a PTE table below it in one. */
const pageTables = (s: Sys, mm: number): number => {
  const { ptrsPerPmd } = s.geometry;
  const below = (table: number): number =>
    Array.from({ length: ptrsPerPmd }, (_, i) => s.pmd.at(table * ptrsPerPmd + i)).filter(
      (e) => HugePte.kind(e) === HugePteKind.table,
    ).length;
  return tablesOf(s, mm).reduce((all, { table }) => all + 1 + below(table), 0);
};

const sharesOf = (s: Sys, mm: number): readonly (readonly [number, number])[] =>
  tablesOf(s, mm)
    .map(({ pud, table }) => [pud * GIB, PmdTable.shares(s.pmdTable.at(table))] as const)
    .filter(([, others]) => others > 0);

const PERM = { [Prot.NONE]: '---', [Prot.R]: 'r--', [Prot.RW]: 'rw-' } as Readonly<Record<number, string>>;

const vmaSeen = (p: Place, vma: Vma): VmaSeen => ({
  ...rangeOf(p, Vma.start(vma), Vma.end(vma)),
  perm: `${PERM[Vma.prot(vma)]!}${Vma.mayShare(vma) === 1 ? 's' : 'p'}`,
});

const vmasOf = (s: Sys, mm: number): readonly Vma[] =>
  Array.from({ length: s.geometry.vmas }, (_, i) => s.vma.at(mm * s.geometry.vmas + i))
    .filter((vma) => Vma.file(vma) !== 0)
    .toSorted((a, b) => Vma.start(a) - Vma.start(b));

/** What smaps says, as the model has it: it answers in scratch rows of `s`. */
const smapsOf = (s: Sys, p: Place, mm: number): readonly [number, number] => {
  s.smapsShared.put(0, 0);
  s.smapsPrivate.put(0, 0);
  show_smaps(s, mm);
  return [realPages(s, p, s.smapsShared.at(0)), realPages(s, p, s.smapsPrivate.at(0))];
};

/** One live process. Of `s`, scratch rows are written. */
export const observeHugetlb = (s: Sys, p: Place, mm: number, sight: Sight): ProcessSeen => {
  const vmas = vmasOf(s, mm);
  const pages = vmas.flatMap((vma) =>
    Array.from({ length: Vma.end(vma) - Vma.start(vma) }, (_, i) => Vma.start(vma) + i).flatMap(
      (page) => pageSeen(s, p, mm, page, sight) ?? [],
    ),
  );
  return {
    pt: pageTables(s, mm),
    hugetlb: realPages(s, p, Usage.valueOf(s.usage.at(mm))),
    smaps: smapsOf(s, p, mm),
    vmas: vmas.map((vma) => vmaSeen(p, vma)),
    pages: joined(pages),
    ...(sight.entries ? { entries: entriesOf(s, p, mm), deposits: [], shares: sharesOf(s, mm) } : {}),
  };
};

export const poolOf = (s: Sys): Pool => ({ free: free_hugepages(s), reserved: resv_huge_pages(s) });
