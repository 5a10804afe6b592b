/** UFFDIO_CONTINUE of a page where something stands already: a uffd-wp marker, a migration entry, broken memory. */
import { describe, expect, it } from '@effect/vitest';
import { Count } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { entriesOf, type HugetlbMachine } from './play.ts';
import { begun, continuing, range, writing } from './versions.ts';

const ROOM = { folios: 3, migrations: 1 } as const;
const machine = (version: string): HugetlbMachine => begun(version, {}, ROOM, ['minor', 'wp']);
const fill = (m: HugetlbMachine, from: number, to = from + 1): string =>
  m.play('userfaultfd_continue', continuing(from, to));
const filled = (version: string, from: number, to = from + 1): HugetlbMachine => {
  const m = machine(version);
  expect(fill(m, from, to)).toBe('ok');
  return m;
};
const protect = (m: HugetlbMachine): string => m.play('userfaultfd_writeprotect', { ...range(0, 4), wp: 'on' });
const live = (m: HugetlbMachine): number => {
  let tables = 0;
  for (let table = 0; table < m.s.pteTable.rows; table++) tables += m.s.pteTable.at(table);
  return tables;
};

const MARKER = 'pages 0..3: uffd-wp marker';
const SPLIT = ['page 0: leaf pfn 0 RW young dirty', 'page 1: uffd-wp marker', 'pages 2..3: uffd-wp marker'];

