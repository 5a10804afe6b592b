/** Page-table entries of arm64 (VMSAv8-64, stage 1), by granule and by the size of physical addresses. */
import { noneShape, notPresentShape } from './absent.ts';
import { type Declared, fieldsOf, type Format, type Level, type Place, type Shape, fieldBy } from './format.ts';
import { bit, bits, or, type U64, ZERO } from './u64.ts';

/** What the layout of an entry depends on: CONFIG_ARM64_{4K,16K,64K}_PAGES and CONFIG_ARM64_PA_BITS_52. */
export interface Arm64Granule {
  readonly name: string;
  readonly pageShift: 12 | 14 | 16;
  /** Physical addresses of 52 bits: FEAT_LPA with 64K pages, FEAT_LPA2 (TCR_EL1.DS) with smaller ones. */
  readonly pa52: boolean;
}

/** The top 4 bits of an address with 64K pages, and the top 2 where LPA2 puts them in the place of SH. */
export const highPlace = ({ pageShift, pa52 }: Arm64Granule): readonly [number, number] | undefined => {
  if (!pa52) return undefined;
  return pageShift === 16 ? [12, 15] : [8, 9];
};
/** With LPA2 bits 9:8 are of the address, and shareability is that of TCR_EL1. */
export const isLpa2 = ({ pageShift, pa52 }: Arm64Granule): boolean => pa52 && pageShift !== 16;
/** The highest bit of an address that stands at its own place. */
const topOf = (granule: Arm64Granule): number => (isLpa2(granule) ? 49 : 47);

/** log2 of what a leaf maps; a table of one page has 8 bytes an entry. */
export const shiftOf = ({ pageShift }: Arm64Granule, level: 'pte' | 'pmd' | 'pud'): number =>
  pageShift + (pageShift - 3) * ['pte', 'pmd', 'pud'].indexOf(level);

const hw = fieldBy('hardware');
const sw = fieldBy('software');
/** At one place in pages and in blocks. */
const leaf = (at: Place): Declared['at'] => ({ pte: at, pmd: at, pud: at });

const ATTRIBUTES = ['MEM/NORMAL', 'MEM/NORMAL-TAGGED', 'MEM/NORMAL-NC', 'DEVICE/nGnRnE', 'DEVICE/nGnRE'];

const address = (granule: Arm64Granule): readonly Declared[] => {
  const top = topOf(granule);
  const high = highPlace(granule);
  const name = `PA51:${top + 1}`;
  const from = (level: 'pte' | 'pmd' | 'pud'): Place => [shiftOf(granule, level), top];
  return [
    {
      name: 'pfn',
      by: 'hardware',
      frame: true,
      at: { pte: from('pte'), pmd: from('pmd'), pud: from('pud'), table: from('pte') },
    },
    ...(high === undefined ? [] : [hw(name, { pte: high, pmd: high, pud: high, table: high })]),
  ];
};

/** Of a table: what it takes away from all below, and its type. */
const TABLE: readonly Declared[] = [
  hw('type', { table: [0, 1] }, ['type=0', 'type=1', 'type=2', '']),
  hw('PXNTable', { table: 59 }),
  hw('UXNTable', { table: 60 }),
  hw('APTable', { table: [61, 62] }),
  hw('NSTable', { table: 63 }),
];

/** v7.1 arch/arm64/include/asm/pgtable.h: __SWP_TYPE_SHIFT, __SWP_OFFSET_SHIFT; pgtable-prot.h: PTE_SWP_*. */
const SWAP: readonly Declared[] = [
  sw('offset', { swap: [12, 61] }),
  sw('type', { swap: [6, 10] }),
  sw('EXCLUSIVE', { swap: 2 }),
  sw('UFFD_WP', { swap: 3 }),
];

