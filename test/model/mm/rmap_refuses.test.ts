/** What rmap takes for a mistake of its caller, or of the counters. */
import { describe, expect, it } from '@effect/vitest';
import { ModelBug } from '../../../checker/search/index.ts';
import type { RmapSys } from '../../../model/mm/large_mapcount.ts';
import { large_row } from '../../../model/mm/page_flags.ts';
import { prep_folio } from '../../../model/mm/page_ref.ts';
import {
  folio_add_anon_rmap_pmd,
  folio_add_anon_rmap_ptes,
  folio_add_file_rmap_pmd,
  folio_add_file_rmap_ptes,
  folio_add_file_rmap_pud,
  folio_add_new_anon_rmap,
  folio_dup_file_rmap_pmd,
  folio_dup_file_rmap_ptes,
  folio_remove_rmap_pmd,
  folio_remove_rmap_ptes,
  folio_remove_rmap_pud,
  folio_try_dup_anon_rmap_pmd,
  folio_try_dup_anon_rmap_ptes,
  folio_try_share_anon_rmap,
} from '../../../model/mm/rmap.ts';
import type { Block } from '../../../model/state/geometry.ts';
import type { Machine } from '../../../model/state/machine.ts';
import { MmIds, PageKind } from '../../../model/state/memmap.ts';
import { blockAt, folioState } from '../../support/folio_state.ts';
import {
  bootDevice,
  faultAnon,
  forkPmd,
  forkPtes,
  intoCache,
  mapPmd,
  mapPtes,
  mapPud,
  reuse,
  splitPmd,
} from '../../support/mappings.ts';

const [PARENT, CHILD] = [0, 1];

const WANT = {
  dax: { use: 'dax', pages: 4 },
  thp: { use: 'anon', pages: 2 },
  file: { use: 'file', pages: 2 },
  hugeZero: { use: 'huge zero', pages: 2 },
  page: { use: 'anon', pages: 1 },
  free: { use: 'anon', pages: 1 },
  smallFile: { use: 'file', pages: 1 },
  zero: { use: 'zero page', pages: 1 },
} as const satisfies Readonly<Record<string, Block>>;
type There = Readonly<Record<keyof typeof WANT, number>> & { readonly s: RmapSys };

/** Leaves of 2 and 4 pages. Anonymous folios are mapped by the parent, files and dax are there and not mapped. */
const there = (facts: Partial<Machine> = {}): There => {
  const { s, frames } = folioState({ n: 2, want: Object.values(WANT), facts });
  const on = Object.fromEntries(Object.keys(WANT).map((name, i) => [name, frames[i]])) as Omit<There, 's'>;
  bootDevice(s, on.dax, 'dax');
  for (const one of [on.thp, on.page]) faultAnon(s, one, PARENT);
  for (const one of [on.file, on.smallFile]) intoCache(s, one, 'file');
  for (const one of [on.hugeZero, on.zero]) prep_folio(s, blockAt(s, one), PageKind.zero);
  return { ...on, s };
};

/** The name of the assertion that fails. */
const refusal = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof ModelBug) return error.name;
    throw error;
  }
  return 'nothing';
};

