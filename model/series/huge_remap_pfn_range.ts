/**
 * "mm: add huge pfnmap support for remap_pfn_range()" (Yin Tirui), RFC v1 to v4, as toggles on v7.1. The bases of
 * v1..v3 were older (v6.17-rc7, v6.18-rc1, v7.0-rc); where they differ from v7.1 the answer is the same, since
 * arch_needs_pgtable_deposit() decides there.
 */

/** How well a setting is known: read in the code or a mail, said in a cover letter, or inferred from these. */
export type Known = 'source' | 'mail' | 'cover letter' | 'inferred' | 'memory';

export interface Version {
  readonly version: string;
  readonly says: string;
  readonly cites: string;
  readonly sets: readonly { readonly toggle: string; readonly value: string; readonly evidence: Known }[];
}

const set = (toggle: string, value: string, evidence: Known = 'mail') => ({ toggle, value, evidence });

const V2 = [
  set('remap-leaf', 'yes'),
  set('remap-deposit', 'yes'),
  set('arch-needs-deposit', 'yes'),
  set('split-special', 'populates'),
  set('split-pgprot', 'pte-clrhuge'),
  set('populated-slot', 'pmd-free-pte-page'),
  set('deposit-first', 'no'),
] as const;

export const HUGE_REMAP_PFN_RANGE: readonly Version[] = [
  {
    version: 'v1',
    says: 'first posting: leaf written without the lock, a failed allocation leaves it without a table',
    cites: '[PATCH RFC 0/2], 2025-09-23',
    sets: [
      ...V2,
      set('leaf-under-lock', 'no'),
      set('alloc-failure', 'leaf-stays'),
      set('split-file-frees-deposit', 'no'),
    ],
  },
  {
    version: 'v2',
    says: 'leaf under the lock, PTEs when memory is short, the deposit of a split file leaf is freed',
    cites: '[PATCH RFC v2 0/2], 2025-10-16',
    sets: V2,
  },
  {
    version: 'v3',
    says: 'pfn_pte() filters huge attributes; fork deposits for special leaves',
    cites: '[PATCH RFC v3 0/4], 2026-02-28',
    sets: [
      set('remap-leaf', 'yes'),
      set('remap-deposit', 'yes', 'inferred'),
      set('arch-needs-deposit', 'yes', 'inferred'),
      set('discriminator', 'pmd-special', 'cover letter'),
      set('split-special', 'populates', 'inferred'),
      set('split-pgprot', 'pfn-pte-filter', 'mail'),
      set('fork-deposit', 'pmd-special', 'cover letter'),
      set('alloc-failure', 'falls-back', 'inferred'),
      set('split-file-frees-deposit', 'yes', 'inferred'),
      set('move-deposit', 'anon', 'inferred'),
      set('pfn-modify-check', 'no', 'inferred'),
      set('populated-slot', 'pmd-free-pte-page', 'inferred'),
      set('deposit-first', 'no', 'inferred'),
    ],
  },
  {
    version: 'v4',
    says: 'base-PTE contract; leaves only where nothing refaults, and the VMA tells whether there is a deposit',
    cites: '[PATCH mm-unstable RFC v4 0/7], 2026-05-26',
    sets: [
      set('remap-leaf', 'yes'),
      set('remap-deposit', 'yes'),
      set('discriminator', 'vma-ops'),
      set('split-special', 'populates-if-deposited'),
      set('pfn-pmd-format', 'base-pte', 'cover letter'),
      set('split-pgprot', 'base-pte', 'cover letter'),
      // The cover letter names pud_pgprot() with pmd_pgprot().
      set('pud-pgprot', 'base-pte', 'cover letter'),
      set('fork-deposit', 'has-deposited'),
      set('move-deposit', 'has-deposited', 'cover letter'),
      set('handler-excludes', 'yes'),
      set('runtime-leaf-check', 'yes'),
      set('arch-needs-deposit', 'no', 'inferred'),
      set('populated-slot', 'pte-path', 'inferred'),
      set('deposit-first', 'yes', 'inferred'),
      set('pfn-modify-check', 'no', 'inferred'),
      set('huge-in-cow', 'yes', 'inferred'),
    ],
  },
];
