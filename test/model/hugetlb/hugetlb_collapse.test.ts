/** MADV_COLLAPSE of hugetlb: what each version of HugeTLB high-granularity mapping makes of the same pages, and its errors. */
import { describe, expect, it } from '@effect/vitest';
import { set_huge_pte_at, UFFD_WP_MARKER } from '../../../model/hugetlb/hugetlb_pte.ts';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { Count, Folio, Usage } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { continueEach, inFile, machineOf, protect, setFolio, type Version, withPagesToMap } from './machine_of.ts';
import { entriesOf, entryAt, type HugetlbMachine } from './play.ts';
import { continuing, range } from './versions.ts';

const ready = (
  version: Version,
  more: Parameters<typeof machineOf>[1] = {},
  modes: readonly string[] = ['minor'],
): HugetlbMachine => {
  const m = machineOf(version, more);
  withPagesToMap(m, version, modes);
  return m;
};
const collapse = (m: HugetlbMachine, from: number, to: number): string => m.play('hugetlb_collapse', range(from, to));
const liveTables = (m: HugetlbMachine): number => {
  let live = 0;
  for (let table = 0; table < m.s.pteTable.rows; table++) live += m.s.pteTable.at(table);
  for (let table = 0; table < m.s.pmdTable.rows; table++) if (m.s.pmdTable.at(table) !== 0) live++;
  return live;
};
const poison = (m: HugetlbMachine, folio: number, migratable: 0 | 1): void =>
  setFolio(m, folio, (e) => Folio.mkMigratable(Folio.mkHwpoison(e, 1), migratable));
const LARGE = 'pages 0..3: leaf pfn 0 RW young dirty';

