/** I-GRANT: for which cache modes remap_pfn_range() gets frames of a device on x86, and for which it is refused. */
import type { Move, Step } from '../checker/search/index.ts';
import { Memtype } from '../model/state/memtypes.ts';
import { type MmView, Result, Vma } from '../model/state/mm_types.ts';
import { cacheMode, cacheModeName } from './pat.ts';
import { frameOfVma } from './reading.ts';
import { outcomeName } from './wording.ts';

/** What a driver's ->mmap asks for: its VMA, and which pages of it each call maps. */
export interface Asking {
  readonly name: string;
  readonly vma: Vma;
  readonly remaps: readonly { readonly from: number; readonly to: number }[];
}

const [WB, WC, UC_MINUS, WT] = [0, 1, 2, 7];
/** Not reserved; reserved for more than one mode. */
const UNRESERVED = -1;
const DIFFERENT = -2;

/** What must not stand for the mode that is asked for: [asked, given]. */
const FORBIDDEN = [
  [WC, WB],
  [UC_MINUS, WB],
  [WT, WB],
  [WT, WC],
] as const;
const isForbidden = (asked: number, given: number): boolean => {
  for (const [mode, other] of FORBIDDEN) if (mode === asked && other === given) return true;
  return false;
};

/** The mode of all that is reserved of a range. */
const reservedOf = (s: MmView, from: number, end: number): number => {
  let found = UNRESERVED;
  for (let row = 0; row < s.memtype.rows; row++) {
    const e = s.memtype.at(row);
    const first = Memtype.from(e);
    if (Memtype.frames(e) === 0 || first >= end || first + Memtype.frames(e) <= from) continue;
    if (found !== UNRESERVED && found !== Memtype.mode(e)) return DIFFERENT;
    found = Memtype.mode(e);
  }
  return found;
};

/** The mode of every frame of a range, of which those that are not reserved are UC-. */
const modeOf = (s: MmView, from: number, end: number): number => {
  let found = UNRESERVED;
  for (let frame = from; frame < end; frame++) {
    const reserved = reservedOf(s, frame, frame + 1);
    const mode = reserved === UNRESERVED ? UC_MINUS : reserved;
    if (found !== UNRESERVED && found !== mode) return DIFFERENT;
    found = mode;
  }
  return found;
};

const isWhole = ({ vma, remaps }: Asking, call: number): boolean =>
  remaps[call]!.to - remaps[call]!.from === Vma.end(vma) - Vma.start(vma);

/** The mode that a call gets, or DIFFERENT. Who maps all of its VMA asks for one; who maps a part takes what there is. */
const givenTo = (s: MmView, asking: Asking, call: number): number => {
  const { vma, remaps } = asking;
  const first = frameOfVma(vma, Vma.start(vma) + remaps[call]!.from);
  const end = frameOfVma(vma, Vma.start(vma) + remaps[call]!.to);
  if (!isWhole(asking, call)) return modeOf(s, first, end);
  const reserved = reservedOf(s, first, end);
  if (reserved !== UNRESERVED) return reserved;
  const asked = cacheMode(Vma.cache(vma));
  return asked === WB && s.machine.mtrrWb !== true ? UC_MINUS : asked;
};

/** The first of its calls that must be refused, or -1. */
const refusedCall = (s: MmView, asking: Asking): number => {
  for (let call = 0; call < asking.remaps.length; call++) {
    const given = givenTo(s, asking, call);
    if (given === DIFFERENT) return call;
    if (isWhole(asking, call) && isForbidden(cacheMode(Vma.cache(asking.vma)), given)) return call;
  }
  return -1;
};

const why = (s: MmView, asking: Asking): string => {
  const call = refusedCall(s, asking);
  if (call === -1) return 'its frames can be had for one mode, which may stand for the one that it asks for';
  const given = givenTo(s, asking, call);
  return given === DIFFERENT
    ? 'its frames have more than one mode'
    : `it asks for ${cacheModeName(Vma.cache(asking.vma))}, and its frames are ${cacheModeName(given)}`;
};

/** Whether remap_pfn_range() is asked here what a mode is: of a part it is not where parts are refused, nor in a private mapping. */
const isAsked = (asking: Asking, refusesParts: boolean): boolean =>
  asking.remaps.length > 0 &&
  (asking.remaps.every((_, call) => isWhole(asking, call)) || (!refusesParts && Vma.shared(asking.vma) === 1));

/** `drivers`: who maps frames in this world; `refusesParts`: whether the kernel lets nobody map a part of a VMA. */
export const grant = (drivers: readonly Asking[], refusesParts = false): Step<MmView> => {
  const asking = new Map(drivers.filter((one) => isAsked(one, refusesParts)).map((one) => [one.name, one]));
  const of = (move: Move): Asking | undefined =>
    move.name === 'mmap' ? asking.get(move.args['driver'] as string) : undefined;
  return {
    kind: 'step',
    name: 'I-GRANT',
    says: 'remap_pfn_range() is refused where its frames have more than one cache mode, or, for all of a VMA, one that must not stand for what is asked for: WB for UC-, WC or WT, and WC for WT; and nowhere else, unless an allocation fails.',
    cites:
      'v7.1 arch/x86/mm/pat/memtype.c reserve_pfn_range(), memtype_reserve(), pfnmap_setup_cachemode(), memtype_interval.c ' +
      'memtype_check_conflict(), arch/x86/include/asm/pgtable.h is_new_memtype_allowed(); v6.15 track_pfn_remap()',
    subject: (_before, move) => of(move) !== undefined,
    holds: (before, move, after) => {
      const one = of(move);
      if (one === undefined) return true;
      const result = after.result.at(0);
      if (refusedCall(before, one) !== -1) return result !== Result.ok;
      return after.failures.at(0) > 0 || result !== Result.EINVAL;
    },
    explain: (before, move, after) => `${outcomeName(`mmap() of ${of(move)!.name}`, after)}; ${why(before, of(move)!)}`,
  };
};
