/**
 * What no release here has, in the functions of entries of an architecture: see what_ifs.ts. Abstract entries have nothing of
 * it; what each sets is in the architecture (model/arch/riscv/mended.ts).
 */
import { asItIs, type Toggle } from '../series/toggles.ts';

export const ENTRY_WHAT_IFS: readonly Toggle[] = [
  {
    name: 'riscv-pud-present',
    says: 'what pud_present() of riscv makes of a PUD leaf of PROT_NONE; a what-if, with --arch only',
    cites: 'v7.1 arch/riscv/include/asm/pgtable-64.h pud_present(), pud_leaf(); pgtable.h pmd_present()',
    values: [
      asItIs('present-alone', 'it asks for _PAGE_PRESENT, which such a leaf does not have'),
      asItIs('none-too', 'it is present, as pmd_present() says of a PMD'),
    ],
  },
  {
    name: 'thead-pgprot',
    says: 'how pte_pgprot() of riscv takes the frame out of an entry of T-Head; a what-if, with --arch only',
    cites: 'v7.1 arch/riscv/include/asm/pgtable.h pte_pgprot(), pfn_pte() (ALT_THEAD_PMA())',
    values: [
      asItIs('xor', 'by xor with pfn_pte(pfn, 0), which has the memory type of ordinary memory'),
      asItIs('masked', 'by _PAGE_PFN_MASK'),
    ],
  },
  {
    name: 'thead-pfn-pud',
    says: 'the memory type that pfn_pud() of riscv gives a leaf of ordinary memory on T-Head; a what-if, with --arch only',
    cites: 'v7.1 arch/riscv/include/asm/pgtable-64.h pfn_pud(), pfn_pmd() (ALT_THEAD_PMA())',
    values: [
      asItIs('none', 'none, which is uncached'),
      asItIs('pma', 'that of ordinary memory, as pfn_pmd() gives it'),
    ],
  },
];
