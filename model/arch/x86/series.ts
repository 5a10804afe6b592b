/** What "mm: add huge pfnmap support for remap_pfn_range()" makes of the functions of entries of x86, version by version. */
import type { PgtableChange } from '../../formats/architecture.ts';
import { clear, or, type U64 } from '../../formats/u64.ts';
import { _PAGE_PRESENT, _PAGE_PROTNONE, _PAGE_PSE, pfnMasks, type X86Build } from './bits.ts';
import type { PgtablePatch } from '../../formats/pgtable.ts';
import { pfn_mask, protval_4k_2_large, protval_large_2_4k } from './pgtable.ts';

/** v1 1/2 and v2 1/2. */
export const CLRHUGE: PgtableChange = {
  says: 'a split makes its PTEs by pte_clrhuge(pfn_pte(k, pmd_pgprot(leaf)))',
  cites: 'v1 2/2 and v2 2/2, code (__split_huge_pmd_locked())',
  evidence: 'mail',
  patch: { split_pfnmap_pte: (_, t) => (pfn, leaf) => t.pte_clrhuge(t.pfn_pte(pfn, t.pmd_pgprot(leaf))) },
};

/** v3 2/4. */
export const FILTER: PgtableChange = {
  says: 'pfn_pte() clears bit 7 of every protection; pte_clrhuge() is gone',
  cites: 'v3 2/4 "mm/pgtable: Make pfn_pte() filter out huge page attributes", code; NACK by Juergen Gross, 2026-03-04',
  evidence: 'mail',
  patch: { pfn_pte: (base) => (pfn, prot) => base(pfn, clear(prot, _PAGE_PSE)) },
};

const PRESENT_OR_NONE = or(_PAGE_PRESENT, _PAGE_PROTNONE);

/** pmd_flags(), as base-PTE bits. */
const pgprotOf = (leafMask: U64, tableMask: U64): ((e: U64) => U64) => {
  const mask = pfn_mask(leafMask, tableMask);
  return (e) => protval_large_2_4k(clear(e, mask(e)));
};

const pudBasePte = (build: X86Build): PgtablePatch => ({
  pfn_pud: (base) => (pfn, prot) => base(pfn, or(protval_4k_2_large(prot), _PAGE_PSE)),
  pud_pgprot: () => pgprotOf(pfnMasks(build).pud, pfnMasks(build).pte),
  pud_mkinvalid: (_, t) => (e) => t.pfn_pud(t.pud_pfn(e), clear(t.pud_pgprot(e), PRESENT_OR_NONE)),
});

/**
 * v4 1/7. That PSE is set whatever the protection says is inferred from the contract, and so is that pmd_mkinvalid(), which hands
 * pfn_pmd() the flags of a leaf, converts them before.
 */
export const basePte = (build: X86Build): PgtableChange => ({
  says: 'pfn_pmd() and pfn_pud() take a base-PTE pgprot_t and make a leaf of it; pmd_pgprot() and pud_pgprot() give one back',
  cites: 'v4 cover letter; v4 1/7 "x86/mm: use PTE-level pgprot for huge PFN helpers"',
  evidence: 'inferred',
  patch: {
    pfn_pmd: (base) => (pfn, prot) => base(pfn, or(protval_4k_2_large(prot), _PAGE_PSE)),
    pmd_pgprot: () => pgprotOf(pfnMasks(build).pmd, pfnMasks(build).pte),
    pmd_mkinvalid: (_, t) => (e) => t.pfn_pmd(t.pmd_pfn(e), clear(t.pmd_pgprot(e), PRESENT_OR_NONE)),
    ...(build.puds ? pudBasePte(build) : {}),
  },
});

/** By version. */
export const x86Series = (build: X86Build): Readonly<Record<string, readonly PgtableChange[]>> => ({
  'huge-remap-pfn-range@v1': [CLRHUGE],
  'huge-remap-pfn-range@v2': [CLRHUGE],
  'huge-remap-pfn-range@v3': [FILTER],
  'huge-remap-pfn-range@v4': [basePte(build)],
});
