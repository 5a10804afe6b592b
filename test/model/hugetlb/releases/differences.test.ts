/** What releases differ in, played on v7.1 with the one value and with the other. */
import { describe, expect, it } from '@effect/vitest';
import { SMALL_HUGETLB } from '../../../../model/state/hugetlb/geometry.ts';
import { entriesOf, type HugetlbMachine, hugetlbMachine, kernelWith } from '../play.ts';
import { range, reading, writing } from '../versions.ts';

const FIRST = { name: 'first', file: 0, at: 0, pages: 4, pgoff: 0, shared: true } as const;
const PRIVATE = { ...FIRST, name: 'private', shared: false, noreserve: true } as const;
const UNPROMISED = { ...PRIVATE, name: 'unpromised', pages: 8 } as const;
const HUGEPAGE = range(0, 4);
const WP = ['WP_HUGETLBFS_SHMEM'] as const;

/** A machine that has mapped this, on which a hugepage can move. */
const machine = (settings: Readonly<Record<string, string>>, mapping: string, folios = 3): HugetlbMachine => {
  const m = hugetlbMachine({
    kernel: kernelWith(settings),
    geometry: { ...SMALL_HUGETLB, smaller: [], folios, migrations: 1, pins: 1 },
    mappings: [FIRST, PRIVATE, UNPROMISED],
  });
  expect(m.play('hugetlbfs_file_mmap', { mapping })).toBe('ok');
  return m;
};
const registering = (m: HugetlbMachine, modes: readonly string[], features: readonly string[] = WP): void => {
  m.play('userfaultfd_api', { features });
  expect(m.play('userfaultfd_register', { ...HUGEPAGE, modes })).toBe('ok');
};
const protecting = (m: HugetlbMachine): void =>
  expect(m.play('userfaultfd_writeprotect', { ...HUGEPAGE, wp: 'on' })).toBe('ok');

/** It has been registered for uffd-wp, and protected, and is registered for minor faults now. */
const registeredAgain = (settings: Readonly<Record<string, string>>, isMapped: boolean): HugetlbMachine => {
  const m = machine(settings, 'first');
  if (isMapped) expect(m.play('hugetlb_fault', writing(0))).toBe('ok');
  registering(m, ['wp']);
  protecting(m);
  expect(m.play('userfaultfd_register', { ...HUGEPAGE, modes: ['minor'] })).toBe('ok');
  return m;
};

it.each([
  ['ENOMEM', 'ENOMEM'],
  ['EEXIST', 'EEXIST'],
])('hugetlb-copy-pool=%s: UFFDIO_COPY and an empty pool', (value, result) => {
  const m = machine({ 'hugetlb-copy-pool': value }, 'unpromised', 1);
  m.play('userfaultfd_api', { features: [] });
  expect(m.play('userfaultfd_register', { ...range(0, 8), modes: ['missing'] })).toBe('ok');
  expect(m.play('userfaultfd_copy', { ...HUGEPAGE, fill: 'copy' })).toBe('ok');
  expect(m.play('userfaultfd_copy', { ...range(4, 8), fill: 'copy' })).toBe(result);
});

describe('hugetlb-register-wp', () => {
  it('forgets: it leaves protected what is, and a write faults again and again', () => {
    const m = registeredAgain({}, true);
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RO young dirty uffd-wp']);
    expect(m.play('hugetlb_fault', writing(0))).toBe('bug fault-loop');
  });
  it('EBUSY: it ends so, but for more than there was', () => {
    const m = machine({ 'hugetlb-register-wp': 'EBUSY' }, 'first');
    registering(m, ['wp']);
    expect(m.play('userfaultfd_register', { ...HUGEPAGE, modes: ['minor'] })).toBe('EBUSY');
    expect(m.play('userfaultfd_register', { ...HUGEPAGE, modes: ['minor', 'wp'] })).toBe('ok');
    protecting(m);
    expect(m.play('userfaultfd_register', { ...HUGEPAGE, modes: ['wp'] })).toBe('ok');
    expect(m.play('hugetlb_fault', reading(0))).toBe('ok');
    expect(m.play('hugetlb_fault', writing(0))).toBe('USERFAULT');
  });
});

it('what has all that it is registered for is passed over, and keeps the rest', () => {
  const m = machine({}, 'first');
  registering(m, ['minor', 'wp']);
  expect(m.play('userfaultfd_register', { ...HUGEPAGE, modes: ['minor'] })).toBe('ok');
  protecting(m);
});

it.each([
  ['always', 'leaf pfn 0 RO young dirty uffd-wp'],
  ['registered', 'leaf pfn 0 RW young dirty'],
])('hugetlb-marker-fault=%s: a fault at a marker that nobody is registered for', (value, leaf) => {
  const m = registeredAgain({ 'hugetlb-marker-fault': value }, false);
  expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: uffd-wp marker']);
  expect(m.play('hugetlb_fault', reading(0))).toBe('ok');
  expect(entriesOf(m.s, 0)).toEqual([`pages 0..3: ${leaf}`]);
});

it.each([
  ['nothing', 'bug fault-loop', 'leaf pfn 0 RO young dirty uffd-wp'],
  ['cleared', 'ok', 'leaf pfn 0 RW young dirty'],
])('hugetlb-leftover-wp=%s: a write to what nobody is registered for', (value, result, leaf) => {
  const m = registeredAgain({ 'hugetlb-leftover-wp': value }, true);
  expect(m.play('hugetlb_fault', writing(0))).toBe(result);
  expect(entriesOf(m.s, 0)).toEqual([`pages 0..3: ${leaf}`]);
});

it.each([
  ['protected', ['pages 0..3: uffd-wp marker']],
  ['registered', []],
])('hugetlb-zap-marker=%s: MADV_DONTNEED of what nobody is registered for', (value, left) => {
  const m = registeredAgain({ 'hugetlb-zap-marker': value }, true);
  expect(m.play('hugetlb_dontneed', HUGEPAGE)).toBe('ok');
  expect(entriesOf(m.s, 0)).toEqual(left);
});

it.each([
  ['failed', 'EIO'],
  ['ignored', 'ok'],
])('hugetlb-mbind-migration=%s: mbind() with MPOL_MF_STRICT of what is being migrated', (value, result) => {
  const m = machine({ 'hugetlb-mbind-migration': value }, 'first');
  expect(m.play('hugetlb_fault', reading(0))).toBe('ok');
  expect(m.play('hugetlb_migrate', { page: 0 })).toBe('ok');
  expect(m.play('hugetlb_mbind', { ...HUGEPAGE, strict: true })).toBe(result);
  expect(m.play('hugetlb_mbind', { ...HUGEPAGE, strict: false })).toBe('ok');
});

it.each([
  ['kept', 'leaf pfn 4 RO young dirty uffd-wp'],
  ['lost', 'leaf pfn 4 RW young dirty'],
])('hugetlb-fork-pinned=%s: a child gets a copy of what is pinned and protected', (value, leaf) => {
  const m = machine({ 'hugetlb-fork-pinned': value }, 'private');
  registering(m, ['wp'], [...WP, 'EVENT_FORK']);
  expect(m.play('hugetlb_pin', writing(0))).toBe('ok');
  protecting(m);
  expect(m.play('hugetlb_fork')).toBe('ok');
  expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RO young dirty uffd-wp']);
  expect(entriesOf(m.s, 1)).toEqual([`pages 0..3: ${leaf}`]);
});
