/** The architectures whose entries a world can carry: `mmcheck check --arch NAME`. */
import type { Carried } from './carried.ts';
import { CARRIED_ARM64 } from './arm64/carried.ts';
import { CARRIED_POWERPC } from './powerpc/carried.ts';
import { CARRIED_RISCV } from './riscv/carried.ts';
import { CARRIED_X86 } from './x86/carried.ts';

export const CARRIED: readonly Carried[] = [...CARRIED_X86, ...CARRIED_ARM64, ...CARRIED_POWERPC, ...CARRIED_RISCV];
