/**
 * A userfaultfd of a process, and what it is registered for. Mirrors fs/userfaultfd.c userfaultfd_api(),
 * userfaultfd_register(), userfaultfd_unregister(); v6.1 and later, and of "hugetlb: introduce HugeTLB high-granularity mapping" RFC v2
 * 33/47 to 35/47. Stubbed: who reads the events. Left out: VMAs of anything but hugetlb; several userfaultfds of one process, and so
 * EBUSY of a VMA that is another's; UFFDIO_REGISTER_MODE_RWP of v7.3.
 */
import { pudPages } from '../state/hugetlb/geometry.ts';
import { Result, Uffd, Vma } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';
import { find_vma, for_each_vma_in, may_write, vma_mm } from './vma.ts';

/** UFFDIO_API, with features. Returns a code of `Result`. */
export const userfaultfd_api = (s: Sys, mm: number, features: Uffd): number => {
  if (Uffd.open(s.uffd.at(mm)) === 1 || s.kernel.userfaultfd_api_refuses(s, features)) return Result.EINVAL;
  s.uffd.put(mm, Uffd.mkOpen(features, 1));
  return Result.ok;
};

export interface UffdModes {
  readonly missing: boolean;
  readonly minor: boolean;
  readonly wp: boolean;
}

/** hugetlb_unshare_all_pmds() */
export const hugetlb_unshare_all_pmds = (s: Sys, row: number): void => {
  const vma = s.vma.at(row);
  const span = pudPages(s.geometry);
  s.kernel.hugetlb_unshare_pmds(
    s,
    vma_mm(s, row),
    Math.ceil(Vma.start(vma) / span) * span,
    Math.trunc(Vma.end(vma) / span) * span,
  );
};

const with_modes = (vma: Vma, { missing, minor, wp }: UffdModes): Vma =>
  Vma.mkWp(Vma.mkMinor(Vma.mkMissing(vma, missing ? 1 : 0), minor ? 1 : 0), wp ? 1 : 0);
/** userfaultfd_armed() */
export const is_armed = (vma: Vma): boolean => Vma.missing(vma) === 1 || Vma.minor(vma) === 1 || Vma.wp(vma) === 1;

/** "Search for not compatible vmas": what forbids it of a VMA in the range. Returns a code of `Result`. */
const register_refused = (s: Sys, vma: Vma, end: number, modes: UffdModes): number => {
  if (!may_write(vma)) return Result.EPERM;
  if (end <= Vma.end(vma) && end % s.geometry.hugepage !== 0) return Result.EINVAL;
  return is_armed(vma) ? s.kernel.register_of_registered(s, vma, modes) : Result.ok;
};

/** Whether the VMA is registered for all of that already: then it is passed over, with what else it is registered for. */
const has_modes = (vma: Vma, { missing, minor, wp }: UffdModes): boolean =>
  (!missing || Vma.missing(vma) === 1) && (!minor || Vma.minor(vma) === 1) && (!wp || Vma.wp(vma) === 1);

/**
 * UFFDIO_REGISTER of pages start..end-1. What it was registered for before goes, where it is not asked for as well; entries stay
 * as they are. Returns a code of `Result`; what came before an error stays registered.
 */
export const userfaultfd_register = (s: Sys, mm: number, start: number, end: number, modes: UffdModes): number => {
  let row = find_vma(s, mm, start);
  if (row < 0) return s.kernel.register_without_vma(s);
  if (Vma.start(s.vma.at(row)) >= end || start % s.geometry.hugepage !== 0) return Result.EINVAL;
  for (; row >= 0 && Vma.start(s.vma.at(row)) < end; row = find_vma(s, mm, Vma.end(s.vma.at(row)))) {
    const refused = register_refused(s, s.vma.at(row), end, modes);
    if (refused !== Result.ok) return refused;
  }
  return for_each_vma_in(
    s,
    mm,
    start,
    end,
    (in_range) => {
      s.vma.put(in_range, with_modes(s.vma.at(in_range), modes));
      if (modes.wp || modes.minor) hugetlb_unshare_all_pmds(s, in_range);
      return s.kernel.userfaultfd_register_hgm(s, mm, in_range);
    },
    (vma) => !has_modes(vma, modes),
  );
};

/** UFFDIO_UNREGISTER; `resolve`: uffd-wp is taken back first, uffd_wp_range(). */
export const userfaultfd_unregister = (
  s: Sys,
  mm: number,
  start: number,
  end: number,
  resolve: (row: number) => void,
): number =>
  // A VMA that is not registered is passed over before it would be split.
  for_each_vma_in(
    s,
    mm,
    start,
    end,
    (row) => {
      const vma = s.vma.at(row);
      if (Vma.wp(vma) === 1) resolve(row);
      s.vma.put(row, with_modes(vma, { missing: false, minor: false, wp: false }));
      return Result.ok;
    },
    is_armed,
  );
