/**
 * How the spec reads a state: which VMA covers a page, and what the page tables make of it. Written from the
 * description of the state alone, so that a mistake in the model's own walks is not repeated here.
 * A leaf is read page by page, as the CPU does: everything below answers for one page, whatever maps it.
 */
import { DEVICE_FRAMES, pagesOf, pudPages, slotsOf, type Use } from '../model/state/geometry.ts';
import {
  isPrivatePte,
  Mm,
  type MmView,
  Pmd,
  PmdKind,
  Pte,
  Pud,
  PudKind,
  Vma,
  VmaAttributes,
  VmaKind,
} from '../model/state/mm_types.ts';

/** fork() copies the parent into a child; the first of them is CHILD. */
export const PARENT = 0;
export const CHILD = 1;

/** What `vmaAt` gives for a page that no VMA covers: its kind is none. */
export const NO_VMA = Vma.of({});
/** What `frameAt` gives for a page that does not translate, and `find…` when there is nothing to find. */
export const NONE = -1;

const NO_ATTRIBUTES = VmaAttributes.of({});
const PMD_NONE = Pmd.of({});
const PTE_NONE = Pte.of({});

/** The mm that a fork() from `before` to `after` made: it lives, and did not. NONE when there is no such mm. */
export const newMm = (before: MmView, after: MmView): number => {
  for (let mm = 0; mm < before.geometry.mms; mm++)
    if (Mm.alive(before.mm.at(mm)) === 0 && Mm.alive(after.mm.at(mm)) === 1) return mm;
  return NONE;
};

export const covers = (vma: Vma, page: number): boolean =>
  Vma.kind(vma) !== VmaKind.none && Vma.start(vma) <= page && page < Vma.end(vma);

/** The VMA that covers a page. */
export const vmaAt = (s: MmView, mm: number, page: number): Vma => {
  const { vmas } = s.geometry;
  const end = (mm + 1) * vmas;
  for (let row = mm * vmas; row < end; row++) {
    const vma = s.vma.at(row);
    if (covers(vma, page)) return vma;
  }
  return NO_VMA;
};

/** What the VMA has besides; nothing in a world without any of it. */
export const attributesAt = (s: MmView, mm: number, page: number): VmaAttributes =>
  s.vmaAttributes.rows > 0 ? s.vmaAttributes.at(mm * pagesOf(s.geometry) + page) : NO_ATTRIBUTES;

/** vm_pgoff advances with the page: the frame (of a device) or the page (of a file) that the VMA names for `page`. */
export const frameOfVma = (vma: Vma, page: number): number => Vma.pgoff(vma) + page - Vma.start(vma);

export const isDevice = (vma: Vma): boolean => Vma.kind(vma) === VmaKind.device;
/** VM_PFNMAP. */
export const isPfnmap = (vma: Vma): boolean => isDevice(vma) && Vma.pfnmap(vma) === 1;
/** Neither ->fault nor ->huge_fault: what is lost here stays lost, do_fault() answers SIGBUS. */
export const isNonRefaultable = (vma: Vma): boolean =>
  isPfnmap(vma) && Vma.fault(vma) === 0 && Vma.hugeFault(vma) === 0;
/** A mapping of p2pmem/allocate: of pages that vm_insert_page() has inserted, and without a handler. */
export const isPeerMemory = (vma: Vma): boolean =>
  Vma.kind(vma) === VmaKind.mixed && Vma.fault(vma) === 0 && Vma.hugeFault(vma) === 0;
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
/** Anonymous memory, of the machine or of a device. */
export const isAnonFrame = (s: MmView, frame: number): boolean => {
  const use = useOf(s, frame);
  return use === 'anon' || use === 'private';
};
export const isHugeZeroFrame = (s: MmView, frame: number): boolean => useOf(s, frame) === 'huge zero';
/** The zero page, or one of the huge zero folio. */
export const isZeroFrame = (s: MmView, frame: number): boolean => {
  const use = useOf(s, frame);
  return use === 'zero page' || use === 'huge zero';
};

