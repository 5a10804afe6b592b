/**
 * How the spec reads a state: which VMA covers a page, and what the page tables make of it. Written from the
 * description of the state alone, so that a mistake in the model's own walks is not repeated here.
 * A leaf is read page by page, as the CPU does: everything below answers for one page, whatever maps it.
 */
import { DEVICE_FRAMES, FILE_FOLIO, type Geometry, slotsOf } from '../model/state/geometry.ts';
import { type MmView, Pmd, PmdKind, Pte, Vma, VmaKind } from '../model/state/mm_types.ts';

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
export const isFileFrame = (frame: number, g: Geometry): boolean =>
  frame >= FILE_FOLIO && frame < FILE_FOLIO + g.ptrsPerPte;
export const isAnonFrame = (frame: number, g: Geometry): boolean => frame >= FILE_FOLIO + g.ptrsPerPte;

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
export const byLeaf = (s: MmView, mm: number, page: number): boolean => Pmd.kind(pmdAt(s, mm, page)) === PmdKind.leaf;

/** Whether the page translates: present for the kernel, with or without access for the CPU. */
export const isMapped = (s: MmView, mm: number, page: number): boolean =>
  byLeaf(s, mm, page) || Pte.present(pteAt(s, mm, page)) === 1;

/** The frame that a page translates to, or NONE. */
export const frameAt = (s: MmView, mm: number, page: number): number => {
  const pmd = pmdAt(s, mm, page);
  if (Pmd.kind(pmd) === PmdKind.leaf) return Pmd.pfn(pmd) + (page % s.geometry.ptrsPerPte);
  const pte = pteAt(s, mm, page);
  return Pte.present(pte) === 1 ? Pte.pfn(pte) : NONE;
};

// Attributes of the entry that maps a page; 0 when none does.
export const writeAt = (s: MmView, mm: number, page: number): number =>
  byLeaf(s, mm, page) ? Pmd.write(pmdAt(s, mm, page)) : Pte.write(pteAt(s, mm, page));
export const protnoneAt = (s: MmView, mm: number, page: number): number =>
  byLeaf(s, mm, page) ? Pmd.protnone(pmdAt(s, mm, page)) : Pte.protnone(pteAt(s, mm, page));
export const specialAt = (s: MmView, mm: number, page: number): number =>
  byLeaf(s, mm, page) ? Pmd.special(pmdAt(s, mm, page)) : Pte.special(pteAt(s, mm, page));
export const cacheAt = (s: MmView, mm: number, page: number): number =>
  byLeaf(s, mm, page) ? Pmd.cache(pmdAt(s, mm, page)) : Pte.cache(pteAt(s, mm, page));

/** Something about a page and the VMA that covers it (or NO_VMA). */
export type OfPage = (s: MmView, mm: number, page: number, vma: Vma) => boolean;

/** The first page, as mm * pages + page, that translates and of which `is` is true; or NONE. */
export const findMappedPage = (s: MmView, is: OfPage): number => {
  const { mms, ptrsPerPte } = s.geometry;
  const slots = slotsOf(s.geometry);
  // Slot by slot, since most are empty: this runs for several properties of every state.
  for (let row = 0; row < mms * slots; row++) {
    const kind = Pmd.kind(s.pmd.at(row));
    if (kind !== PmdKind.leaf && kind !== PmdKind.table) continue;
    const mm = Math.floor(row / slots);
    const first = (row % slots) * ptrsPerPte;
    for (let page = first; page < first + ptrsPerPte; page++) {
      const mapped = kind === PmdKind.leaf || Pte.present(pteAt(s, mm, page)) === 1;
      if (mapped && is(s, mm, page, vmaAt(s, mm, page))) return row * ptrsPerPte + page - first;
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
