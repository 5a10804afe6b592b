import { describe, expect, it } from '@effect/vitest';
import { fork, forkOwn } from '../../../spec/hugetlb/fork.ts';
import { mremap, mremapCounts } from '../../../spec/hugetlb/mremap.ts';
import {
  anonFolio,
  cached,
  child,
  CHILD,
  dead,
  entry,
  hgmVma,
  hugeState,
  hugetlbState,
  type HugetlbPiece,
  hwpoison,
  leaf,
  marker,
  migrating,
  off,
  privateVma,
  returned,
  sharedTable,
  stepVerdict,
  vma,
} from '../../support/hugetlb_state.ts';
import { HugePteKind } from '../../../model/state/hugetlb/hugetlb_types.ts';

const notPresent = (mm: number, pfn: number) => [
  migrating({ mm, page: 4, size: 2 }, { pfn }),
  hwpoison({ mm, page: 6, size: 2 }, pfn + 2),
];

describe('H21-OWN', () => {
  const before = hugetlbState(dead(CHILD));
  const mapped = [privateVma({}), privateVma({ mm: CHILD }), child, leaf({ page: 0, size: 2, pfn: 0 }), returned('ok')];
  const forked = (...pieces: readonly HugetlbPiece[]) =>
    stepVerdict(forkOwn, before, 'hugetlb_fork', hugetlbState(...mapped, ...pieces));

  it('holds where a child has what its parent has written', () => {
    expect(forked(anonFolio(0), leaf({ mm: CHILD, page: 0, size: 2, pfn: 0, write: 0 }))).toBe('holds');
  });
  it('is violated where it has nothing', () => expect(forked(anonFolio(0))).toContain('and child page 0 has none'));
  it('has no subject where a file has the page', () => expect(forked(cached(0, 0))).toBe('no subject'));
});

describe('H21', () => {
  const before = hugetlbState(dead(CHILD));
  const wp = { wp: 1 } as const;
  const parents = [
    hgmVma(wp),
    cached(0, 0),
    cached(1, 1),
    leaf({ page: 0, size: 2, pfn: 0 }),
    leaf({ page: 3, pfn: 3, write: 0, wp: 1 }),
  ];
  const childs = [child, hgmVma({ mm: CHILD, ...wp }), returned('ok')];
  const copied = [leaf({ mm: CHILD, page: 0, size: 2, pfn: 0 }), leaf({ mm: CHILD, page: 3, pfn: 3, write: 0, wp: 1 })];
  const forked = (...pieces: readonly HugetlbPiece[]) =>
    stepVerdict(fork, before, 'hugetlb_fork', hugetlbState(...parents, ...childs, ...pieces));

  it('holds where a hugepage is mapped as in the parent', () => {
    expect(forked(...copied)).toBe('holds');
  });

  it('has no subject where nothing is copied, where fork() fails, and in other operations', () => {
    expect(forked()).toBe('no subject');
    expect(forked(...copied, returned('ENOMEM'))).toBe('no subject');
    const after = hugetlbState(...parents, ...childs, ...copied);
    expect(stepVerdict(fork, before, 'hugetlb_fault', after)).toBe('no subject');
  });

  it('fails of a leaf of another size, of another page, and of one that is missing', () => {
    expect(forked(leaf({ mm: CHILD, page: 0, pfn: 0 }), copied[1]!)).toMatchInlineSnapshot(
      `"parent page 0 has leaf pfn 0 RW young of 2 pages in pmd[0] of PMD table 0, and child page 0 has leaf pfn 0 RW young of 1 page in pte[0] below pmd[0] of PMD table 1"`,
    );
    expect(forked(leaf({ mm: CHILD, page: 0, size: 2, pfn: 2 }), copied[1]!)).toContain('leaf pfn 2');
    expect(forked(copied[0]!)).toContain('has none');
    expect(forked(...copied, entry({ mm: CHILD, page: 2 }, { kind: HugePteKind.table }))).toContain('table');
  });

  it('fails where a child that is registered loses protection', () => {
    expect(forked(copied[0]!, leaf({ mm: CHILD, page: 3, pfn: 3, write: 0 }))).toContain('uffd-wp');
    const lost = hugetlbState(
      ...parents,
      ...childs,
      marker({ page: 4, size: 4 }),
      marker({ mm: CHILD, page: 4, size: 4 }, { poisoned: 1 }),
      ...copied,
    );
    expect(stepVerdict(fork, before, 'hugetlb_fork', lost)).toContain('marker');
  });

  it('lets a private page be copied that is pinned, but not one of a file', () => {
    const own = [
      privateVma(),
      anonFolio(0),
      leaf({ page: 0, size: 4, pfn: 0 }),
      child,
      privateVma({ mm: CHILD, owner: 0 }),
      returned('ok'),
    ];
    const copy = hugetlbState(...own, anonFolio(1), leaf({ mm: CHILD, page: 0, size: 4, pfn: 4 }));
    expect(stepVerdict(fork, before, 'hugetlb_fork', copy)).toBe('holds');
    const other = hugetlbState(...own, cached(1, 1), leaf({ mm: CHILD, page: 0, size: 4, pfn: 4 }));
    expect(stepVerdict(fork, before, 'hugetlb_fork', other)).toContain('leaf pfn 4');
  });

  it('asks entries that are not present to be the same', () => {
    expect(forked(...copied, ...notPresent(0, 4), ...notPresent(CHILD, 4))).toBe('holds');
    expect(forked(...copied, ...notPresent(0, 4), ...notPresent(CHILD, 8))).toContain('migration entry pfn 8');
  });
});

