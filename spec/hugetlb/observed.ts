/** What user space can find out by itself of hugetlb; as spec/observed.ts. */
import { leafSizes, pagesOf } from '../../model/state/hugetlb/geometry.ts';
import {
  Count,
  Folio,
  HugePte,
  type HugetlbView,
  PmdTable,
  Reserved,
  Result,
  Translation,
  Uffd,
  UffdEvent,
  Usage,
  Vma,
} from '../../model/state/hugetlb/hugetlb_types.ts';
import { counted, type Observable, plain, range, RIGHTS } from '../observed/observable.ts';
import { entryAt, folioOf, frameAt, isLeaf, isVma, NONE, pmdTableAt, sizeAt, wpOf } from './entries.ts';
import { contentAt, contentName, contentOf, NOTHING, pinnedContent } from './contents.ts';
import { party } from './wording.ts';

type Seen = Observable<HugetlbView>;

const results: readonly Seen[] = [
  {
    aspect: 'result',
    where: 'returns',
    read: (s) => s.result.at(0),
    show: (code) => Result.names[code] ?? plain(code),
  },
  { aspect: 'result', where: 'pages done', read: (s) => s.done.at(0), show: plain },
  {
    aspect: 'result',
    where: 'userfaultfd is told of',
    read: (s) => s.event.at(0),
    show: (code) => UffdEvent.show(code),
  },
  { aspect: 'result', where: 'Shared_Hugetlb', read: (s) => s.smapsShared.at(0), show: plain },
  { aspect: 'result', where: 'Private_Hugetlb', read: (s) => s.smapsPrivate.at(0), show: plain },
  { aspect: 'result', where: 'pages in core', read: (s) => s.inCore.at(0), show: (mask) => mask.toString(2) },
];

const rowsThat = (rows: number, is: (row: number) => boolean): number => {
  let n = 0;
  for (let row = 0; row < rows; row++) if (is(row)) n++;
  return n;
};

/** num_poisoned_pages: those that a list has, or one of a hugepage of which no list is kept. */
const corrupted = (s: HugetlbView): number =>
  rowsThat(s.rawHwpoison.rows, (row) => s.rawHwpoison.at(row) === 1) +
  rowsThat(s.folio.rows, (folio) => {
    const { hugepage } = s.geometry;
    const listed = rowsThat(hugepage, (i) => s.rawHwpoison.at(folio * hugepage + i) === 1);
    return Folio.hwpoison(s.folio.at(folio)) === 1 && listed === 0;
  });

const cachedOf = (s: HugetlbView, file: number): number => {
  const { fileHugepages } = s.geometry;
  return rowsThat(fileHugepages, (index) => s.cache.at(file * fileHugepages + index) !== 0);
};

/** mm/hugetlb.c hugetlb_report_meminfo(), fs/proc/meminfo.c, and fstat(): i_blocks count what the page cache has. */
const machineCounters = (s: HugetlbView): readonly Seen[] => [
  counted<HugetlbView>('HugePages_Free', (v) => rowsThat(v.folio.rows, (folio) => v.folio.at(folio) === 0)),
  counted<HugetlbView>(
    'HugePages_Rsvd',
    (v) => v.resv.at(0),
    (code) => plain(Reserved.valueOf(code)),
  ),
  counted<HugetlbView>(
    'PageTables',
    (v) =>
      rowsThat(v.pmdTable.rows, (row) => PmdTable.live(v.pmdTable.at(row)) === 1) +
      rowsThat(v.pteTable.rows, (row) => v.pteTable.at(row) === 1),
  ),
  counted('HardwareCorrupted', corrupted),
  ...range(s.geometry.files).flatMap((file) => [
    counted<HugetlbView>(`file ${file} st_size`, (v) => v.isize.at(file)),
    counted<HugetlbView>(`file ${file} st_blocks`, (v) => cachedOf(v, file)),
  ]),
];

/** Neither the VMA lock nor the marks of reservations are shown, nor anon_vma; HGM is what the user has asked for. */
const shownOf = (vma: Vma): Vma =>
  isVma(vma) ? Vma.mkData(Vma.mkOwner(Vma.mkUnmapped(Vma.mkAnonVma(vma, 0), 0), 0), 0) : vma;

const rightOf = (valid: boolean, noAccess: boolean, write: number): number => {
  if (!valid) return 0;
  return noAccess ? 1 : 2 + write;
};
const rightAt = (s: HugetlbView, mm: number, page: number): number => {
  const e = entryAt(s, mm, page);
  return rightOf(isLeaf(e), HugePte.protnone(e) === 1, HugePte.write(e));
};

/** page_mapcount() */
const mapcountOf = (s: HugetlbView, frame: number): number =>
  Count.valueOf(s.entireMapcount.at(folioOf(s, frame))) + Count.valueOf(s.mapcount.at(frame));
/** pte_page(): the first that the leaf at a page maps, whichever page is told of. */
const firstFrame = (s: HugetlbView, mm: number, page: number): number => {
  const frame = frameAt(s, mm, page);
  return frame - (frame % sizeAt(s, mm, page));
};
const PAGEMAP = ['present', 'exclusively mapped', 'uffd-wp'];
/** fs/proc/task_mmu.c pagemap_hugetlb_range(): nothing of a table that is shared is anybody's own. */
const pagemapAt = (s: HugetlbView, mm: number, page: number): number => {
  const e = entryAt(s, mm, page);
  const wp = 4 * wpOf(e);
  if (!isLeaf(e)) return wp;
  const table = pmdTableAt(s, mm, page);
  const isShared = table !== NONE && PmdTable.shares(s.pmdTable.at(table)) > 0;
  return wp + (!isShared && mapcountOf(s, firstFrame(s, mm, page)) < 2 ? 3 : 1);
};
const pagemapName = (code: number): string =>
  code === 0 ? 'nothing' : PAGEMAP.filter((_, bit) => ((code >> bit) & 1) === 1).join(', ');

