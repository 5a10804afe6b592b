/**
 * How small the machine of hugetlb is. A page of address space has a number; hugepages, entries and tables are counted in
 * such base pages. The real fan-outs are 512 and 512, and a contiguous entry of arm64 has 16 entries.
 */
export interface HugetlbGeometry {
  /** Processes: 0 is the parent, the others its children. */
  readonly mms: number;
  /** PUD entries of an mm. */
  readonly puds: number;
  readonly ptrsPerPmd: number;
  readonly ptrsPerPte: number;
  /** Entries that one contiguous entry of arm64 stands in, at a level; 0: there are none. */
  readonly contPmds: number;
  readonly contPtes: number;
  /** Base pages of a hugepage: huge_page_size() of the one hstate whose file system is mounted. */
  readonly hugepage: number;
  /** Those of the smaller hstates, the largest first: what a mapping of high granularity can use besides base pages. */
  readonly smaller: readonly number[];
  /** VMAs that an mm may have. */
  readonly vmas: number;
  /** Memory for page tables, for all processes together; without one an allocation fails. */
  readonly pmdTables: number;
  readonly pteTables: number;
  readonly files: number;
  /** Hugepages that a file may have. */
  readonly fileHugepages: number;
  /** nr_hugepages: folios of the pool, all free at first. */
  readonly folios: number;
  /** What a refcount or a mapcount holds before it overflows: 2 ** 31 - 1 in the kernel. */
  readonly countMax: number;
  /** Pins that user space can hold at a time. */
  readonly pins: number;
  /** Folios that can be under migration at a time. */
  readonly migrations: 0 | 1;
  /**
   * Whether processes count what they use of hugetlb. Where PMD tables are shared the count drifts without end: who counts a leaf
   * need not be who uncounts it.
   */
  readonly usage: 0 | 1;
  /** Whether the CPU remembers what it has found: a TLB, with all that it may have cached. */
  readonly tlb: 0 | 1;
  /** Pages of a guest whose memory is the parent's, from page 0 on: they have page tables of a second stage (KVM). */
  readonly guestPages: number;
}

/** Fan-out 2, hugepages of 1G, two processes. */
export const SMALL_HUGETLB: HugetlbGeometry = {
  mms: 2,
  puds: 2,
  ptrsPerPmd: 2,
  ptrsPerPte: 2,
  contPmds: 0,
  contPtes: 0,
  hugepage: 4,
  smaller: [2],
  vmas: 2,
  pmdTables: 3,
  pteTables: 4,
  files: 1,
  fileHugepages: 2,
  folios: 2,
  countMax: 15,
  pins: 0,
  migrations: 0,
  usage: 1,
  tlb: 0,
  guestPages: 0,
};

/** Pages that an entry of each level spans. */
export const pmdPages = ({ ptrsPerPte }: HugetlbGeometry): number => ptrsPerPte;
export const pudPages = ({ ptrsPerPmd, ptrsPerPte }: HugetlbGeometry): number => ptrsPerPmd * ptrsPerPte;
export const pagesOf = (g: HugetlbGeometry): number => g.puds * pudPages(g);
/** The sizes of leaves that a mapping of high granularity may have, the largest first. */
export const leafSizes = ({ hugepage, smaller }: HugetlbGeometry): readonly number[] => [hugepage, ...smaller, 1];

/** The largest frame, table and page that fields hold. */
export const FRAME_MAX = 63;
export const PAGE_MAX = 16;
export const COUNT_MAX = 15;

/** @throws RangeError when frames, tables or pages do not fit the fields, or a size is none of the machine. */
export const checkHugetlbGeometry = (g: HugetlbGeometry): HugetlbGeometry => {
  if (g.folios * g.hugepage > FRAME_MAX + 1)
    throw new RangeError(`${g.folios} hugepages of ${g.hugepage} pages; an entry can name ${FRAME_MAX + 1} frames`);
  if (pagesOf(g) > PAGE_MAX) throw new RangeError(`${pagesOf(g)} pages of address space; a VMA can end at ${PAGE_MAX}`);
  if (g.fileHugepages * g.hugepage > PAGE_MAX)
    throw new RangeError(`a file of ${g.fileHugepages * g.hugepage} pages; a VMA can begin at ${PAGE_MAX - 1}`);
  if (g.files > 3) throw new RangeError(`${g.files} files; a VMA can name 3`);
  if (g.mms > 3) throw new RangeError(`${g.mms} processes; there are names for 3`);
  if (g.countMax > COUNT_MAX) throw new RangeError(`counts up to ${g.countMax}; a counter ends at ${COUNT_MAX}`);
  if (g.guestPages > pagesOf(g)) throw new RangeError(`a guest of ${g.guestPages} pages; an mm has ${pagesOf(g)}`);
  const machine = [g.contPtes, pmdPages(g), g.contPmds * pmdPages(g), pudPages(g)].filter((size) => size > 0);
  for (const size of [g.hugepage, ...g.smaller])
    if (!machine.includes(size))
      throw new RangeError(`hugepages of ${size} pages; the machine has ${machine.join(', ')}`);
  return g;
};
