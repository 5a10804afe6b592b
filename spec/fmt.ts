/** I-FMT: the hardware makes of every entry what the kernel means by it. */
import { pudPages } from '../model/state/geometry.ts';
import { eq, shortHex, type U64 } from '../model/formats/u64.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { exactOf, levelAt, mmuOf, wordAt, wordName } from './exact.ts';
import { everyMappedPage } from './mapped_pages.ts';
import { frameAt } from './reading.ts';
import { entryName } from './wording.ts';

/** The frame of the machine that the entry on a page's way begins with. */
const firstPfn = (s: MmView, mm: number, page: number): U64 => {
  const level = levelAt(s, mm, page);
  const pages = { pte: 1, pmd: s.geometry.ptrsPerPte, pud: pudPages(s.geometry) }[level];
  return exactOf(s).realPfn(frameAt(s, mm, page) - (page % pages));
};

const isLegal = (s: MmView, mm: number, page: number): boolean =>
  mmuOf(s).legal(levelAt(s, mm, page), wordAt(s, mm, page));

const isFrame = (s: MmView, mm: number, page: number): boolean => {
  const [mmu, word] = [mmuOf(s), wordAt(s, mm, page)];
  return !mmu.valid(word, levelAt(s, mm, page)) || eq(mmu.frame(levelAt(s, mm, page), word), firstPfn(s, mm, page));
};

export const fmt = everyMappedPage({
  name: 'I-FMT',
  says: 'Every entry that maps memory is legal at its level: of the right type, and with no reserved bit set; and the hardware maps by it the frame that the kernel reads from it.',
  cites: 'the manual, as far as spec/laws/mmu_*.ts has it',
  of: (s) => s.exact !== undefined,
  right: (s, mm, page) => s.exact === undefined || (isLegal(s, mm, page) && isFrame(s, mm, page)),
  tell: (s, mm, page) => {
    const entry = `is mapped by ${entryName(s, mm, page)}, which is ${wordName(s, mm, page)}`;
    if (!isLegal(s, mm, page)) return `${entry}; the hardware takes that for something else`;
    const is = mmuOf(s).frame(levelAt(s, mm, page), wordAt(s, mm, page));
    return `${entry}; the hardware maps pfn ${shortHex(is)}, and the kernel means ${shortHex(firstPfn(s, mm, page))}`;
  },
});
