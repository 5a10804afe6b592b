/** What happens to a folio wherever it is mapped, as operations of the search. */
import { type Action, action } from '../../../checker/search/index.ts';
import { Folio, Vma } from '../../state/hugetlb/hugetlb_types.ts';
import { filemap_get, folio_pfn, page_folio } from '../folio.ts';
import { follow_leaf } from '../follow_page.ts';
import type { Sys } from '../kernel.ts';
import { migrate_hugetlb_begin, migrate_hugetlb_end } from '../migrate.ts';
import { i_mmap_is_locked, is_migrating, migrating_folio } from '../migration_lock.ts';
import { page_in_hugepage, vma_hugecache_offset, vma_lookup } from '../vma.ts';
import type { HugetlbAlphabet } from './alphabet.ts';
import { RMAP_OPERATIONS } from './described_rmap.ts';
import { type HugetlbOp, is_alive, returning, who } from './op.ts';

/** The frame that a page of a process is, mapped or in the page cache; -1: there is none. */
const frame_of = (s: Sys, mm: number, page: number): number => {
  const row = vma_lookup(s, mm, page);
  if (row < 0) return -1;
  const pfn = follow_leaf(s, row, page);
  if (pfn >= 0) return pfn;
  const vma = s.vma.at(row);
  const cached = filemap_get(s, Vma.file(vma) - 1, vma_hugecache_offset(s, vma, page));
  return cached < 0 ? -1 : folio_pfn(s, cached) + page_in_hugepage(s, vma, page);
};
const folio_of = (s: Sys, mm: number, page: number): number => {
  const pfn = frame_of(s, mm, page);
  return pfn < 0 ? -1 : page_folio(s, pfn);
};
const is_used = (s: Sys, folio: number): boolean => folio >= 0 && Folio.used(s.folio.at(folio)) === 1;

export const migrate = ({ mms, migrations }: HugetlbAlphabet, rows: number): HugetlbOp =>
  action<Sys, Sys, { mm: number; page: number }>({
    ...RMAP_OPERATIONS.hugetlb_migrate,
    args: { mm: rows > 0 ? mms : [], page: migrations },
    show: ({ mm, page }) => `${who(mm)}, page ${page}`,
    guard: (s, { mm, page }) => is_alive(s, mm) && !is_migrating(s) && is_used(s, folio_of(s, mm, page)),
    effect: (s, { mm, page }) => returning(s, migrate_hugetlb_begin(s, folio_of(s, mm, page))),
  });

export const remove_migration = ({ migrations }: HugetlbAlphabet, rows: number): HugetlbOp =>
  action<Sys, Sys, { row: number }>({
    ...RMAP_OPERATIONS.hugetlb_remove_migration,
    args: { row: rows > 0 && migrations.length > 0 ? [0] : [] },
    show: () => '',
    guard: (s) => is_migrating(s),
    effect: (s) => returning(s, migrate_hugetlb_end(s)),
  });

export const memory_failure = ({ mms, failures }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { mm: number; page: number }>({
    ...RMAP_OPERATIONS.hugetlb_memory_failure,
    args: { mm: mms, page: failures },
    show: ({ mm, page }) => `${who(mm)}, page ${page}`,
    guard: (s, { mm, page }) => {
      const folio = folio_of(s, mm, page);
      return is_alive(s, mm) && is_used(s, folio) && folio !== migrating_folio(s);
    },
    effect: (s, { mm, page }, choose) => {
      s.choose = choose;
      return returning(s, s.kernel.memory_failure_hugetlb(s, frame_of(s, mm, page)));
    },
  });

/** Operations that do without i_mmap_rwsem for writing. */
const WITHOUT_I_MMAP: ReadonlySet<string> = new Set([
  'hugetlb_fault',
  'hugetlbfs_fallocate',
  'userfaultfd_api',
  'userfaultfd_continue',
  'userfaultfd_copy',
  'userfaultfd_poison',
  'kvm_page_fault',
  'hugetlb_remove_migration',
  'hugetlb_gup',
  'hugetlb_pin',
  'hugetlb_unpin',
  'hugetlb_move_pages_stat',
  'hugetlb_smaps',
  'hugetlb_mincore',
  'hugetlb_mbind',
]);

/** Operations that lock folios of the page cache, in whatever order. */
const LOCKS_FOLIOS: ReadonlySet<string> = new Set(['hugetlb_truncate', 'hugetlbfs_punch_hole']);

const may_not_run = (s: Sys, locksFolios: boolean): boolean => i_mmap_is_locked(s) || (locksFolios && is_migrating(s));

/** The operation as it is where a migration can be under way: what needs its locks is possible when it has ended. */
export const waiting_for_migration = (op: Action<Sys, Sys>): Action<Sys, Sys> => {
  if (WITHOUT_I_MMAP.has(op.name)) return op;
  const locksFolios = LOCKS_FOLIOS.has(op.name);
  return { ...op, guard: (s, args) => !may_not_run(s, locksFolios) && op.guard(s, args) };
};
