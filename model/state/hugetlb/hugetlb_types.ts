/**
 * The state of hugetlb: processes, VMAs, page tables that have numbers and can be shared, files with their page caches, and
 * the pool of hugepages. Mirrors include/linux/mm_types.h, include/linux/hugetlb.h and fs/userfaultfd.c as far as modelled.
 */
import {
  type Draft,
  entry,
  flag,
  type Layout,
  layoutOf,
  oneOf,
  shownAs,
  table,
  upTo,
  type View,
  type Word,
} from '../../../checker/search/index.ts';
import { counter } from '../counter.ts';
import { party } from '../party.ts';
import { checkHugetlbGeometry, COUNT_MAX, FRAME_MAX, type HugetlbGeometry, PAGE_MAX, pagesOf } from './geometry.ts';
import { HugePte } from './pgtable_types.ts';
import { Result } from './result.ts';

export { HugePte, HugePteKind, HugetlbPte, Level } from './pgtable_types.ts';
export { Result } from './result.ts';

const listed = (...all: readonly string[]): string => all.filter((word) => word !== '').join(', ');
const ifSet = (code: number, text: string): string => (code === 1 ? text : '');

export const Prot = oneOf('NONE', 'R', 'RW');

/**
 * A VMA covers pages start..end-1 of the process, from page `pgoff` of file `file` - 1 on; without a file there is none.
 * `shared`: VM_SHARED; `mayShare`: VM_MAYSHARE, also of a file that was opened for reading. `data`: vm_private_data of a
 * shareable VMA, the hugetlb VMA lock; `hgm`: mappings of high granularity are enabled, by a flag in that data (RFC v2) or by
 * VM_HUGETLB_HGM (v1, v2). `missing`, `minor`, `wp`: what userfaultfd is registered for. `noreserve`: VM_NORESERVE; `owner`:
 * HPAGE_RESV_OWNER, of the private mapping whose reservations these are; `unmapped`: HPAGE_RESV_UNMAPPED, a child that has lost
 * a page to its parent. `anonVma`: it may have pages of its own, and fork() copies its entries.
 */
const vma = entry('hugetlbVma')({
  file: upTo(3),
  start: upTo(PAGE_MAX),
  end: upTo(PAGE_MAX),
  pgoff: upTo(PAGE_MAX - 1),
  prot: Prot,
  shared: flag,
  mayShare: flag,
  data: flag,
  hgm: flag,
  missing: flag,
  minor: flag,
  wp: flag,
  noreserve: flag,
  owner: flag,
  unmapped: flag,
  anonVma: flag,
});
export type Vma = Word<'hugetlbVma'>;
export const Vma = shownAs(vma, (e) =>
  vma.file(e) === 0
    ? 'none'
    : listed(
        `pages ${vma.start(e)}..${vma.end(e) - 1} of file ${vma.file(e) - 1}`,
        `pgoff ${vma.pgoff(e)}`,
        Prot.names[vma.prot(e)]!,
        vma.shared(e) === 1 ? 'VM_SHARED' : vma.mayShare(e) === 1 ? 'VM_MAYSHARE' : 'private',
        ifSet(vma.data(e), 'VMA lock'),
        ifSet(vma.hgm(e), 'HGM'),
        ifSet(vma.missing(e), 'VM_UFFD_MISSING'),
        ifSet(vma.minor(e), 'VM_UFFD_MINOR'),
        ifSet(vma.wp(e), 'VM_UFFD_WP'),
        ifSet(vma.noreserve(e), 'VM_NORESERVE'),
        ifSet(vma.owner(e), 'HPAGE_RESV_OWNER'),
        ifSet(vma.unmapped(e), 'HPAGE_RESV_UNMAPPED'),
        ifSet(vma.anonVma(e), 'anon_vma'),
      ),
);

/** A userfaultfd of a process, and the features that it was asked for: UFFDIO_API of include/uapi/linux/userfaultfd.h. */
const uffd = entry('uffd')({ open: flag, hgm: flag, exactAddress: flag, wp: flag, eventFork: flag, eventRemap: flag });
export type Uffd = Word<'uffd'>;
export const Uffd = shownAs(uffd, (e) =>
  uffd.open(e) === 0
    ? 'none'
    : listed(
        'open',
        ifSet(uffd.hgm(e), 'MINOR_HUGETLBFS_HGM'),
        ifSet(uffd.exactAddress(e), 'EXACT_ADDRESS'),
        ifSet(uffd.wp(e), 'WP_HUGETLBFS_SHMEM'),
        ifSet(uffd.eventFork(e), 'EVENT_FORK'),
        ifSet(uffd.eventRemap(e), 'EVENT_REMAP'),
      ),
);

/** A PMD table: `shares` is how many processes' PUD entries besides the first name it (pt_share_count). */
const pmdTable = entry('pmdTable')({ live: flag, shares: upTo(3) });
export type PmdTable = Word<'pmdTable'>;
export const PmdTable = shownAs(pmdTable, (e) =>
  pmdTable.live(e) === 0 ? 'free' : pmdTable.shares(e) === 0 ? 'live' : `live, shared by ${pmdTable.shares(e) + 1}`,
);

