/** References of mappings, up to what a refcount holds: v2 35/46 of HugeTLB high-granularity mapping. */
import { describe, expect, it } from '@effect/vitest';
import { Count, Folio } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { continueEach, inFile, machineOf, withPagesToMap } from './machine_of.ts';
import type { HugetlbMachine } from './play.ts';
import { continuing } from './versions.ts';

/** The page cache and two mappings have references: there is room for no more. */
const geometry = { ...SMALL_HUGETLB, countMax: 3 };
const atLimit = (limit: string): HugetlbMachine => {
  const m = machineOf('v2', { geometry, settings: { 'hgm-refcount-limit': limit } });
  withPagesToMap(m, 'v2');
  continueEach(m, 0, 1);
  expect(references(m)).toBe(3);
  return m;
};
const references = (m: HugetlbMachine): number => Count.valueOf(m.s.refcount.at(0));
const continueOne = (m: HugetlbMachine): string => m.play('userfaultfd_continue', continuing(2, 3));
const unregistered = (limit: string): HugetlbMachine => {
  const m = machineOf('v2', { geometry: { ...geometry, countMax: 1 }, settings: { 'hgm-refcount-limit': limit } });
  expect(m.play('hugetlbfs_fallocate', inFile(0))).toBe('ok');
  return m;
};
const read = (m: HugetlbMachine): string => m.play('hugetlb_fault', { page: 0, access: 'read' });

describe('a refcount at its limit', () => {
  it('overflows where nobody asks', () => {
    const m = atLimit('none');
    expect(continueOne(m)).toBe('ok');
    expect(references(m)).toBe(4);
  });

  it('v2 fails, and leaves the folio locked, with a reference that was one too many (G-17)', () => {
    const m = atLimit('leaks');
    expect(continueOne(m)).toBe('EFAULT');
    expect(references(m)).toBe(4);
    expect(Folio.locked(m.s.folio.at(0))).toBe(1);
    expect(continueOne(m)).toBe('bug hung-task');
    const fault = unregistered('leaks');
    expect(read(fault)).toBe('SIGBUS');
    expect(read(fault)).toBe('bug hung-task');
  });

  it('repaired, it fails and changes nothing', () => {
    const m = atLimit('clean');
    for (let i = 0; i < 2; i++) expect(continueOne(m)).toBe('EFAULT');
    expect(references(m)).toBe(3);
    const fault = unregistered('clean');
    expect(read(fault)).toBe('SIGBUS');
    expect(Count.valueOf(fault.s.refcount.at(0))).toBe(1);
  });
});
