/** GUP, and what looks for the folio at an address, in Linux v7.1: see v7_1.ts. */
import { do_pages_stat_array, folio_walk_start } from '../mm/folio_walk.ts';
import { can_follow_write_common, check_vma_flags, type GupKernel } from '../mm/gup.ts';
import { gup_fast_folio_allowed, gup_fast_permits, gup_fast_special } from '../mm/gup_fast.ts';
import { gup_must_unshare, gup_refuses_p2pdma, try_grab_folio } from '../mm/gup_grab.ts';

export const GUP_7_1: GupKernel = {
  gup_must_unshare,
  try_grab_folio,
  gup_refuses_p2pdma,
  check_vma_flags,
  can_follow_write_common,
  gup_fast_permits,
  gup_fast_special,
  gup_fast_folio_allowed,
  // Since v6.12.
  gup_fast_checks_special: () => true,
  // As read in v6.12.
  gup_slow_checks_special: () => false,
  unshare_copies_missing: () => false,
  folio_walk_start,
  // Since v6.12.
  do_pages_stat_array,
};