/**
 * A hugepage of the pool. `migratable`: HPageMigratable, on the list that migration isolates from. `restoreReserve`:
 * HPageRestoreReserve, its reservation comes back when it is freed unused. `locked`: between operations, by a path that has
 * forgotten to unlock it.
 */
const folio = entry('hugetlbFolio')({
  used: flag,
  anon: flag,
  exclusive: flag,
  uptodate: flag,
  dirty: flag,
  migratable: flag,
  restoreReserve: flag,
  hwpoison: flag,
  locked: flag,
});
export type Folio = Word<'hugetlbFolio'>;
export const Folio = shownAs(folio, (e) =>
  folio.used(e) === 0
    ? ifSet(folio.hwpoison(e), 'free, hwpoison')
    : listed(
        folio.anon(e) === 1 ? 'anon' : 'file',
        ifSet(folio.exclusive(e), 'exclusive'),
        ifSet(folio.uptodate(e), 'uptodate'),
        ifSet(folio.dirty(e), 'dirty'),
        ifSet(folio.migratable(e), 'migratable'),
        ifSet(folio.restoreReserve(e), 'restore reserve'),
        ifSet(folio.hwpoison(e), 'hwpoison'),
        ifSet(folio.locked(e), 'locked'),
      ),
);

/** A pin of user space on one page. */
const pin = entry('hugetlbPin')({
  taken: flag,
  mm: upTo(2),
  page: upTo(PAGE_MAX - 1),
  pfn: upTo(FRAME_MAX),
  write: flag,
});
export type Pin = Word<'hugetlbPin'>;
export const Pin = shownAs(pin, (e) =>
  pin.taken(e) === 0
    ? 'none'
    : `frame ${pin.pfn(e)}, for ${pin.write(e) === 1 ? 'writing' : 'reading'}, by ${party(pin.mm(e))} at page ${pin.page(e)}`,
);

/** A folio that is unmapped everywhere, and the one that takes over, as number + 1; 0: none. */
const migration = entry('hugetlbMigration')({ from: upTo(FRAME_MAX), to: upTo(FRAME_MAX) });
export type Migration = Word<'hugetlbMigration'>;
export const Migration = shownAs(migration, (e) =>
  migration.from(e) === 0 ? 'none' : `folio ${migration.from(e) - 1} to folio ${migration.to(e) - 1}`,
);

/**
 * A translation that somebody else has of a page: the TLB of a CPU, or a page table of the second stage. `size`: of the leaf
 * that it comes from, in pages, the first of which is at a multiple of it.
 */
const translation = entry('hugetlbTranslation')({
  valid: flag,
  pfn: upTo(FRAME_MAX),
  write: flag,
  size: upTo(PAGE_MAX),
});
export type Translation = Word<'hugetlbTranslation'>;
export const Translation = shownAs(translation, (e) =>
  translation.valid(e) === 0
    ? 'none'
    : `frame ${translation.pfn(e)} ${translation.write(e) === 1 ? 'RW' : 'RO'} by ${translation.size(e)} ${translation.size(e) === 1 ? 'page' : 'pages'}`,
);

/** What a userfaultfd was told of. */
const Told = oneOf('nothing', 'missing', 'minor', 'wp');
const event = entry('uffdEvent')({ told: Told, mm: upTo(2), page: upTo(PAGE_MAX - 1) });
export const UffdEvent = shownAs(event, (e) =>
  event.told(e) === Told.nothing
    ? 'nothing'
    : `a ${Told.names[event.told(e)]!} fault of ${party(event.mm(e))} at page ${event.page(e)}`,
);
export { Told };

/** A count in -15..15 that may pass `countMax` of the geometry: it has overflowed then. */
export const Count = counter(COUNT_MAX);
/** hugetlb_usage of an mm, in base pages. */
export const Usage = counter(31);
/** resv_huge_pages of the hstate. */
export const Reserved = counter(7);
/** _nr_pages_mapped: pages mapped by entries smaller than the hugepage; COMPOUND_MAPPED counts those of its size. */
export const COMPOUND_MAPPED = 16;
const NrPagesMapped = upTo(255);

const ofMm =
  (rows: number, name: string) =>
  (row: number): string =>
    `${party(Math.floor(row / rows))} ${name}[${row % rows}]`;
const ofTable =
  (rows: number, name: string) =>
  (row: number): string =>
    `${name} table ${Math.floor(row / rows)} ${name.toLowerCase()}[${row % rows}]`;
const ofFolio = (row: number): string => `folio ${row}`;

