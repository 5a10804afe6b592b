/**
 * What the counters of one folio are along the ways that it can be mapped, as formulas of the sizes: a PMD leaf has `n`
 * pages, a PUD leaf `p`, a middle-sized anonymous folio `m`, of which `q` are unmapped. `e` is ENTIRELY_MAPPED.
 */
import type { RmapSys } from '../../../model/mm/large_mapcount.ts';
import type { PageKind } from '../../../model/state/memmap.ts';
import { countersOf, statistics } from '../../support/folio_state.ts';
import {
  bootDevice,
  faultAnon,
  faultFsdax,
  forkPmd,
  forkPtes,
  intoCache,
  mapPmd,
  mapPtes,
  mapPud,
  pin,
  splitPmd,
  unmapPmd,
  unmapPtes,
  unmapPud,
} from '../../support/mappings.ts';

export interface Sizes {
  readonly n: number;
  readonly p: number;
  readonly e: number;
  readonly m: number;
  readonly q: number;
  /** Pages that the second mm maps of a file, by PTEs. */
  readonly b: number;
}

/** `pm`: which values the mapcounts of the pages have; `mapped` and `huge`: the statistics that the folio is in. */
export interface Row {
  readonly ref: number;
  readonly em: number;
  readonly lm: number;
  readonly npm: number;
  readonly pm: readonly number[];
  readonly mapped: number;
  readonly huge: number;
  readonly deferred: boolean;
}
const row = (
  ref: number,
  em: number,
  lm: number,
  npm: number,
  pm: readonly number[],
  mapped: number,
  huge = 0,
): Row => ({ ref, em, lm, npm, pm, mapped, huge, deferred: false });
/** What the counters of a folio say, and the statistics of its kind; of a file that is no shmem. */
export const rowFor = (s: RmapSys, folio: number, pages: number, anon: boolean): Row => {
  const { ref, em, lm, npm, pm, partiallyMapped } = countersOf(s, folio, pages);
  const { NR_ANON_MAPPED, NR_ANON_THPS, NR_FILE_MAPPED, NR_FILE_PMDMAPPED } = statistics(s);
  return {
    ...row(
      ref,
      em,
      lm,
      npm,
      [...new Set(pm)].toSorted((a, b) => a - b),
      anon ? NR_ANON_MAPPED : NR_FILE_MAPPED,
    ),
    huge: anon ? NR_ANON_THPS : NR_FILE_PMDMAPPED,
    deferred: partiallyMapped,
  };
};
const deferred = (one: Row): Row => ({ ...one, deferred: true });

export interface Vector {
  readonly id: string;
  readonly says: string;
  readonly does: (s: RmapSys, folio: number, sizes: Sizes) => void;
  readonly gives: (sizes: Sizes) => Row;
  /** What is otherwise without page mapcounts, besides `npm` and `pm`, which are 0 then. */
  readonly coarse?: (sizes: Sizes) => Partial<Row>;
}

/** One folio, and what happens to it. */
export interface Chain {
  readonly name: string;
  readonly kind: keyof typeof PageKind;
  readonly pages: (sizes: Sizes) => number;
  readonly vectors: readonly Vector[];
}

const [PARENT, CHILD] = [0, 1];

const V1: Vector = {
  id: 'V1',
  says: 'a write fault maps a THP',
  does: (s, folio) => faultAnon(s, folio, PARENT),
  gives: ({ n, e }) => row(1, 1, 1, e, [0], n, n),
};
const V4: Vector = {
  id: 'V4',
  says: 'fork',
  does: (s, folio) => forkPmd(s, folio, CHILD, false),
  gives: ({ n, e }) => row(2, 2, 2, e, [0], n, n),
};
const V15: Vector = {
  id: 'V15',
  says: 'a write fault maps a folio of middle size',
  does: (s, folio) => faultAnon(s, folio, PARENT),
  gives: ({ m }) => row(m, 0, m, m, [1], m),
};

