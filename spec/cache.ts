/** I-CACHE: an entry selects the cache mode that the driver asked for, at every level. */
import { Memtype } from '../model/state/memtypes.ts';
import { type MmView, Vma, VmaKind } from '../model/state/mm_types.ts';
import { everyMappedPage } from './mapped_pages.ts';
import { modeAsked, modeOf } from './exact_modes.ts';
import { wordName } from './exact.ts';
import { cacheMode, cacheModeName } from './pat.ts';
import { cacheAt, frameAt, isDeviceFrame } from './reading.ts';
import { entryName, vmaName } from './wording.ts';

const UC_MINUS = 2;
const UNRESERVED = -1;

/** The mode of the first reservation of a frame, or UNRESERVED. */
const reservedMode = (s: MmView, frame: number): number => {
  for (let row = 0; row < s.memtype.rows; row++) {
    const e = s.memtype.at(row);
    if (Memtype.from(e) <= frame && frame < Memtype.from(e) + Memtype.frames(e)) return Memtype.mode(e);
  }
  return UNRESERVED;
};

/** What the frame is reserved for, UC- if for nothing; where nobody knows, what the kernel's own driver has reserved, else what the VMA asks for. */
const asked = (s: MmView, vma: Vma, frame: number): number => {
  if (s.memtype.rows === 0) return s.machine.deviceMemtype ?? Vma.cache(vma);
  const mode = reservedMode(s, frame);
  return mode === UNRESERVED ? UC_MINUS : mode;
};

const whoAsks = (s: MmView, vma: Vma, frame: number): string => {
  if (s.memtype.rows > 0 && reservedMode(s, frame) === UNRESERVED) return 'its frame is not reserved, which makes it';
  return s.memtype.rows === 0 && s.machine.deviceMemtype === undefined
    ? `${vmaName(vma)} asks for`
    : 'its frame is reserved for';
};

const said = {
  name: 'I-CACHE',
  says: 'The cache mode of an entry that maps a device frame is the one for which the frame is reserved, else that of its VMA.',
  cites:
    'v7.1 arch/x86/mm/pat/memtype.c pat_bp_init(), arch/x86/include/asm/pgtable_types.h protval_4k_2_large(); ' +
    'Documentation/arch/x86/pat.rst; Juergen Gross on v3 2/4, 2026-03-04',
  of: (s: MmView, mm: number, page: number, vma: Vma) =>
    Vma.kind(vma) !== VmaKind.none && isDeviceFrame(frameAt(s, mm, page)),
};

export const cache = everyMappedPage({
  ...said,
  right: (s, mm, page, vma) => cacheMode(cacheAt(s, mm, page)) === cacheMode(asked(s, vma, frameAt(s, mm, page))),
  tell: (s, mm, page, vma) => {
    const is = cacheAt(s, mm, page);
    const index = asked(s, vma, frameAt(s, mm, page));
    const who = whoAsks(s, vma, frameAt(s, mm, page));
    return `is ${cacheModeName(is)}, ${entryName(s, mm, page)}, but ${who} ${cacheModeName(index)}`;
  },
});

/** The same of entries bit for bit, in the modes that the hardware has. */
export const exactCache = everyMappedPage({
  ...said,
  right: (s, mm, page, vma) => modeOf(s, mm, page) === modeAsked(s, asked(s, vma, frameAt(s, mm, page))),
  tell: (s, mm, page, vma) => {
    const frame = frameAt(s, mm, page);
    const is = `is ${modeOf(s, mm, page)}, ${entryName(s, mm, page)}, ${wordName(s, mm, page)}`;
    return `${is}, but ${whoAsks(s, vma, frame)} ${modeAsked(s, asked(s, vma, frame))}`;
  },
});
