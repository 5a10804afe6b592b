/** I-NOCOW: nobody writes to a device or to a file through a private mapping. */
import type { Always } from '../checker/search/index.ts';
import type { MmView, Vma } from '../model/state/mm_types.ts';
import { everyMappedPage } from './mapped_pages.ts';
import {
  byLeaf,
  frameAt,
  isAnonFrame,
  isCow,
  isDeviceFrame,
  isPfnmap,
  isZeroFrame,
  useOf,
  writeAt,
} from './reading.ts';
import { accessName, entryName, vmaName } from './wording.ts';

const CITES =
  'v7.1 mm/huge_memory.c copy_huge_pmd() (VM_WARN_ON_ONCE(is_cow_mapping(src_vma->vm_flags) && pmd_write(pmd))); ' +
  'mm/memory.c remap_pfn_range() (a CoW mapping must span its VMA), commit 6aab341e0a28 (v2.6.15); do_cow_fault(), wp_page_copy()';

/** What a write must not reach: everything but copies, and zeroes, of which I-ZEROPAGE asks. */
const mapsOriginal = (s: MmView, mm: number, page: number, vma: Vma): boolean => {
  const frame = frameAt(s, mm, page);
  return isCow(vma) && !isAnonFrame(s, frame) && !isZeroFrame(s, frame);
};

const originalName = (s: MmView, frame: number): string =>
  isDeviceFrame(frame) ? `device frame ${frame}` : `frame ${frame} (${useOf(s, frame) ?? 'of nothing'})`;

/** `leafForbidden`: the strict reading, in which remap_pfn_range() falls back to PTEs in a CoW VMA. */
export const noCow = (leafForbidden: boolean): Always<MmView> =>
  everyMappedPage({
    name: 'I-NOCOW',
    says: leafForbidden
      ? 'In a CoW VMA no entry that maps a device or a file is writable, and in a CoW VM_PFNMAP VMA no leaf maps the device.'
      : 'In a CoW VMA no entry that maps a device or a file is writable.',
    cites: CITES,
    of: mapsOriginal,
    right: (s, mm, page, vma) => {
      if (writeAt(s, mm, page) === 1) return false;
      return !(leafForbidden && isPfnmap(vma) && isDeviceFrame(frameAt(s, mm, page)) && byLeaf(s, mm, page));
    },
    tell: (s, mm, page, vma) =>
      `maps ${originalName(s, frameAt(s, mm, page))}, ${accessName(s, mm, page)} (${entryName(s, mm, page)}), in ${vmaName(vma)}`,
  });
