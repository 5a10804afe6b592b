/** Page-table entries of riscv64: plain, with Svpbmt, Svnapot and Svrsw60t59b, and as T-Head has them. */
import { noneShape, notPresentShape } from './absent.ts';
import { type Declared, fieldBy, fieldsOf, type Format, type Level, type Shape } from './format.ts';
import { bit, join, or, type U64, ZERO } from './u64.ts';

const hw = fieldBy('hardware');
const sw = fieldBy('software');

/** The low bits are the same at every level; what is above the frame number is of the extension. In the order of ptdump. */
const declared = (above: readonly Declared[], software: readonly Declared[]): readonly Declared[] => [
  { name: 'pfn', by: 'hardware', frame: true, at: [10, 53] },
  ...above,
  hw('D', 7),
  hw('A', 6),
  hw('G', 5),
  hw('U', 4),
  hw('X', 3),
  hw('W', 2),
  hw('R', 1),
  hw('V', 0, ['not-present', '']),
  sw('SPECIAL', 8),
  // The other half of RSW: _PAGE_DEVMAP until v6.16.
  sw('RSW(2)', 9),
  ...software,
];

const SVPBMT: readonly Declared[] = [hw('N', { pte: 63 }), hw('MT', [61, 62], ['', 'MT(NC)', 'MT(IO)', 'MT(??)'])];
const SVRSW60T59B = [sw('SOFT_DIRTY', 59), sw('UFFD_WP', 60)];

/**
 * Strong order, cacheable, bufferable, shareable, trustable: of the 32 values the kernel makes three, and 0 in a table. ptdump has
 * no words for them (it reads two of the bits as Svpbmt).
 */
const THEAD_TYPES: Readonly<Record<number, string>> = {
  0b00000: '',
  0b01110: 'MT(PMA)',
  0b00110: 'MT(NC)',
  0b10010: 'MT(IO)',
};
const THEAD = [
  hw(
    'MT',
    [59, 63],
    Array.from({ length: 32 }, (_, type) => THEAD_TYPES[type] ?? `MT=${type}`),
  ),
];

/** V alone, without R, W and X, leads to a table; every level may have a leaf. */
const TABLE = join(bit(0), bit(1), bit(2), bit(3));

/** v7.1 arch/riscv/include/asm/pgtable.h: __SWP_TYPE_SHIFT, __SWP_OFFSET_SHIFT; pgtable-bits.h: _PAGE_SWP_EXCLUSIVE. */
const SWAP = [sw('offset', [12, 63]), sw('type', [7, 11]), sw('EXCLUSIVE', 6)];
/** _PAGE_SWP_SOFT_DIRTY, _PAGE_SWP_UFFD_WP: not where a page has them, which is in the offset. */
const SWP_SVRSW60T59B = [sw('SOFT_DIRTY', 3), sw('UFFD_WP', 4)];

/**
 * Words that are not present, by level: what pmd_present() finds in R, W or X is a page that is being split, or a swap entry that
 * is soft-dirty. There is no swap entry of a PUD.
 */
const ABSENT = or(bit(0), bit(5));
const SWAP_MASKS: Readonly<Partial<Record<Level, U64>>> = { pte: ABSENT, pmd: or(ABSENT, TABLE) };

const swapShapes = (level: Level, marks: readonly Declared[]): readonly Shape[] => {
  const mask = SWAP_MASKS[level];
  const fields = fieldsOf('swap', [...SWAP, ...marks]);
  return mask === undefined ? [] : [{ name: 'swap', mask, value: ZERO, fields }];
};

const levelsOf = (fields: readonly Declared[], marks: readonly Declared[]): Format['levels'] => {
  const table: Shape = { name: 'table', mask: TABLE, value: bit(0), fields: fieldsOf('table', fields) };
  const shapes = (level: Level): readonly Shape[] => {
    const leaf: Shape = { name: level, mask: ZERO, value: ZERO, fields: fieldsOf(level, fields) };
    const notPresent = notPresentShape(leaf.fields, 'V', { was: 'G', is: 'PROT_NONE' });
    return [noneShape(), ...(level === 'pte' ? [] : [table]), ...swapShapes(level, marks), notPresent, leaf];
  };
  const sizes: readonly (readonly [Level, string])[] = [
    ['pte', '4K'],
    ['pmd', '2M'],
    ['pud', '1G'],
    ['p4d', '512G'],
    ['pgd', '256T'],
  ];
  return Object.fromEntries(sizes.map(([level, size]) => [level, { size, shapes: shapes(level) }]));
};

const CITES =
  'v7.1 arch/riscv/include/asm/pgtable-64.h, pgtable-bits.h; RISC-V privileged specification, Sv39 to Sv57, Svnapot, Svpbmt, Svrsw60t59b';

const format = (
  name: string,
  above: readonly Declared[],
  { software = [], marks = [] }: { readonly software?: readonly Declared[]; readonly marks?: readonly Declared[] } = {},
): Format => ({
  name,
  cites: CITES,
  pageShift: 12,
  pfnShift: 10,
  levels: levelsOf(declared(above, software), marks),
});

/** Sv39, Sv48 and Sv57 have the same entries; levels above the highest are folded into it. */
export const RISCV64_FORMAT = format('riscv64', []);
export const RISCV64_SVPBMT_FORMAT = format('riscv64_svpbmt', SVPBMT, {
  software: SVRSW60T59B,
  marks: SWP_SVRSW60T59B,
});
/** Before v7.1 the kernel leaves bits 59 and 60 alone, and so 3 and 4 of a swap entry. */
export const RISCV64_SVPBMT_6_18_FORMAT = format('riscv64_svpbmt of v6.18', SVPBMT);
export const RISCV64_THEAD_FORMAT = format('riscv64_thead', THEAD);
