/**
 * Scenarios of "HugeTLB high-granularity mapping", each on versions that have a mistake and on those that mended it. S5 and S6 are
 * of threads that run at a time: model/hugetlb/README.md says so.
 */
import { describe, expect, it } from '@effect/vitest';
import {
  collapses,
  continues,
  endsMigration,
  forks,
  migrates,
  munmaps,
  playOn,
  reads,
  type Scenario,
  shared,
  writeprotects,
  writes,
} from './hugetlb.ts';

/** One hugepage, mapped once. */
const once = { mms: 1, puds: 1, fileHugepages: 1, folios: 1 } as const;
/** Of v2, what it misses of folios that are mapped in parts alone. */
const OF_V2 = { rfc2: [], v1: [], v2: ['H5-MAPPED'], followup: [] } as const;
const VERSIONS = Object.entries(OF_V2);

describe('S1: a hugepage is protected of which a page is mapped (G-4)', () => {
  const S1: Scenario = {
    mappings: [shared(0, 4)],
    modes: ['minor', 'wp'],
    geometry: once,
    steps: [continues(0, 1), writeprotects(0, 4)],
  };
  // The marker is met again at once, and that has a mistake of its own (G-5).
  const stepsOn = { 'hgm-protect-marker': 'as-without', 'hugetlb-protect-marker': 'kept' };

  it('loses its table to a marker in rfc2, and then comes to no end', () => {
    expect(playOn('rfc2', S1).violated).toEqual(['endless-loop']);
    expect(playOn('rfc2', S1, stepsOn).violated).toEqual(expect.arrayContaining(['H6', 'H10']));
  });
  it.each(['v1', 'followup'])('keeps its table in %s', (version) => {
    const said = ['userfaultfd_continue: ok', 'userfaultfd_writeprotect: ok'];
    expect(playOn(version, S1)).toEqual({ said, violated: [] });
  });
  it('keeps it in rfc2 with the marker where the walk has ended', () => {
    expect(playOn('rfc2', S1, { ...stepsOn, 'hgm-protect-none': 'entry' }).violated).toEqual([]);
  });
});

describe('S2: the second half of a VMA is unmapped (G-3)', () => {
  const S2: Scenario = {
    mappings: [shared(0, 8)],
    geometry: { mms: 1 },
    steps: [continues(0, 1), continues(4, 5), munmaps(4, 8)],
  };
  it('comes to no end in rfc2, whose new VMA has forgotten', () => {
    expect(playOn('rfc2', S2).violated).toEqual(['endless-loop']);
  });
  it.each(VERSIONS.filter(([version]) => version !== 'rfc2'))('is unmapped in %s', (version, violated) => {
    const { said, ...seen } = playOn(version, S2);
    expect(said.at(-1)).toBe('hugetlb_munmap: ok');
    expect(seen.violated).toEqual(violated);
  });
});

describe('S3: fork() with uffd-wp and one leaf (G-16)', () => {
  const S3: Scenario = {
    mappings: [shared(0, 4)],
    modes: ['minor', 'wp'],
    eventFork: true,
    geometry: { ...once, mms: 2, pmdTables: 2, pteTables: 4 },
    steps: [continues(0, 1), forks],
  };
  it.each(['v2', 'followup'])('returns with locks held in %s', (version) => {
    expect(playOn(version, S3).violated).toContain('lock-held-at-return');
  });
  it.each(['rfc2', 'v1'])('copies the leaf in %s', (version) => {
    expect(playOn(version, S3)).toEqual({ said: ['userfaultfd_continue: ok', 'hugetlb_fork: ok'], violated: [] });
  });
  it('copies it in followup where a reference that is had is a success', () => {
    expect(playOn('followup', S3, { 'hgm-fork-ref': 'checked', 'hgm-fork-unlock': 'unlocked' }).violated).toEqual([]);
  });
});

describe('S4: a collapse of what is protected, and of what nobody has mapped (G-23, G-24)', () => {
  const S4: Scenario = {
    mappings: [shared(0, 4)],
    modes: ['minor', 'wp'],
    geometry: once,
    steps: [continues(0, 1), writeprotects(0, 4), writes(0), reads(1), collapses(0, 4), writes(0), reads(1)],
  };
  const counted = { 'hgm-collapse-usage': 'counted' };
  it.each(['v1', 'followup'])('lets write and read what waited for user space in %s, as documented', (version) => {
    const { said, violated } = playOn(version, S4, counted);
    expect(said.slice(2)).toEqual([
      'hugetlb_fault: USERFAULT',
      'hugetlb_fault: USERFAULT',
      'hugetlb_collapse: ok',
      'hugetlb_fault: ok',
      'hugetlb_fault: ok',
    ]);
    expect(violated).toEqual([]);
  });
  it.each(['v1', 'followup'])('breaks what it is asked to keep in %s', (version) => {
    expect(playOn(version, S4, { ...counted, 'hgm-collapse-promise': 'keeps' }).violated).toEqual(['H11', 'H19']);
  });
});

describe('S7: a hugepage that three mappings have page by page, where counts end at 8 (G-2)', () => {
  const pages = Array.from({ length: 12 }, (_, page) => page);
  const S7: Scenario = {
    mappings: [shared(0, 4), shared(4, 4), shared(8, 4)],
    geometry: { ...once, puds: 3, vmas: 3, pmdTables: 3, pteTables: 6, countMax: 8 },
    steps: pages.map((page) => continues(page, page + 1)),
  };
  it.each(['rfc2', 'v1'])('overflows refcount and mapcount in %s', (version) => {
    const { said, violated } = playOn(version, S7);
    expect(said.every((one) => one === 'userfaultfd_continue: ok')).toBe(true);
    expect(violated).toEqual(['H7-REF', 'H7']);
  });
  it('overflows no mapcount in followup: one reference too many is refused, and kept with the folio locked (G-17)', () => {
    const { said, violated } = playOn('followup', S7);
    expect(said.slice(-2)).toEqual(['userfaultfd_continue: EFAULT', 'userfaultfd_continue: bug hung-task']);
    expect(violated).toEqual(['H6', 'H7-REF', 'hung-task']);
  });
  it('overflows nothing where the reference is refused before it is taken', () => {
    const { said, violated } = playOn('followup', S7, { 'hgm-refcount-limit': 'clean' });
    expect(said.slice(-2)).toEqual(['userfaultfd_continue: EFAULT', 'userfaultfd_continue: EFAULT']);
    expect(violated).toEqual([]);
  });
});

describe('S8: a hugepage that two VMAs have in parts migrates (no mistake is known of it)', () => {
  const S8: Scenario = {
    mappings: [shared(0, 4), shared(4, 4)],
    geometry: { mms: 1, fileHugepages: 1, migrations: 1 },
    steps: [continues(0, 1), continues(2, 4), continues(5, 6), migrates(0), endsMigration, reads(5), reads(0)],
  };
  it.each(VERSIONS)('is mapped again in both, in %s', (version, violated) => {
    const seen = playOn(version, S8);
    expect(seen.said.slice(-2)).toEqual(['hugetlb_fault: ok', 'hugetlb_fault: ok']);
    expect(seen.violated).toEqual(violated);
  });
});
