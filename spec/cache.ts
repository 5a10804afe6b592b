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
  if (!isDeviceFrame(frame)) return Vma.cache(vma);
  if (s.memtype.rows === 0) return s.machine.deviceMemtype ?? Vma.cache(vma);
  const mode = reservedMode(s, frame);
  return mode === UNRESERVED ? UC_MINUS : mode;
};

const whoAsks = (s: MmView, vma: Vma, frame: number): string => {
  if (!isDeviceFrame(frame)) return `${vmaName(vma)} asks for`;
  if (s.memtype.rows > 0 && reservedMode(s, frame) === UNRESERVED) return 'its frame is not reserved, which makes it';
  return s.memtype.rows === 0 && s.machine.deviceMemtype === undefined
    ? `${vmaName(vma)} asks for`
    : 'its frame is reserved for';
};

/** Of a device frame, what is asked of it. */
const OF_DEVICE =
  'that for which its frame is reserved; where reservations are kept and it has none, UC-; where nobody knows of any, that of its VMA';
const said = {
  name: 'I-CACHE',
  cites: 'v7.1 mm/memory.c remap_pfn_range(), vmf_insert_pfn(), do_anonymous_page() (vma->vm_page_prot)',
};

const isInVma = (_s: MmView, _mm: number, _page: number, vma: Vma): boolean => Vma.kind(vma) !== VmaKind.none;

/** Of memory nothing changes the mode, but the functions of an architecture. */
export const cache = everyMappedPage({
  ...said,
  says: `The cache mode of an entry of a device frame is ${OF_DEVICE}.`,
  of: (s, mm, page, vma) => isInVma(s, mm, page, vma) && isDeviceFrame(frameAt(s, mm, page)),
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
  says: `The cache mode of an entry is that of its VMA; of a device frame, ${OF_DEVICE}.`,
  of: isInVma,
  right: (s, mm, page, vma) => modeOf(s, mm, page) === modeAsked(s, asked(s, vma, frameAt(s, mm, page))),
  tell: (s, mm, page, vma) => {
    const frame = frameAt(s, mm, page);
    const is = `is ${modeOf(s, mm, page)}, ${entryName(s, mm, page)}, ${wordName(s, mm, page)}`;
    return `${is}, but ${whoAsks(s, vma, frame)} ${modeAsked(s, asked(s, vma, frame))}`;
  },
});
