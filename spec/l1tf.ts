/** I-L1TF: no PROT_NONE entry points at high device memory. */
import { L1TF_LIMIT } from '../model/state/machine.ts';
import { everyMappedPage } from './mapped_pages.ts';
import { frameAt, isDeviceFrame, protnoneAt } from './reading.ts';
import { translationName, vmaName } from './wording.ts';

export const noProtNoneBeyondLimit = everyMappedPage({
  name: 'I-L1TF',
  says: 'On a CPU with L1TF no PROT_NONE entry of a device mapping names a frame beyond the limit.',
  cites:
    'v7.1 arch/x86/mm/mmap.c pfn_modify_allowed(), mm/memory.c remap_pte_range(); ' +
    'commit 42e4089c7890 "x86/speculation/l1tf: Disallow non privileged high MMIO PROT_NONE mappings" (v4.19)',
  of: (s, mm, page) => s.machine.l1tf && isDeviceFrame(frameAt(s, mm, page)) && frameAt(s, mm, page) >= L1TF_LIMIT,
  right: (s, mm, page) => protnoneAt(s, mm, page) === 0,
  tell: (s, mm, page, vma) =>
    `translates to ${translationName(s, mm, page)} beyond the limit of frame ${L1TF_LIMIT}, PROT_NONE, in ${vmaName(vma)}`,
});
