/** Page-table entries of loongarch64, with pages of 16K (the default) and of 4K. */
import { noneShape } from './absent.ts';
import { type Declared, fieldBy, fieldsOf, type Format, type Place, type Shape } from './format.ts';
import { bit, join, type U64, ZERO } from './u64.ts';

const hw = fieldBy('hardware');
const sw = fieldBy('software');

const LEAVES = ['pte', 'pmd', 'pud'] as const;
const inLeaves = (place: Place): Readonly<Record<string, Place>> =>
  Object.fromEntries(LEAVES.map((level) => [level, place]));

/** There is no ptdump on loongarch: the words are those of the manual, then those of pgtable-bits.h. A table is an address. */
const declared = (pageShift: number): readonly Declared[] => [
  { name: 'pfn', by: 'hardware', frame: true, at: { ...inLeaves([pageShift, 47]), table: [pageShift, 47] } },
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
  // v7.1 arch/loongarch/include/asm/pgtable.h: __SWP_TYPE_SHIFT, __SWP_OFFSET_SHIFT, _PAGE_SWP_EXCLUSIVE.
  sw('offset', { swap: [24, 63] }),
  sw('type', { swap: [16, 22] }),
  sw('EXCLUSIVE', { swap: 23 }),
];

/** pte_none() looks past it. */
const NONE = noneShape(ZERO, fieldsOf('none', [hw('G', 6)]));
const HUGE = bit(6);
/** What pte_present() asks for, and pmd_present() of a leaf, which a swap entry is by __swp_entry_to_pmd(). */
const PRESENT = join(bit(7), bit(10));
const LEAF_PRESENT = join(PRESENT, bit(60));
const CITES =
  'v7.1 arch/loongarch/include/asm/pgtable-bits.h; LoongArch reference manual volume 1, 5.4 (page table entries)';

const format = (name: string, pageShift: number, sizes: readonly [pte: string, pmd: string, pud: string]): Format => {
  const fields = declared(pageShift);
  const shape = (of: string, mask: U64 = ZERO, value: U64 = ZERO): Shape => ({
    name: of,
    mask,
    value,
    fields: fieldsOf(of, fields),
  });
  const table = shape('table', HUGE);
  const [pte, pmd, pud] = sizes;
  return {
    name,
    cites: CITES,
    pageShift,
    // What is empty above PTEs is a table, too: that of invalid entries.
    levels: {
      pte: { size: pte, shapes: [NONE, shape('swap', PRESENT), shape('pte')] },
      pmd: { size: pmd, shapes: [table, shape('swap', join(HUGE, LEAF_PRESENT), HUGE), shape('pmd')] },
      pud: { size: pud, shapes: [table, shape('pud')] },
    },
  };
};

export const LOONGARCH64_FORMAT = format('loongarch64', 14, ['16K', '32M', '64G']);
export const LOONGARCH64_4K_FORMAT = format('loongarch64_4k', 12, ['4K', '2M', '1G']);