type Call = (on: There) => unknown;
const WRONG: readonly (readonly [string, Call])[] = [
  ['no page', ({ s, file }) => folio_add_file_rmap_ptes(s, file, 0, PARENT)],
  ['a page too many', ({ s, file }) => folio_add_file_rmap_ptes(s, file, 3, PARENT)],
  ['pages behind a folio', ({ s, file }) => folio_add_file_rmap_ptes(s, file + 1, 2, PARENT)],
  ['two small folios', ({ s, page }) => folio_add_anon_rmap_ptes(s, page, 2, PARENT, false)],
  ['a frame of a device', ({ s }) => folio_add_file_rmap_ptes(s, 3, 1, PARENT)],
  ['a frame behind all memory', ({ s, zero }) => folio_add_file_rmap_ptes(s, zero + 1, 1, PARENT)],
  ['the zero page', ({ s, zero }) => folio_add_file_rmap_ptes(s, zero, 1, PARENT)],
  ['the huge zero folio', ({ s, hugeZero }) => folio_add_file_rmap_pmd(s, hugeZero, PARENT)],
  ['the huge zero folio, unmapped', ({ s, hugeZero }) => folio_remove_rmap_pmd(s, hugeZero, PARENT)],
  ['a free page', ({ s, free }) => folio_add_file_rmap_ptes(s, free, 1, PARENT)],
  ['a small folio by a PMD leaf', ({ s, smallFile }) => folio_add_file_rmap_pmd(s, smallFile, PARENT)],
  ['half a folio by a PMD leaf', ({ s, file }) => folio_add_file_rmap_pmd(s, file + 1, PARENT)],
  ['a PUD-sized folio by a PMD leaf', ({ s, dax }) => folio_add_file_rmap_pmd(s, dax, PARENT)],
  ['half of that by a PMD leaf', ({ s, dax }) => folio_remove_rmap_pmd(s, dax + 2, PARENT)],
  ['a PMD-sized folio by a PUD leaf', ({ s, file }) => folio_add_file_rmap_pud(s, file, PARENT)],
  ['the same, unmapped', ({ s, file }) => folio_remove_rmap_pud(s, file, PARENT)],
  ['anonymous memory as a file', ({ s, thp }) => folio_add_file_rmap_pmd(s, thp, CHILD)],
  ['an anonymous page as one of a file', ({ s, page }) => folio_add_file_rmap_ptes(s, page, 1, CHILD)],
  ['a file as anonymous', ({ s, file }) => folio_add_anon_rmap_ptes(s, file, 1, PARENT, false)],
  ['a file as anonymous, by a leaf', ({ s, file }) => folio_add_anon_rmap_pmd(s, file, PARENT, false)],
  ['a file as new anonymous', ({ s, smallFile }) => folio_add_new_anon_rmap(s, smallFile, PARENT)],
  ['a mapped folio as new', ({ s, page }) => folio_add_new_anon_rmap(s, page, CHILD)],
  ['a mapped THP as new', ({ s, thp }) => folio_add_new_anon_rmap(s, thp, CHILD)],
  ['a file, copied as anonymous', ({ s, file }) => folio_try_dup_anon_rmap_pmd(s, file, CHILD, false)],
  ['a file, shared as anonymous', ({ s, file }) => folio_try_share_anon_rmap(s, file)],
  ['a copy of what is not mapped', ({ s, smallFile }) => folio_dup_file_rmap_ptes(s, smallFile, 1, CHILD)],
  ['of a page of a file', ({ s, file }) => folio_dup_file_rmap_ptes(s, file, 1, CHILD)],
  ['a copy by PTEs of a leaf', ({ s, thp }) => folio_try_dup_anon_rmap_ptes(s, thp, 2, CHILD, false)],
  [
    'a copy by a leaf of PTEs',
    ({ s, thp }) => {
      splitPmd(s, thp, PARENT);
      folio_try_dup_anon_rmap_pmd(s, thp, CHILD, false);
    },
  ],
  [
    'a copy of a page that is, and one that is not mapped',
    ({ s, file }) => {
      mapPtes(s, file, 1, PARENT);
      folio_dup_file_rmap_ptes(s, file, 2, CHILD);
    },
  ],
  [
    'folio_dup_file_rmap_pmd(), which counts PTEs, for a leaf',
    ({ s, file }) => {
      mapPmd(s, file, PARENT);
      folio_dup_file_rmap_pmd(s, file, CHILD);
    },
  ],
];

describe.each([true, false])('with page mapcounts: %s', (pageMapcount) => {
  it.each(WRONG)('rmap does not take %s', (_what, call) => {
    const on = there({ pageMapcount });
    expect(refusal(() => call(on))).toBe('rmap-sanity');
  });

  it.each<readonly [string, Call]>([
    ['a page', ({ s, smallFile }) => folio_remove_rmap_ptes(s, smallFile, 1, PARENT)],
    ['pages of a folio', ({ s, file }) => folio_remove_rmap_ptes(s, file, 2, PARENT)],
    ['a PMD leaf', ({ s, file }) => folio_remove_rmap_pmd(s, file, PARENT)],
    ['a PUD leaf', ({ s, dax }) => folio_remove_rmap_pud(s, dax, PARENT)],
    [
      'a leaf that PTEs have taken the place of',
      ({ s, thp }) => {
        splitPmd(s, thp, PARENT);
        folio_remove_rmap_pmd(s, thp, PARENT);
      },
    ],
  ])('the removal of %s that nobody maps is a bad page map', (_what, call) => {
    const on = there({ pageMapcount });
    expect(refusal(() => call(on))).toBe('bad-page-map');
  });

  it.each<readonly [string, Call]>([
    [
      'a page',
      ({ s, page }) => {
        forkPtes(s, page, 1, CHILD, false);
        folio_add_anon_rmap_ptes(s, page, 1, PARENT, true);
      },
    ],
    [
      'a leaf',
      ({ s, thp }) => {
        forkPmd(s, thp, CHILD, false);
        folio_add_anon_rmap_pmd(s, thp, PARENT, true);
      },
    ],
    [
      'a leaf that was exclusive',
      ({ s, thp }) => {
        forkPmd(s, thp, CHILD, false);
        reuse(s, thp);
        folio_add_anon_rmap_pmd(s, thp, PARENT, false);
      },
    ],
    [
      'what one mm splits, and another maps',
      ({ s, thp }) => {
        forkPmd(s, thp, CHILD, false);
        reuse(s, thp);
        splitPmd(s, thp, PARENT);
      },
    ],
  ])('%s is not exclusive and shared', (_what, call) => {
    const on = there({ pageMapcount });
    expect(refusal(() => call(on))).toBe('exclusive-and-shared');
  });
});

