/**
 * A userfaultfd of a process, and what it is registered for. Mirrors fs/userfaultfd.c userfaultfd_api(),
 * userfaultfd_register(), userfaultfd_unregister(); v6.1 and later, and of "hugetlb: introduce HugeTLB high-granularity mapping" RFC v2
 * 33/47 to 35/47. Stubbed: who reads the events. Left out: VMAs of anything but hugetlb, several userfaultfds of one process.
 */
import { pudPages } from '../state/hugetlb/geometry.ts';
import { Result, Uffd, Vma } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';
import { hugetlb_unshare_pmds } from './pmd_share.ts';
import { find_vma, for_each_vma_in, vma_mm } from './vma.ts';

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
  hugetlb_unshare_pmds(
    s,
    vma_mm(s, row),
    Math.ceil(Vma.start(vma) / span) * span,
    Math.trunc(Vma.end(vma) / span) * span,
  );
};

const with_modes = (vma: Vma, { missing, minor, wp }: UffdModes): Vma =>
  Vma.mkWp(Vma.mkMinor(Vma.mkMissing(vma, missing ? 1 : 0), minor ? 1 : 0), wp ? 1 : 0);
/** Whether a VMA has all that it is to be registered for: it is passed over, whatever else it has. */
const has_modes = (vma: Vma, { missing, minor, wp }: UffdModes): boolean =>
  (!missing || Vma.missing(vma) === 1) && (!minor || Vma.minor(vma) === 1) && (!wp || Vma.wp(vma) === 1);
/** Whether a VMA of the range is registered for uffd-wp. */
const any_protected = (s: Sys, mm: number, start: number, end: number): boolean => {
  for (let page = start; page < end;) {
    const row = find_vma(s, mm, page);
    if (row < 0 || Vma.start(s.vma.at(row)) >= end) return false;
    if (Vma.wp(s.vma.at(row)) === 1) return true;
    page = Vma.end(s.vma.at(row));
  }
  return false;
};
/** userfaultfd_armed() */
export const is_armed = (vma: Vma): boolean => Vma.missing(vma) === 1 || Vma.minor(vma) === 1 || Vma.wp(vma) === 1;

/**
 * UFFDIO_REGISTER of pages start..end-1, which may be registered already, for something else. Returns a code of `Result`; what
 * came before an error stays registered.
 */
export const userfaultfd_register = (s: Sys, mm: number, start: number, end: number, modes: UffdModes): number => {
  const { hugepage } = s.geometry;
  if (start % hugepage !== 0 || end % hugepage !== 0) return Result.EINVAL;
  const first = find_vma(s, mm, start);
  if (first < 0 || Vma.start(s.vma.at(first)) >= end) return Result.EINVAL;
  if (!modes.wp && !s.kernel.register_drops_wp(s) && any_protected(s, mm, start, end)) return Result.EBUSY;
  const register = (row: number): number => {
    s.vma.put(row, with_modes(s.vma.at(row), modes));
    if (modes.wp || modes.minor) hugetlb_unshare_all_pmds(s, row);
    return s.kernel.userfaultfd_register_hgm(s, mm, row);
  };
  return for_each_vma_in(s, mm, start, end, register, (vma) => !has_modes(vma, modes));
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
