/** I-SPECIAL: the special bit says that walkers must not take the frame for a page with a reference. */
import { everyMappedPage } from './mapped_pages.ts';
import { frameAt, isDeviceFrame, specialAt } from './reading.ts';
import { entryName } from './wording.ts';

export const special = everyMappedPage({
  name: 'I-SPECIAL',
  says: 'A present entry is special if and only if it maps a device frame; a copied page and a folio never are.',
  cites:
    'v7.1 mm/memory.c __vm_normal_page(); Documentation/mm/arch_pgtable_helpers.rst pte_special(), pmd_special(); ' +
    'commits 47fa30118f02 (v6.12-rc2), c4297465d4ca (v6.17)',
  of: () => true,
  right: (s, mm, page) => (specialAt(s, mm, page) === 1) === isDeviceFrame(frameAt(s, mm, page)),
  tell: (s, mm, page) => {
    const frame = frameAt(s, mm, page);
    const what = isDeviceFrame(frame) ? 'is a device frame' : 'belongs to a folio';
    const is = specialAt(s, mm, page) === 1 ? 'is special' : 'is not special';
    return `translates to frame ${frame}, which ${what}, but ${entryName(s, mm, page)} ${is}`;
  },
});
