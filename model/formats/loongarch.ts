/** Page-table entries of loongarch64, with pages of 16K (the default) and of 4K. */
import { type Declared, fieldBy, fieldsOf, type Format, type Place, type Shape } from './format.ts';
import { bit, ZERO } from './u64.ts';

const hw = fieldBy('hardware');
const sw = fieldBy('software');

const LEAVES = ['pte', 'pmd', 'pud'] as const;
const inLeaves = (place: Place): Readonly<Record<string, Place>> =>
  Object.fromEntries(LEAVES.map((level) => [level, place]));

/** There is no ptdump on loongarch: the words are those of the manual, then those of pgtable-bits.h. A table is an address. */
const declared = (pageShift: number): readonly Declared[] => [
  { name: 'pfn', by: 'hardware', frame: true, at: [pageShift, 47] },
  hw('V', inLeaves(0)),
  hw('D', inLeaves(1)),
  hw('PLV', inLeaves([2, 3]), ['', 'PLV1', 'PLV2', 'PLV3']),
  hw('MAT', inLeaves([4, 5]), ['SUC', 'CC', 'WUC', 'MAT3']),
  // Bit 6 is G in a PTE; in a leaf it says that it is one, and G is above, with 4K pages on the lowest bit of the frame number.
  hw('H', { pmd: 6, pud: 6 }),
  hw('G', pageShift === 12 ? { pte: 6 } : { pte: 6, pmd: 12, pud: 12 }),
  hw('P', inLeaves(7)),
  hw('W', inLeaves(8)),
  hw('NR', inLeaves(61)),
  hw('NX', inLeaves(62)),
  hw('RPLV', inLeaves(63)),
  sw('MODIFIED', inLeaves(9)),
  sw('PROTNONE', inLeaves(10)),
  sw('SPECIAL', inLeaves(11)),
  sw('PRESENT_INVALID', inLeaves(60)),
];

const HUGE = bit(6);
const CITES =
  'v7.1 arch/loongarch/include/asm/pgtable-bits.h; LoongArch reference manual volume 1, 5.4 (page table entries)';

const format = (name: string, pageShift: number, sizes: readonly (readonly [string, string])[]): Format => {
  const fields = declared(pageShift);
  const shape = (of: string, mask = ZERO): Shape => ({ name: of, mask, value: ZERO, fields: fieldsOf(of, fields) });
  return {
    name,
    cites: CITES,
    pageShift,
    levels: Object.fromEntries(
      sizes.map(([level, size]) => [
        level,
        { size, shapes: level === 'pte' ? [shape(level)] : [shape('table', HUGE), shape(level)] },
      ]),
    ),
  };
};

export const LOONGARCH64_FORMAT = format('loongarch64', 14, [
  ['pte', '16K'],
  ['pmd', '32M'],
  ['pud', '64G'],
]);
export const LOONGARCH64_4K_FORMAT = format('loongarch64_4k', 12, [
  ['pte', '4K'],
  ['pmd', '2M'],
  ['pud', '1G'],
]);
