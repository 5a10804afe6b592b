/**
 * Entries of the tables of s390, bits counted from the lowest (the manual counts from the highest): page-table entries,
 * segment-table entries (PMDs) and region-third-table entries (PUDs), each in its own format. In v6.12 software bits of segments and
 * regions are elsewhere, and none of them is a swap entry.
 */
import { noneShape } from './absent.ts';
import { type Declared, fieldBy, fieldsOf, type Format, type Place, type Shape } from './format.ts';
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

/** Software bits of segments and regions. */
interface Software {
  /** With PRESENT there are swap entries, too. */
  readonly present: boolean;
  readonly softDirty: Place;
  readonly read: Place;
  readonly write: Place;
}
const leafSoftware = ({ softDirty, read, write }: Software): readonly Declared[] => [
  sw('SOFT_DIRTY', { leaf: softDirty, swap: softDirty }),
  sw('YOUNG', { leaf: 12 }),
  sw('DIRTY', { leaf: 13 }),
  sw('READ', { leaf: read }),
  sw('WRITE', { leaf: write }),
];
const segment = (software: Software): readonly Declared[] =>
  upper(20, [...(software.present ? [sw('PRESENT', inEntries(0))] : []), ...leafSoftware(software)]);
/** The two bits of a table's length are present and soft-dirty of a leaf, or what v6.12 has there. */
const region3 = (software: Software): readonly Declared[] =>
  upper(31, [
    hw('TL', { table: [0, 1] }),
    hw('TF', { table: [6, 7] }),
    ...(software.present ? [sw('PRESENT', { leaf: 0 })] : []),
    ...leafSoftware(software),
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

const levelsOf = (software: Software): Format['levels'] => {
  const region = region3(software);
  const leaves = (fields: readonly Declared[], empty: U64): readonly Shape[] => [
    noneShape(empty),
    ...(software.present ? [swap(fields, RSTE_SWAP)] : []),
    shape('table', fields, LARGE),
    shape('leaf', fields),
  ];
  const tables = (type: U64): readonly Shape[] => [noneShape(join(EMPTY, type)), shape('table', region)];
  return {
    pte: { size: '4K', shapes: [noneShape(bit(10)), PTE_SWAP, shape('pte', PTE)] },
    pmd: { size: '1M', shapes: leaves(segment(software), EMPTY) },
    pud: { size: '2G', shapes: leaves(region, join(EMPTY, bit(2))) },
    p4d: { size: '4T', shapes: tables(bit(3)) },
    pgd: { size: '8P', shapes: tables(join(bit(2), bit(3))) },
  };
};

export const S390_FORMAT: Format = {
  name: 's390',
  cites:
    'v7.1 arch/s390/include/asm/pgtable.h; z/Architecture Principles of Operation, chapter 3 (dynamic address translation)',
  pageShift: 12,
  levels: levelsOf({ present: true, softDirty: 1, read: 14, write: 15 }),
};
export const S390_6_12_FORMAT: Format = {
  ...S390_FORMAT,
  name: 's390 of v6.12',
  cites: S390_FORMAT.cites.replace('v7.1', 'v6.12'),
  levels: levelsOf({ present: false, softDirty: 14, read: 0, write: 1 }),
};
