/**
 * "mm: Support huge pfnmaps" (Peter Xu), v2 of 2024-08-26, merged for v6.12, as toggles on v6.11: its patches that
 * change a modelled function. The series relies on "mm/mprotect: Fix dax puds", which is set too.
 */
import type { Version } from './huge_remap_pfn_range.ts';

const set = (toggle: string, value: string) => ({ toggle, value, evidence: 'source' as const });

export const HUGE_PFNMAPS: readonly Version[] = [
  {
    version: 'v2',
    says: 'as merged: leaves by ->huge_fault, special at every level; alignment is asked of the address only',
    cites:
      '[PATCH v2 00/19], 2024-08-26; 3c8e44c9b369, 5dd40721f147, 10d83d7781a8, bc02afbd4d73, f9e54c3a2f5b, cb0f01beb166',
    sets: [
      set('huge-special', 'frames'),
      set('pud-order', 'special'),
      set('normal-page-pmd', 'special-or-vma'),
      set('gup-fast-special', 'yes'),
      set('fork-special-pmd', 'copies'),
      set('fork-pud-write', 'cow'),
      set('mprotect-pud', 'changes'),
      set('vfio-fault', 'one-leaf'),
      set('vfio-align', 'address'),
    ],
  },
];