describe('a marker of the hugepage', () => {
  const marked = (version: string): HugetlbMachine => {
    const m = machine(version);
    expect(protect(m)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([MARKER]);
    return m;
  };
  it.each([
    ['rfc1', 'bug swap-entry-as-table', [MARKER], 0],
    ['rfc2', 'EEXIST', [MARKER], 0],
    ['v1', 'EEXIST', [MARKER], 0],
    ['v2', 'ok', SPLIT, 1],
    ['followup', 'ok', SPLIT, 1],
    ['hwpoison', 'ok', SPLIT, 1],
  ] as const)('in %s: %s', (version, said, entries, tables) => {
    const m = marked(version);
    expect(fill(m, 0)).toBe(said);
    expect(entriesOf(m.s, 0)).toEqual(entries);
    expect(live(m)).toBe(tables);
  });

  it('fills every table on the way down, so that what is not mapped is protected when it is', () => {
    const m = marked('v2');
    expect(fill(m, 2, 4)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..1: uffd-wp marker', 'pages 2..3: leaf pfn 2 RW young dirty']);
    expect(fill(m, 1)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([
      'page 0: uffd-wp marker',
      'page 1: leaf pfn 1 RW young dirty',
      'pages 2..3: leaf pfn 2 RW young dirty',
    ]);
    expect(m.play('userfaultfd_register', { ...range(0, 8), modes: ['missing', 'wp'] })).toBe('ok');
    expect(m.play('hugetlb_fault', writing(0))).toBe('USERFAULT');
    expect(entriesOf(m.s, 0)[0]).toBe('page 0: leaf pfn 0 RO young dirty uffd-wp');
  });

  it('stays whole where a table for it cannot be had', () => {
    for (const answers of [[1], [0, 1]]) {
      const m = marked('v2');
      expect(m.play('userfaultfd_continue', continuing(0, 1), answers)).toBe('ENOMEM');
      const parts = ['pages 0..1: uffd-wp marker', 'pages 2..3: uffd-wp marker'];
      expect(entriesOf(m.s, 0)).toEqual(answers.length === 1 ? [MARKER] : parts);
    }
  });

  it('gives way to a leaf as large as it is, which can be written', () => {
    for (const version of ['rfc2', 'v1', 'v2', 'followup']) {
      const m = marked(version);
      expect(fill(m, 0, 4)).toBe('ok');
      expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RW young dirty']);
    }
  });
});

/** RFC v2 puts the marker of a part in the place of the table: protect.test.ts. */
describe('a marker of a part', () => {
  const split = ['ok', 'page 2: uffd-wp marker', 'page 3: leaf pfn 3 RW young dirty'];
  it.each([
    ['v1', ['EEXIST', 'pages 2..3: uffd-wp marker']],
    ['v2', split],
    ['followup', split],
  ])('gives way to a leaf that can be written, and the others stay, in %s', (version, below) => {
    const m = filled(version, 0);
    expect(protect(m)).toBe('ok');
    expect(entriesOf(m.s, 0).slice(1)).toEqual(['page 1: uffd-wp marker', 'pages 2..3: uffd-wp marker']);
    expect(fill(m, 1)).toBe('ok');
    expect(entriesOf(m.s, 0).slice(1)).toEqual(['page 1: leaf pfn 1 RW young dirty', 'pages 2..3: uffd-wp marker']);
    // Page 3 is below the marker of two.
    expect([fill(m, 3), ...entriesOf(m.s, 0).slice(2)]).toEqual(below);
  });
});

const VERSIONS = ['rfc2', 'v1', 'v2', 'followup'];

describe('a migration entry', () => {
  it.each(VERSIONS)('of the hugepage has no table put under it, in %s', (version) => {
    const m = filled(version, 0, 4);
    expect(m.play('hugetlb_migrate', { page: 0 })).toBe('ok');
    const entries = ['pages 0..3: writable migration entry pfn 0'];
    expect(entriesOf(m.s, 0)).toEqual(entries);
    expect(fill(m, 1)).toBe('EEXIST');
    expect([entriesOf(m.s, 0), live(m)]).toEqual([entries, 0]);
    // As large as it is: the folio is locked, and there is a leaf when it is not any more.
    expect(fill(m, 0, 4)).toBe('not possible');
    expect(m.play('hugetlb_remove_migration', { row: 0 })).toBe('ok');
    expect(fill(m, 0, 4)).toBe('EEXIST');
    expect(fill(m, 1)).toBe('EEXIST');
    expect(Count.valueOf(m.s.refcount.at(2))).toBe(2);
  });

  // folio_mapped() of v2 does not see small leaves, which stay.
  it.each(['rfc2', 'v1', 'followup'])('of a page waits, and so does the page beside it, in %s', (version) => {
    const m = filled(version, 0);
    expect(m.play('hugetlb_migrate', { page: 0 })).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['page 0: writable migration entry pfn 0']);
    for (const page of [0, 1]) expect(fill(m, page)).toBe('not possible');
    expect(m.play('hugetlb_remove_migration', { row: 0 })).toBe('ok');
    expect([fill(m, 0), fill(m, 1)]).toEqual(['EEXIST', 'ok']);
  });
});

describe('broken memory', () => {
  it.each(VERSIONS)('of the hugepage has no table put under it, and is no leaf again, in %s', (version) => {
    const m = filled(version, 0, 4);
    m.play('hugetlb_memory_failure', { page: 1 });
    const entries = ['pages 0..3: hwpoison entry pfn 0'];
    expect(entriesOf(m.s, 0)).toEqual(entries);
    expect([fill(m, 0), fill(m, 0, 4)]).toEqual(['EEXIST', 'EIO']);
    expect([entriesOf(m.s, 0), live(m)]).toEqual([entries, 0]);
  });

  it.each(['rfc2', 'v1', 'followup'])('of a page is EIO there, and beside it, in %s', (version) => {
    const m = filled(version, 0);
    m.play('hugetlb_memory_failure', { page: 0 });
    expect(entriesOf(m.s, 0)).toEqual(['page 0: hwpoison entry pfn 0']);
    const before = Count.valueOf(m.s.refcount.at(0));
    expect([fill(m, 0), fill(m, 1)]).toEqual(['EIO', 'EIO']);
    expect(entriesOf(m.s, 0)).toEqual(['page 0: hwpoison entry pfn 0']);
    expect(Count.valueOf(m.s.refcount.at(0))).toBe(before);
  });
});
