/** What "mm: add huge pfnmap support for remap_pfn_range()" makes of the functions of entries of arm64, version by version. */
import type { PgtableChange } from '../../formats/architecture.ts';
import type { PgtablePatch } from '../../formats/pgtable.ts';
import { clear, or, type U64 } from '../../formats/u64.ts';
import { CLRHUGE } from '../x86/series.ts';
import { PMD_TABLE_BIT } from './bits.ts';

/** The type of a page, where a block has another; whether it is valid stays. */
const mkpage = (e: U64): U64 => or(e, PMD_TABLE_BIT);
const mkblock = (e: U64): U64 => clear(e, PMD_TABLE_BIT);

const clrhuge: PgtableChange = {
  says: 'pte_clrhuge() sets bit 1, and a split makes its PTEs by pte_clrhuge(pfn_pte(k, pmd_pgprot(leaf)))',
  cites: 'v2 1/2 "pgtable: add pte_clrhuge() implementation for arm64 and riscv", v1 2/2 and v2 2/2, code',
  evidence: 'mail',
  patch: { ...CLRHUGE.patch, pte_clrhuge: () => mkpage },
};

/** Its diffstat (3 lines more, 1 less) has room for nothing else: pte_pgprot(), which xors with pfn_pte(pfn, 0), stays as it is. */
const filter: PgtableChange = {
  says: 'pfn_pte() sets bit 1 of every protection',
  cites: 'v3 2/4 "mm/pgtable: Make pfn_pte() filter out huge page attributes", code and diffstat',
  evidence: 'mail',
  patch: { pfn_pte: (base) => (pfn, prot) => base(pfn, mkpage(prot)) },
};

/** pud_pgprot() comes to xor with the bit that pfn_pud(pfn, 0) has not: both have to change. */
const PUD_BASE_PTE: PgtablePatch = {
  pfn_pud: (base) => (pfn, prot) => base(pfn, mkblock(prot)),
  pud_pgprot: (base) => (e) => mkpage(base(e)),
};

/** v4 2/7 was not seen: what it does to bit 1 is inferred from the contract. */
const basePte = (puds: boolean): PgtableChange => ({
  says: 'pfn_pmd() and pfn_pud() make a block of a base-PTE pgprot_t; pmd_pgprot() and pud_pgprot() give back the type of a page',
  cites: 'v4 cover letter: the contract of pgprot_t, "arm64" among the patches',
  evidence: 'inferred',
  patch: {
    pfn_pmd: (base) => (pfn, prot) => base(pfn, mkblock(prot)),
    pmd_pgprot: (base) => (e) => mkpage(base(e)),
    ...(puds ? PUD_BASE_PTE : {}),
  },
});

/** By version. */
export const arm64Series = (puds: boolean): Readonly<Record<string, readonly PgtableChange[]>> => ({
  'huge-remap-pfn-range@v1': [clrhuge],
  'huge-remap-pfn-range@v2': [clrhuge],
  'huge-remap-pfn-range@v3': [filter],
  'huge-remap-pfn-range@v4': [basePte(puds)],
});
