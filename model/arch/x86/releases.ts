/** What the functions of entries of x86 were, or are, in releases other than v7.1. */
import type { PgtableChange } from '../../formats/architecture.ts';
import {
  _PAGE_PAT_LARGE,
  _PAGE_PSE,
  _PAGE_SOFTW4,
  commonChgMask,
  pfnMasks,
  _PAGE_PAT,
  _PAGE_DIRTY,
  _PAGE_PWT,
  type X86Build,
} from './bits.ts';
import { and, clear, eq, join, or, pick, type U64 } from '../../formats/u64.ts';
import { modifyOf } from './pgtable.ts';

const hpageChgMask = (build: X86Build): U64 => join(commonChgMask(build), _PAGE_PSE, _PAGE_PAT_LARGE);

const isTransHuge = (e: U64): boolean => eq(and(e, or(_PAGE_PSE, _PAGE_SOFTW4)), _PAGE_PSE);

/** _PAGE_DEVMAP, in SOFTW4: kept by every change of protection, and no transparent huge page. */
const devmap = (build: X86Build, pmdKeeps: (mask: U64) => U64): PgtableChange => {
  const masks = pfnMasks(build);
  const common = or(commonChgMask(build), _PAGE_SOFTW4);
  const [pte, huge] = [or(common, _PAGE_PAT), join(common, _PAGE_PSE, _PAGE_PAT_LARGE)];
  return {
    says: '_PAGE_DEVMAP is bit 57: *_modify() and pgprot_modify() keep it, and a leaf that has it is no trans_huge',
    cites:
      'v6.12 arch/x86/include/asm/pgtable_types.h _COMMON_PAGE_CHG_MASK, pgtable.h pmd_trans_huge(); gone in v6.17',
    evidence: 'source',
    patch: {
      pte_modify: () => modifyOf(build, pte, masks.pte),
      pmd_modify: () => modifyOf(build, pmdKeeps(huge), masks.pmd),
      pgprot_modify: () => (oldprot, newprot) => pick(pte, oldprot, newprot),
      pmd_trans_huge: () => isTransHuge,
      ...(build.puds
        ? {
            pud_modify: () => modifyOf(build, huge, masks.pud),
            pud_trans_huge: () => isTransHuge,
          }
        : {}),
    },
  };
};

const keepsDirty = (build: X86Build): PgtableChange => ({
  says: 'pmd_modify() keeps the dirty bit',
  cites: 'f7491d7c81db "x86/mm: Fix user-space data loss with MADV_FREE and THP" (2026-09): 7.3.4, 6.12.111',
  evidence: 'source',
  patch: { pmd_modify: () => modifyOf(build, hpageChgMask(build), pfnMasks(build).pmd) },
});

const CACHE_BITS_JOIN: PgtableChange = {
  says: 'pgprot_writecombine() joins its bit to those of another cache mode (so does pgprot_writethrough(), which has them all)',
  cites: 'v6.12 arch/x86/mm/pat/memtype.c pgprot_writecombine(), pgprot_writethrough()',
  evidence: 'source',
  patch: { pgprot_writecombine: () => (prot) => or(prot, _PAGE_PWT) },
};

export const x86Releases = (build: X86Build) => ({
  'v7.3': [keepsDirty(build)],
  'v6.12.117': [CACHE_BITS_JOIN, devmap(build, (mask) => mask)],
  'v6.12': [CACHE_BITS_JOIN, devmap(build, (mask) => clear(mask, _PAGE_DIRTY))],
});
