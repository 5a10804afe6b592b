/** Puts patches of somebody's own on a kernel. */
import { type HugetlbKernel, patchedHugetlb } from '../../model/hugetlb/kernel.ts';
import type { PgtablePatch } from '../../model/formats/pgtable.ts';
import { type Kernel, patched } from '../../model/mm/kernel.ts';
import { unwatched, type Watch } from '../catalogue.ts';
import { fits } from '../pattern.ts';
import type { OwnPatch } from './patch_file.ts';

export const withOwn = (kernel: Kernel, own: readonly OwnPatch[] = [], watch: Watch = unwatched): Kernel =>
  own.reduce((base, { path, mm = {} }) => patched(base, watch(path, mm)), kernel);

export const withOwnHugetlb = (
  kernel: HugetlbKernel,
  own: readonly OwnPatch[] = [],
  watch: Watch = unwatched,
): HugetlbKernel => own.reduce((base, { path, hugetlb = {} }) => patchedHugetlb(base, watch(path, hugetlb)), kernel);

/** What they change of the entries of an architecture, in their order. */
export const ownEntries = (
  architecture: string,
  own: readonly OwnPatch[] = [],
  watch: Watch = unwatched,
): readonly PgtablePatch[] =>
  own.flatMap(({ path, entries = {} }) =>
    Object.entries(entries)
      .filter(([pattern]) => fits(pattern, architecture))
      .map(([, patch]) => watch(path, patch)),
  );
