/** Page-table entries of x86-64 and of 32-bit x86 with PAE. */
import { noneShape, notPresentShape } from './absent.ts';
import {
  type Declared,
  type Field,
  fieldBy,
  fieldsOf,
  type Format,
  type Level,
  type Place,
  type Shape,
} from './format.ts';
import { bit, join, or, type U64, ZERO } from './u64.ts';

const hw = fieldBy('hardware');
const sw = fieldBy('software');

interface Width {
  /** The highest bit of a frame number. */
  readonly top: number;
  readonly pkeys: boolean;
  readonly software: readonly Declared[];
}

/** In the order of ptdump. */
const declared = ({ top, pkeys, software }: Width): readonly Declared[] => [
  { name: 'pfn', by: 'hardware', frame: true, at: places(top) },
  hw('P', 0, ['not-present', '']),
  hw('USR', 2),
  hw('RW', 1, ['ro', 'RW']),
  hw('PWT', 3),
  hw('PCD', 4),
  hw('PSE', { pmd: 7, pud: 7 }),
  hw('PAT', { pte: 7, pmd: 12, pud: 12 }),
  hw('GLB', { pte: 8, pmd: 8, pud: 8 }),
  hw('A', 5),
  hw('D', { pte: 6, pmd: 6, pud: 6 }),
  hw('NX', 63, ['x', 'NX']),
  ...(pkeys ? [hw('PKEY', { pte: [59, 62], pmd: [59, 62], pud: [59, 62] })] : []),
  ...software,
];
const places = (top: number): Readonly<Record<string, Place>> => ({
  pte: [12, top],
  pmd: [21, top],
  pud: [30, top],
  table: [12, top],
});

const LEAVES = { pte: 9, pmd: 9, pud: 9 };
/** v7.1 arch/x86/include/asm/pgtable_types.h: _PAGE_BIT_SOFTW1 .. SOFTW5; SOFTW4 was _PAGE_DEVMAP until v6.16. */
const SOFTWARE_64 = [
  sw('SPECIAL', LEAVES),
  sw('UFFD_WP', { pte: 10, pmd: 10, pud: 10 }),
  sw('SOFT_DIRTY', { pte: 11, pmd: 11, pud: 11 }),
  sw('SOFTW4', { pte: 57, pmd: 57, pud: 57 }),
  sw('SAVED_DIRTY', { pte: 58, pmd: 58, pud: 58 }),
];
/** SOFTW2 is UFFD_WP on 64 bits, and SAVED_DIRTY where there are no high bits for it. */
const SOFTWARE_PAE = [
  sw('SPECIAL', LEAVES),
  sw('SAVED_DIRTY', { pte: 10, pmd: 10 }),
  sw('SOFT_DIRTY', { pte: 11, pmd: 11 }),
];

const P = bit(0);
const PSE = bit(7);
const PROTNONE = bit(8);

const shape = (name: string, fields: readonly Field[], mask: U64 = ZERO, value: U64 = ZERO): Shape => ({
  name,
  mask,
  value,
  fields,
});

/** v7.1 arch/x86/include/asm/pgtable_64.h, pgtable-3level.h: the offset is inverted, as a frame number; A and D are let alone. */
const inverted = (name: string, at: Place): Declared => ({ ...sw(name, at), inverted: true });
const swapWith = (offset: readonly Declared[], marks: readonly Declared[]): readonly Field[] =>
  fieldsOf('swap', [...offset, sw('type', [59, 63]), sw('SOFT_DIRTY', 1), ...marks]);
const SWAP = swapWith([inverted('offset', [9, 58])], [sw('UFFD_WP', 2), sw('EXCLUSIVE', 3)]);
/** A swp_entry_t of 32 bits has no room for the upper part of an offset. */
const SWAP_PAE = swapWith([inverted('offset', [9, 35]), inverted('OFFSET49:27', [36, 58])], [sw('EXCLUSIVE', 7)]);

