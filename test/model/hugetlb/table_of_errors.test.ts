/**
 * Every error that an operation of HugeTLB high-granularity mapping ends with: 13 operations, each with each of its errors, played
 * on a version that has it. What the model does not have is listed, with the reason.
 */
import { describe, expect, it } from '@effect/vitest';
import { kvm_page_fault } from '../../../model/hugetlb/guest.ts';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { Folio, Result, Uffd } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { machineOf, setFolio } from './machine_of.ts';
import { hugetlbMachine } from './play.ts';
import { broken, continued, machine, type Row, WALKS, without_hgm } from './table_of_errors.ts';
import { begun, continuing, PRIVATE, range, reading, SHARED, versionOf, writing } from './versions.ts';

const ALL = { ...range(0, 8), modes: ['minor'] };
const HGM = { features: ['MINOR_HUGETLBFS_HGM', 'EXACT_ADDRESS'] };

const enable = (mapping: typeof SHARED, lock: readonly number[], data: readonly number[]): string => {
  const m = hugetlbMachine({ kernel: versionOf('rfc2'), mappings: [mapping] });
  m.play('userfaultfd_api', HGM);
  m.play('hugetlbfs_file_mmap', { mapping: mapping.name }, lock);
  return m.play('userfaultfd_register', ALL, data);
};
const asks = (settings: Readonly<Record<string, string>>): string =>
  hugetlbMachine({ kernel: versionOf('rfc2', settings), mappings: [SHARED] }).play('userfaultfd_api', {
    features: ['MINOR_HUGETLBFS_HGM'],
  });

const ENABLES: readonly Row[] = [
  {
    operation: 'enable_hugetlb_hgm()',
    codes: ['EINVAL', 'ENOMEM'],
    cases: [
      ['EINVAL', 'of a mapping that cannot be shared', () => enable(PRIVATE, [], [])],
      ['ENOMEM', 'without memory for the data of the VMA', () => enable(SHARED, [1], [1])],
      ['ok', 'with memory for it then', () => enable(SHARED, [1], [0])],
      [
        'EINVAL',
        'MADV_SPLIT of one',
        () => machineOf('v1', { maps: ['private'] }).play('hugetlb_madv_split', range(0, 8)),
      ],
    ],
    leftOut: [],
  },
  {
    operation: 'UFFDIO_API with UFFD_FEATURE_MINOR_HUGETLBFS_HGM',
    codes: ['EINVAL'],
    cases: [
      ['EINVAL', 'without UFFD_FEATURE_EXACT_ADDRESS, if that were asked for', () => asks({ 'hgm-api': 'refused' })],
      ['ok', 'without it, as it is compiled', () => asks({})],
    ],
    leftOut: [],
  },
];

const fill = (m: ReturnType<typeof machine>, from: number, to: number, answers: readonly number[] = []): string =>
  m.play('userfaultfd_continue', continuing(from, to), answers);
/** With how much it has done before. */
const counted = (m: ReturnType<typeof machine>, operation: typeof fill, from: number, to: number): string =>
  `${operation(m, from, to)}, ${m.s.done.at(0)} done`;
const unregistered = () => {
  const m = machine('rfc2');
  m.play('userfaultfd_unregister', range(0, 8));
  return m;
};
const holed = () => {
  const m = machine('rfc2');
  m.play('hugetlbfs_punch_hole', { at: { file: 0, from: 0, to: 1 } });
  return m;
};
/** The page cache has as many references as there may be. */
const full = (modes: readonly string[]) => begun('v2', {}, { countMax: 1 }, modes);

