/**
 * Page-table entries of powerpc book3s64, as CPU values (memory has them big-endian): radix, which the hardware walks, and hash,
 * whose tables only the kernel reads (mm/book3s64/hash_*.c) to fill the hash table.
 */
import { noneShape } from './absent.ts';
import { type Declared, type Definer, fieldsOf, type Format, type Level, type Place, type Shape } from './format.ts';
import { bit, join, ZERO } from './u64.ts';

/** What is read otherwise than a page of the level: the address of a table, and a swap or migration entry. */
type ShapeName = 'pte' | 'pmd' | 'pud' | 'table' | 'swap';

interface Layout {
  readonly name: string;
  readonly by: Definer;
  readonly pageShift: number;
  /** The highest bit of a frame number: the hardware's with radix, the kernel's with hash, which has flags above. */
  readonly top: number;
  /** Sizes of leaves as log2, and in words. */
  readonly leaves: readonly [pmd: number, pud: number];
  readonly sizes: Readonly<Partial<Record<Level, string>>>;
  readonly own: readonly Declared[];
  /** RADIX_PTE_NONE_MASK, H_PTE_NONE_MASK: fields that may be set in a PTE that is empty. */
  readonly pastNone: readonly string[];
}

const MAPS = ['pte', 'pmd', 'pud'] as const;
const inMaps = (place: Place): Readonly<Record<string, Place>> =>
  Object.fromEntries(MAPS.map((shape) => [shape, place]));
const field = (by: Definer, name: string, at: Declared['at'], names?: readonly string[]): Declared =>
  names === undefined ? { name, by, at } : { name, by, at, names };

/** In the order of arch/powerpc/mm/ptdump/book3s64.c, with its words. */
const declared = ({ by, pageShift, top, leaves: [pmd, pud], own }: Layout): readonly Declared[] => [
  {
    name: 'pfn',
    by,
    frame: true,
    // PMD_MASKED_BITS: the address of a table may begin within a page.
    at: { pte: [pageShift, top], pmd: [pmd, top], pud: [pud, top], table: [pageShift, 59] },
  },
  field(by, 'fragment', { table: [8, pageShift - 1] }),
  field('software', 'offset', { swap: [pageShift, 52] }),
  field('software', 'type', { swap: [0, 4] }),
  field(by, 'user', inMaps(3), ['user', '']),
  field(by, 'r', inMaps(2)),
  field(by, 'w', inMaps(1)),
  field(by, 'X', inMaps(0)),
  field(by, 'pte', inMaps(62)),
  field(by, 'valid', { ...inMaps(63), table: 63 }),
  field('software', 'invalid', inMaps(61)),
  field(by, 'dirty', inMaps(7)),
  field(by, 'accessed', inMaps(8)),
  field(by, 'cache', inMaps([4, 5]), ['', 'SAO', 'non-idempotent', 'tolerant']),
  ...own,
  field('software', 'special', inMaps(10)),
  field('software', 'exclusive', { swap: 5 }),
  field('software', 'soft_dirty', { ...inMaps(9), swap: 9 }),
  // _PAGE_DEVMAP until v6.16.
  field('software', 'SW1', inMaps(11)),
];

const PTE = bit(62);
const NOT_PRESENT = join(PTE, bit(61), bit(63));

const shapeOf = (name: ShapeName, fields: readonly Declared[]): Shape => {
  const read = { name, fields: fieldsOf(name, fields) };
  if (name === 'table') return { ...read, mask: PTE, value: ZERO };
  if (name === 'swap') return { ...read, mask: NOT_PRESENT, value: PTE };
  return { ...read, mask: ZERO, value: ZERO };
};

/** There is no swap entry of a PUD, and no leaf above. */
const SHAPES: Readonly<Partial<Record<Level, readonly ShapeName[]>>> = {
  pte: ['swap', 'pte'],
  pmd: ['table', 'swap', 'pmd'],
  pud: ['table', 'pud'],
};

const formatOf = (layout: Layout, cites: string): Format => {
  const fields = declared(layout);
  const beside = fieldsOf('pte', fields).filter(({ name }) => layout.pastNone.includes(name));
  const levels = Object.entries(layout.sizes).map(([level, size]) => {
    const names = SHAPES[level as Level];
    const none = noneShape(ZERO, level === 'pte' ? beside : []);
    // Whatever else stands in the highest level is a table.
    const shapes = names?.map((name) => shapeOf(name, fields)) ?? [{ ...shapeOf('table', fields), mask: ZERO }];
    return [level, { size, shapes: [none, ...shapes] }];
  });
  return { name: layout.name, cites, pageShift: layout.pageShift, levels: Object.fromEntries(levels) };
};

const BOOK3S64 = 'v7.1 arch/powerpc/include/asm/book3s/64';
const RADIX_CITES = `${BOOK3S64}/pgtable.h, radix.h; Power ISA 3.0B book III, 5.7.10 (radix tree translation)`;
/** RADIX_*_VAL_BITS: log2 of how many entries the next table has. */
const NLS = field('hardware', 'nls', { table: [0, 4] });

const radix = (name: string, pageShift: number, size: string): Format =>
  formatOf(
    {
      name,
      by: 'hardware',
      pageShift,
      top: 56,
      leaves: [21, 30],
      sizes: { pte: size, pmd: '2M', pud: '1G', pgd: '512G' },
      own: [NLS],
      pastNone: ['dirty', 'accessed'],
    },
    RADIX_CITES,
  );
export const RADIX_4K_FORMAT = radix('ppc64_radix_4k', 12, '4K');
export const RADIX_64K_FORMAT = radix('ppc64_radix_64k', 16, '64K');

const hash = (layout: Pick<Layout, 'name' | 'pageShift' | 'sizes' | 'own'>, header: string): Format =>
  formatOf(
    { ...layout, by: 'software', top: 52, leaves: [24, 34], pastNone: ['hpte', 'busy', 'f_gix', 'f_second', 'combo'] },
    `${BOOK3S64}/pgtable.h, hash.h, ${header}; arch/powerpc/mm/book3s64/hash_utils.c`,
  );
const sw = (name: string, at: Place): Declared => field('software', name, inMaps(at));
const BUSY = sw('busy', 6);

/** pmd_leaf_size(), pud_leaf_size(): leaves of hugetlb, each in several entries. */
export const HASH_4K_FORMAT = hash(
  {
    name: 'ppc64_hash_4k',
    pageShift: 12,
    sizes: { pte: '4K', pmd: '16M', pud: '16G', pgd: '128G' },
    own: [sw('hpte', 60), BUSY, sw('f_gix', [53, 55]), sw('f_second', 56), sw('PKEY', [57, 59])],
  },
  'hash-4k.h',
);
/** H_PAGE_THP_HUGE is bit 13 of a PMD, H_PAGE_4K_PFN of a PTE: ptdump knows one word. */
export const HASH_64K_FORMAT = hash(
  {
    name: 'ppc64_hash_64k',
    pageShift: 16,
    sizes: { pte: '64K', pmd: '16M', pud: '16G', pgd: '16T' },
    own: [
      sw('hpte', 55),
      BUSY,
      sw('combo', 12),
      field('software', '4K_pfn', { pte: 13 }),
      field('software', 'thp_huge', { pmd: 13 }),
      sw('PKEY', [56, 60]),
    ],
  },
  'hash-64k.h',
);
