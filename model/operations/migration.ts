/** Migration of a folio as two operations of the search: anything may happen between them. */
import { action } from '../../checker/search/index.ts';
import { folio_split_unmapped } from '../mm/folio_split.ts';
import type { Sys } from '../mm/kernel.ts';
import { NO_PAGE } from '../mm/memory.ts';
import { movable_folio_at, movable_page_at } from '../mm/migrate.ts';
import { migrate_pages_batch } from '../mm/migrate_batch.ts';
import { folio_test_anon, folio_test_large, page_folio } from '../mm/page_flags.ts';
import { Migration } from '../state/memmap.ts';
import type { Alphabet, Unmapping } from './alphabet.ts';
import { is_alive, type Op, returning, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

const is_under_way = (s: Sys): boolean => s.migration.rows > 0 && Migration.taken(s.migration.at(0)) === 1;
/** unmap_folio() asks for migration entries only of anonymous memory; other memory is unmapped for good. */
const can_split = (s: Sys, folio: number): boolean => folio_test_anon(s, folio) && folio_test_large(s, folio);

export const migrate_pages = ({ mms, migrations }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; at: Unmapping }>({
    ...OPERATIONS.migrate_pages,
    args: { mm: mms, at: migrations },
    show: ({ mm, at: { page, to } }) => `${who(mm)}, page ${page}, to ${to} it`,
    when: (s) => s.migration.rows > 0 && !is_under_way(s),
    guard: (s, { mm, at: { page, to } }) => {
      const folio = is_alive(s, mm) ? movable_folio_at(s, mm, page) : NO_PAGE;
      return folio !== NO_PAGE && (to === 'move' || can_split(s, folio));
    },
    effect: (s, { mm, at: { page, to } }) => {
      const pfn = movable_page_at(s, mm, page);
      const folio = page_folio(s, pfn);
      returning(s, to === 'split' ? s.kernel.migrate_folio_unmap(s, folio, true) : migrate_pages_batch(s, folio, pfn));
    },
  });

type Ending = 'same' | 'new' | 'split';
const WITH: Readonly<Record<Ending, string>> = {
  same: 'with the same folio',
  new: 'with a new folio',
  split: 'with the folio split',
};
const endings = (migrations: readonly Unmapping[]): readonly Ending[] => {
  if (migrations.length === 0) return [];
  return migrations.some(({ to }) => to === 'split') ? ['same', 'new', 'split'] : ['same', 'new'];
};

export const remove_migration_ptes = ({ migrations }: Alphabet): Op =>
  action<Sys, Sys, { folio: Ending }>({
    ...OPERATIONS.remove_migration_ptes,
    args: { folio: endings(migrations) },
    show: ({ folio }) => WITH[folio],
    when: is_under_way,
    guard: (s, { folio }) => {
      const e = s.migration.at(0);
      if (Migration.splits(e) === 1) return folio !== 'new';
      return folio === 'same' || (folio === 'new' && folio_test_anon(s, Migration.pfn(e)));
    },
    effect: (s, { folio }, choose) => {
      s.choose = choose;
      returning(s, folio === 'split' ? folio_split_unmapped(s) : s.kernel.migrate_folio_move(s, folio === 'new'));
    },
  });
