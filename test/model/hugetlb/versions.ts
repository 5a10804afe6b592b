/** Versions of "HugeTLB high-granularity mapping" on v6.1, and a hugepage that is in the page cache, mapped, and registered. */
import { type HugetlbKernel } from '../../../model/hugetlb/kernel.ts';
import type { Mapping } from '../../../model/hugetlb/mmap.ts';
import { hugetlbKernelWith } from '../../../model/hugetlb/releases/kernels.ts';
import { HGM_VERSIONS } from '../../../model/hugetlb/series/hgm.ts';
import { type HugetlbGeometry, SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { type HugetlbMachine, hugetlbMachine } from './play.ts';

/** A version of the series, with other values of some toggles. */
export const versionOf = (version: string, settings: Readonly<Record<string, string>> = {}): HugetlbKernel => {
  const { sets } = HGM_VERSIONS.find((one) => one.version === version)!;
  const others = Object.entries(settings).map(([toggle, value]) => ({ toggle, value }));
  return hugetlbKernelWith('v6.1', [...sets.filter(({ toggle }) => settings[toggle] === undefined), ...others]);
};

export const SHARED: Mapping = { name: 'shared', file: 0, at: 0, pages: 8, pgoff: 0, shared: true };
export const PRIVATE: Mapping = { name: 'private', file: 0, at: 0, pages: 8, pgoff: 0, shared: false };

const HGM = ['MINOR_HUGETLBFS_HGM', 'EXACT_ADDRESS'] as const;

/** Both hugepages of a file in the page cache, mapped, registered for minor faults, with high granularity. */
export const begun = (
  version: string,
  settings: Readonly<Record<string, string>> = {},
  geometry: Partial<HugetlbGeometry> = {},
  modes: readonly string[] = ['minor'],
): HugetlbMachine => {
  const machine = hugetlbMachine({
    kernel: versionOf(version, settings),
    geometry: { ...SMALL_HUGETLB, ...geometry },
    mappings: [SHARED],
  });
  machine.play('hugetlbfs_file_mmap', { mapping: 'shared' });
  for (const index of [0, 1]) machine.play('hugetlbfs_fallocate', { at: { file: 0, index } });
  if (version.startsWith('rfc')) machine.play('userfaultfd_api', { features: HGM });
  else {
    machine.play('userfaultfd_api', { features: [] });
    machine.play('hugetlb_madv_split', { range: { from: 0, to: 8 } });
  }
  machine.play('userfaultfd_register', { range: { from: 0, to: 8 }, modes });
  return machine;
};

export const range = (from: number, to: number) => ({ range: { from, to } });
/** UFFDIO_CONTINUE of pages from..to-1. */
export const continuing = (from: number, to: number) => ({ ...range(from, to), fill: 'continue' });
export const reading = (page: number) => ({ page, access: 'read' });
export const writing = (page: number) => ({ page, access: 'write' });
