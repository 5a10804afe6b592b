/** I-CACHE where entries are those of an architecture: in the modes that its hardware has. */
import type { MmView } from '../model/state/mm_types.ts';
import { exactOf, levelAt, mmuOf, wordAt } from './exact.ts';

/** The mode that a driver gets that asks for one by its index. */
export const modeAsked = (s: MmView, index: number): string => {
  const { modes } = exactOf(s);
  return modes[index % modes.length]!;
};

export const modeOf = (s: MmView, mm: number, page: number): string => {
  const mmu = mmuOf(s);
  return mmu.modes[mmu.mode(levelAt(s, mm, page), wordAt(s, mm, page))]!;
};