describe('MADV_COLLAPSE of whole hugepages', () => {
  it('is refused without high granularity', () => {
    const m = machineOf('v7.1');
    expect(m.play('hugetlb_fault', { page: 0, access: 'write' })).toBe('ok');
    expect(collapse(m, 0, 4)).toBe('EINVAL');
  });

  for (const version of ['rfc2', 'v1', 'v2'] as const)
    it(`makes one leaf of all that was mapped in ${version}, frees the tables, and loses hugetlb_usage`, () => {
      const m = ready(version);
      continueEach(m, 0, 1, 2, 3);
      expect(Usage.valueOf(m.s.usage.at(0))).toBe(4);
      expect(liveTables(m)).toBe(3);
      expect(collapse(m, 0, 4)).toBe('ok');
      expect(entriesOf(m.s, 0)).toEqual([LARGE]);
      expect(liveTables(m)).toBe(0);
      expect(Count.valueOf(m.s.refcount.at(0))).toBe(2);
      expect(Count.valueOf(m.s.entireMapcount.at(0))).toBe(1);
      expect(Count.valueOf(m.s.mapcount.at(0))).toBe(0);
      expect(Usage.valueOf(m.s.usage.at(0))).toBe(0);
      expect(m.play('hugetlb_munmap', range(0, 8))).toBe('ok');
      expect(Usage.valueOf(m.s.usage.at(0))).toBe(-4);
    });

  it('counts the leaf where that is repaired', () => {
    const m = ready('v2', { settings: { 'hgm-collapse-usage': 'counted' } });
    continueEach(m, 0);
    expect(collapse(m, 0, 4)).toBe('ok');
    expect(Usage.valueOf(m.s.usage.at(0))).toBe(4);
  });

  it('does nothing in RFC v1, but for tables that it makes (N-2)', () => {
    const m = ready('rfc1');
    continueEach(m, 0, 1, 2, 3);
    const before = entriesOf(m.s, 0);
    expect(collapse(m, 0, 4)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(before);
    expect(liveTables(m)).toBe(3);
    expect(collapse(m, 4, 5)).toBe('ok');
    expect(liveTables(m)).toBe(5);
  });

  it('maps what UFFDIO_CONTINUE has not: no minor fault comes (G-23)', () => {
    const m = ready('v2');
    continueEach(m, 0);
    expect(m.play('hugetlb_fault', { page: 1, access: 'read' })).toBe('USERFAULT');
    expect(collapse(m, 0, 4)).toBe('ok');
    expect(m.play('hugetlb_fault', { page: 1, access: 'read' })).toBe('ok');
  });

  it('puts the large leaf in before small translations are forgotten (G-13)', () => {
    const geometry = { ...SMALL_HUGETLB, tlb: 1 } as const;
    for (const [settings, said] of [
      [{}, 'bug two-sizes-in-TLB'],
      [{ 'hgm-collapse-flush': 'first' }, 'ok'],
    ] as const) {
      const m = ready('v2', { geometry, settings });
      continueEach(m, 0);
      expect(m.play('hugetlb_fault', { page: 0, access: 'read' })).toBe('ok');
      expect(collapse(m, 0, 4)).toBe(said);
    }
  });

  it('leaves a leaf alone, and nothing where nothing is', () => {
    const m = ready('v2');
    expect(m.play('userfaultfd_continue', continuing(0, 4))).toBe('ok');
    expect(collapse(m, 0, 8)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([LARGE]);
    expect(liveTables(m)).toBe(0);
  });

  it('clears tables over a hole in the file', () => {
    const m = ready('v2');
    continueEach(m, 1);
    expect(m.play('hugetlbfs_punch_hole', { at: { file: 0, from: 0, to: 1 } })).toBe('ok');
    expect(liveTables(m)).toBe(2);
    expect(collapse(m, 0, 4)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([]);
    expect(liveTables(m)).toBe(0);
  });

  it('loses uffd-wp, that of leaves and that of markers (G-24)', () => {
    const m = ready('v2', {}, ['minor', 'wp']);
    continueEach(m, 0);
    protect(m, 0);
    set_huge_pte_at(m.s, entryAt(m.s, 0, 1), UFFD_WP_MARKER);
    expect(entriesOf(m.s, 0)).toEqual(['page 0: leaf pfn 0 RO young dirty uffd-wp', 'page 1: uffd-wp marker']);
    expect(m.play('hugetlb_fault', { page: 0, access: 'write' })).toBe('USERFAULT');
    expect(collapse(m, 0, 4)).toBe('ok');
    for (const page of [0, 1]) expect(m.play('hugetlb_fault', { page, access: 'write' })).toBe('ok');
  });
});

describe('MADV_COLLAPSE of less than a hugepage', () => {
  for (const version of ['rfc2', 'v1', 'v2'] as const)
    it(`stops at the BUG_ON() of __unmap_hugepage_range() in ${version} (G-12)`, () => {
      const m = ready(version);
      continueEach(m, 0);
      expect(collapse(m, 0, 2)).toBe('bug BUG_ON(start & ~huge_page_mask)');
    });

  it('makes a smaller leaf where that is repaired', () => {
    const m = ready('v2', { settings: { 'hgm-unmap-range': 'allowed' } });
    continueEach(m, 0, 2);
    expect(collapse(m, 0, 2)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..1: leaf pfn 0 RW young dirty', 'page 2: leaf pfn 2 RW young dirty']);
    expect([0, 1, 2, 3].map((frame) => Count.valueOf(m.s.mapcount.at(frame)))).toEqual([1, 1, 1, 0]);
    expect(Count.valueOf(m.s.refcount.at(0))).toBe(3);
  });

  it('makes tables in a range that has nothing', () => {
    const m = ready('v1');
    expect(collapse(m, 4, 5)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([]);
    expect(liveTables(m)).toBe(2);
  });

  it('ends with ENOMEM without memory for them', () => {
    const m = ready('v1');
    expect(m.play('hugetlb_collapse', range(4, 5), [1])).toBe('ENOMEM');
  });

  it('ends with EEXIST inside a larger leaf, and v2 forgets that (N-3)', () => {
    const whole = continuing(0, 4);
    const [v1, v2, repaired] = [ready('v1'), ready('v2'), ready('v2', { settings: { 'hgm-collapse-errno': 'kept' } })];
    for (const m of [v1, v2, repaired]) expect(m.play('userfaultfd_continue', whole)).toBe('ok');
    expect(collapse(v1, 0, 2)).toBe('EEXIST');
    expect(collapse(repaired, 0, 2)).toBe('EEXIST');
    // There is no VMA behind.
    expect(collapse(v2, 0, 2)).toBe('EINVAL');
  });
});

describe('errors of MADV_COLLAPSE', () => {
  it('EINVAL of private mappings; a shared one without high granularity has nothing to collapse', () => {
    for (const version of ['rfc1', 'rfc2', 'v1'] as const)
      expect(collapse(machineOf(version, { maps: ['private'] }), 0, 4)).toBe('EINVAL');
    // v2: the error is asked for again, of a VMA behind that there is not.
    expect(collapse(machineOf('v2', { maps: ['private'] }), 0, 4)).toBe('EINVAL');
    for (const version of ['rfc1', 'rfc2', 'v1', 'v2'] as const) expect(collapse(machineOf(version), 0, 4)).toBe('ok');
  });

  it('of a file that is open for reading: v1 refuses, RFC v2 cannot have high granularity there, v2 makes a leaf', () => {
    const maps = ['read-only file'] as const;
    expect(collapse(machineOf('v1', { maps }), 0, 4)).toBe('EINVAL');
    const rfc2 = machineOf('rfc2', { maps });
    rfc2.play('userfaultfd_api', { features: ['MINOR_HUGETLBFS_HGM', 'EXACT_ADDRESS'] });
    expect(rfc2.play('userfaultfd_register', { ...range(0, 8), modes: ['minor'] })).toBe('EPERM');
    expect(collapse(rfc2, 0, 4)).toBe('ok');
    const v2 = machineOf('v2', { maps });
    expect(v2.play('hugetlb_madv_split', range(0, 8))).toBe('ok');
    expect(v2.play('hugetlbfs_fallocate', inFile(0))).toBe('ok');
    // Tables, of less than a hugepage that nothing maps.
    expect(collapse(v2, 0, 1)).toBe('ok');
    expect(liveTables(v2)).toBe(2);
    expect(collapse(v2, 0, 4)).toBe('ok');
    expect(entriesOf(v2.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RO young']);
  });

  it('ENOMEM without a VMA lock in v1, which MADV_SPLIT tries to allocate; v2 does not care', () => {
    const v1 = machineOf('v1', { noLock: true });
    expect(v1.play('hugetlb_madv_split', range(0, 8), [1])).toBe('ok');
    expect(collapse(v1, 0, 4)).toBe('ENOMEM');
    const again = machineOf('v1', { noLock: true });
    expect(again.play('hugetlb_madv_split', range(0, 8))).toBe('ok');
    expect(collapse(again, 0, 4)).toBe('ok');
    const v2 = machineOf('v2', { noLock: true });
    expect(v2.play('hugetlb_madv_split', range(0, 8))).toBe('ok');
    expect(collapse(v2, 0, 4)).toBe('ok');
  });

  it('ENOMEM over addresses that nothing maps, once the rest is done', () => {
    const m = machineOf('v1', { maps: ['high'] });
    expect(m.play('hugetlb_madv_split', range(4, 8))).toBe('ok');
    expect(collapse(m, 0, 8)).toBe('ENOMEM');
    expect(collapse(m, 0, 4)).toBe('ENOMEM');
    expect(collapse(m, 4, 8)).toBe('ok');
  });

  it('EBUSY of a folio that is isolated for migration; v2 loses it to the VMA behind (N-3)', () => {
    for (const [version, said] of [
      ['rfc2', 'EBUSY'],
      ['v1', 'EBUSY'],
      ['v2', 'ok'],
    ] as const) {
      const m = ready(version, { maps: ['low', 'high'] });
      continueEach(m, 0);
      setFolio(m, 0, (e) => Folio.mkMigratable(e, 0));
      const before = entriesOf(m.s, 0);
      expect(collapse(m, 0, 4)).toBe(said);
      expect(entriesOf(m.s, 0)).toEqual(before);
    }
  });

  it('of poison: EBUSY where it implies that the folio is not migratable, EHWPOISON where not, nothing in v2', () => {
    for (const [version, migratable, said] of [
      ['rfc2', 1, 'EHWPOISON'],
      ['v1', 0, 'EBUSY'],
      ['v2', 0, 'ok'],
    ] as const) {
      const m = ready(version);
      continueEach(m, 0);
      poison(m, 0, migratable);
      expect(collapse(m, 0, 4)).toBe(said);
      expect(liveTables(m)).toBe(2);
    }
  });

  it('EHWPOISON survives of the last hugepage alone, unless that is repaired', () => {
    for (const [settings, said] of [
      [{}, 'ok'],
      [{ 'hgm-collapse-poison': 'told' }, 'EHWPOISON'],
      [{ 'hgm-collapse-poison': 'skips' }, 'ok'],
    ] as const) {
      const m = ready('rfc2', { settings });
      continueEach(m, 0, 4);
      poison(m, 0, 1);
      expect(collapse(m, 0, 8)).toBe(said);
      expect(entriesOf(m.s, 0)).toEqual(['page 0: leaf pfn 0 RW young dirty', 'pages 4..7: leaf pfn 4 RW young dirty']);
    }
  });
});
