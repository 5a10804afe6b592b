/** I-FMT: the hardware may meet every entry where it stands. */
import { everyMappedPage } from './mapped_pages.ts';
import { levelAt, mmuOf, wordAt, wordName } from './exact.ts';
import { entryName } from './wording.ts';

export const fmt = everyMappedPage({
  name: 'I-FMT',
  says: 'Every entry that maps memory is legal at its level: of the right type, and with no reserved bit set.',
  cites:
    'v7.1 arch/x86/mm/fault.c (X86_PF_RSVD), arch/arm64/include/asm/pgtable-hwdef.h (PTE_TYPE_PAGE, PMD_TYPE_SECT); Intel SDM volume 3, ' +
    '5.4; Arm ARM D8.3; as far as spec/laws/mmu_*.ts has them',
  of: (s) => s.exact !== undefined,
  right: (s, mm, page) => s.exact === undefined || mmuOf(s).legal(levelAt(s, mm, page), wordAt(s, mm, page)),
  tell: (s, mm, page) =>
    `is mapped by ${entryName(s, mm, page)}, which is ${wordName(s, mm, page)}; the hardware takes that for something else`,
});
