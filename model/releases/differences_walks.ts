/** What the releases differ in where page tables are walked and pages looked for: see differences.ts. */
import { do_pages_stat_by_follow_page } from '../mm/folio_walk.ts';
import { mincore_by_vma } from '../mm/mincore.ts';
import { type Difference, history, now } from './releases.ts';

export const WALK_DIFFERENCES: readonly Difference[] = [
  {
    name: 'walked-leaf-page',
    says: 'which page pagemap and mbind() take from a PMD leaf',
    cites:
      'v7.2.6 fs/proc/task_mmu.c pagemap_pmd_range_thp() (pmd_page()), mm/mempolicy.c queue_folios_pmd() (pmd_folio()); ' +
      'the same functions in v7.3.4 (vm_normal_page_pmd(), vm_normal_folio_pmd()); 6.12.117 (as v7.2)',
    at: history('frame', { 'v7.3': 'normal' }),
    values: [
      now('frame', 'that of its frame, whether it has one or not'),
      {
        value: 'normal',
        says: 'the one that vm_normal_page_pmd() gives, if any (since v7.3)',
        patch: { walked_pmd_page: () => (s, vma, page, e) => s.kernel.vm_normal_page_pmd(s, vma, page, e) },
      },
    ],
  },
  {
    name: 'pages-stat',
    says: 'how move_pages() without nodes looks for a page',
    cites:
      'v6.8 mm/migrate.c do_pages_stat_array() (follow_page() with FOLL_GET | FOLL_DUMP), mm/gup.c follow_page_pte(), no_page_table(), ' +
      'mm/huge_memory.c follow_trans_huge_pmd(); 6.12.117 and v7.1.3 mm/migrate.c (folio_walk_start() with FW_ZEROPAGE)',
    at: history('follow_page', { 'v6.12': 'folio_walk' }),
    values: [
      now('folio_walk', 'by folio_walk_start(), which asks vm_normal_page() and its like'),
      {
        value: 'follow_page',
        says: 'by follow_page(): EFAULT for all that is special, and for holes that no ->fault fills',
        patch: { do_pages_stat_array: () => do_pages_stat_by_follow_page },
      },
    ],
  },
  {
    name: 'hwpoison-walk',
    says: 'where kill_accessing_process() looks for broken memory',
    cites: '2e6053fea379 "mm/memory-failure: fix infinite UCE for VM_PFNMAP pfn" (v6.17-rc3, 6.12.44)',
    at: history('skips', { 'v6.17': 'all' }, { 'v6.12.117': 'all' }),
    values: [
      now('all', 'in every VMA'),
      {
        value: 'skips',
        says: 'not in VM_PFNMAP: there it finds nothing',
        patch: { hwpoison_walks_pfnmap: () => () => false },
      },
    ],
  },
  {
    name: 'hwpoison-not-found',
    says: 'what kill_accessing_process() returns when the process maps the broken memory nowhere',
    cites:
      'v6.8 and v6.14 mm/memory-failure.c kill_accessing_process() (-EFAULT), 6.12.117, v6.16.3 and later (0): ' +
      '"mm/hwpoison: do not send SIGBUS to processes with recovered clean pages" (v6.15-rc1, 6.12.24)',
    at: history('EFAULT', { 'v6.15': 'zero' }, { 'v6.12.117': 'zero' }),
    values: [
      now('zero', '0, as if something had been done: it goes on, and reads again'),
      {
        value: 'EFAULT',
        says: '-EFAULT, and kill_me_maybe() kills it (until v6.14)',
        patch: { hwpoison_not_found_kills: () => () => true },
      },
    ],
  },
  {
    name: 'mincore-walk',
    says: 'how mincore() walks: which VMAs, and what of PUD leaves',
    cites:
      'v7.1.3, v7.2.6, 6.12.117 mm/mincore.c do_mincore() (walk_page_range()); v7.3.4 (walk_page_range_vma(), mincore_pud_entry())',
    at: history('range', { 'v7.3': 'vma' }),
    values: [
      now('range', 'not over VM_PFNMAP; a PUD leaf of others is split'),
      {
        value: 'vma',
        says: 'over all, and leaves are left alone (since v7.3)',
        patch: { mincore_walk: () => mincore_by_vma },
      },
    ],
  },
];
