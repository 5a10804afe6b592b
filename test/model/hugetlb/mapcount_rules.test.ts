/** What counts as one mapping: tables that count, and all leaves below one entry of the hstate together. */
import { describe, expect, it } from '@effect/vitest';
import { Count } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { hugetlbMachine, type HugetlbMachine } from './play.ts';
import { continuing, range, SHARED, versionOf } from './versions.ts';

const FIRST = { ...SHARED, name: 'first', pages: 4 };

/** The first hugepage of a file, mapped in parts. */
const inParts = (rule: string, ...pages: readonly number[]): HugetlbMachine => {
  const m = hugetlbMachine({
    kernel: versionOf('v2', { 'hgm-mapcount': rule, 'hgm-fork-ref': 'unchecked' }),
    geometry: { ...SMALL_HUGETLB, pteTables: 6 },
    mappings: [FIRST],
  });
  m.play('hugetlbfs_file_mmap', { mapping: 'first' });
  m.play('hugetlb_madv_split', range(0, 4));
  m.play('userfaultfd_api', { features: ['WP_HUGETLBFS_SHMEM', 'EVENT_FORK'] });
  m.play('userfaultfd_register', { ...range(0, 4), modes: ['minor', 'wp'] });
  m.play('hugetlbfs_fallocate', { at: { file: 0, index: 0 } });
  for (const page of pages) expect(m.play('userfaultfd_continue', continuing(page, page + 1))).toBe('ok');
  return m;
};
/** Mapcount and refcount of the hugepage. */
const counts = ({ s }: HugetlbMachine): readonly number[] =>
  [s.entireMapcount, s.refcount].map((rows) => Count.valueOf(rows.at(0)));
const dontneed = (m: HugetlbMachine): string => m.play('hugetlb_dontneed', range(0, 4));

describe('M1', () => {
  it('counts the table, not the leaves, which have references', () => {
    expect(counts(inParts('M1', 1, 3))).toEqual([1, 3]);
  });
  it('goes on counting it when it is empty, until it is freed', () => {
    const m = inParts('M1', 1, 3);
    expect(dontneed(m)).toBe('ok');
    expect(counts(m)).toEqual([1, 1]);
    expect(m.play('userfaultfd_continue', continuing(2, 3))).toBe('ok');
    expect(counts(m)).toEqual([1, 2]);
    expect(m.play('hugetlb_munmap', range(0, 4))).toBe('ok');
    expect(counts(m)).toEqual([0, 1]);
  });
  it('counts a table that was made before there was a hugepage', () => {
    const m = hugetlbMachine({
      kernel: versionOf('v2', { 'hgm-mapcount': 'M1' }),
      geometry: SMALL_HUGETLB,
      mappings: [FIRST],
    });
    m.play('hugetlbfs_file_mmap', { mapping: 'first' });
    m.play('hugetlb_madv_split', range(0, 4));
    m.play('userfaultfd_api', { features: [] });
    m.play('userfaultfd_register', { ...range(0, 4), modes: ['minor'] });
    expect(m.play('userfaultfd_continue', continuing(1, 2))).toBe('EFAULT');
    m.play('hugetlbfs_fallocate', { at: { file: 0, index: 0 } });
    expect(m.play('userfaultfd_continue', continuing(1, 2))).toBe('ok');
    expect(counts(m)).toEqual([1, 2]);
  });
  it('counts the one that a collapse frees no more, and the leaf in its place', () => {
    const m = inParts('M1', 1, 3);
    expect(m.play('hugetlb_collapse', range(0, 4))).toBe('ok');
    expect(counts(m)).toEqual([1, 2]);
  });
  it("counts a child's", () => {
    const m = inParts('M1', 1, 3);
    expect(m.play('hugetlb_fork')).toBe('ok');
    expect(counts(m)).toEqual([2, 5]);
  });
});

describe('Mfolio', () => {
  it('counts once, with one reference, as long as anything is mapped', () => {
    const m = inParts('Mfolio', 1, 3);
    expect(counts(m)).toEqual([1, 2]);
    expect(dontneed(m)).toBe('ok');
    expect(counts(m)).toEqual([0, 1]);
    expect(m.play('userfaultfd_continue', continuing(2, 3))).toBe('ok');
    expect(counts(m)).toEqual([1, 2]);
  });
  it('is the same when it is collapsed', () => {
    const m = inParts('Mfolio', 1, 3);
    expect(m.play('hugetlb_collapse', range(0, 4))).toBe('ok');
    expect(counts(m)).toEqual([1, 2]);
  });
  it("counts a child's", () => {
    const m = inParts('Mfolio', 1, 3);
    expect(m.play('hugetlb_fork')).toBe('ok');
    expect(counts(m)).toEqual([2, 3]);
  });
});

describe.each(['M1', 'Mfolio'])('%s', (rule) => {
  it('counts what mremap() has moved at its new place alone', () => {
    const m = inParts(rule, 1, 3);
    const before = counts(m);
    expect(m.play('hugetlb_mremap', { move: { from: 0, to: 4, pages: 4 } })).toBe('ok');
    expect(counts(m)).toEqual(before);
    expect(m.play('hugetlb_munmap', range(4, 8))).toBe('ok');
    expect(counts(m)).toEqual([0, 1]);
  });
});
