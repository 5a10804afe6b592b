/** The proposal of v4, after Matthew Wilcox: outside of pfn_pmd() and pmd_pgprot() a pgprot_t is that of a base PTE. */
import { proposal } from 'mmcheck/entries';
import { patchesOf } from './of_series.ts';

export default proposal({
  says: 'pfn_pmd() and pfn_pud() take a base-PTE pgprot_t, and pmd_pgprot() and pud_pgprot() give one back, on x86, arm64 and powerpc',
  cites: 'v4 cover letter (2026-05-26); Matthew Wilcox, 2026-03-05',
  evidence: 'inferred',
  patches: patchesOf('huge-remap-pfn-range@v4'),
});
