/**
 * Bugs of hugetlb in releases, by what shows them: which release has each, and which has it mended. Nothing is searched here: what
 * the searches find is pinned.
 */
import { describe, expect, it } from '@effect/vitest';
import { HUGETLB_FINDINGS } from '../../model/hugetlb/releases/findings.ts';
import { HUGETLB_RELEASES, type HugetlbRelease } from '../../model/hugetlb/releases/releases.ts';
import { pinnedLines } from './pinned_line.ts';

const lines = pinnedLines('mm_releases.pinned.txt');

/** Whether a release violates the property in the world, as pinned: 'hugetlb-move on v6.1: violated, …; violated fault-loop (6), …' */
const shows = (release: string, world: string, property: string): boolean => {
  const { line } = lines.find((one) => one.world === world && one.kernel === release)!;
  return line.slice(line.indexOf('; violated ')).includes(` ${property} (`);
};

type Known = readonly [bug: string, world: string, property: string, has: readonly HugetlbRelease[]];
const OLD = ['v6.1', 'v6.12', 'v6.18', 'v7.1'] as const;
const OF_6_1 = ['v6.1', 'v6.1.192'] as const;
const NOT_7_3 = HUGETLB_RELEASES.filter((name) => name !== 'v7.3');
const SINCE_6_1_192 = HUGETLB_RELEASES.filter((name) => name !== 'v6.1');

const KNOWN: readonly Known[] = [
  ['X-9, a marker is taken for a leaf (0e678153f5be)', 'hugetlb-uffd', 'marker-made-present', ['v6.1']],
  ['X-9, uffd-wp of migration entries (44f86392bdd1)', 'hgm-protect-moving', 'fault-loop', ['v6.1']],
  ['X-11, smaps and a shared PMD table (3489dbb696d2)', 'hugetlb-pmd-share', 'H-SMAPS', ['v6.1']],
  ['X-11, mbind() and a shared PMD table (73bdf65ea748)', 'hugetlb-pmd-share', 'H-MBIND', ['v6.1']],
  ['mremap() behind a missing table', 'hugetlb-move-far', 'entry-outside-vma', OLD],
  ['mremap() moves uffd-wp', 'hugetlb-move', 'fault-loop', ['v6.1', 'v6.12']],
  ['fork() and the frame of a migration entry', 'hugetlb-migration', 'H4', OLD],
  ['the reservation of a page that others map', 'hugetlb-private', 'H-RESV', ['v6.12', 'v6.18', 'v7.1']],
  ['unmap_ref_private() at the wrong place', 'hugetlb-move-owner', 'endless-loop', [...OLD, 'v6.1.192', 'v6.12.117']],
  ['mprotect() over uffd-wp', 'hugetlb-wp', 'H12', ['v6.1']],
  ['X-9, a write protection of migration entries', 'hugetlb-wp-migration', 'H11-SET', ['v6.1']],
  ['a write protection without page tables (fed15f1345dc, d1751118c886)', 'hugetlb-wp-tables', 'H11-SET', OF_6_1],
  ['a child that inherits uffd-wp (5a2f8d22ace4)', 'hugetlb-wp-fork', 'fault-loop', OF_6_1],
  ['a copy of what is pinned and protected (5a2f8d22ace4)', 'hugetlb-wp-pinned', 'H21', OF_6_1],
  ['smaps of what migrates', 'hugetlb-readers', 'H-SMAPS', OF_6_1],
  ['mbind() of what migrates (1cb5d11a370f)', 'hugetlb-readers', 'H-MBIND-EIO', OF_6_1],
  ['UFFDIO_COPY and an empty pool', 'hugetlb-copy', 'H-COPY', ['v6.18', 'v7.1', 'v7.3']],
  ['a registration that drops uffd-wp', 'hugetlb-wp-again', 'fault-loop', NOT_7_3],
  ['a reservation map that is taken for a lock', 'hugetlb-truncate', 'private-vma-lock', SINCE_6_1_192],
  ['hugetlb_usage of migration entries', 'hugetlb-migration', 'H9', HUGETLB_RELEASES],
  ['hugetlb_usage of shared tables', 'hugetlb-pmd-usage', 'H9', HUGETLB_RELEASES],
  ['mremap() waits for its own lock', 'hugetlb-pmd-move', 'deadlock(i_mmap_rwsem)', HUGETLB_RELEASES],
  ['fork() and hugepages of 1G', 'hugetlb-private-fork', 'H21-OWN', ['v6.1.192', 'v6.12.117', 'v6.18', 'v7.1', 'v7.3']],
  ['an owner whose page is unmapped', 'hugetlb-private', 'own-page-unmapped', NOT_7_3],
  ['X-5, a VMA that is split (b30c14cd6102)', 'hugetlb-pmd-split', 'H3', ['v6.1']],
  ['an mremap() that fails, and reservations', 'hugetlb-move-fails', 'H22-FAILED', ['v6.18', 'v7.1']],
  ['mremap() takes all reservations', 'hugetlb-move-private', 'H-RESV', HUGETLB_RELEASES],
];

describe.each(KNOWN)('%s', (_bug, world, property, has) => {
  it('is found where it is, and nowhere else', () => {
    expect(HUGETLB_RELEASES.filter((release) => shows(release, world, property))).toEqual(
      HUGETLB_RELEASES.filter((release) => has.includes(release)),
    );
  });
  it('is a finding of those releases', () => {
    const findings = HUGETLB_FINDINGS.filter(
      ({ worlds, properties, size }) => size === undefined && worlds.includes(world) && properties.includes(property),
    );
    expect([...new Set(findings.flatMap(({ kernels }) => kernels))].toSorted()).toEqual([...has].toSorted());
  });
});

it('every finding that a quick world shows is one of them', () => {
  const shown = HUGETLB_FINDINGS.filter(({ size }) => size === undefined).filter(
    ({ worlds, properties }) =>
      !KNOWN.some(([, world, property]) => worlds.includes(world) && properties.includes(property)),
  );
  expect(shown.map(({ name }) => name)).toEqual([]);
});
