/**
 * What the releases are known to violate: bugs with an upstream record, and candidates that were found by reading or
 * by a search and that nobody has confirmed.
 */
import type { Release } from './differences.ts';

export interface Finding {
  readonly name: string;
  readonly says: string;
  readonly cites: string;
  readonly status: 'known bug' | 'candidate';
  readonly kernels: readonly Release[];
  readonly worlds: readonly string[];
  readonly properties: readonly string[];
}

export const FINDINGS: readonly Finding[] = [
  {
    name: 'fork-without-deposit',
    says: 'copy_huge_pmd() copies a special leaf without a deposit, where the hash MMU needs one for every leaf',
    cites:
      'v7.1 mm/huge_memory.c copy_huge_pmd(); powerpc selects ARCH_SUPPORTS_HUGE_PFNMAP, hash MMU included, since v7.1 (d1503aa9ab80)',
    status: 'candidate',
    kernels: ['v7.1', 'v6.18', 'v6.12'],
    worlds: ['pfnmap-hash'],
    properties: ['I-ORDER'],
  },
];
