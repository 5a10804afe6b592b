/** I-TRANS: pages translate to the frames that their VMA names. */
import { Extent, ExtentKind } from '../model/state/dax.ts';
import { DAX_FILE_STRIDE, DEVICE_FRAMES, pudPages, type Use } from '../model/state/geometry.ts';
import { type MmView, Vma, VmaKind } from '../model/state/mm_types.ts';
import { isFree, isInLarge, rowOf } from './folios.ts';
import { cachedFrame } from './file_pages.ts';
import { everyMappedPage } from './mapped_pages.ts';
import {
  byLeaf,
  byPudLeaf,
  frameAt,
  frameOfVma,
  isAnonFrame,
  isCow,
  isDeviceFrame,
  isPeerMemory,
  isPfnmap,
  isZeroFrame,
  NONE,
  useOf,
} from './reading.ts';
import { entryName, vmaName } from './wording.ts';

/** A copy made by a write: only a PTE maps one, and only in a CoW VMA. */
const isCopy = (s: MmView, mm: number, page: number, vma: Vma): boolean =>
  isCow(vma) && !byLeaf(s, mm, page) && isAnonFrame(s, frameAt(s, mm, page));

const USE: Readonly<Record<number, Use>> = {
  [VmaKind.shmem]: 'shmem',
  [VmaKind.file]: 'file',
  [VmaKind.dax]: 'dax',
  [VmaKind.mixed]: 'driver',
};
/** From this page of its mapping on, a VM_MIXEDMAP driver maps frames of the device. */
const MIXED_DEVICE = 16;

/** The first frame of the memory of a use, or NONE. */
const firstOf = ({ memmap: { blocks, start } }: MmView, use: Use): number => {
  for (let block = 0; block < blocks.length; block++) if (blocks[block]!.use === use) return start[block]!;
  return NONE;
};

/** The block of a page of a DAX file; of a hole, and of what has not been written to, NONE: reads find zeroes there. */
const blockNamed = (s: MmView, index: number): number => {
  const page = index % DAX_FILE_STRIDE;
  if (page >= s.geometry.daxFilePages) return NONE;
  const e = s.extent.at(Math.trunc(index / DAX_FILE_STRIDE) * s.geometry.daxFilePages + page);
  return Extent.kind(e) === ExtentKind.written ? Extent.pfn(e) : NONE;
};

/** The frame that the VMA names for a page; NONE beyond the end of its file, and of anonymous memory, which is any. */
export const frameNamed = (s: MmView, vma: Vma, page: number): number => {
  const index = frameOfVma(vma, page);
  if (Vma.kind(vma) === VmaKind.device) return index;
  if (Vma.kind(vma) === VmaKind.mixed && index >= MIXED_DEVICE) return index - MIXED_DEVICE;
  if (Vma.kind(vma) === VmaKind.fsdax) return blockNamed(s, index);
  const use = USE[Vma.kind(vma)];
  if (use === undefined) return NONE;
  if (use === s.geometry.pageCache?.use) return cachedFrame(s, index);
  const frame = firstOf(s, use) + index;
  return useOf(s, frame) === use ? frame : NONE;
};

/** A leaf of memory maps one whole folio, from its first frame on. */
const isWholeFolio = (s: MmView, mm: number, page: number): boolean => {
  const { blockOf, start, blocks } = s.memmap;
  const pages = byPudLeaf(s, mm, page) ? pudPages(s.geometry) : s.geometry.ptrsPerPte;
  const first = frameAt(s, mm, page) - (page % pages);
  const block = blockOf[first - DEVICE_FRAMES];
  if (block === undefined || start[block] !== first || blocks[block]!.pages !== pages) return false;
  // Of FS-DAX it is I-DAXFOLIO that asks when pages are a folio: before v6.15 they never are.
  return blocks[block]!.use === 'fsdax' || isFree(s, rowOf(first)) || isInLarge(s, rowOf(first));
};

const isRightFrame = (s: MmView, mm: number, page: number, vma: Vma): boolean => {
  const frame = frameAt(s, mm, page);
  if (Vma.kind(vma) === VmaKind.anon) return isAnonFrame(s, frame) || isZeroFrame(s, frame);
  // ->mmap has taken any page of the pool.
  if (isPeerMemory(vma)) return useOf(s, frame) === 'p2pdma';
  const named = frameNamed(s, vma, page);
  if (Vma.kind(vma) === VmaKind.fsdax && named === NONE && isZeroFrame(s, frame)) return true;
  return frame === named || isCopy(s, mm, page, vma);
};

export const translate = everyMappedPage({
  name: 'I-TRANS',
  says: 'A page of a device or a file translates to the frame that its VMA names, a page of anonymous memory to an anonymous or a zero page, one of peer-to-peer memory to a page of its BAR. A leaf of memory maps its folio from the first frame on. Nothing translates outside a VMA.',
  cites:
    'v7.1 mm/memory.c remap_pfn_range_internal(), vm_normal_page() (pfn == vm_pgoff + ((addr - vm_start) >> PAGE_SHIFT)); ' +
    'mm/huge_memory.c __split_huge_pmd_locked(), copy_huge_pmd(), copy_huge_pud()',
  of: () => true,
  right: (s, mm, page, vma) => {
    if (Vma.kind(vma) === VmaKind.none || !isRightFrame(s, mm, page, vma)) return false;
    return !byLeaf(s, mm, page) || isPfnmap(vma) || isDeviceFrame(frameAt(s, mm, page)) || isWholeFolio(s, mm, page);
  },
  tell: (s, mm, page, vma) => {
    const found = `translates to frame ${frameAt(s, mm, page)} (${entryName(s, mm, page)})`;
    if (Vma.kind(vma) === VmaKind.none) return `${found}, but no VMA covers it`;
    if (isRightFrame(s, mm, page, vma)) return `${found}, but a leaf maps a whole folio, from its first frame on`;
    if (Vma.kind(vma) === VmaKind.anon) return `${found}, which is no anonymous memory, in ${vmaName(vma)}`;
    if (isPeerMemory(vma)) return `${found}, which is no memory of a PCI BAR, in ${vmaName(vma)}`;
    const named = frameNamed(s, vma, page);
    return `${found}, but ${vmaName(vma)} names ${named === NONE ? 'none: its file has ended' : `frame ${named}`}`;
  },
});
