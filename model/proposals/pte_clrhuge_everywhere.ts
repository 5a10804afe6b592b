/** The proposal of v1 and v2, refused: huge attributes are taken away wherever a PTE is made of a leaf's protection. */
import { proposal } from 'mmcheck/entries';
import { patchesOf } from './of_series.ts';

export default proposal({
  says: 'a split makes its PTEs by pte_clrhuge(pfn_pte(k, pmd_pgprot(leaf))), on x86, arm64 and riscv',
  cites: 'v1 1/2 and 2/2 (2025-09-23), v2 1/2 and 2/2 (2025-10-16)',
  evidence: 'mail',
  patches: patchesOf('huge-remap-pfn-range@v2'),
});
