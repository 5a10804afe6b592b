import {
  RISCV64_FORMAT,
  RISCV64_SVPBMT_6_18_FORMAT,
  RISCV64_SVPBMT_FORMAT,
  RISCV64_THEAD_FORMAT,
} from '../../../model/formats/riscv.ts';
import { codecKeepsEveryBit } from './codec.ts';
import { entriesInWords } from './in_words.ts';

codecKeepsEveryBit(RISCV64_FORMAT);
codecKeepsEveryBit(RISCV64_SVPBMT_FORMAT);
codecKeepsEveryBit(RISCV64_SVPBMT_6_18_FORMAT);
codecKeepsEveryBit(RISCV64_THEAD_FORMAT);

entriesInWords(RISCV64_FORMAT, [
  ['pte', '0x00000000200800d7', '4K pfn 0x80200 D A U W R pte'],
  ['pmd', '0x00000000200801d7', '2M pfn 0x80200 D A U W R SPECIAL pmd'],
  ['pte', '0x0000000000000000', '4K none pte'],
  // PAGE_NONE, what pmd_mkinvalid() makes, and SWP_MIGRATION_READ_EXCLUSIVE of frame 0x80200. Of a PUD there is no swap entry.
  ['pmd', '0x0000000020080022', '2M pfn 0x80200 PROT_NONE R not-present pmd'],
  ['pmd', '0x0000000020080056', '2M pfn 0x80200 A U W R not-present pmd'],
  ['pte', '0x0000000080200d40', '4K offset=524800 type=26 EXCLUSIVE swap pte'],
  ['pmd', '0x0000000080200d00', '2M offset=524800 type=26 swap pmd'],
  ['pud', '0x0000000080200d00', '1G pfn 0x200803 SPECIAL not-present pud'],
  ['pud', '0x0000000020080001', '1G pfn 0x80200 table pud'],
  ['p4d', '0x00000000200000e7', '512G pfn 0x80000 D A G W R p4d'],
]);
entriesInWords(RISCV64_SVPBMT_FORMAT, [
  ['pte', '0x4800000020080057', '4K pfn 0x80200 MT(IO) A U W R SOFT_DIRTY pte'],
  ['pte', '0x8000000020082057', '4K pfn 0x80208 N A U W R pte'],
  ['pte', '0x0000000080200d18', '4K offset=524800 type=26 SOFT_DIRTY UFFD_WP swap pte'],
  // What is soft-dirty is X to pmd_present().
  ['pmd', '0x0000000080200d10', '2M offset=524800 type=26 UFFD_WP swap pmd'],
  ['pmd', '0x0000000080200d18', '2M pfn 0x200803 U X SPECIAL not-present pmd'],
]);
entriesInWords(RISCV64_SVPBMT_6_18_FORMAT, [
  ['pte', '0x4800000020080057', '4K pfn 0x80200 MT(IO) A U W R bits 59 pte'],
  ['pte', '0x0000000080200d18', '4K offset=524800 type=26 bits 3,4 swap pte'],
]);
entriesInWords(RISCV64_THEAD_FORMAT, [
  ['pmd', '0x7000000020080057', '2M pfn 0x80200 MT(PMA) A U W R pmd'],
  ['pmd', '0x9000000020080057', '2M pfn 0x80200 MT(IO) A U W R pmd'],
  ['pmd', '0x4000000020080057', '2M pfn 0x80200 MT=8 A U W R pmd'],
]);
