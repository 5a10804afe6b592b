/** A VMA that is split: which part is the new one, and what becomes of it where there is no memory for its VMA lock. */
import { describe, expect, it } from '@effect/vitest';
import { vma_may_share } from '../../../model/hugetlb/pmd_share.ts';
import { vma_lookup } from '../../../model/hugetlb/vma.ts';
import { type HugetlbGeometry, SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { PmdTable, Vma } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { sharing } from '../../../spec/hugetlb/sharing.ts';
import { entriesOf, type HugetlbMachine, hugetlbMachine, kernelWith } from './play.ts';
import { range, reading, writing } from './versions.ts';

/** Two PMD tables of hugepages of 2M. */
const geometry: HugetlbGeometry = {
  ...SMALL_HUGETLB,
  hugepage: 2,
  smaller: [],
  fileHugepages: 4,
  folios: 5,
  pteTables: 0,
  migrations: 1,
};
const BOTH = { name: 'both', file: 0, at: 0, pages: 8, pgoff: 0, shared: true } as const;
const FAILS = [1];

/** A process that has mapped both tables and written to each, and a child that shares them. */
const forked = (settings: Readonly<Record<string, string>> = {}): HugetlbMachine => {
  const m = hugetlbMachine({ kernel: kernelWith(settings), geometry, mappings: [BOTH], properties: [sharing] });
  m.play('hugetlbfs_file_mmap', { mapping: 'both' });
  for (const page of [0, 4]) m.play('hugetlb_fault', writing(page));
  m.play('hugetlb_fork');
  for (const page of [0, 4]) m.play('hugetlb_fault', { mm: 1, ...reading(page) });
  expect(shares(m)).toEqual([1, 1]);
  return m;
};
/** How many others have each table. */
const shares = ({ s }: HugetlbMachine): readonly number[] => [0, 1].map((i) => PmdTable.shares(s.pmdTable.at(i)));
/** The first pages of the parent's VMAs that have no lock. */
const withoutLock = ({ s }: HugetlbMachine): readonly number[] =>
  [0, 4].filter((page) => {
    const row = vma_lookup(s, 0, page);
    return row >= 0 && Vma.data(s.vma.at(row)) === 0;
  });

describe('the part that is new', () => {
  it.each([
    [range(0, 4), [4]],
    [range(4, 8), [0]],
  ])('is that beside what mprotect(%o) changes', (changed, lost) => {
    const m = forked();
    expect(m.play('hugetlb_mprotect', { ...changed, prot: 'R' }, FAILS)).toBe('ok');
    expect(withoutLock(m)).toEqual(lost);
  });
  it.each([
    [range(0, 4), 'beside', [4]],
    [range(4, 8), 'beside', [0]],
    [range(0, 4), 'inside', []],
    [range(4, 8), 'inside', []],
  ])('of munmap(%o) is %s', (unmapped, opens, lost) => {
    const m = forked({ 'hugetlb-munmap-opens': opens });
    expect(m.play('hugetlb_munmap', unmapped, FAILS)).toBe('ok');
    expect(withoutLock(m)).toEqual(lost);
  });
});

/** Pages 4..7 of the parent are a VMA without lock. */
const split = (settings: Readonly<Record<string, string>> = {}): HugetlbMachine => {
  const m = forked(settings);
  m.play('hugetlb_munmap', range(0, 4), FAILS);
  return m;
};

describe('a part that gets no lock', () => {
  it('goes on sharing its table, in a VMA whose tables cannot be shared', () => {
    const m = split();
    expect([shares(m)[1], m.violated]).toEqual([1, ['H3']]);
  });
  it('would give it up, with the repair', () => {
    const m = split({ 'hugetlb-split-lock': 'unshared' });
    expect([shares(m)[1], m.violated, entriesOf(m.s, 0)]).toEqual([0, [], []]);
  });
  it('is the only one: what gets a lock goes on sharing, as it should', () => {
    const m = forked();
    m.play('hugetlb_munmap', range(0, 4));
    expect([shares(m)[1], m.violated]).toEqual([1, []]);
  });
  it.each([
    ['hugetlb_munmap', range(4, 8)],
    ['hugetlb_mprotect', { ...range(4, 8), prot: 'R' }],
    ['hugetlb_dontneed', range(4, 6)],
    ['hugetlb_migrate', { page: 4 }],
  ] as const)('gives its table up like any other where %s comes to it', (operation, args) => {
    const m = split();
    expect(m.play(operation, args)).toBe('ok');
    expect([shares(m)[1], m.violated]).toEqual([0, []]);
  });
  it('shares no more once it has', () => {
    const m = split();
    m.play('hugetlb_mprotect', { ...range(4, 8), prot: 'R' });
    m.play('hugetlb_mprotect', { ...range(4, 8), prot: 'RW' });
    m.play('hugetlb_fault', reading(4));
    expect([shares(m)[1], entriesOf(m.s, 0)]).toEqual([0, ['pages 4..5: leaf pfn 2 RW young dirty']]);
  });
});

it('invalidations are widened to what may be shared, of a VMA without lock as well', () => {
  const m = hugetlbMachine({ geometry, mappings: [{ ...BOTH, at: 2, pages: 6, pgoff: 2 }] });
  m.play('hugetlbfs_file_mmap', { mapping: 'both' }, FAILS);
  const row = vma_lookup(m.s, 0, 2);
  expect(Vma.data(m.s.vma.at(row))).toBe(0);
  // Of its pages 2..7 a PMD table could be shared of 4..7.
  expect([2, 4, 5, 6, 7, 8].filter((page) => vma_may_share(m.s, row, page))).toEqual([5, 6, 7]);
});
