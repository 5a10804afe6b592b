/**
 * How the spec reads a state: which VMA covers a page, and what the page tables make of it. Written from the
 * description of the state alone, so that a mistake in the model's own walks is not repeated here.
 * A leaf is read page by page, as the CPU does: everything below answers for one page, whatever maps it.
 */
import { DEVICE_FRAMES, pudPages, slotsOf, type Use } from '../model/state/geometry.ts';
import { type MmView, Pmd, PmdKind, Pte, Pud, PudKind, Vma, VmaKind } from '../model/state/mm_types.ts';

/** fork() copies the parent into the child. */
export const PARENT = 0;
export const CHILD = 1;

/** What `vmaAt` gives for a page that no VMA covers: its kind is none. */
export const NO_VMA = Vma.of({});
/** What `frameAt` gives for a page that does not translate, and `find…` when there is nothing to find. */
export const NONE = -1;

const PTE_NONE = Pte.of({});

/** The VMA that covers a page. */
export const vmaAt = (s: MmView, mm: number, page: number): Vma => {
  const { vmas } = s.geometry;
  const end = (mm + 1) * vmas;
  for (let row = mm * vmas; row < end; row++) {
    const vma = s.vma.at(row);
    if (Vma.kind(vma) !== VmaKind.none && Vma.start(vma) <= page && page < Vma.end(vma)) return vma;
  }
  return NO_VMA;
};

/** vm_pgoff advances with the page: the frame (of a device) or the page (of a file) that the VMA names for `page`. */
export const frameOfVma = (vma: Vma, page: number): number => Vma.pgoff(vma) + page - Vma.start(vma);

export const isDevice = (vma: Vma): boolean => Vma.kind(vma) === VmaKind.device;
/** VM_PFNMAP. */
export const isPfnmap = (vma: Vma): boolean => isDevice(vma) && Vma.pfnmap(vma) === 1;
/** Neither ->fault nor ->huge_fault: what is lost here stays lost, do_fault() answers SIGBUS. */
export const isNonRefaultable = (vma: Vma): boolean =>
  isPfnmap(vma) && Vma.fault(vma) === 0 && Vma.hugeFault(vma) === 0;
/** is_cow_mapping(): a write goes to a private copy. */
export const isCow = (vma: Vma): boolean =>
  Vma.kind(vma) !== VmaKind.none && Vma.shared(vma) === 0 && Vma.mayWrite(vma) === 1;

export const isDeviceFrame = (frame: number): boolean => frame < DEVICE_FRAMES;
/** What memory a frame is of; undefined for a frame of the device, or of nothing. */
export const useOf = ({ memmap }: MmView, frame: number): Use | undefined => {
  const block = isDeviceFrame(frame) ? undefined : memmap.blockOf[frame - DEVICE_FRAMES];
  return block === undefined ? undefined : memmap.blocks[block]!.use;
};
export const isFileFrame = (s: MmView, frame: number): boolean => {
  const use = useOf(s, frame);
  return use === 'shmem' || use === 'file';
};
export const isAnonFrame = (s: MmView, frame: number): boolean => useOf(s, frame) === 'anon';
export const isZeroFrame = (s: MmView, frame: number): boolean => {
  const use = useOf(s, frame);
  return use === 'zero page' || use === 'huge zero';
};

/** The PUD entry on a page's way. */
export const pudAt = (s: MmView, mm: number, page: number): Pud =>
  s.pud.at(mm * s.geometry.puds + Math.floor(page / pudPages(s.geometry)));
/** Whether a PUD leaf maps the page. */
export const byPudLeaf = (s: MmView, mm: number, page: number): boolean =>
  Pud.kind(pudAt(s, mm, page)) === PudKind.leaf;

/** The PMD entry on a page's way. */
export const pmdAt = (s: MmView, mm: number, page: number): Pmd =>
  s.pmd.at(mm * slotsOf(s.geometry) + Math.floor(page / s.geometry.ptrsPerPte));

/** The PTE on a page's way; none when the slot holds no PTE table, or a number that is none of a PTE table. */
export const pteAt = (s: MmView, mm: number, page: number): Pte => {
  const pmd = pmdAt(s, mm, page);
  const { ptrsPerPte, pteTables } = s.geometry;
  if (Pmd.kind(pmd) !== PmdKind.table || Pmd.pfn(pmd) >= pteTables) return PTE_NONE;
  return s.pte.at(Pmd.pfn(pmd) * ptrsPerPte + (page % ptrsPerPte));
};

/** Whether a PMD leaf maps the page. */
export const byPmdLeaf = (s: MmView, mm: number, page: number): boolean =>
  Pmd.kind(pmdAt(s, mm, page)) === PmdKind.leaf && !byPudLeaf(s, mm, page);
