import { S390_6_12_FORMAT, S390_FORMAT } from '../../../model/formats/s390.ts';
import { codecKeepsEveryBit } from './codec.ts';
import { entriesInWords } from './in_words.ts';

codecKeepsEveryBit(S390_FORMAT);

entriesInWords(S390_FORMAT, [
  ['pte', '0x0000000080200735', '4K pfn 0x80200 I RO NX PRESENT YOUNG READ WRITE pte'],
  ['pte', '0x000000008020013d', '4K pfn 0x80200 RW NX PRESENT YOUNG DIRTY READ WRITE pte'],
  ['pte', '0x0000000000005e24', '4K offset=5 type=9 EXCLUSIVE swap pte'],
  ['pte', '0x0000000000000400', '4K none pte'],
  ['pte', '0x0000000080200605', '4K pfn 0x80200 I RO X PRESENT YOUNG pte'],
  ['pmd', '0x000000008020d701', '1M pfn 0x80200 RO NX LARGE PRESENT YOUNG READ WRITE pmd'],
  ['pmd', '0x0000000080200801', '1M pfn 0x80200 RW X PRESENT bits 11 table pmd'],
  ['pmd', '0x0000000000000020', '1M none pmd'],
  ['pmd', '0x0000000000005270', '1M offset=5 type=9 swap pmd'],
  ['pud', '0x0000000000005274', '2G offset=5 R3 type=9 swap pud'],
  ['pud', '0x0000000000000024', '2G none pud'],
  ['pgd', '0x000000000000002c', '8P none pgd'],
  ['pud', '0x000000008000f505', '2G pfn 0x80000 RW NX LARGE R3 PRESENT YOUNG DIRTY READ WRITE pud'],
  ['pud', '0x0000000080200007', '2G pfn 0x80200 RW X R3 TL=3 table pud'],
  ['p4d', '0x000000008020000b', '4T pfn 0x80200 RW X R2 TL=3 p4d'],
]);

codecKeepsEveryBit(S390_6_12_FORMAT);

entriesInWords(S390_6_12_FORMAT, [
  ['pte', '0x0000000080200735', '4K pfn 0x80200 I RO NX PRESENT YOUNG READ WRITE pte'],
  ['pmd', '0x0000000080205703', '1M pfn 0x80200 RO NX LARGE SOFT_DIRTY YOUNG READ WRITE pmd'],
  ['pmd', '0x0000000080200800', '1M pfn 0x80200 RW X bits 11 table pmd'],
  ['pmd', '0x0000000000000020', '1M none pmd'],
  ['pmd', '0x0000000000005270', '1M pfn 0x5 I RO X COMM bits 6 table pmd'],
  ['pud', '0x0000000080003507', '2G pfn 0x80000 RW NX LARGE R3 YOUNG DIRTY READ WRITE pud'],
  ['pud', '0x0000000080200007', '2G pfn 0x80200 RW X R3 TL=3 table pud'],
]);
