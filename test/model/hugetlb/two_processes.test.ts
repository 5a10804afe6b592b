/** A hugepage that two processes map by leaves of several sizes is migrated, and breaks, in both. */
import { expect, it } from '@effect/vitest';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { Count, Usage } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { entriesOf, type HugetlbMachine, hugetlbMachine } from './play.ts';
import { continuing, versionOf } from './versions.ts';

const SHARED = { name: 'shared', file: 0, at: 0, pages: 4, pgoff: 0, shared: true };
const geometry = { ...SMALL_HUGETLB, migrations: 1, fileHugepages: 1 } as const;
const VERSIONS = ['rfc2', 'v1', 'followup'];

/** The first process maps page 1, the second pages 0 and 2..3. */
const bothMap = (version: string): HugetlbMachine => {
  const m = hugetlbMachine({ kernel: versionOf(version), geometry, mappings: [SHARED] });
  // Nobody has forked it: it opens the file by itself.
  m.s.mm.put(1, 1);
  for (const mm of [0, 1]) {
    m.play('userfaultfd_api', { mm, features: version === 'rfc2' ? ['MINOR_HUGETLBFS_HGM'] : [] });
    m.play('hugetlbfs_file_mmap', { mm, mapping: 'shared' });
    if (version !== 'rfc2') m.play('hugetlb_madv_split', { mm, range: { from: 0, to: 4 } });
    m.play('userfaultfd_register', { mm, range: { from: 0, to: 4 }, modes: ['minor'] });
  }
  m.play('hugetlbfs_fallocate', { at: { file: 0, index: 0 } });
  expect(m.play('userfaultfd_continue', { mm: 0, ...continuing(1, 2) })).toBe('ok');
  expect(m.play('userfaultfd_continue', { mm: 1, ...continuing(0, 1) })).toBe('ok');
  expect(m.play('userfaultfd_continue', { mm: 1, ...continuing(2, 4) })).toBe('ok');
  return m;
};

it.each(VERSIONS)('%s migrates it', (version) => {
  const m = bothMap(version);
  expect(m.play('hugetlb_migrate', { mm: 1, page: 0 })).toBe('ok');
  expect(entriesOf(m.s, 0)).toEqual(['page 1: writable migration entry pfn 1']);
  expect(entriesOf(m.s, 1)).toEqual([
    'page 0: writable migration entry pfn 0',
    'pages 2..3: writable migration entry pfn 2',
  ]);
  expect(m.play('hugetlb_remove_migration', { row: 0 })).toBe('ok');
  expect(entriesOf(m.s, 0)).toEqual(['page 1: leaf pfn 5 RW young dirty']);
  expect(entriesOf(m.s, 1)).toEqual(['page 0: leaf pfn 4 RW young dirty', 'pages 2..3: leaf pfn 6 RW young dirty']);
  expect([0, 1].map((folio) => Count.valueOf(m.s.refcount.at(folio)))).toEqual([0, 4]);
});

it.each(VERSIONS)('%s takes it from both when it breaks', (version) => {
  const m = bothMap(version);
  expect(m.play('hugetlb_memory_failure', { mm: 1, page: 3 })).toBe('ok');
  expect(entriesOf(m.s, 0)).toEqual(['page 1: hwpoison entry pfn 1']);
  expect(entriesOf(m.s, 1)).toEqual(['page 0: hwpoison entry pfn 0', 'pages 2..3: hwpoison entry pfn 2']);
  expect([0, 1].map((mm) => Usage.valueOf(m.s.usage.at(mm)))).toEqual([0, 0]);
  expect(m.s.kernel.folio_mapped(m.s, 0)).toBe(false);
});

it('a process that unmaps a page under migration keeps it in its usage', () => {
  const m = bothMap('v1');
  m.play('hugetlb_migrate', { mm: 1, page: 0 });
  expect(m.play('hugetlb_munmap', { mm: 1, range: { from: 0, to: 4 } })).toBe('ok');
  expect(m.play('hugetlb_remove_migration', { row: 0 })).toBe('ok');
  expect(entriesOf(m.s, 1)).toEqual([]);
  expect(Usage.valueOf(m.s.usage.at(1))).toBe(3);
  expect(Count.valueOf(m.s.refcount.at(1))).toBe(2);
});