/** Whether a leaf above the PTEs maps the page. */
export const byLeaf = (s: MmView, mm: number, page: number): boolean =>
  byPudLeaf(s, mm, page) || Pmd.kind(pmdAt(s, mm, page)) === PmdKind.leaf;

/** Whether the page translates: present for the kernel, with or without access for the CPU. */
export const isMapped = (s: MmView, mm: number, page: number): boolean =>
  byLeaf(s, mm, page) || Pte.present(pteAt(s, mm, page)) === 1;

/** The frame that a page translates to, or NONE. */
export const frameAt = (s: MmView, mm: number, page: number): number => {
  if (byPudLeaf(s, mm, page)) return Pud.pfn(pudAt(s, mm, page)) + (page % pudPages(s.geometry));
  const pmd = pmdAt(s, mm, page);
  if (Pmd.kind(pmd) === PmdKind.leaf) return Pmd.pfn(pmd) + (page % s.geometry.ptrsPerPte);
  const pte = pteAt(s, mm, page);
  return Pte.present(pte) === 1 ? Pte.pfn(pte) : NONE;
};

/** One attribute of the entry that maps a page, whatever its level; 0 when none does. */
const attribute =
  (ofPud: (e: Pud) => number, ofPmd: (e: Pmd) => number, ofPte: (e: Pte) => number) =>
  (s: MmView, mm: number, page: number): number => {
    if (byPudLeaf(s, mm, page)) return ofPud(pudAt(s, mm, page));
    const pmd = pmdAt(s, mm, page);
    return Pmd.kind(pmd) === PmdKind.leaf ? ofPmd(pmd) : ofPte(pteAt(s, mm, page));
  };
export const writeAt = attribute(Pud.write, Pmd.write, Pte.write);
export const protnoneAt = attribute(Pud.protnone, Pmd.protnone, Pte.protnone);
export const specialAt = attribute(Pud.special, Pmd.special, Pte.special);
export const cacheAt = attribute(Pud.cache, Pmd.cache, Pte.cache);

/** Something about a page and the VMA that covers it (or NO_VMA). */
export type OfPage = (s: MmView, mm: number, page: number, vma: Vma) => boolean;

/** The first page, as mm * pages + page, that translates and of which `is` is true; or NONE. */
export const findMappedPage = (s: MmView, is: OfPage): number => {
  const { mms, puds } = s.geometry;
  const span = pudPages(s.geometry);
  // Table by table, since most are empty: this runs for several properties of every state.
  for (let row = 0; row < mms * puds; row++) {
    const kind = Pud.kind(s.pud.at(row));
    if (kind === PudKind.none) continue;
    const mm = Math.floor(row / puds);
    const first = (row % puds) * span;
    const found = kind === PudKind.leaf ? findInLeaf(s, is, mm, first, span) : findInTable(s, is, mm, first, span);
    if (found !== NONE) return mm * puds * span + found;
  }
  return NONE;
};

const findInLeaf = (s: MmView, is: OfPage, mm: number, first: number, pages: number): number => {
  for (let page = first; page < first + pages; page++) if (is(s, mm, page, vmaAt(s, mm, page))) return page;
  return NONE;
};

const findInTable = (s: MmView, is: OfPage, mm: number, first: number, pages: number): number => {
  const { ptrsPerPte } = s.geometry;
  for (let start = first; start < first + pages; start += ptrsPerPte) {
    const kind = Pmd.kind(pmdAt(s, mm, start));
    if (kind !== PmdKind.leaf && kind !== PmdKind.table) continue;
    for (let page = start; page < start + ptrsPerPte; page++) {
      const mapped = kind === PmdKind.leaf || Pte.present(pteAt(s, mm, page)) === 1;
      if (mapped && is(s, mm, page, vmaAt(s, mm, page))) return page;
    }
  }
  return NONE;
};

/** Something about row mm * slots + slot of the PMD entries and the VMA that covers its first page (or NO_VMA). */
export type OfSlot = (s: MmView, row: number, pmd: Pmd, vma: Vma) => boolean;

/** The VMA that covers the first page of row mm * slots + slot. */
export const vmaOfSlot = (s: MmView, row: number): Vma => {
  const slots = slotsOf(s.geometry);
  return vmaAt(s, Math.floor(row / slots), (row % slots) * s.geometry.ptrsPerPte);
};

/** The first row of the PMD entries that holds a leaf or a migration entry of which `is` is true; or NONE. */
export const findHugeEntry = (s: MmView, is: OfSlot): number => {
  const rows = s.geometry.mms * slotsOf(s.geometry);
  for (let row = 0; row < rows; row++) {
    const pmd = s.pmd.at(row);
    const kind = Pmd.kind(pmd);
    if ((kind === PmdKind.leaf || kind === PmdKind.migration) && is(s, row, pmd, vmaOfSlot(s, row))) return row;
  }
  return NONE;
};