/**
 * Of an entry that is not present the hardware reads nothing. To the kernel GLB is _PAGE_PROTNONE, and the frame number is inverted,
 * so that a CPU that goes on all the same finds no memory there (L1TF): v7.1 arch/x86/include/asm/pgtable-invert.h.
 */
const notPresent = (leaf: readonly Field[], beside: readonly Declared[]): Shape => {
  const made = notPresentShape(leaf, 'P', { was: 'GLB', is: 'PROTNONE' });
  const fields = made.fields.map((field) => (field.frame === true ? { ...field, inverted: true } : field));
  return { ...made, fields: [...fields, ...fieldsOf('not-present', beside)] };
};

/** _PAGE_KNL_ERRATUM_MASK: a CPU may set them in an entry that is empty. */
const NONE = noneShape(ZERO, fieldsOf('none', [hw('A', 5), hw('D', 6)]));

interface Layout {
  readonly all: readonly Declared[];
  readonly swap: Readonly<Partial<Record<Level, readonly [Shape]>>>;
  /** What else is in an entry that is not present. */
  readonly beside?: readonly Declared[];
}

/** pte_present() and pmd_present() are true of what is neither empty nor a swap entry. There is no swap entry of a PUD. */
const shapesOf = (level: Level, { all, swap, beside = [] }: Layout): readonly Shape[] => {
  const leaf = shape(level, fieldsOf(level, all));
  const table = fieldsOf('table', all);
  const absent = [NONE, ...(swap[level] ?? []), notPresent(leaf.fields, beside)];
  if (level === 'pte') return [...absent, leaf];
  const isLeaf = level === 'pmd' || level === 'pud';
  return isLeaf ? [...absent, shape('table', table, PSE), leaf] : [NONE, shape('table', table)];
};

const levelsOf = (layout: Layout, sizes: Readonly<Partial<Record<Level, string>>>): Format['levels'] =>
  Object.fromEntries(
    Object.entries(sizes).map(([level, size]) => [level, { size, shapes: shapesOf(level as Level, layout) }]),
  );
const SWAP_64: Layout['swap'] = {
  pte: [shape('swap', SWAP, or(P, PROTNONE))],
  pmd: [shape('swap', SWAP, join(P, PROTNONE, PSE))],
};

const CITES = 'v7.1 arch/x86/include/asm/pgtable_types.h; Intel SDM volume 3, 5.4 and 5.5 (paging structures)';

const SIZES_64 = { pte: '4K', pmd: '2M', pud: '1G', p4d: '512G', pgd: '256T' };
const C_BIT = hw('ENC', 47);
/** physical_mask has them: zeros of the frame number, inverted. */
const ABOVE_C_BIT = inverted('PFN39:36', [48, 51]);

/** With 5-level paging, p4d is a level of its own; with 4 levels it is folded into pgd. Leaves are the same. */
export const X86_64_FORMAT: Format = {
  name: 'x86_64',
  cites: CITES,
  pageShift: 12,
  levels: levelsOf({ all: declared({ top: 51, pkeys: true, software: SOFTWARE_64 }), swap: SWAP_64 }, SIZES_64),
};
/** With SME the C-bit ends the frame number; what is above it is reserved. */
export const X86_64_SME_FORMAT: Format = {
  ...X86_64_FORMAT,
  name: 'x86_64_sme',
  cites: `${CITES}; AMD APM volume 2, 7.10 (secure memory encryption)`,
  levels: levelsOf(
    {
      all: declared({ top: 46, pkeys: true, software: [...SOFTWARE_64, C_BIT] }),
      swap: SWAP_64,
      beside: [ABOVE_C_BIT],
    },
    SIZES_64,
  ),
};
export const X86_PAE_FORMAT: Format = {
  name: 'x86_pae',
  cites: CITES,
  pageShift: 12,
  levels: levelsOf(
    {
      all: declared({ top: 51, pkeys: false, software: SOFTWARE_PAE }),
      swap: { pte: [shape('swap', SWAP_PAE, or(P, PROTNONE))] },
    },
    { pte: '4K', pmd: '2M' },
  ),
};