export const CHAINS: readonly Chain[] = [
  {
    name: 'THP, split',
    kind: 'anon',
    pages: ({ n }) => n,
    vectors: [
      V1,
      {
        id: 'V2',
        says: 'its leaf is split',
        does: (s, folio) => splitPmd(s, folio, PARENT),
        gives: ({ n }) => row(n, 0, n, n, [1], n),
      },
      {
        id: 'V3',
        says: 'one page is given up',
        does: (s, folio) => unmapPtes(s, folio, 1, PARENT),
        gives: ({ n }) => deferred(row(n - 1, 0, n - 1, n - 1, [0, 1], n - 1)),
        coarse: ({ n }) => ({ mapped: n }),
      },
    ],
  },
  {
    name: 'THP, shared',
    kind: 'anon',
    pages: ({ n }) => n,
    vectors: [
      V1,
      V4,
      {
        id: 'V5a',
        says: 'the parent writes: its leaf is split',
        does: (s, folio) => splitPmd(s, folio, PARENT),
        gives: ({ n, e }) => row(n + 1, 1, n + 1, e + n, [1], n, n),
      },
      {
        id: 'V5b',
        says: 'and page 0 copied',
        does: (s, folio) => unmapPtes(s, folio, 1, PARENT),
        gives: ({ n, e }) => row(n, 1, n, e + n - 1, [0, 1], n, n),
      },
      {
        id: 'V6',
        says: 'the child exits',
        does: (s, folio) => unmapPmd(s, folio, CHILD),
        gives: ({ n }) => deferred(row(n - 1, 0, n - 1, n - 1, [0, 1], n - 1)),
        coarse: ({ n }) => ({ mapped: n }),
      },
    ],
  },
  {
    name: 'huge file',
    kind: 'file',
    pages: ({ n }) => n,
    vectors: [
      {
        id: 'V7',
        says: 'a file is mapped by a leaf',
        does: (s, folio) => {
          intoCache(s, folio, 'file');
          mapPmd(s, folio, PARENT);
        },
        gives: ({ n, e }) => row(n + 1, 1, 1, e, [0], n, n),
      },
      {
        id: 'V8',
        says: 'and some of it by PTEs, elsewhere',
        does: (s, folio, { b }) => mapPtes(s, folio, b, CHILD),
        gives: ({ n, e, b }) => row(n + 1 + b, 1, 1 + b, e + b, [0, 1], n, n),
      },
      {
        id: 'V9',
        says: 'the leaf goes',
        does: (s, folio) => unmapPmd(s, folio, PARENT),
        gives: ({ n, b }) => row(n + b, 0, b, b, [0, 1], b),
        coarse: ({ n }) => ({ mapped: n }),
      },
      {
        id: 'V10',
        says: 'the PTEs go',
        does: (s, folio, { b }) => unmapPtes(s, folio, b, CHILD),
        gives: ({ n }) => row(n, 0, 0, 0, [0], 0),
      },
    ],
  },
  {
    name: 'FS-DAX',
    kind: 'fsdax',
    pages: ({ n }) => n,
    vectors: [
      {
        id: 'V11',
        says: 'a fault maps FS-DAX by a leaf',
        does: (s, folio) => {
          bootDevice(s, folio, 'fsdax');
          faultFsdax(s, folio, () => mapPmd(s, folio, PARENT));
        },
        gives: ({ n, e }) => row(1, 1, 1, e, [0], n, n),
      },
      {
        id: 'V12',
        says: 'it is pinned, and unmapped',
        does: (s, folio) => {
          pin(s, folio);
          unmapPmd(s, folio, PARENT);
        },
        gives: () => row(1, 0, 0, 0, [0], 0),
      },
    ],
  },
  {
    name: 'device-dax, 1G',
    kind: 'dax',
    pages: ({ p }) => p,
    vectors: [
      {
        id: 'V13',
        says: 'a fault maps device-dax by a PUD leaf',
        does: (s, folio) => {
          bootDevice(s, folio, 'dax');
          mapPud(s, folio, PARENT);
        },
        gives: ({ p, e }) => row(2, 1, 1, e, [0], p),
      },
      {
        id: 'V14',
        says: 'which is unmapped',
        does: (s, folio) => unmapPud(s, folio, PARENT),
        gives: () => row(1, 0, 0, 0, [0], 0),
      },
    ],
  },
  {
    name: 'middle size',
    kind: 'anon',
    pages: ({ m }) => m,
    vectors: [
      V15,
      {
        id: 'V16',
        says: 'some pages are unmapped',
        does: (s, folio, { q }) => unmapPtes(s, folio, q, PARENT),
        gives: ({ m, q }) => deferred(row(m - q, 0, m - q, m - q, [0, 1], m - q)),
        coarse: ({ m }) => ({ mapped: m }),
      },
    ],
  },
  {
    name: 'middle size, shared',
    kind: 'anon',
    pages: ({ m }) => m,
    vectors: [
      V15,
      {
        id: 'V17',
        says: 'fork',
        does: (s, folio, { m }) => forkPtes(s, folio, m, CHILD, false),
        gives: ({ m }) => row(2 * m, 0, 2 * m, m, [2], m),
      },
      {
        id: 'V18',
        says: 'the child unmaps some pages',
        does: (s, folio, { q }) => unmapPtes(s, folio, q, CHILD),
        gives: ({ m, q }) => row(2 * m - q, 0, 2 * m - q, m, [1, 2], m),
      },
      {
        id: 'V19',
        says: 'the child exits',
        does: (s, folio, { m, q }) => unmapPtes(s, folio + q, m - q, CHILD),
        gives: ({ m }) => row(m, 0, m, m, [1], m),
      },
      {
        id: 'V20',
        says: 'the parent unmaps these pages',
        does: (s, folio, { q }) => unmapPtes(s, folio, q, PARENT),
        gives: ({ m, q }) => deferred(row(m - q, 0, m - q, m - q, [0, 1], m - q)),
        coarse: ({ m }) => ({ mapped: m }),
      },
    ],
  },
];

/** The same for the real sizes, as it stands in the books: ref, em, lm, npm, pm, mapped, huge, and D for deferred. */
export const REAL_SIZES = `
V1  1   1 1   E     0   512    512
V2  512 0 512 512   1   512    0
V3  511 0 511 511   0,1 511    0   D
V4  2   2 2   E     0   512    512
V5a 513 1 513 E+512 1   512    512
V5b 512 1 512 E+511 0,1 512    512
V6  511 0 511 511   0,1 511    0   D
V7  513 1 1   E     0   512    512
V8  516 1 4   E+3   0,1 512    512
V9  515 0 3   3     0,1 3      0
V10 512 0 0   0     0   0      0
V11 1   1 1   E     0   512    512
V12 1   0 0   0     0   0      0
V13 2   1 1   E     0   262144 0
V14 1   0 0   0     0   0      0
V15 16  0 16  16    1   16     0
V16 12  0 12  12    0,1 12     0   D
V17 32  0 32  16    2   16     0
V18 28  0 28  16    1,2 16     0
V19 16  0 16  16    1   16     0
V20 12  0 12  12    0,1 12     0   D
`;
