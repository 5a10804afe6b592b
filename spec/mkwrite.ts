/** I-MKWRITE: who wants to know of writes is told before one can be made. */
import { type MmView, Vma } from '../model/state/mm_types.ts';
import { everyMappedPage } from './mapped_pages.ts';
import { frameAt, isDevice, writeAt } from './reading.ts';
import { entryName, vmaName } from './wording.ts';

/** Whether the driver knows that the frame has been, or is about to be, written to; beyond what it tracks it knows nothing. */
const isNoted = (s: MmView, frame: number): boolean => frame < s.notedDirty.rows && s.notedDirty.at(frame) === 1;

export const mkwrite = everyMappedPage({
  name: 'I-MKWRITE',
  says: 'A page of a mapping with ->pfn_mkwrite is writable, at any level, only if the driver has been told of a write to it since it last collected dirty pages.',
  cites:
    'v6.12 mm/memory.c wp_pfn_shared(), mm/vma.c vma_wants_writenotify(), mm/mprotect.c can_change_pte_writable(), ' +
    'mm/mapping_dirty_helpers.c wp_shared_mapping_range(); drivers/gpu/drm/vmwgfx/vmwgfx_page_dirty.c vmw_bo_vm_mkwrite()',
  of: (_s, _mm, _page, vma) => isDevice(vma) && Vma.pfnMkwrite(vma) === 1,
  right: (s, mm, page) => writeAt(s, mm, page) === 0 || isNoted(s, frameAt(s, mm, page)),
  tell: (s, mm, page, vma) =>
    `is mapped writable (${entryName(s, mm, page)}) in ${vmaName(vma)}; the driver knows of no write to frame ${frameAt(s, mm, page)}`,
});
