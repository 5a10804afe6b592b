/** I-CACHE where entries are those of an architecture: in the modes that its hardware has. */
import type { MmView } from '../model/state/mm_types.ts';
import { exactOf, levelAt, mmuOf, wordAt } from './exact.ts';

/** By the index that a driver asks for: of x86 in the PAT table; elsewhere cached, pgprot_writecombine(), pgprot_noncached(). */
const ASKED: readonly (readonly [arch: string, modes: readonly string[]])[] = [
  ['x86', ['WB', 'WC', 'UC-', 'UC', 'WB', 'WP', 'UC-', 'WT']],
  ['arm64', ['WB', 'NC', 'nGnRnE', 'nGnRnE']],
  ['riscv64_', ['PMA', 'NC', 'IO', 'IO']],
  // Without memory types a device has that of its addresses.
  ['riscv64', ['PMA']],
  ['ppc64', ['normal', 'tolerant', 'non-idempotent', 'non-idempotent']],
];

export const modeAsked = (s: MmView, index: number): string => {
  const { architecture } = exactOf(s);
  const modes = ASKED.find(([arch]) => architecture.startsWith(arch))![1];
  return modes[index % modes.length]!;
};

export const modeOf = (s: MmView, mm: number, page: number): string => {
  const mmu = mmuOf(s);
  return mmu.modes[mmu.mode(levelAt(s, mm, page), wordAt(s, mm, page))]!;
};