/** In the order of v7.1 arch/arm64/mm/ptdump.c pte_bits[], then what ptdump leaves out. */
const declared = (granule: Arm64Granule): readonly Declared[] => [
  ...address(granule),
  hw('V', leaf(0), ['F', '']),
  hw('USR', leaf(6)),
  hw('RDONLY', leaf(7), ['RW', 'ro']),
  hw('PXN', leaf(53), ['x', 'NX']),
  ...(isLpa2(granule) ? [] : [hw('SH', leaf([8, 9]), ['', 'SH=1', 'SH=2', 'SHD'])]),
  hw('AF', { pte: 10, pmd: 10, pud: 10, table: 10 }),
  hw('NG', leaf(11)),
  hw('CON', leaf(52)),
  // Bit 1 of a valid PTE has to be 1, and of a valid block 0: with 1 it is a table.
  hw('PAGE', { pte: 1 }, ['not-page', '']),
  hw('BLK', { pmd: 1, pud: 1 }, ['BLK', 'not-block']),
  hw('UXN', leaf(54)),
  hw('GP', leaf(50)),
  hw('ATTR', leaf([2, 4]), ATTRIBUTES),
  hw('NS', leaf(5)),
  hw('nT', { pmd: 16, pud: 16 }),
  hw('DBM', leaf(51)),
  hw('PO', leaf([60, 62])),
  sw('DIRTY', leaf(55)),
  sw('SPECIAL', leaf(56)),
  // PTE_DEVMAP in v6.12.
  sw('SOFTW57', leaf(57)),
  sw('UFFD_WP', leaf(58)),
  ...TABLE,
  ...SWAP,
];

const shape = (name: string, mask: U64, value: U64, fields: readonly Declared[]): Shape => ({
  name,
  mask,
  value,
  fields: fieldsOf(name, fields),
});
/** PTE_VALID and PTE_PRESENT_INVALID. */
const PRESENT = or(bit(0), bit(11));
const TYPE = bits(0, 1);

const shapesOf = (level: Level, fields: readonly Declared[]): readonly Shape[] => {
  const none = noneShape();
  const swap = shape('swap', PRESENT, ZERO, fields);
  const table = shape('table', TYPE, TYPE, fields);
  const page = shape(level, ZERO, ZERO, fields);
  // pgtable-prot.h: the other fields are what they would be of a valid one, PROT_NONE's too.
  const notPresent = notPresentShape(page.fields, 'V', { was: 'NG', is: 'PRESENT_INVALID' });
  if (level === 'pte') return [none, swap, notPresent, page];
  if (level === 'pmd') return [none, table, swap, notPresent, page];
  return level === 'pud' ? [none, table, notPresent, page] : [none, shape('table', ZERO, ZERO, fields)];
};

/** With 48 bits of virtual addresses; of 4K pages with 52 bits of them, where P4D and PGD are not one. */
const SIZES: Readonly<Record<number, Readonly<Partial<Record<Level, string>>>>> = {
  12: { pte: '4K', pmd: '2M', pud: '1G', p4d: '512G', pgd: '256T' },
  14: { pte: '16K', pmd: '32M', pud: '64G', pgd: '128T' },
  16: { pte: '64K', pmd: '512M', pgd: '4T' },
};

export const arm64Format = (granule: Arm64Granule): Format => {
  const fields = declared(granule);
  const sizes = Object.entries(SIZES[granule.pageShift]!) as readonly (readonly [Level, string])[];
  return {
    name: granule.name,
    cites:
      'v7.1 arch/arm64/include/asm/pgtable-hwdef.h, pgtable-prot.h; Arm ARM (DDI 0487), D8.3 "Translation table descriptor formats"',
    pageShift: granule.pageShift,
    levels: Object.fromEntries(sizes.map(([level, size]) => [level, { size, shapes: shapesOf(level, fields) }])),
  };
};

export const ARM64_GRANULES: readonly Arm64Granule[] = [
  { name: 'arm64_4k', pageShift: 12, pa52: false },
  { name: 'arm64_16k', pageShift: 14, pa52: false },
  { name: 'arm64_64k', pageShift: 16, pa52: false },
  { name: 'arm64_4k_pa52', pageShift: 12, pa52: true },
  { name: 'arm64_16k_pa52', pageShift: 14, pa52: true },
  { name: 'arm64_64k_pa52', pageShift: 16, pa52: true },
];
