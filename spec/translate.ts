/** I-TRANS: pages translate to the frames that their VMA names. */
import { FILE_FOLIO } from '../model/state/geometry.ts';
import { type MmView, Pmd, Vma, VmaKind } from '../model/state/mm_types.ts';
import { everyMappedPage } from './mapped_pages.ts';
import { byLeaf, frameAt, frameOfVma, isAnonFrame, isCow, isDevice, isDeviceFrame, pmdAt } from './reading.ts';
import { entryName, vmaName } from './wording.ts';

/** A copy made by a write: only a PTE maps one, and only in a CoW VMA. */
const isCopy = (s: MmView, mm: number, page: number, vma: Vma): boolean =>
  isCow(vma) && !byLeaf(s, mm, page) && !isDeviceFrame(frameAt(s, mm, page));

/** A THP leaf maps a whole folio from its first frame on, and one of its VMA's own kind. */
const isFolioOf = (s: MmView, leaf: Pmd, vma: Vma): boolean => {
  const first = Pmd.pfn(leaf);
  if (Vma.kind(vma) === VmaKind.shmem) return first === FILE_FOLIO;
  return isAnonFrame(first, s.geometry) && (first - FILE_FOLIO) % s.geometry.ptrsPerPte === 0;
};

export const translate = everyMappedPage({
  name: 'I-TRANS',
  says: 'A page of a device or a file translates to the frame that its VMA names, a THP leaf maps a folio from its first frame on, and nothing translates outside a VMA.',
  cites:
    'v7.1 mm/memory.c remap_pfn_range_internal(), vm_normal_page() (pfn == vm_pgoff + ((addr - vm_start) >> PAGE_SHIFT)); ' +
    'mm/huge_memory.c __split_huge_pmd_locked()',
  of: (s, mm, page, vma) => Vma.kind(vma) !== VmaKind.anon || byLeaf(s, mm, page),
  right: (s, mm, page, vma) => {
    if (isDevice(vma)) return frameAt(s, mm, page) === frameOfVma(vma, page) || isCopy(s, mm, page, vma);
    if (Vma.kind(vma) === VmaKind.none) return false;
    if (Vma.kind(vma) === VmaKind.shmem && frameAt(s, mm, page) !== FILE_FOLIO + frameOfVma(vma, page)) return false;
    return !byLeaf(s, mm, page) || isFolioOf(s, pmdAt(s, mm, page), vma);
  },
  tell: (s, mm, page, vma) => {
    const found = `translates to frame ${frameAt(s, mm, page)} (${entryName(s, mm, page)})`;
    if (Vma.kind(vma) === VmaKind.none) return `${found}, but no VMA covers it`;
    if (isDevice(vma)) return `${found}, but ${vmaName(vma)} names frame ${frameOfVma(vma, page)}`;
    if (!byLeaf(s, mm, page)) return `${found}, but ${vmaName(vma)} names page ${frameOfVma(vma, page)} of the file`;
    const folio = Vma.kind(vma) === VmaKind.shmem ? 'the folio of the file' : 'an anonymous folio';
    return `${found}, but in ${vmaName(vma)} a leaf maps ${folio}, from its first frame on`;
  },
});
