/** Page-table entries of riscv64: plain, with Svpbmt, Svnapot and Svrsw60t59b, and as T-Head has them. */
import { type Declared, fieldBy, fieldsOf, type Format, type Level, type Shape } from './format.ts';
import { bit, join, ZERO } from './u64.ts';

const hw = fieldBy('hardware');
const sw = fieldBy('software');

/** The low bits are the same at every level; what is above the frame number is of the extension. In the order of ptdump. */
const declared = (above: readonly Declared[], software: readonly Declared[]): readonly Declared[] => [
  { name: 'pfn', by: 'hardware', frame: true, at: [10, 53] },
  ...above,
  hw('D', 7),
  hw('A', 6),
  // Where V is 0 the hardware reads nothing, and G says PROT_NONE to the kernel.
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

const levelsOf = (fields: readonly Declared[]): Format['levels'] => {
  const leaf = (name: string): Shape => ({ name, mask: ZERO, value: ZERO, fields: fieldsOf(name, fields) });
  const table: Shape = { name: 'table', mask: TABLE, value: bit(0), fields: fieldsOf('table', fields) };
  const sizes: readonly (readonly [Level, string])[] = [
    ['pte', '4K'],
    ['pmd', '2M'],
    ['pud', '1G'],
    ['p4d', '512G'],
    ['pgd', '256T'],
  ];
  return Object.fromEntries(
    sizes.map(([level, size]) => [level, { size, shapes: level === 'pte' ? [leaf(level)] : [table, leaf(level)] }]),
  );
};

const CITES =
  'v7.1 arch/riscv/include/asm/pgtable-64.h, pgtable-bits.h; RISC-V privileged specification, Sv39 to Sv57, Svnapot, Svpbmt, Svrsw60t59b';

const format = (name: string, above: readonly Declared[], software: readonly Declared[]): Format => ({
  name,
  cites: CITES,
  pageShift: 12,
  pfnShift: 10,
  levels: levelsOf(declared(above, software)),
});

/** Sv39, Sv48 and Sv57 have the same entries; levels above the highest are folded into it. */
export const RISCV64_FORMAT = format('riscv64', [], []);
export const RISCV64_SVPBMT_FORMAT = format('riscv64_svpbmt', SVPBMT, SVRSW60T59B);
export const RISCV64_THEAD_FORMAT = format('riscv64_thead', THEAD, []);
