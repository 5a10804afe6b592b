/** I-CACHE where entries are those of an architecture: in the modes that its hardware has. */
import type { MmView } from '../model/state/mm_types.ts';
import { exactOf, levelAt, mmuOf, wordAt } from './exact.ts';

const PAT = ['WB', 'WC', 'UC-', 'UC', 'WB', 'WP', 'UC-', 'WT'] as const;

/** What a driver is to get, by the index that it asks for: of x86 in the PAT table, elsewhere cached, pgprot_writecombine(), pgprot_noncached(). */
const ASKED: Readonly<Record<string, readonly string[]>> = { x86_64: PAT, x86_pae: PAT };

export const modeAsked = (s: MmView, index: number): string => ASKED[exactOf(s).architecture]![index]!;

export const modeOf = (s: MmView, mm: number, page: number): string => {
  const mmu = mmuOf(s);
  return mmu.modes[mmu.mode(levelAt(s, mm, page), wordAt(s, mm, page))]!;
};
