/** The architectures whose entries are known bit for bit. */
import type { Architecture } from '../formats/architecture.ts';
import { ARM64 } from './arm64/architecture.ts';
import { LOONGARCH64, LOONGARCH64_4K } from './loongarch/architecture.ts';
import { PPC64_HASH_4K, PPC64_HASH_64K, PPC64_RADIX_4K, PPC64_RADIX_64K } from './powerpc/architecture.ts';
import { RISCV64, RISCV64_SVPBMT, RISCV64_THEAD } from './riscv/architecture.ts';
import { S390 } from './s390/architecture.ts';
import { X86_64, X86_64_SME, X86_PAE } from './x86/architecture.ts';

export const ARCHITECTURES: readonly Architecture[] = [
  X86_64,
  X86_64_SME,
  X86_PAE,
  ...ARM64,
  PPC64_RADIX_4K,
  PPC64_RADIX_64K,
  PPC64_HASH_4K,
  PPC64_HASH_64K,
  RISCV64,
  RISCV64_SVPBMT,
  RISCV64_THEAD,
  LOONGARCH64,
  LOONGARCH64_4K,
  S390,
];
