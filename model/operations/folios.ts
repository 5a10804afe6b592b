/** Large folios that become small ones, and small ones that become large, as operations of the search. */
import { action } from '../../checker/search/index.ts';
import { deferred_split_count, deferred_split_scan as scan } from '../mm/deferred_split.ts';
import { is_splittable_kind, split_folio as split } from '../mm/folio_split.ts';
import type { Sys } from '../mm/kernel.ts';
import { type Collapser, collapse_single_pmd } from '../mm/khugepaged.ts';
import { NO_PAGE } from '../mm/memory.ts';
import { movable_folio_at } from '../mm/migrate.ts';
import { folio_test_locked } from '../mm/page_flags.ts';
import { folio_get, folio_put } from '../mm/page_ref.ts';
import { vma_lookup } from '../mm/vma.ts';
import type { Alphabet } from './alphabet.ts';
import { is_alive, type Op, returning, returningOrNever, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

/** The large folio that a process maps at a page, if it can be locked; else NO_PAGE. */
const splittable_at = (s: Sys, mm: number, page: number): number => {
  const folio = is_alive(s, mm) ? movable_folio_at(s, mm, page) : NO_PAGE;
  return folio !== NO_PAGE && is_splittable_kind(s, folio) && !folio_test_locked(s, folio) ? folio : NO_PAGE;
};

export const split_folio = ({ mms, folioSplits }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; page: number }>({
    ...OPERATIONS.split_folio,
    args: { mm: mms, page: folioSplits },
    show: ({ mm, page }) => `the folio at page ${page} of the ${who(mm)}`,
    guard: (s, { mm, page }) => splittable_at(s, mm, page) !== NO_PAGE,
    effect: (s, { mm, page }) => {
      const folio = splittable_at(s, mm, page);
      folio_get(s, folio);
      returning(s, split(s, folio));
      folio_put(s, folio);
    },
  });

export const deferred_split_scan: Op = action<Sys, Sys>({
  ...OPERATIONS.deferred_split_scan,
  args: {},
  guard: deferred_split_count,
  effect: (s) => scan(s),
});

export const collapse = ({ mms, collapses, collapsers }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; slot: number; by: Collapser }>({
    ...OPERATIONS.collapse,
    args: { mm: mms, slot: collapses, by: collapsers },
    show: ({ mm, slot, by }) => `pmd[${slot}] of the ${who(mm)}, by ${by}`,
    guard: (s, { mm, slot }) => is_alive(s, mm) && vma_lookup(s, mm, slot * s.geometry.ptrsPerPte) >= 0,
    effect: (s, { mm, slot, by }, choose) => {
      s.choose = choose;
      return returningOrNever(s, collapse_single_pmd(s, mm, slot, by));
    },
  });
