/**
 * What "mm: add huge pfnmap support for remap_pfn_range()" makes of the functions of entries of powerpc book3s64. v1 to v3
 * leave them alone: pte_clrhuge() is of x86, arm64 and riscv, v3 2/4 changes arm64 and x86, and powerpc had no special leaves then.
 */
import type { PgtableChange } from '../../formats/architecture.ts';
import { clear, or } from '../../formats/u64.ts';
import { _PAGE_PTE, type PowerpcBuild } from './bits.ts';

/** Which bits go is inferred: those that radix__pmd_mkhuge() and hash__pmd_mkhuge() set, since a base-PTE pgprot_t has neither. */
const basePte = ({ radix, thpHuge }: PowerpcBuild): PgtableChange => {
  const leafOnly = radix ? _PAGE_PTE : or(_PAGE_PTE, thpHuge);
  return {
    says: 'pmd_pgprot() and pud_pgprot() give a base-PTE pgprot_t: without _PAGE_PTE, and with hash without H_PAGE_THP_HUGE',
    cites: 'v4 cover letter: powerpc follows the contract of pgprot_t; the patch was not seen',
    evidence: 'inferred',
    patch: {
      pmd_pgprot: (base) => (e) => clear(base(e), leafOnly),
      pud_pgprot: (base) => (e) => clear(base(e), leafOnly),
    },
  };
};

/** By version. */
export const powerpcSeries = (build: PowerpcBuild): Readonly<Record<string, readonly PgtableChange[]>> => ({
  'huge-remap-pfn-range@v1': [],
  'huge-remap-pfn-range@v2': [],
  'huge-remap-pfn-range@v3': [],
  'huge-remap-pfn-range@v4': [basePte(build)],
});
