/** I-SPECIAL: the special bit says that walkers must not take the frame for a page with a reference. */
import type { Always } from '../checker/search/index.ts';
import { type MmView, Vma, VmaKind } from '../model/state/mm_types.ts';
import { everyMappedPage } from './mapped_pages.ts';
import { byLeaf, byPudLeaf, devmapAt, frameAt, isDeviceFrame, isPfnmap, specialAt, useOf } from './reading.ts';
import { entryName } from './wording.ts';

/** Whether entries of the level that maps the page have the bit. */
const hasBit = (s: MmView, mm: number, page: number): boolean => {
  if (!byLeaf(s, mm, page)) return true;
  return byPudLeaf(s, mm, page) ? s.machine.pudSpecial : s.machine.pmdSpecial;
};

/**
 * Whether the entry must be special (1), must not (0), or may (2). `hugeZero`: that of the huge zero folio must;
 * `devmapPte`: a PTE of device-dax must.
 */
const asked = (s: MmView, mm: number, page: number, vma: Vma, hugeZero: boolean, devmapPte: boolean): number => {
  // A level without the bit, and devmap (until v6.16), which was a sign of its own.
  if (!hasBit(s, mm, page) || devmapAt(s, mm, page) === 1) return 0;
  const frame = frameAt(s, mm, page);
  if (isDeviceFrame(frame)) return 1;
  const use = useOf(s, frame);
  // VM_PFNMAP maps memory as if it had no struct page, if it has one.
  if (use === 'zero page' || (use === 'driver' && isPfnmap(vma))) return 1;
  if (use === 'huge zero') return hugeZero ? 1 : 0;
  if ((use === 'dax' || use === 'fsdax') && devmapPte && !byLeaf(s, mm, page)) return 1;
  // vmf_insert_mixed() makes a special entry of a page that vm_insert_page() would count.
  return use === 'driver' && Vma.kind(vma) === VmaKind.mixed && !byLeaf(s, mm, page) ? 2 : 0;
};

const frameName = (s: MmView, frame: number): string => {
  if (isDeviceFrame(frame)) return 'is a device frame';
  const use = useOf(s, frame);
  if (use === 'zero page') return 'is the zero page';
  return use === 'huge zero' ? 'is of the huge zero folio' : `is ${use ?? 'no'} memory`;
};

/**
 * `hugeZero`: whether this kernel marks leaves of the huge zero folio, as since v6.18; `devmapPte`: whether its PTEs of
 * device-dax are devmap, which at that level goes with special, as until v6.14.
 */
export const special = (hugeZero: boolean, devmapPte = false): Always<MmView> =>
  everyMappedPage({
    name: 'I-SPECIAL',
    says: 'A present entry is special if and only if nothing counts the mapping: of device frames, of the zero pages, of what vmf_insert_mixed() inserts. A leaf with devmap, or of a level without a special bit, is not; a PTE with devmap (until v6.14) is.',
    cites:
      'v7.1 mm/memory.c __vm_normal_page(); Documentation/mm/arch_pgtable_helpers.rst pte_special(), pmd_special(), pud_special(); ' +
      'commits 47fa30118f02 (v6.12-rc2), c4297465d4ca, 02825c0925fb (v6.17), d82d09e48219 (v6.18)',
    of: () => true,
    right: (s, mm, page, vma) => {
      const bit = asked(s, mm, page, vma, hugeZero, devmapPte);
      return bit === 2 || specialAt(s, mm, page) === bit;
    },
    tell: (s, mm, page) => {
      const frame = frameAt(s, mm, page);
      const is = specialAt(s, mm, page) === 1 ? 'is special' : 'is not special';
      const devmap = devmapAt(s, mm, page) === 1 ? ', devmap,' : '';
      return `translates to frame ${frame}, which ${frameName(s, frame)}, but ${entryName(s, mm, page)}${devmap} ${is}`;
    },
  });
