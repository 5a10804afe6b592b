/** Kernels of hugetlb: a release, with the settings of series and hand on top. */
import { type HugetlbKernel, patchedHugetlb } from '../kernel.ts';
import { HGM_TOGGLES } from '../series/hgm_toggles.ts';
import type { HugetlbToggle } from '../series/toggle.ts';
import { HUGETLB_DIFFERENCES, hugetlbSettingsOf } from './differences.ts';
import { HUGETLB_RELEASES } from './releases.ts';
import { HUGETLB_WHAT_IFS } from './what_ifs.ts';
import { hugetlb_v7_1 } from './v7_1.ts';

export const HUGETLB_TOGGLES: readonly HugetlbToggle[] = [...HUGETLB_DIFFERENCES, ...HUGETLB_WHAT_IFS, ...HGM_TOGGLES];

interface Set {
  readonly toggle: string;
  readonly value: string;
}

/** @throws RangeError on a release whose hugetlb is not modelled. */
export const hugetlbSettings = (release: string, settings: readonly Set[]): readonly Set[] => {
  const own = HUGETLB_RELEASES.find((one) => one === release);
  if (own === undefined) throw new RangeError(`hugetlb of ${release} is not modelled`);
  return [
    ...hugetlbSettingsOf(own).filter((one) => settings.every(({ toggle }) => toggle !== one.toggle)),
    ...settings,
  ];
};

/** A release with settings on top, in the order of the toggles; called `label`. Settings of other toggles change nothing. */
export const hugetlbKernelWith = (
  release: string,
  settings: readonly Set[],
  label = release,
  watch: <P extends object>(toggle: string, patch: P) => P = (_toggle, patch) => patch,
): HugetlbKernel => {
  const all = hugetlbSettings(release, settings);
  const valueOf = (name: string): string | undefined => all.find(({ toggle }) => toggle === name)?.value;
  const made = HUGETLB_TOGGLES.reduce((base, { name, values }) => {
    const chosen = values.find(({ value }) => value === valueOf(name));
    return chosen === undefined ? base : patchedHugetlb(base, watch(name, chosen.patch));
  }, hugetlb_v7_1);
  return { ...made, name: label };
};
