/** What GUP, move_pages(), smaps, mincore() and mbind() find of a hugepage that is mapped in parts. */
import { describe, expect, it } from '@effect/vitest';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { Count, Pin } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { entriesOf, type HugetlbMachine, hugetlbMachine, kernelWith, RFC2 } from './play.ts';

const SHARED = { name: 'shared', file: 0, at: 0, pages: 4, pgoff: 0, shared: true };
const geometry = { ...SMALL_HUGETLB, pins: 1 } as const;
const ALL = { from: 0, to: 4 };

const continued = (
  ranges: readonly (readonly [number, number])[],
  settings: Readonly<Record<string, string>> = {},
): HugetlbMachine => {
  const m = hugetlbMachine({ kernel: kernelWith({ ...RFC2, ...settings }), geometry, mappings: [SHARED] });
  m.play('userfaultfd_api', { features: ['MINOR_HUGETLBFS_HGM', 'EXACT_ADDRESS'] });
  m.play('hugetlbfs_file_mmap', { mapping: 'shared' });
  m.play('hugetlbfs_fallocate', { at: { file: 0, index: 0 } });
  m.play('userfaultfd_register', { range: ALL, modes: ['minor'] });
  for (const [from, to] of ranges) m.play('userfaultfd_continue', { range: { from, to }, fill: 'continue' });
  return m;
};

describe('GUP that lists no pages', () => {
  it('stops at the first page that is not there', () => {
    const m = continued([[0, 1]]);
    expect(m.play('hugetlb_gup', { range: ALL })).toBe('USERFAULT');
    expect(m.s.done.at(0)).toBe(1);
  });
  it('counts one leaf again and again where it adds pages to bytes', () => {
    const m = continued([[0, 1]], { 'hgm-gup-skip': 'pages' });
    expect(m.play('hugetlb_gup', { range: ALL })).toBe('ok');
    expect(m.s.done.at(0)).toBe(4);
    expect(entriesOf(m.s, 0)).toHaveLength(1);
  });
  it('faults a hugepage in', () => {
    const m = hugetlbMachine({ geometry, mappings: [SHARED] });
    m.play('hugetlbfs_file_mmap', { mapping: 'shared' });
    expect(m.play('hugetlb_gup', { range: { from: 1, to: 4 } })).toBe('ok');
    expect(m.s.done.at(0)).toBe(3);
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RW young dirty']);
  });
});

it('a pin is on the page of the leaf, and holds its folio', () => {
  const m = continued([[2, 4]]);
  expect(m.play('hugetlb_pin', { page: 3, access: 'write' })).toBe('ok');
  expect(Pin.show(m.s.pin.at(0))).toBe('frame 3, for writing, by parent at page 3');
  expect(Count.valueOf(m.s.refcount.at(0))).toBe(3);
  expect(m.play('hugetlb_pin', { page: 3, access: 'write' })).toBe('not possible');
  m.play('hugetlb_munmap', { range: ALL });
  m.play('hugetlb_unpin', { row: 0 });
  expect(Count.valueOf(m.s.refcount.at(0))).toBe(1);
});

const reached = (page: number, settings: Readonly<Record<string, string>>): number | string => {
  const m = continued(
    [
      [0, 1],
      [1, 2],
      [2, 4],
    ],
    settings,
  );
  const result = m.play('hugetlb_move_pages_stat', { page });
  return result === 'ok' ? m.s.reached.at(0) - 1 : result;
};
const frames = (settings: Readonly<Record<string, string>>): readonly (number | string)[] =>
  [0, 1, 2, 3].map((page) => reached(page, settings));

it.each([
  ['leaf', 3],
  ['head', 1],
])('a pin counts from the first page of the %s', (value, pfn) => {
  const m = continued([[2, 4]], { 'hgm-gup-page': value });
  m.play('hugetlb_pin', { page: 3, access: 'write' });
  expect(Pin.pfn(m.s.pin.at(0))).toBe(pfn);
});

describe('the page that move_pages() finds', () => {
  it('is that of the leaf', () => expect(frames({})).toEqual([0, 1, 2, 3]));
  it('is further and further off where the offset in the hugepage is added', () =>
    expect(frames({ 'hgm-follow-page': 'hugepage-offset' })).toEqual([0, 2, 4, 5]));
  it('is a page table, or none ever, where the entry of the hstate is read', () =>
    expect(frames({ 'hgm-follow-page': 'hstate-entry' })).toEqual([
      'bug page-table-followed',
      'bug page-table-followed',
      'bug endless-loop',
      'bug endless-loop',
    ]));
  it('is none where nothing is mapped', () =>
    expect(continued([]).play('hugetlb_move_pages_stat', { page: 1 })).toBe('ENOENT'));
});

const TWO = [
  [0, 1],
  [1, 2],
] as const;

const readSmaps = (m: HugetlbMachine): readonly number[] => {
  m.play('hugetlb_smaps');
  return [m.s.smapsShared.at(0), m.s.smapsPrivate.at(0)];
};

describe('smaps', () => {
  it('calls two leaves of one process shared where each counts for the folio', () =>
    expect(readSmaps(continued(TWO, { 'hgm-mapcount': 'M2' }))).toEqual([2, 0]));
  it('calls them private where each counts for its page', () =>
    expect(readSmaps(continued(TWO, { 'hgm-mapcount': 'M3' }))).toEqual([0, 2]));
  it('calls one leaf private by either rule', () => expect(readSmaps(continued([[0, 1]]))).toEqual([0, 1]));
  it.each([
    ['shared', [2, 0]],
    ['mapcount', [0, 2]],
  ])('takes hwpoison entries for %s', (value, lines) => {
    const m = continued(TWO, { 'hugetlb-smaps-swap': value });
    m.play('hugetlb_memory_failure', { page: 0 });
    expect(readSmaps(m)).toEqual(lines);
  });
});

it('mincore() finds what is mapped, page by page', () => {
  const m = continued([[0, 1]]);
  m.play('hugetlb_mincore', { range: ALL });
  expect(m.s.inCore.at(0)).toBe(0b0001);
});

const bind = (m: HugetlbMachine, strict: boolean): readonly (number | string)[] => {
  const result = m.play('hugetlb_mbind', { range: ALL, strict });
  return [result, m.s.queued.at(0)];
};

describe('mbind() with MPOL_MF_MOVE', () => {
  it('leaves a hugepage of one process alone that two leaves map, where each counts for the folio', () =>
    expect(bind(continued(TWO), true)).toEqual(['ok', 0]));
  it('takes it where each counts for its page', () =>
    expect(bind(continued(TWO, { 'hgm-mapcount': 'M3' }), true)).toEqual(['ok', 1]));
  it.each([
    [true, 'EIO'],
    [false, 'ok'],
  ])('fails to take it twice where it forgets, if it is strict: %s', (strict, result) =>
    expect(bind(continued(TWO, { 'hgm-mapcount': 'M3', 'hgm-mbind-last': 'forgets' }), strict)).toEqual([result, 1]),
  );
  it('gives up at a small entry where that is not supported', () =>
    expect(bind(continued(TWO, { 'hgm-mbind-small': 'EINVAL' }), false)).toEqual(['EINVAL', 0]));
  it('looks at the count of the head, so that a leaf of another page alone is left', () =>
    expect(bind(continued([[1, 2]], { 'hgm-mapcount': 'M3' }), true)).toEqual(['ok', 0]));
});