const FILL: Row = {
  operation: 'UFFDIO_CONTINUE',
  codes: ['EINVAL', 'ENOENT', 'EAGAIN', 'ENOMEM', 'EFAULT', 'EIO', 'EEXIST', 'EINTR', 'EEXIST, 4 done'],
  cases: [
    ['EINVAL', 'of no hugepage, without high granularity', () => fill(begun('v1', { 'hgm-enabled-by': 'no' }), 0, 1)],
    ['EINVAL', 'where its VMA could not get it', () => fill(without_hgm(), 0, 1)],
    ['ENOENT', 'beyond the VMA', () => fill(machine('rfc2'), 4, 9)],
    ['ENOENT', 'of what is not registered', () => fill(unregistered(), 0, 1)],
    ['ENOMEM', 'without memory for a table', () => fill(machine('rfc2'), 0, 1, [1])],
    ['EFAULT', 'where the page cache has nothing', () => fill(holed(), 0, 1)],
    ['EFAULT', 'where no reference can be had, in v2', () => fill(full(['minor']), 0, 1)],
    ['EIO', 'of broken memory', () => fill(broken('rfc2', 0, 1), 1, 2)],
    ['EEXIST', 'over a leaf', () => fill(continued('rfc2', 1, 2), 1, 2)],
    ['EEXIST', 'over a table', () => fill(continued('rfc2', 1, 2), 0, 4)],
    ['EEXIST, 4 done', 'behind what could be mapped', () => counted(continued('rfc2', 5, 6), fill, 0, 8)],
  ],
  leftOut: [
    [
      'EINVAL',
      'high granularity lost meanwhile: asked again once mmap_lock was dropped, and UFFDIO_CONTINUE drops it never',
    ],
    ['EAGAIN', 'a layout that changes: an event that another thread waits for user space to read'],
    ['EINTR', 'a fatal signal between two entries'],
  ],
};

const faultsWith = (modes: readonly string[], write: boolean): string => {
  const m = begun('rfc2', {}, {}, modes);
  if (modes.includes('missing')) m.play('hugetlbfs_punch_hole', { at: { file: 0, from: 0, to: 1 } });
  if (modes.includes('wp')) {
    m.play('hugetlb_fault', reading(0));
    m.play('userfaultfd_writeprotect', { ...range(0, 4), wp: 'on' });
  }
  return m.play('hugetlb_fault', (write ? writing : reading)(0));
};
const of2M = { ...SMALL_HUGETLB, hugepage: 2, smaller: [], fileHugepages: 4, folios: 4 };
const without_tables = () => {
  const m = hugetlbMachine({ geometry: of2M, mappings: [SHARED] });
  m.play('hugetlbfs_file_mmap', { mapping: 'shared' });
  return m;
};
const short_file = () => {
  const m = hugetlbMachine({ mappings: [SHARED] });
  m.play('hugetlbfs_file_mmap', { mapping: 'shared' });
  m.play('hugetlb_truncate', { at: { file: 0, to: 1 } });
  return m;
};

const FAULT: Row = {
  operation: 'hugetlb_fault()',
  codes: ['OOM', 'SIGBUS', 'MCE', 'ok', 'USERFAULT'],
  cases: [
    ['OOM', 'without memory for a table', () => without_tables().play('hugetlb_fault', reading(0), [1])],
    ['SIGBUS', 'beyond the end of the file', () => short_file().play('hugetlb_fault', reading(5))],
    ['SIGBUS', 'where no reference can be had, in v2', () => full(['wp']).play('hugetlb_fault', reading(0))],
    ['MCE', 'at a hwpoison entry', () => broken('rfc2').play('hugetlb_fault', reading(1))],
    ['MCE', 'at that of a page', () => broken('rfc2', 0, 1).play('hugetlb_fault', reading(0))],
    ['MCE', 'beside it', () => broken('rfc2', 0, 1).play('hugetlb_fault', reading(1))],
    ['USERFAULT', 'of what is missing', () => faultsWith(['missing'], false)],
    ['USERFAULT', 'of what is not mapped', () => faultsWith(['minor'], false)],
    ['USERFAULT', 'of what is protected', () => faultsWith(['wp'], true)],
    ['ok', 'of what is mapped', () => continued('rfc2', 0, 1).play('hugetlb_fault', writing(0))],
  ],
  leftOut: [['ok', 'the entry has changed while it was looked at: the access is made again']],
};

const collapse = (m: ReturnType<typeof machine>, from = 0, to = 4, answers: readonly number[] = []): string =>
  m.play('hugetlb_collapse', range(from, to), answers);
const with_folio = (version: string, change: (e: Folio) => Folio) => {
  const m = continued(version, 0, 1);
  setFolio(m, 0, change);
  return m;
};
const unlocked = () => {
  const m = machineOf('v1', { noLock: true });
  m.play('hugetlb_madv_split', range(0, 8), [1]);
  return m;
};
const poisoned = (e: Folio): Folio => Folio.mkHwpoison(e, 1);

