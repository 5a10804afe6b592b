/** Migration of hugepages that are mapped by leaves of several sizes, played step by step. */
import { describe, expect, it } from '@effect/vitest';
import { Count, Folio } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { entriesOf, type HugetlbMachine, hugetlbMachine, kernelWith, RFC2 } from './play.ts';

const TWICE = [
  { name: 'first', file: 0, at: 0, pages: 4, pgoff: 0, shared: true },
  { name: 'second', file: 0, at: 4, pages: 4, pgoff: 0, shared: true },
] as const;
const WITH_MIGRATION = { ...SMALL_HUGETLB, pins: 1, migrations: 1, fileHugepages: 1, vmas: 2 } as const;

/** One hugepage mapped by a base page and a leaf of two, and again as a whole. */
const mixed = (settings: Readonly<Record<string, string>>): HugetlbMachine => {
  const m = hugetlbMachine({ kernel: kernelWith(settings), geometry: WITH_MIGRATION, mappings: TWICE });
  m.play('userfaultfd_api', { features: ['MINOR_HUGETLBFS_HGM', 'EXACT_ADDRESS'] });
  for (const { name } of TWICE) m.play('hugetlbfs_file_mmap', { mapping: name });
  m.play('hugetlbfs_fallocate', { at: { file: 0, index: 0 } });
  m.play('userfaultfd_register', { range: { from: 0, to: 8 }, modes: ['minor'] });
  for (const [from, to] of [
    [0, 1],
    [2, 4],
    [4, 8],
  ])
    expect(m.play('userfaultfd_continue', { range: { from, to }, fill: 'continue' })).toBe('ok');
  return m;
};
const refs = ({ s }: HugetlbMachine): readonly number[] =>
  Array.from({ length: s.refcount.rows }, (_, folio) => Count.valueOf(s.refcount.at(folio)));

describe.each(['M2', 'M3-repaired'])('a hugepage mapped by leaves of three sizes, counted by %s', (rule) => {
  const settings = { ...RFC2, 'hgm-mapcount': rule };
  it('moves as a whole, and keeps the sizes', () => {
    const m = mixed(settings);
    expect(refs(m)).toEqual([4, 0]);
    expect(m.play('hugetlb_migrate', { page: 0 })).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([
      'page 0: writable migration entry pfn 0',
      'pages 2..3: writable migration entry pfn 2',
      'pages 4..7: writable migration entry pfn 0',
    ]);
    expect(refs(m)).toEqual([2, 1]);
    expect(m.s.kernel.folio_mapped(m.s, 0)).toBe(false);
    expect(m.play('hugetlb_fault', { page: 2, access: 'read' })).toBe('not possible');
    expect(m.play('hugetlb_remove_migration', { row: 0 })).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([
      'page 0: leaf pfn 4 RW young dirty',
      'pages 2..3: leaf pfn 6 RW young dirty',
      'pages 4..7: leaf pfn 4 RW young dirty',
    ]);
    expect(refs(m)).toEqual([0, 4]);
    expect(m.s.folio.at(0)).toBe(0);
    expect(Folio.migratable(m.s.folio.at(1))).toBe(1);
  });
  it('comes back where a page of it is pinned', () => {
    const m = mixed(settings);
    const before = entriesOf(m.s, 0);
    expect(m.play('hugetlb_pin', { page: 2, access: 'write' })).toBe('ok');
    expect(m.play('hugetlb_migrate', { page: 0 })).toBe('ok');
    expect(m.play('hugetlb_remove_migration', { row: 0 })).toBe('EAGAIN');
    expect(entriesOf(m.s, 0)).toEqual(before);
    expect(refs(m)).toEqual([5, 0]);
    m.play('hugetlb_unpin', { row: 0 });
    expect(refs(m)).toEqual([4, 0]);
  });
});

it('M3 does not know that small leaves map the folio, and cannot migrate it', () => {
  const m = mixed({ ...RFC2, 'hgm-mapcount': 'M3' });
  m.play('hugetlb_munmap', { range: { from: 4, to: 8 } });
  const before = entriesOf(m.s, 0);
  expect(m.play('hugetlb_migrate', { page: 0 })).toBe('ok');
  expect(entriesOf(m.s, 0)).toEqual(before);
  expect(m.play('hugetlb_remove_migration', { row: 0 })).toBe('EAGAIN');
});

