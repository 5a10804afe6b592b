/** I-NOCOW: nobody writes to the device through a private mapping. */
import type { Always } from '../checker/search/index.ts';
import type { MmView, Vma } from '../model/state/mm_types.ts';
import { everyMappedPage } from './mapped_pages.ts';
import { byLeaf, frameAt, isCow, isDeviceFrame, isPfnmap, writeAt } from './reading.ts';
import { accessName, entryName, vmaName } from './wording.ts';

const CITES =
  'v7.1 mm/huge_memory.c copy_huge_pmd() (VM_WARN_ON_ONCE(is_cow_mapping(src_vma->vm_flags) && pmd_write(pmd))); ' +
  'mm/memory.c remap_pfn_range() (a CoW mapping must span its VMA), commit 6aab341e0a28 (v2.6.15)';

const mapsDevice = (s: MmView, mm: number, page: number, vma: Vma): boolean =>
  isPfnmap(vma) && isCow(vma) && isDeviceFrame(frameAt(s, mm, page));

/** `leafForbidden`: the strict reading, in which remap_pfn_range() falls back to PTEs in a CoW VMA. */
export const noCow = (leafForbidden: boolean): Always<MmView> =>
  everyMappedPage({
    name: 'I-NOCOW',
    says: leafForbidden
      ? 'In a CoW VM_PFNMAP VMA no leaf maps the device, and no PTE that does is writable.'
      : 'In a CoW VM_PFNMAP VMA no entry that maps the device is writable.',
    cites: CITES,
    of: mapsDevice,
    right: (s, mm, page) => writeAt(s, mm, page) === 0 && !(leafForbidden && byLeaf(s, mm, page)),
    tell: (s, mm, page, vma) =>
      `maps device frame ${frameAt(s, mm, page)}, ${accessName(s, mm, page)} (${entryName(s, mm, page)}), in ${vmaName(vma)}`,
  });