const pteTwice: Call = ({ s, thp }) => {
  splitPmd(s, thp, PARENT);
  folio_add_anon_rmap_ptes(s, thp, 1, CHILD, true);
};
const otherPage: Call = ({ s, file }) => {
  mapPtes(s, file, 1, PARENT);
  folio_remove_rmap_ptes(s, file + 1, 1, PARENT);
};

describe('what only page mapcounts can see', () => {
  it.each([
    ['an exclusive page of a large folio with two PTEs', pteTwice, 'exclusive-and-shared'],
    ['the removal of a page in place of another', otherPage, 'bad-page-map'],
  ] as const)('%s', (_what, call, name) => {
    const [fine, coarse] = [there({ pageMapcount: true }), there({ pageMapcount: false })];
    expect([refusal(() => call(fine)), refusal(() => call(coarse))]).toEqual([name, 'nothing']);
  });
});

describe('owners that have gone wrong', () => {
  it.each<readonly [string, Call]>([
    ['an owner that maps nothing', ({ s, file }) => s.mmIds.put(large_row(s, file), MmIds.of({ id0: 1 }))],
    ['mappings that are nobody’s', ({ s, file }) => s.mmIdMapcount.put(2 * large_row(s, file) + 1, 1)],
    ['shared by nobody', ({ s, file }) => s.mmIds.put(large_row(s, file), MmIds.of({ shared: 1 }))],
  ])('%s', (_what, spoil) => {
    const outcome = (mmId: boolean): string => {
      const on = there({ mmId });
      spoil(on);
      return refusal(() => mapPmd(on.s, on.file, PARENT));
    };
    expect([outcome(true), outcome(false)]).toEqual(['rmap-sanity', 'nothing']);
  });
});

describe('a machine without leaves', () => {
  const PMD: readonly Call[] = [
    ({ s, file }) => folio_add_file_rmap_pmd(s, file, PARENT),
    ({ s, file }) => folio_remove_rmap_pmd(s, file, PARENT),
    ({ s, thp }) => folio_add_anon_rmap_pmd(s, thp, PARENT, false),
    ({ s, thp }) => folio_try_dup_anon_rmap_pmd(s, thp, CHILD, false),
  ];
  const PUD: readonly Call[] = [
    ({ s, dax }) => folio_add_file_rmap_pud(s, dax, PARENT),
    ({ s, dax }) => folio_remove_rmap_pud(s, dax, PARENT),
  ];
  const namesOf = (calls: readonly Call[], facts: Partial<Machine>): ReadonlySet<string> =>
    new Set(calls.map((call) => refusal(() => call(there(facts)))));

  it('has no rmap at PMD level', () => {
    expect(namesOf(PMD, { pmdLeaves: false })).toEqual(new Set(['no-PMD-leaves']));
    expect(namesOf(PMD, {})).not.toContain('no-PMD-leaves');
  });
  it('has no rmap at PUD level, be it for want of the one option or of the other', () => {
    expect(namesOf(PUD, { pudLeaves: false })).toEqual(new Set(['no-PUD-leaves']));
    expect(namesOf(PUD, { pmdLeaves: false })).toEqual(new Set(['no-PUD-leaves']));
    const { s, dax } = there();
    expect(refusal(() => mapPud(s, dax, PARENT))).toBe('nothing');
  });
  it('maps a new folio of PMD size by PTEs', () => {
    const { s, thp } = there({ pmdLeaves: false });
    expect([s.entireMapcount.at(large_row(s, thp)), s.largeMapcount.at(large_row(s, thp))]).toEqual([0, 2]);
  });
});
