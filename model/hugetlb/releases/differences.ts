/**
 * What the releases of hugetlb differ in, as far as modelled: one entry for each function that changed its behaviour, with the
 * value that each release has. The first value of each is that of v7.1.
 */
import { FAULT_DIFFERENCES } from './differences_faults.ts';
import { FILE_DIFFERENCES } from './differences_file.ts';
import { PROTECT_DIFFERENCES } from './differences_protect.ts';
import { REGISTER_DIFFERENCES } from './differences_register.ts';
import { RMAP_DIFFERENCES } from './differences_rmap.ts';
import type { HugetlbDifference, HugetlbRelease } from './releases.ts';

export const HUGETLB_DIFFERENCES: readonly HugetlbDifference[] = [
  ...FAULT_DIFFERENCES,
  ...FILE_DIFFERENCES,
  ...RMAP_DIFFERENCES,
  ...PROTECT_DIFFERENCES,
  ...REGISTER_DIFFERENCES,
];

/** The differences that a release has from v7.1, as settings of these toggles. */
export const hugetlbSettingsOf = (
  release: HugetlbRelease,
): readonly { readonly toggle: string; readonly value: string; readonly evidence: 'source' }[] =>
  HUGETLB_DIFFERENCES.flatMap(({ name, at, values }) =>
    at[release] === values[0]!.value ? [] : [{ toggle: name, value: at[release], evidence: 'source' }],
  );
