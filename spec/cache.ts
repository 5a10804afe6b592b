/** I-CACHE: an entry selects the cache mode that the driver asked for, at every level. */
import { type MmView, Vma, VmaKind } from '../model/state/mm_types.ts';
import { everyMappedPage } from './mapped_pages.ts';
import { cacheMode, cacheModeName } from './pat.ts';
import { cacheAt, frameAt, isDeviceFrame } from './reading.ts';
import { entryName, vmaName } from './wording.ts';

/** What the kernel's own driver has reserved the frames for, else what the VMA asks for. */
const asked = ({ machine }: MmView, vma: Vma): number => machine.deviceMemtype ?? Vma.cache(vma);

export const cache = everyMappedPage({
  name: 'I-CACHE',
  says: 'The cache mode of an entry that maps a device frame is the one for which the frame is reserved, else that of its VMA.',
  cites:
    'v7.1 arch/x86/mm/pat/memtype.c pat_bp_init(), arch/x86/include/asm/pgtable_types.h protval_4k_2_large(); ' +
    'Documentation/arch/x86/pat.rst; Juergen Gross on v3 2/4, 2026-03-04',
  of: (s, mm, page, vma) => Vma.kind(vma) !== VmaKind.none && isDeviceFrame(frameAt(s, mm, page)),
  right: (s, mm, page, vma) => cacheMode(cacheAt(s, mm, page)) === cacheMode(asked(s, vma)),
  tell: (s, mm, page, vma) => {
    const is = cacheAt(s, mm, page);
    const index = asked(s, vma);
    const who = s.machine.deviceMemtype === undefined ? `${vmaName(vma)} asks for` : 'its frame is reserved for';
    return `is ${cacheModeName(is)}, ${entryName(s, mm, page)}, but ${who} ${cacheModeName(index)}`;
  },
});