/** The PUD entry on a page's way. */
export const pudAt = (s: MmView, mm: number, page: number): Pud =>
  s.pud.at(mm * s.geometry.puds + Math.trunc(page / pudPages(s.geometry)));
/** Whether a PUD leaf maps the page. */
export const byPudLeaf = (s: MmView, mm: number, page: number): boolean =>
  Pud.kind(pudAt(s, mm, page)) === PudKind.leaf;

/** The PMD entry on a page's way; none when the PUD slot holds no PMD table. */
export const pmdAt = (s: MmView, mm: number, page: number): Pmd => {
  if (Pud.kind(pudAt(s, mm, page)) !== PudKind.table) return PMD_NONE;
  return s.pmd.at(mm * slotsOf(s.geometry) + Math.trunc(page / s.geometry.ptrsPerPte));
};

/** The PTE on the way of a page whose PMD entry is `pmd`; none unless that names a PTE table that there can be. */
const pteUnder = (s: MmView, pmd: Pmd, page: number): Pte => {
  const { ptrsPerPte, pteTables } = s.geometry;
  if (Pmd.kind(pmd) !== PmdKind.table || Pmd.pfn(pmd) >= pteTables) return PTE_NONE;
  return s.pte.at(Pmd.pfn(pmd) * ptrsPerPte + (page % ptrsPerPte));
};
/** The PTE on a page's way; none when the slot holds no PTE table, or a number that is none of a PTE table. */
export const pteAt = (s: MmView, mm: number, page: number): Pte => pteUnder(s, pmdAt(s, mm, page), page);

/** Whether a leaf above the PTEs maps the page. */
export const byLeaf = (s: MmView, mm: number, page: number): boolean =>
  byPudLeaf(s, mm, page) || Pmd.kind(pmdAt(s, mm, page)) === PmdKind.leaf;

/** The frame that a page translates to, with or without access for the CPU; or NONE. */
export const frameAt = (s: MmView, mm: number, page: number): number => {
  const pud = pudAt(s, mm, page);
  if (Pud.kind(pud) === PudKind.leaf) return Pud.pfn(pud) + (page % pudPages(s.geometry));
  const pmd = pmdAt(s, mm, page);
  if (Pmd.kind(pmd) === PmdKind.leaf) return Pmd.pfn(pmd) + (page % s.geometry.ptrsPerPte);
  const pte = pteUnder(s, pmd, page);
  return Pte.present(pte) === 1 ? Pte.pfn(pte) : NONE;
};

/** Whether the page translates: present for the kernel, with or without access for the CPU. */
export const isMapped = (s: MmView, mm: number, page: number): boolean => frameAt(s, mm, page) !== NONE;

/** One attribute of the entry on a page's way, whatever its level; 0 when nothing maps the page. */
const attribute =
  (ofPud: (e: Pud) => number, ofPmd: (e: Pmd) => number, ofPte: (e: Pte) => number) =>
  (s: MmView, mm: number, page: number): number => {
    const pud = pudAt(s, mm, page);
    if (Pud.kind(pud) === PudKind.leaf) return ofPud(pud);
    const pmd = pmdAt(s, mm, page);
    if (Pmd.kind(pmd) === PmdKind.leaf) return ofPmd(pmd);
    const pte = pteUnder(s, pmd, page);
    return Pte.present(pte) === 1 ? ofPte(pte) : 0;
  };
export const writeAt = attribute(Pud.write, Pmd.write, Pte.write);
export const youngAt = attribute(Pud.young, Pmd.young, Pte.young);
export const dirtyAt = attribute(Pud.dirty, Pmd.dirty, Pte.dirty);
export const protnoneAt = attribute(Pud.protnone, Pmd.protnone, Pte.protnone);
export const specialAt = attribute(Pud.special, Pmd.special, Pte.special);
export const cacheAt = attribute(Pud.cache, Pmd.cache, Pte.cache);
/** A PTE has no such bit here. */
export const devmapAt = attribute(Pud.devmap, Pmd.devmap, () => 0);