it('a VMA that has lost high granularity in a split keeps who looks for its entries busy for ever', () => {
  const whole = { name: 'whole', file: 0, at: 0, pages: 8, pgoff: 0, shared: true };
  const geometry = { ...SMALL_HUGETLB, migrations: 1, folios: 3 } as const;
  const m = hugetlbMachine({ kernel: kernelWith(RFC2), geometry, mappings: [whole] });
  m.play('userfaultfd_api', { features: ['MINOR_HUGETLBFS_HGM', 'EXACT_ADDRESS'] });
  m.play('hugetlbfs_file_mmap', { mapping: 'whole' });
  m.play('hugetlbfs_fallocate', { at: { file: 0, index: 1 } });
  m.play('userfaultfd_register', { range: { from: 0, to: 8 }, modes: ['minor'] });
  m.play('userfaultfd_continue', { range: { from: 4, to: 5 }, fill: 'continue' });
  m.play('hugetlb_munmap', { range: { from: 0, to: 4 } });
  expect(m.play('hugetlb_migrate', { page: 4 })).toBe('bug endless-loop');
});

describe('v7.1', () => {
  it('a private page that is pinned stays, and is exclusive again when it has moved', () => {
    const mappings = [{ name: 'private', file: 0, at: 0, pages: 4, pgoff: 0, shared: false }];
    const m = hugetlbMachine({ geometry: WITH_MIGRATION, mappings });
    m.play('hugetlbfs_file_mmap', { mapping: 'private' });
    m.play('hugetlb_fault', { page: 1, access: 'write' });
    m.play('hugetlb_pin', { page: 1, access: 'write' });
    expect(m.play('hugetlb_migrate', { page: 0 })).toBe('EAGAIN');
    m.play('hugetlb_unpin', { row: 0 });
    expect(m.play('hugetlb_migrate', { page: 0 })).toBe('ok');
    expect(m.play('hugetlb_remove_migration', { row: 0 })).toBe('ok');
    expect(Folio.exclusive(m.s.folio.at(1))).toBe(1);
    expect(Folio.anon(m.s.folio.at(1))).toBe(1);
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 4 RW young dirty']);
    expect(refs(m)).toEqual([0, 1]);
  });
  it('who shares a PMD table loses it, and the last one gets the migration entry', () => {
    const geometry = { ...WITH_MIGRATION, hugepage: 2, smaller: [], folios: 3, fileHugepages: 2 };
    const m = hugetlbMachine({ geometry, mappings: TWICE });
    for (const { name } of TWICE) m.play('hugetlbfs_file_mmap', { mapping: name });
    m.play('hugetlb_fault', { page: 0, access: 'write' });
    m.play('hugetlb_fault', { page: 4, access: 'write' });
    expect(refs(m)).toEqual([2, 0, 0]);
    expect(m.play('hugetlb_migrate', { page: 0 })).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['pages 4..5: writable migration entry pfn 0']);
    expect(m.play('hugetlb_munmap', { range: { from: 4, to: 8 } })).toBe('not possible');
    expect(m.play('hugetlb_remove_migration', { row: 0 })).toBe('ok');
    expect(refs(m)).toEqual([0, 2, 0]);
  });
  it('uffd-wp stays with the entry', () => {
    const m = hugetlbMachine({ geometry: WITH_MIGRATION, mappings: TWICE });
    m.play('userfaultfd_api', { features: [] });
    m.play('hugetlbfs_file_mmap', { mapping: 'first' });
    m.play('userfaultfd_register', { range: { from: 0, to: 4 }, modes: ['missing', 'wp'] });
    m.play('userfaultfd_copy', { range: { from: 0, to: 4 }, fill: 'copy wp' });
    m.play('hugetlb_migrate', { page: 0 });
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: readable migration entry pfn 0 uffd-wp']);
    m.play('hugetlb_remove_migration', { row: 0 });
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 4 RO young dirty uffd-wp']);
  });
});