describe('H22', () => {
  const move = { move: { from: 0, to: 4, pages: 4 } };
  const source = [hgmVma({ end: 4, wp: 1 }), cached(0, 0)];
  const target = [hgmVma({ start: 4, wp: 1 }), cached(0, 0), returned('ok')];
  const before = hugetlbState(...source, leaf({ page: 0, size: 2, pfn: 0 }), marker({ page: 2 }));
  const moved = [leaf({ page: 4, size: 2, pfn: 0 }), marker({ page: 6 })];

  it('holds where every entry has arrived, and none is left', () => {
    expect(stepVerdict(mremap, before, 'hugetlb_mremap', hugetlbState(...target, ...moved), move)).toBe('holds');
  });

  it('has no subject where nothing moves, and where the call fails', () => {
    expect(stepVerdict(mremap, hugetlbState(...source), 'hugetlb_mremap', hugetlbState(...target), move)).toBe(
      'no subject',
    );
    expect(stepVerdict(mremap, before, 'hugetlb_mremap', hugetlbState(...source, returned('ENOMEM')), move)).toBe(
      'no subject',
    );
    expect(stepVerdict(mremap, before, 'hugetlb_fault', before, move)).toBe('no subject');
  });

  it('fails of an entry that is lost, is elsewhere, is left behind, or has another size', () => {
    expect(
      stepVerdict(mremap, before, 'hugetlb_mremap', hugetlbState(...target, moved[1]!), move),
    ).toMatchInlineSnapshot(
      `"parent page 0 has leaf pfn 0 RW young of 2 pages in pmd[0] of PMD table 0 before mremap(), and parent page 4 has none in pmd[0] of PMD table 0 after it"`,
    );
    const elsewhere = hugetlbState(...target, leaf({ page: 6, size: 2, pfn: 0 }));
    expect(stepVerdict(mremap, before, 'hugetlb_mremap', elsewhere, move)).toContain('before mremap()');
    const left = hugetlbState(...target, ...moved, marker({ page: 2 }));
    expect(stepVerdict(mremap, before, 'hugetlb_mremap', left, move)).toContain('parent page 2');
    const smaller = hugetlbState(...target, leaf({ page: 4, pfn: 0 }), leaf({ page: 5, pfn: 1 }), moved[1]!);
    expect(stepVerdict(mremap, before, 'hugetlb_mremap', smaller, move)).toContain('of 1 page');
  });

  it('fails where protection is lost, unless the registration has ended', () => {
    expect(stepVerdict(mremap, before, 'hugetlb_mremap', hugetlbState(...target, moved[0]!), move)).toContain('marker');
    const ended = hugetlbState(hgmVma({ start: 4 }), cached(0, 0), moved[0]!, returned('ok'));
    expect(stepVerdict(mremap, before, 'hugetlb_mremap', ended, move)).toBe('holds');
  });

  it('lets faults bring back what was in a shared table', () => {
    const shared = hugeState(
      vma({ end: 4 }),
      child,
      vma({ mm: CHILD }),
      cached(0, 0),
      leaf({ page: 0, size: 2, pfn: 0 }),
      sharedTable(),
    );
    const after = hugeState(
      vma({ start: 4 }),
      child,
      vma({ mm: CHILD }),
      cached(0, 0),
      leaf({ mm: CHILD, page: 0, size: 2, pfn: 0 }),
      returned('ok'),
    );
    expect(stepVerdict(mremap, shared, 'hugetlb_mremap', after, move)).toBe('holds');
  });
});

describe('H22-COUNTS', () => {
  const state = hugetlbState(vma(), cached(0, 0), returned('ok'));
  it('holds where no count changes', () => {
    expect(stepVerdict(mremapCounts, state, 'hugetlb_mremap', state)).toBe('holds');
  });
  it('has no subject in other operations', () => {
    expect(stepVerdict(mremapCounts, state, 'hugetlb_fault', state)).toBe('no subject');
  });
  it.each(['refcount', 'entireMapcount', 'mapcount'] as const)('fails where %s changes', (rows) => {
    const other = hugetlbState(vma(), cached(0, 0), off(rows, 1, 1), returned('ok'));
    expect(stepVerdict(mremapCounts, state, 'hugetlb_mremap', other)).toContain('after mremap()');
  });
});
