/** Hugepages that break while leaves of several sizes map them, played step by step. */
import { expect, it } from '@effect/vitest';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { Count, Folio, Usage } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { entriesOf, type HugetlbMachine, hugetlbMachine, kernelWith, RFC2 } from './play.ts';

const TWICE = [
  { name: 'first', file: 0, at: 0, pages: 4, pgoff: 0, shared: true },
  { name: 'second', file: 0, at: 4, pages: 4, pgoff: 0, shared: true },
] as const;
const geometry = { ...SMALL_HUGETLB, pins: 1, migrations: 1, fileHugepages: 1 } as const;

const mixed = (settings: Readonly<Record<string, string>>): HugetlbMachine => {
  const m = hugetlbMachine({ kernel: kernelWith({ ...RFC2, ...settings }), geometry, mappings: TWICE });
  m.play('userfaultfd_api', { features: ['MINOR_HUGETLBFS_HGM', 'EXACT_ADDRESS'] });
  for (const { name } of TWICE) m.play('hugetlbfs_file_mmap', { mapping: name });
  m.play('hugetlbfs_fallocate', { at: { file: 0, index: 0 } });
  m.play('userfaultfd_register', { range: { from: 0, to: 8 }, modes: ['minor'] });
  m.play('userfaultfd_continue', { range: { from: 1, to: 2 }, fill: 'continue' });
  m.play('userfaultfd_continue', { range: { from: 6, to: 8 }, fill: 'continue' });
  return m;
};

it.each(['M2', 'M3-repaired'])('every leaf of the hugepage becomes a hwpoison entry of its page, by %s', (rule) => {
  const m = mixed({ 'hgm-mapcount': rule });
  expect(Usage.valueOf(m.s.usage.at(0))).toBe(3);
  expect(m.play('hugetlb_memory_failure', { page: 0 })).toBe('ok');
  expect(entriesOf(m.s, 0)).toEqual(['page 1: hwpoison entry pfn 1', 'pages 6..7: hwpoison entry pfn 2']);
  expect(Usage.valueOf(m.s.usage.at(0))).toBe(0);
  expect(m.s.kernel.folio_mapped(m.s, 0)).toBe(false);
  // The page cache has one, memory_failure() keeps the other.
  expect(Count.valueOf(m.s.refcount.at(0))).toBe(2);
  expect(m.s.cache.at(0)).toBe(1);
  expect(m.play('hugetlb_fault', { page: 1, access: 'read' })).toBe('MCE');
  expect(m.play('hugetlb_fault', { page: 0, access: 'read' })).toBe('MCE');
  expect(m.play('userfaultfd_continue', { range: { from: 0, to: 1 }, fill: 'continue' })).toBe('EIO');
  expect(m.play('hugetlb_memory_failure', { page: 0 })).toBe('EHWPOISON');
});

it('M3 takes a hugepage that small leaves map for unmapped, and leaves it to them', () => {
  const m = mixed({ 'hgm-mapcount': 'M3' });
  const before = entriesOf(m.s, 0);
  expect(m.play('hugetlb_memory_failure', { page: 0 })).toBe('EBUSY');
  expect(entriesOf(m.s, 0)).toEqual(before);
});

it.each([
  ['ends', 'EBUSY'],
  ['stays', 'ok'],
])('a broken hugepage is isolated for migration, if migratable: it %s', (value, result) => {
  const m = mixed({ 'hugetlb-poison-migratable': value });
  m.play('hugetlb_memory_failure', { page: 0 });
  expect(m.play('hugetlb_migrate', { page: 0 })).toBe(result);
});

it('a broken private page leaves the pool', () => {
  const mappings = [{ name: 'private', file: 0, at: 0, pages: 4, pgoff: 0, shared: false }];
  const m = hugetlbMachine({ geometry, mappings });
  m.play('hugetlbfs_file_mmap', { mapping: 'private' });
  m.play('hugetlb_fault', { page: 0, access: 'write' });
  expect(m.play('hugetlb_memory_failure', { page: 3 })).toBe('ok');
  expect(m.s.folio.at(0)).toBe(Folio.of({ hwpoison: 1 }));
  expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: hwpoison entry pfn 0']);
  expect(m.play('hugetlb_fault', { page: 2, access: 'write' })).toBe('MCE');
});
