import { LOONGARCH64_4K_FORMAT, LOONGARCH64_FORMAT } from '../../../model/formats/loongarch.ts';
import { codecKeepsEveryBit } from './codec.ts';
import { entriesInWords } from './in_words.ts';

codecKeepsEveryBit(LOONGARCH64_FORMAT);
codecKeepsEveryBit(LOONGARCH64_4K_FORMAT);

entriesInWords(LOONGARCH64_FORMAT, [
  ['pte', '0x400000020080019d', '16K pfn 0x80200 V PLV3 CC P W NX pte'],
  ['pmd', '0x40000002000009dd', '32M pfn 0x80000 V PLV3 CC H P W NX SPECIAL pmd'],
  ['pmd', '0x00000002000011d3', '32M pfn 0x80000 V D CC H G P W pmd'],
  ['pte', '0x600000020080041c', '16K pfn 0x80200 PLV3 CC NR NX PROTNONE pte'],
  ['pte', '0x0000000000000040', '16K G none pte'],
  ['pte', '0x00000802009a0000', '16K offset=524800 type=26 EXCLUSIVE swap pte'],
  ['pmd', '0x00000802001a0040', '32M offset=524800 type=26 swap pmd'],
]);
entriesInWords(LOONGARCH64_4K_FORMAT, [
  ['pte', '0x00000000802001d3', '4K pfn 0x80200 V D CC G P W pte'],
  ['pmd', '0x00000000802011d3', '2M pfn 0x80201 V D CC H P W pmd'],
  ['pmd', '0x9000000001800000', '2M pfn 0x1800 bits 60,63 table pmd'],
  ['pmd', '0x700000008020045c', '2M pfn 0x80200 PLV3 CC H NR NX PROTNONE PRESENT_INVALID pmd'],
]);
