/**
 * What "mm: add huge pfnmap support for remap_pfn_range()" makes of the functions of entries of riscv64: a leaf has the format
 * of a PTE, so that pte_clrhuge() of v1 and v2 is the identity, and v3 and v4 say that there is nothing to change.
 */
import type { PgtableChange } from '../../formats/architecture.ts';
import { CLRHUGE } from '../x86/series.ts';

const CLRHUGE_IDENTITY: PgtableChange = {
  says: 'pte_clrhuge() gives back what it gets',
  cites: 'v1 1/2 and v2 1/2 "pgtable: add pte_clrhuge() implementation for arm64 and riscv", code',
  evidence: 'mail',
  patch: { pte_clrhuge: () => (e) => e },
};

/** What v3 and v4 say of riscv, and what the laws find of T-Head (PG4, PG7: architecture.ts) are two things. */
const nothing = (cites: string, evidence: PgtableChange['evidence']): PgtableChange => ({
  says: 'nothing changes: a leaf has the format of a PTE',
  cites,
  evidence,
  patch: {},
});

export const RISCV_SERIES: Readonly<Record<string, readonly PgtableChange[]>> = {
  'huge-remap-pfn-range@v1': [CLRHUGE_IDENTITY, CLRHUGE],
  'huge-remap-pfn-range@v2': [CLRHUGE_IDENTITY, CLRHUGE],
  'huge-remap-pfn-range@v3': [
    nothing('v3 2/4 "mm/pgtable: Make pfn_pte() filter out huge page attributes", message', 'mail'),
  ],
  'huge-remap-pfn-range@v4': [nothing('v4 cover letter: RISC-V satisfies the contract already', 'cover letter')],
};
