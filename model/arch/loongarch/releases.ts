/** What the functions of entries of loongarch64 were in releases other than v7.1: v6.18 and v7.3 have the same. */
import type { PgtableChange } from '../../formats/architecture.ts';
import { or } from '../../formats/u64.ts';
import { _PAGE_DEVMAP, hpageChgMask, type LoongarchBuild, pageChgMask } from './bits.ts';
import { modifyOf } from './pgtable.ts';

export const loongarchReleases = (build: LoongarchBuild) => {
  const devmap: PgtableChange = {
    says: '_PAGE_DEVMAP is bit 59, and *_modify() keeps it',
    cites: 'v6.12.117 arch/loongarch/include/asm/pgtable-bits.h _PAGE_CHG_MASK, _HPAGE_CHG_MASK; gone in v6.18.44',
    evidence: 'source',
    patch: {
      pte_modify: () => modifyOf(or(pageChgMask(build), _PAGE_DEVMAP)),
      pmd_modify: () => modifyOf(or(hpageChgMask(build), _PAGE_DEVMAP)),
    },
  };
  return { 'v6.12.117': [devmap], 'v6.12': [devmap] };
};