const COLLAPSE: Row = {
  operation: 'MADV_COLLAPSE',
  codes: ['EINVAL', 'ok', 'ENOMEM', 'EEXIST', 'EBUSY', 'EHWPOISON'],
  cases: [
    ['EINVAL', 'of a private mapping', () => collapse(machineOf('rfc2', { maps: ['private'] }))],
    [
      'EINVAL',
      'of a file that is open for reading, in v1',
      () => collapse(machineOf('v1', { maps: ['read-only file'] })),
    ],
    ['ok', 'without high granularity', () => collapse(machineOf('rfc2'))],
    ['ENOMEM', 'without memory for a table', () => collapse(machine('rfc2'), 0, 1, [1])],
    ['ENOMEM', 'of what is not mapped', () => collapse(machineOf('v2', { maps: ['high'] }))],
    ['ENOMEM', 'without a VMA lock, in v1', () => collapse(unlocked())],
    ['EEXIST', 'inside a larger leaf', () => collapse(continued('v1', 0, 4), 0, 2)],
    ['EINVAL', 'for that, in v2, where no VMA comes behind', () => collapse(continued('v2', 0, 4), 0, 2)],
    ['EBUSY', 'of what is isolated', () => collapse(with_folio('v1', (e) => Folio.mkMigratable(e, 0)))],
    ['EHWPOISON', 'of broken memory, in RFC v2', () => collapse(with_folio('rfc2', poisoned))],
    ['ok', 'of broken memory, in v2', () => collapse(with_folio('v2', poisoned))],
  ],
  leftOut: [['EINVAL', 'of a VMA of anything but hugetlb, in v2: there is none']],
};

const forks = (
  version: string,
  settings: Readonly<Record<string, string>> = {},
  answers: readonly number[] = [],
): string => {
  const m = begun(version, settings, { pteTables: 4, pmdTables: 4 }, ['minor', 'wp']);
  // A child that is registered gets what is mapped.
  m.s.uffd.put(0, Uffd.mkEventFork(m.s.uffd.at(0), 1));
  fill(m, 1, 2);
  return m.play('hugetlb_fork', {}, answers);
};

const FORK: Row = {
  operation: 'copy_hugetlb_page_range()',
  codes: ['ENOMEM', 'EEXIST', 'EINVAL', 'EFAULT'],
  cases: [
    ['ENOMEM', "without memory for the child's data, in RFC v2", () => forks('rfc2', {}, [1, 1])],
    ['ENOMEM', "without memory for the child's tables", () => forks('v1', {}, [0, 1])],
    ['EINVAL', 'of a child without high granularity', () => forks('rfc2', { 'hgm-fork-child': 'as-copied' })],
    ['EFAULT', 'where it has got a reference, in v2', () => forks('v2', { 'hgm-fork-unlock': 'unlocked' })],
    ['bug lock-held-at-return', 'for that, with both locks held', () => forks('v2')],
  ],
  leftOut: [
    ['EEXIST', 'of a larger entry of the child: it has none before, and gets them by the same steps as the parent'],
    ['EINVAL', 'of a pinned private page: a private mapping has no high granularity'],
  ],
};

const moves = (version: string, answers: readonly number[]): string => {
  const m = begun(version, {}, { puds: 4, vmas: 3 });
  fill(m, 1, 2);
  const said = m.play('hugetlb_mremap', { move: { from: 0, to: 8, pages: 8 } }, answers);
  return said === 'ok' ? said : `${said}, ${m.s.done.at(0)} done`;
};

const MOVE: Row = {
  operation: 'move_hugetlb_page_tables(): how far it has come, of which mremap() makes ENOMEM',
  codes: ['ENOMEM, 1 done'],
  cases: [
    ['ENOMEM, 1 done', 'without memory for a table', () => moves('v1', [0, 1])],
    ['ENOMEM, 1 done', 'to a VMA without high granularity, in RFC v2', () => moves('rfc2', [])],
    ['ok', 'with all of it', () => moves('v1', [])],
  ],
  leftOut: [],
};

const gup = (m: ReturnType<typeof machine>, from: number, to: number, answers: readonly number[] = []): string =>
  m.play('hugetlb_gup', range(from, to), answers);
const inaccessible = () => {
  const m = machineOf('v1');
  m.play('hugetlb_mprotect', { ...range(0, 8), prot: 'NONE' });
  return m;
};
const of_guest = (m: ReturnType<typeof machine>): string => Result.names[kvm_page_fault(m.s, 0, false)]!;

