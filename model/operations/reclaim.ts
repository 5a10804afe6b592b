/** Reclaim as an operation of the search. */
import { action } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { reclaimable_folio_at } from '../mm/vmscan.ts';
import type { Alphabet } from './alphabet.ts';
import { is_alive, type Op, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

/** A folio has no name of its own: it is the one that a process maps at a page. */
export const shrink_folio_list = ({ mms, reclaims }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; page: number }>({
    ...OPERATIONS.shrink_folio_list,
    args: { mm: mms, page: reclaims },
    show: ({ mm, page }) => `the folio at page ${page} of the ${who(mm)}`,
    guard: (s, { mm, page }) => is_alive(s, mm) && reclaimable_folio_at(s, mm, page) >= 0,
    effect: (s, { mm, page }) => s.kernel.shrink_folio_list(s, reclaimable_folio_at(s, mm, page)),
  });
