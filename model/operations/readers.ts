/** What only looks at page tables, or for a frame in them, as operations of the search. */
import { action } from '../../checker/search/index.ts';
import { vma_lookup } from '../mm/vma.ts';
import { consume_poison } from '../mm/memory_failure.ts';
import { do_pages_stat } from '../mm/folio_walk.ts';
import type { Sys } from '../mm/kernel.ts';
import { mincore as mincore_range } from '../mm/mincore.ts';
import { pagemap_read, show_numa_map, show_smap } from '../mm/task_mmu.ts';
import type { Alphabet, ProcFile, PageRange } from './alphabet.ts';
import { is_alive, type Op, pagesOf, returning, returningOrNever, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

/** A file under /proc/PID is read to its end. */
const reading =
  (file: ProcFile, read: (s: Sys, mm: number) => unknown) =>
  ({ mms, procReads }: Alphabet): Op =>
    action<Sys, Sys, { mm: number }>({
      ...OPERATIONS[file],
      args: { mm: procReads.includes(file) ? mms : [] },
      show: ({ mm }) => who(mm),
      guard: (s, { mm }) => is_alive(s, mm),
      effect: (s, { mm }) => {
        read(s, mm);
      },
    });

/** What smaps says in all its lines "Rss", added up. */
export const smaps = reading('smaps', (s, mm) => s.resident.put(0, show_smap(s, mm)));
export const numa_maps = reading('numa_maps', show_numa_map);
export const pagemap = reading('pagemap', pagemap_read);

export const mincore = ({ mms, mincores }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; range: PageRange }>({
    ...OPERATIONS.mincore,
    args: { mm: mms, range: mincores },
    show: ({ mm, range }) => `${who(mm)}, ${pagesOf(range)}`,
    guard: (s, { mm }) => is_alive(s, mm),
    effect: (s, { mm, range }) => returning(s, mincore_range(s, mm, range.from, range.to)),
  });

export const move_pages_stat = ({ mms, pageStats }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; page: number }>({
    ...OPERATIONS.move_pages,
    args: { mm: mms, page: pageStats },
    show: ({ mm, page }) => `${who(mm)}, page ${page}, no nodes`,
    guard: (s, { mm }) => is_alive(s, mm),
    effect: (s, { mm, page }) => returning(s, do_pages_stat(s, mm, page)),
  });

export const memory_failure = ({ mms, poisons }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; page: number }>({
    ...OPERATIONS.memory_failure,
    args: { mm: mms, page: poisons },
    show: ({ mm, page }) => `${who(mm)} reads page ${page}, which is broken`,
    guard: (s, { mm, page }) => is_alive(s, mm) && vma_lookup(s, mm, page) >= 0,
    effect: (s, { mm, page }, choose) => {
      s.choose = choose;
      return returningOrNever(s, consume_poison(s, mm, page));
    },
  });