const GUP: Row = {
  operation: 'follow_hugetlb_page()',
  codes: ['EFAULT', 'ENOMEM', 'EHWPOISON', 'USERFAULT, 2 done'],
  cases: [
    ['EFAULT', 'of what may not be read', () => gup(inaccessible(), 0, 4)],
    ['EFAULT', 'where the fault is SIGBUS', () => gup(short_file(), 5, 6)],
    ['EFAULT', 'at a hwpoison entry', () => gup(broken('rfc2'), 0, 1)],
    ['EFAULT', 'at that of a page', () => gup(broken('v1', 0, 1), 0, 1)],
    ['EHWPOISON', 'there, with FOLL_HWPOISON, as KVM asks', () => of_guest(broken('rfc2', 0, 1))],
    ['EFAULT', 'elsewhere, with FOLL_HWPOISON', () => of_guest(inaccessible())],
    ['ENOMEM', 'where the fault is OOM', () => gup(without_tables(), 0, 2, [1])],
    ['USERFAULT, 2 done', 'behind what it has got', () => counted(continued('v2', 0, 2), gup, 0, 4)],
  ],
  leftOut: [['ok', 'less, after a fatal signal; an entry that has become a table meanwhile: it is looked for again']],
};

const bind = (m: ReturnType<typeof machine>, from: number, strict: boolean): string =>
  m.play('hugetlb_mbind', { ...range(from, from + 4), strict });
/** The table of what UFFDIO_UNREGISTER leaves below its range: the VMA that is new there knows nothing of it. */
const split_off = () => {
  const m = begun('rfc2', {}, { vmas: 3 });
  fill(m, 0, 1);
  m.play('userfaultfd_unregister', range(4, 8));
  return m;
};

const BIND: Row = {
  operation: 'queue_pages_hugetlb()',
  codes: ['EINVAL', 'EAGAIN', 'EIO'],
  cases: [
    ['EINVAL', 'of a small leaf, in RFC v1', () => bind(continued('rfc1', 0, 1), 0, false)],
    ['EAGAIN', 'where there is a table', () => bind(split_off(), 0, false)],
    [
      'EIO',
      'of what is isolated, with MPOL_MF_STRICT',
      () =>
        bind(
          with_folio('v1', (e) => Folio.mkMigratable(e, 0)),
          0,
          true,
        ),
    ],
    [
      'ok',
      'of that, without',
      () =>
        bind(
          with_folio('v1', (e) => Folio.mkMigratable(e, 0)),
          0,
          false,
        ),
    ],
  ],
  leftOut: [['EIO', 'MPOL_MF_STRICT alone: the first page that is mapped ends it, whatever maps it']],
};

const pinned = (): string => {
  const m = hugetlbMachine({
    geometry: { ...SMALL_HUGETLB, smaller: [], pins: 1, migrations: 1, folios: 3 },
    mappings: [{ ...PRIVATE, pages: 4 }],
  });
  m.play('hugetlbfs_file_mmap', { mapping: 'private' });
  m.play('hugetlb_fault', writing(0));
  m.play('hugetlb_pin', { page: 0, access: 'write' });
  return m.play('hugetlb_migrate', { page: 0 });
};

const UNMAP: Row = {
  operation: 'try_to_unmap_one(), try_to_migrate_one(): false, of which migration makes EAGAIN',
  codes: ['EAGAIN'],
  cases: [['EAGAIN', 'of a private page that is pinned', pinned]],
  leftOut: [['EAGAIN', 'hugetlb_vma_trylock_write() fails: another thread has the lock of a shared VMA, in a fault']],
};

const TABLE: readonly Row[] = [...ENABLES, ...WALKS, FILL, FAULT, COLLAPSE, FORK, MOVE, GUP, BIND, UNMAP];

it('has all operations', () => {
  expect(TABLE).toHaveLength(13);
});

describe.each(TABLE)('$operation', ({ codes, cases, leftOut }) => {
  it.each(cases)('ends with %s %s', (ends, _where, play) => {
    expect(play()).toBe(ends);
  });
  it('has each of its errors here, or a reason', () => {
    const known = new Set([...cases, ...leftOut].map(([ends]) => ends));
    expect(codes.filter((code) => !known.has(code))).toEqual([]);
  });
});