/** Whether everything on a page's way, whatever it is, is the same in both states, bit for bit. */
export const sameEntries = (a: MmView, b: MmView, mm: number, page: number): boolean =>
  pudAt(a, mm, page) === pudAt(b, mm, page) &&
  pmdAt(a, mm, page) === pmdAt(b, mm, page) &&
  pteAt(a, mm, page) === pteAt(b, mm, page);

/** Something about a page and the VMA that covers it (or NO_VMA). */
export type OfPage = (s: MmView, mm: number, page: number, vma: Vma) => boolean;

/** The first page, as mm * pages + page, that translates and of which `is` is true; or NONE. */
export const findMappedPage = (s: MmView, is: OfPage): number => {
  const { mms, puds } = s.geometry;
  const span = pudPages(s.geometry);
  // Table by table, since most are empty: this runs for several properties of every state.
  for (let row = 0; row < mms * puds; row++) {
    const kind = Pud.kind(s.pud.at(row));
    if (kind !== PudKind.leaf && kind !== PudKind.table) continue;
    const mm = Math.trunc(row / puds);
    const first = (row % puds) * span;
    const found = kind === PudKind.leaf ? findInLeaf(s, is, mm, first, span) : findInTable(s, is, mm, first, span);
    if (found !== NONE) return mm * puds * span + found;
  }
  return NONE;
};

const findInLeaf = (s: MmView, is: OfPage, mm: number, first: number, pages: number): number => {
  let vma = NO_VMA;
  for (let page = first; page < first + pages; page++) {
    if (!covers(vma, page)) vma = vmaAt(s, mm, page);
    if (is(s, mm, page, vma)) return page;
  }
  return NONE;
};

const findInTable = (s: MmView, is: OfPage, mm: number, first: number, pages: number): number => {
  const { ptrsPerPte } = s.geometry;
  for (let start = first; start < first + pages; start += ptrsPerPte) {
    const pmd = pmdAt(s, mm, start);
    const kind = Pmd.kind(pmd);
    const found =
      kind === PmdKind.leaf
        ? findInLeaf(s, is, mm, start, ptrsPerPte)
        : kind === PmdKind.table
          ? findInPtes(s, is, mm, pmd, start)
          : NONE;
    if (found !== NONE) return found;
  }
  return NONE;
};

const findInPtes = (s: MmView, is: OfPage, mm: number, pmd: Pmd, start: number): number => {
  const { ptrsPerPte } = s.geometry;
  let vma = NO_VMA;
  for (let page = start; page < start + ptrsPerPte; page++) {
    if (Pte.present(pteUnder(s, pmd, page)) === 0) continue;
    if (!covers(vma, page)) vma = vmaAt(s, mm, page);
    if (is(s, mm, page, vma)) return page;
  }
  return NONE;
};

/** Whether anything stands for the page, present or migrating. */
export const isThere = (s: MmView, mm: number, page: number): boolean =>
  isMapped(s, mm, page) || migratingAt(s, mm, page) !== NONE;

/** The frame that a migration entry on the page's way stands for, or NONE. */
export const migratingAt = (s: MmView, mm: number, page: number): number => {
  const pmd = pmdAt(s, mm, page);
  if (Pmd.kind(pmd) === PmdKind.migration) return Pmd.pfn(pmd) + (page % s.geometry.ptrsPerPte);
  const pte = pteAt(s, mm, page);
  return Pte.migration(pte) === 1 ? Pte.pfn(pte) : NONE;
};

/** The page of a device that the entry of a page stands for, or NONE. */
export const privateAt = (s: MmView, mm: number, page: number): number => {
  const pte = pteAt(s, mm, page);
  return isPrivatePte(pte) ? Pte.pfn(pte) : NONE;
};