/** numa_maps: pages of a VMA that gather_hugetlb_stats() calls dirty. */
const dirtyOf = (s: HugetlbView, mm: number, vma: Vma): number => {
  if (!isVma(vma)) return 0;
  return rowsThat(Vma.end(vma) - Vma.start(vma), (i) => {
    const e = entryAt(s, mm, Vma.start(vma) + i);
    if (!isLeaf(e)) return false;
    return HugePte.dirty(e) === 1 || Folio.dirty(s.folio.at(folioOf(s, HugePte.pfn(e)))) === 1;
  });
};

/** numa_maps: the most that a page of a VMA is mapped, mapcount_max of gather_stats(); 1 is not shown. */
const mapmaxOf = (s: HugetlbView, mm: number, vma: Vma): number => {
  if (!isVma(vma)) return 0;
  let most = 1;
  for (let page = Vma.start(vma); page < Vma.end(vma); page++)
    if (isLeaf(entryAt(s, mm, page))) most = Math.max(most, mapcountOf(s, firstFrame(s, mm, page)));
  return most > 1 ? most : 0;
};

const seenOfVmas = (s: HugetlbView, mm: number): readonly Seen[] =>
  range(s.geometry.vmas).flatMap((i): readonly Seen[] => {
    const row = mm * s.geometry.vmas + i;
    const where = `${party(mm)} vma ${i}`;
    return [
      { aspect: 'mapping', where, read: (v) => shownOf(v.vma.at(row)), show: (code) => Vma.show(code) },
      counted<HugetlbView>(`${where} dirty`, (v) => dirtyOf(v, mm, v.vma.at(row))),
      counted<HugetlbView>(`${where} mapmax`, (v) => mapmaxOf(v, mm, v.vma.at(row))),
    ];
  });

/** What the CPU goes by: what it remembers, otherwise the page tables. */
const remembered = (s: HugetlbView, mm: number, page: number): Translation =>
  s.tlb.rows === 0 ? (0 as Translation) : s.tlb.at(mm * pagesOf(s.geometry) + page);
const foundAt = (s: HugetlbView, mm: number, page: number): number => {
  const one = remembered(s, mm, page);
  return Translation.valid(one) === 1 ? contentOf(s, Translation.pfn(one)) : contentAt(s, mm, page);
};
const grantedAt = (s: HugetlbView, mm: number, page: number): number => {
  const one = remembered(s, mm, page);
  return Translation.valid(one) === 1 ? 2 + Translation.write(one) : rightAt(s, mm, page);
};

const seenOfPages = (s: HugetlbView, mm: number): readonly Seen[] =>
  range(pagesOf(s.geometry)).flatMap((page): readonly Seen[] => {
    const where = `${party(mm)} page ${page}`;
    return [
      { aspect: 'translation', where, read: (v) => foundAt(v, mm, page), show: contentName(s) },
      { aspect: 'permission', where, read: (v) => grantedAt(v, mm, page), show: (code) => RIGHTS[code]! },
      { aspect: 'mapping', where: `${where} in pagemap`, read: (v) => pagemapAt(v, mm, page), show: pagemapName },
    ];
  });

const perProcess = (s: HugetlbView, mm: number): readonly Seen[] => [
  { aspect: 'mapping', where: party(mm), read: (v) => v.mm.at(mm), show: (code) => (code === 1 ? 'alive' : 'dead') },
  ...(s.usage.rows === 0
    ? []
    : [
        counted<HugetlbView>(
          `${party(mm)} HugetlbPages`,
          (v) => v.usage.at(mm),
          (code) => plain(Usage.valueOf(code)),
        ),
      ]),
  {
    aspect: 'mapping',
    where: `${party(mm)} fdinfo of userfaultfd`,
    read: (v) => v.uffd.at(mm),
    show: (code) => Uffd.show(code),
  },
  ...seenOfVmas(s, mm),
  ...seenOfPages(s, mm),
];

/** Pins, and the guest: pages of the second stage by their size as KVM_GET_STATS_FD has them. */
const holders = (s: HugetlbView): readonly Seen[] => [
  ...range(s.pin.rows).map((row): Seen => ({
    aspect: 'translation',
    where: `pin ${row}`,
    read: (v) => pinnedContent(v, row),
    show: contentName(s),
  })),
  ...range(s.guest.rows).flatMap((page): readonly Seen[] => {
    const where = `guest page ${page}`;
    const found = (v: HugetlbView): number => {
      const one = v.guest.at(page);
      return Translation.valid(one) === 1 ? contentOf(v, Translation.pfn(one)) : NOTHING;
    };
    const right = (v: HugetlbView): number =>
      rightOf(Translation.valid(v.guest.at(page)) === 1, false, Translation.write(v.guest.at(page)));
    return [
      { aspect: 'translation', where, read: found, show: contentName(s) },
      { aspect: 'permission', where, read: right, show: (code) => RIGHTS[code]! },
    ];
  }),
  ...(s.guest.rows === 0 ? [] : leafSizes(s.geometry)).map((size) =>
    counted<HugetlbView>(`guest pages in leaves of ${size}`, (v) =>
      rowsThat(v.guest.rows, (page) => Translation.size(v.guest.at(page)) === size),
    ),
  ),
];

export const hugetlbObservedByUser = (s: HugetlbView): readonly Seen[] => [
  ...results,
  ...range(s.geometry.mms).flatMap((mm) => perProcess(s, mm)),
  ...holders(s),
  ...machineCounters(s),
];