const tablesOf = (g: HugetlbGeometry) => {
  const ofFile = (row: number): string => `file ${Math.floor(row / g.fileHugepages)} hugepage ${row % g.fileHugepages}`;
  const folioNumber = { ...upTo(FRAME_MAX), show: (code: number) => (code === 0 ? 'hole' : `folio ${code - 1}`) };
  const Alive = { ...flag, show: (code: number) => (code === 1 ? 'alive' : 'dead') };
  const hugepages = Math.ceil(pagesOf(g) / g.hugepage);
  return {
    mm: table(g.mms, Alive, party),
    usage: table(g.usage * g.mms, Usage, (row) => `${party(row)} hugetlb_usage`),
    /** Row mm * vmas + i, in no order. */
    vma: table(g.mms * g.vmas, Vma, ofMm(g.vmas, 'vma')),
    uffd: table(g.mms, Uffd, (row) => `${party(row)} userfaultfd`),
    /** Row mm * puds + i. */
    pud: table(g.mms * g.puds, HugePte, ofMm(g.puds, 'pud')),
    pmdTable: table(g.pmdTables, PmdTable, (row) => `PMD table ${row}`),
    /** Row table * ptrsPerPmd + i. */
    pmd: table(g.pmdTables * g.ptrsPerPmd, HugePte, ofTable(g.ptrsPerPmd, 'PMD')),
    pteTable: table(
      g.pteTables,
      { ...flag, show: (code: number) => (code === 1 ? 'live' : 'free') },
      (row) => `PTE table ${row}`,
    ),
    /** Row table * ptrsPerPte + i. */
    pte: table(g.pteTables * g.ptrsPerPte, HugePte, ofTable(g.ptrsPerPte, 'PTE')),
    /** i_size in hugepages. */
    isize: table(g.files, upTo(g.fileHugepages), (row) => `file ${row} size in hugepages`),
    /** The page cache, folio number + 1. Row file * fileHugepages + index. */
    cache: table(g.files * g.fileHugepages, folioNumber, ofFile),
    /** The reservation map of a file: the hugepage is reserved, or has used its reservation. Rows as of the cache. */
    reserved: table(g.files * g.fileHugepages, flag, (row) => `${ofFile(row)} in resv_map`),
    /** That of a private mapping: the hugepage has used its reservation. Row mm * hugepages + i of address space. */
    consumed: table(g.mms * hugepages, flag, (row) => `${ofMm(hugepages, 'hugepage')(row)} in resv_map`),
    resv: table(1, Reserved, () => 'resv_huge_pages'),
    folio: table(g.folios, Folio, ofFolio),
    refcount: table(g.folios, Count, (row) => `${ofFolio(row)} refcount`),
    entireMapcount: table(g.folios, Count, (row) => `${ofFolio(row)} entire_mapcount`),
    /** Of each page of a folio, where the rule of mapcounts has them. Row frame. */
    mapcount: table(g.folios * g.hugepage, Count, (row) => `frame ${row} mapcount`),
    nrPagesMapped: table(g.folios, NrPagesMapped, (row) => `${ofFolio(row)} nr_pages_mapped`),
    /** Pages that are broken, one by one, where the kernel keeps a list (raw_hwp_list). Row frame. */
    rawHwpoison: table(g.folios * g.hugepage, flag, (row) => `frame ${row} raw hwpoison`),
    pin: table(g.pins, Pin, (row) => `pin ${row}`),
    migration: table(g.migrations, Migration, () => 'migration'),
    /** Row mm * pages + page. */
    tlb: table(g.tlb * g.mms * pagesOf(g), Translation, ofMm(pagesOf(g), 'TLB')),
    /** Row page: that of the guest, which is that of the parent. */
    guest: table(g.guestPages, Translation, (row) => `guest page ${row}`),
  };
};

const scratchOf = (g: HugetlbGeometry) => ({
  /** What the operation returned. */
  result: table(1, Result, () => 'result'),
  /** Pages that were done before it ended: what UFFDIO_COPY and others return, and how far mremap() moved entries. */
  done: table(1, upTo(31), () => 'pages done'),
  event: table(1, UffdEvent, () => 'userfaultfd is told of'),
  /** Allocations that have failed in this operation. */
  failures: table(1, upTo(COUNT_MAX), () => 'failed allocations'),
  /** What smaps adds to Shared_Hugetlb and Private_Hugetlb, in pages. */
  smapsShared: table(1, upTo(31), () => 'Shared_Hugetlb'),
  smapsPrivate: table(1, upTo(31), () => 'Private_Hugetlb'),
  /** Which pages mincore() calls resident, a bit a page. */
  inCore: table(1, upTo(0xffff), () => 'in core'),
  /** The frame that move_pages() asks the node of, + 1; it may be none of the pool. */
  reached: table(1, upTo(2 * FRAME_MAX + 1), () => 'reached frame + 1'),
  /** Folios that mbind() has taken for migration, a bit a folio. */
  queued: table(1, upTo(2 ** g.folios - 1), () => 'queued for migration'),
});

type HugetlbTables = ReturnType<typeof tablesOf> & ReturnType<typeof scratchOf>;

/** @throws RangeError when the geometry does not fit the entries. */
export const hugetlbLayout = (g: HugetlbGeometry): Layout<HugetlbTables> =>
  layoutOf(tablesOf(checkHugetlbGeometry(g)), scratchOf(g));

interface Shape {
  readonly geometry: HugetlbGeometry;
}
/** All that the spec reads. */
export type HugetlbView = View<HugetlbTables> & Shape;
export type HugetlbDraft = Draft<HugetlbTables> & Shape;
