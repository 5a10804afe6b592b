/**
 * What the functions of entries of powerpc book3s64 were in releases before v7.1; those of v7.3 are the same (there
 * pte_protnone() needs another option of the configuration), and those of v6.12.117 are those of v6.12.
 */
import type { PgtableChange } from '../../formats/architecture.ts';
import { clear, has, or, type U64 } from '../../formats/u64.ts';
import { type PgtablePatch, without } from '../../formats/pgtable.ts';
import { _PAGE_SPECIAL, _RPAGE_SW1, chgMask, hpageChgMask, type PowerpcBuild } from './bits.ts';
import { modifyOf } from './pgtable.ts';

const bothModify = (mask: U64): PgtablePatch => ({
  pmd_modify: () => modifyOf(mask),
  pud_modify: () => modifyOf(mask),
});

const noHugePfnmap = (build: PowerpcBuild): PgtableChange => ({
  says: 'no special leaves: pmd_special() and pmd_pgprot() are the generic ones (false, and 0), and pmd_modify() drops the special bit',
  cites:
    'v6.18.44 arch/powerpc/Kconfig, include/asm/pgtable.h, book3s/64/pgtable.h _HPAGE_CHG_MASK; "powerpc/64s: Add support for huge pfnmaps" is of v7.1',
  evidence: 'source',
  patch: {
    ...without('pmd_pgprot', 'pud_pgprot', 'pmd_special', 'pud_special', 'pmd_mkspecial', 'pud_mkspecial'),
    ...bothModify(clear(hpageChgMask(build), _PAGE_SPECIAL)),
  },
});

const devmap = (build: PowerpcBuild): PgtableChange => ({
  says: '_PAGE_DEVMAP is bit 11: *_modify() keep it, and a leaf that has it is no trans_huge',
  cites:
    'v6.12 arch/powerpc/include/asm/book3s/64/pgtable.h _PAGE_CHG_MASK, _HPAGE_CHG_MASK, radix.h radix__pmd_trans_huge(), hash-64k.h hash__pmd_trans_huge(); gone in v6.17',
  evidence: 'source',
  patch: {
    pte_modify: () => modifyOf(or(chgMask(build), _RPAGE_SW1)),
    ...bothModify(clear(or(hpageChgMask(build), _RPAGE_SW1), _PAGE_SPECIAL)),
    pmd_trans_huge: (base) => (e) => base(e) && !has(e, _RPAGE_SW1),
    pud_trans_huge: (base) => (e) => base(e) && !has(e, _RPAGE_SW1),
  },
});

export const powerpcReleases = (build: PowerpcBuild) => {
  const old = [noHugePfnmap(build), devmap(build)];
  return { 'v6.18': [noHugePfnmap(build)], 'v6.12.117': old, 'v6.12': old };
};
