/**
 * Entries of the tables of s390, bits counted from the lowest (the manual counts from the highest): page-table entries,
 * segment-table entries (PMDs) and region-third-table entries (PUDs), each in its own format. v7.1; in v6.12 READ, WRITE and
 * SOFT_DIRTY of segments and regions are elsewhere (model/arch/s390/releases.ts).
 */
import { noneShape } from './absent.ts';
import { type Declared, fieldBy, fieldsOf, type Format, type Shape } from './format.ts';
import { bit, join, type U64, ZERO } from './u64.ts';

const hw = fieldBy('hardware');
const sw = fieldBy('software');

const TYPES = ['', 'R3', 'R2', 'R1'];
const inEntries = <P>(place: P) => ({ table: place, leaf: place, folded: place });

/** In the order of ptdump, which says I, or RO or RW and NX or X. */
const PTE: readonly Declared[] = [
  { name: 'pfn', by: 'hardware', frame: true, at: { pte: [12, 63] } },
  sw('offset', { swap: [12, 63] }),
  hw('I', { pte: 10 }),
  hw('P', { pte: 9 }, ['RW', 'RO']),
  hw('N', { pte: 8 }, ['X', 'NX']),
  sw('type', { swap: [2, 6] }),
  // The hardware has no large pages here: valid entries have 0.
  sw('LARGE', { pte: 11 }),
  sw('EXCLUSIVE', { swap: 11 }),
  sw('PRESENT', { pte: 0 }),
  sw('SOFT_DIRTY', 1),
  sw('YOUNG', { pte: 2 }),
  sw('DIRTY', { pte: 3 }),
  sw('READ', { pte: 4 }),
  sw('WRITE', { pte: 5 }),
  sw('SPECIAL', { pte: 6 }),
  sw('UNUSED', { pte: 7 }),
];

/** Of segments and regions, by the lowest bit of a leaf's frame number. */
const upper = (leafAt: number, software: readonly Declared[]): readonly Declared[] => [
  { name: 'pfn', by: 'hardware', frame: true, at: { leaf: [leafAt, 63], table: [12, 63] } },
  sw('offset', { swap: [12, 63] }),
  hw('I', inEntries(5)),
  hw('P', inEntries(9), ['RW', 'RO']),
  hw('N', inEntries(8), ['X', 'NX']),
  hw('LARGE', { leaf: 10 }),
  hw('TT', [2, 3], TYPES),
  sw('type', { swap: [6, 10] }),
  hw('COMM', inEntries(4)),
  ...software,
];
const LEAF_SOFTWARE = [
  sw('SOFT_DIRTY', { leaf: 1, swap: 1 }),
  sw('YOUNG', { leaf: 12 }),
  sw('DIRTY', { leaf: 13 }),
  sw('READ', { leaf: 14 }),
  sw('WRITE', { leaf: 15 }),
];
const SEGMENT = upper(20, [sw('PRESENT', inEntries(0)), ...LEAF_SOFTWARE]);
/** The two bits of a table's length are present and soft-dirty of a leaf. */
const REGION3 = upper(31, [
  hw('TL', { table: [0, 1] }),
  hw('TF', { table: [6, 7] }),
  sw('PRESENT', { leaf: 0 }),
  ...LEAF_SOFTWARE,
]);

const shape = (name: string, fields: readonly Declared[], mask: U64 = ZERO, value: U64 = ZERO): Shape => ({
  name,
  mask,
  value,
  fields: fieldsOf(name, fields),
});

/** mk_swap_pte() makes I and P, mk_swap_rste() I and COMM, none of which says anything else there. */
const swap = (fields: readonly Declared[], is: U64): Shape => shape('swap', fields, join(bit(0), is), is);
const PTE_SWAP = swap(PTE, join(bit(9), bit(10)));
const RSTE_SWAP = join(bit(4), bit(5));
/** _SEGMENT_ENTRY_EMPTY, and _REGION3_ENTRY_EMPTY and so on: I, and the type of the table. */
const EMPTY = bit(5);
const LARGE = bit(10);
const ofTables = (type: U64) => ({ shapes: [noneShape(join(EMPTY, type)), shape('table', REGION3)] });
const leavesOf = (fields: readonly Declared[], empty: U64): readonly Shape[] => [
  noneShape(empty),
  swap(fields, RSTE_SWAP),
  shape('table', fields, LARGE),
  shape('leaf', fields),
];

export const S390_FORMAT: Format = {
  name: 's390',
  cites:
    'v7.1 arch/s390/include/asm/pgtable.h; z/Architecture Principles of Operation, chapter 3 (dynamic address translation)',
  pageShift: 12,
  levels: {
    pte: { size: '4K', shapes: [noneShape(bit(10)), PTE_SWAP, shape('pte', PTE)] },
    pmd: { size: '1M', shapes: leavesOf(SEGMENT, EMPTY) },
    pud: { size: '2G', shapes: leavesOf(REGION3, join(EMPTY, bit(2))) },
    p4d: { size: '4T', ...ofTables(bit(3)) },
    pgd: { size: '8P', ...ofTables(join(bit(2), bit(3))) },
  },
};
