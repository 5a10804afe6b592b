/** Machines of versions of HugeTLB high-granularity mapping, on which files are shared. */
import { expect } from '@effect/vitest';
import { set_huge_pte_at } from '../../../model/hugetlb/hugetlb_pte.ts';
import { huge_pte_mkuffd_wp } from '../../../model/hugetlb/make_huge_pte.ts';
import type { HugetlbGeometry } from '../../../model/state/hugetlb/geometry.ts';
import type { Folio } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { entryAt, type HugetlbMachine, hugetlbMachine, kernelWith, pteAt } from './play.ts';
import { continuing, range, versionOf } from './versions.ts';

export type Version = 'rfc1' | 'rfc2' | 'v1' | 'v2';

export const MAPPINGS = [
  { name: 'all', file: 0, at: 0, pages: 8, pgoff: 0, shared: true },
  { name: 'low', file: 0, at: 0, pages: 4, pgoff: 0, shared: true },
  { name: 'high', file: 0, at: 4, pages: 4, pgoff: 4, shared: true },
  { name: 'private', file: 0, at: 0, pages: 8, pgoff: 0, shared: false },
  { name: 'read-only file', file: 0, at: 0, pages: 8, pgoff: 0, shared: true, readOnlyFile: true, prot: 'R' },
] as const;
type MappingName = (typeof MAPPINGS)[number]['name'];

export const inFile = (index: number) => ({ at: { file: 0, index } });

/** A machine of a version, with toggles of its own on top, that has mapped this. `noLock`: without memory for the VMA lock. */
export const machineOf = (
  version: Version | 'v7.1',
  {
    maps = ['all'],
    settings = {},
    geometry,
    noLock = false,
  }: {
    readonly maps?: readonly MappingName[];
    readonly settings?: Readonly<Record<string, string>>;
    readonly geometry?: HugetlbGeometry;
    readonly noLock?: boolean;
  } = {},
): HugetlbMachine => {
  const kernel = version === 'v7.1' ? kernelWith(settings) : versionOf(version, settings);
  const m = hugetlbMachine({ kernel, mappings: MAPPINGS, ...(geometry === undefined ? {} : { geometry }) });
  // A mapping that cannot be written lets no file grow.
  if (maps.includes('read-only file')) expect(m.play('hugetlb_truncate', { at: { file: 0, to: 2 } })).toBe('ok');
  for (const mapping of maps) expect(m.play('hugetlbfs_file_mmap', { mapping }, noLock ? [1] : [])).toBe('ok');
  return m;
};

/** High granularity for all that is mapped, which is registered for minor faults; and a file that has all its pages. */
export const withPagesToMap = (m: HugetlbMachine, version: Version, modes: readonly string[] = ['minor']): void => {
  const bySplit = version === 'v1' || version === 'v2';
  m.play('userfaultfd_api', { features: bySplit ? [] : ['MINOR_HUGETLBFS_HGM', 'EXACT_ADDRESS'] });
  if (bySplit) expect(m.play('hugetlb_madv_split', range(0, 8))).toBe('ok');
  expect(m.play('userfaultfd_register', { ...range(0, 8), modes })).toBe('ok');
  for (const index of [0, 1]) expect(m.play('hugetlbfs_fallocate', inFile(index))).toBe('ok');
};

/** UFFDIO_CONTINUE of base pages, one call each. */
export const continueEach = (m: HugetlbMachine, ...pages: readonly number[]): void => {
  for (const page of pages) expect(m.play('userfaultfd_continue', continuing(page, page + 1))).toBe('ok');
};

/** Flags of a folio, as something that is no operation here would leave them. */
export const setFolio = (m: HugetlbMachine, folio: number, change: (e: Folio) => Folio): void =>
  m.s.folio.put(folio, change(m.s.folio.at(folio)));

/** uffd-wp of a leaf, as UFFDIO_WRITEPROTECT leaves it. */
export const protect = (m: HugetlbMachine, page: number): void =>
  set_huge_pte_at(m.s, entryAt(m.s, 0, page), huge_pte_mkuffd_wp(pteAt(m.s, 0, page)));
