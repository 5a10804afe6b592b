/** pmd_pgprot() of T-Head is the entry xor that of ordinary memory, whose type is not 0. */
import { bug } from './bug.ts';

export default bug({
  title: 'riscv: pgprot of T-Head entries',
  source: 'v7.1 arch/riscv/include/asm/pgtable.h pmd_pgprot()',
  says: 'a split of a leaf changes the memory type of a BAR',
  evidence: 'inferred',
  base: 'v7.1+huge-remap-pfn-range@v4+thead-pgprot=masked',
  sets: { 'thead-pgprot': 'xor' },
  bug: {
    fix: 'none',
    releases: 'v6.18 to v7.3',
    there: 'a split drops leaves of VM_PFNMAP; the series makes PTEs of them',
    violates: 'I-CACHE',
    world: 'pfnmap-move',
    steps: 2,
    arch: 'riscv64_thead',
  },
});
