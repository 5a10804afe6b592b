/** I-CACHE: an entry selects the cache mode that the driver asked for, at every level. */
import { Vma, VmaKind } from '../model/state/mm_types.ts';
import { everyMappedPage } from './mapped_pages.ts';
import { cacheAt, frameAt, isDeviceFrame } from './reading.ts';
import { entryName, vmaName } from './wording.ts';

const MODE_NAMES = ['WB', 'WC', 'UC-', 'UC', 'WB', 'WP', 'UC-', 'WT'] as const;
/** The x86 PAT table, PAT<<2 | PCD<<1 | PWT to cache mode; a mode's number is its first index. */
const PAT = [0, 1, 2, 3, 0, 5, 2, 7] as const;

const modeOf = (index: number): number => PAT[index]!;

export const cache = everyMappedPage({
  name: 'I-CACHE',
  says: 'The cache mode of an entry that maps a device frame is that of its VMA.',
  cites:
    'v7.1 arch/x86/mm/pat/memtype.c pat_bp_init(), arch/x86/include/asm/pgtable_types.h protval_4k_2_large(); ' +
    'Documentation/arch/x86/pat.rst; Juergen Gross on v3 2/4, 2026-03-04',
  of: (s, mm, page, vma) => Vma.kind(vma) !== VmaKind.none && isDeviceFrame(frameAt(s, mm, page)),
  right: (s, mm, page, vma) => modeOf(cacheAt(s, mm, page)) === modeOf(Vma.cache(vma)),
  tell: (s, mm, page, vma) => {
    const is = cacheAt(s, mm, page);
    const asked = Vma.cache(vma);
    return (
      `is ${MODE_NAMES[is]} (PAT index ${is}, ${entryName(s, mm, page)}), ` +
      `but ${vmaName(vma)} asks for ${MODE_NAMES[asked]} (PAT index ${asked})`
    );
  },
});
