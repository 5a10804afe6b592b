/** mmap(), munmap(), mprotect() and mremap() as operations of the search. */
import { action } from '../../checker/search/index.ts';
import type { Driver } from '../drivers/driver.ts';
import { is_freeing } from '../fs/dax_layout.ts';
import { open_empties } from '../fs/open.ts';
import type { Sys } from '../mm/kernel.ts';
import { do_vmi_munmap, mmap_region } from '../mm/mmap.ts';
import { do_mprotect_pkey } from '../mm/mprotect.ts';
import { move_vma } from '../mm/mremap.ts';
import { range_is_free, vma_lookup } from '../mm/vma.ts';
import { Prot, Vma } from '../state/mm_types.ts';
import type { Alphabet, Moving, PageRange } from './alphabet.ts';
import { all_mapped, is_alive, type Op, pagesOf, returning, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

export const mmap = (mms: readonly number[], drivers: readonly Driver[]): Op => {
  const byName = new Map(drivers.map((one) => [one.name, one]));
  return action<Sys, Sys, { mm: number; driver: string }>({
    ...OPERATIONS.mmap,
    args: { mm: mms, driver: [...byName.keys()] },
    show: ({ mm, driver }) => `${who(mm)}, ${driver}`,
    mirrorsIn: (s, { driver }) =>
      open_empties(s, byName.get(driver)!.vma)
        ? `fs/open.c do_dentry_open(), then ${OPERATIONS.mmap.mirrors}`
        : OPERATIONS.mmap.mirrors,
    guard: (s, { mm, driver }) => {
      const { vma } = byName.get(driver)!;
      return is_alive(s, mm) && range_is_free(s, mm, Vma.start(vma), Vma.end(vma)) && !is_freeing(s, vma);
    },
    effect: (s, { mm, driver }, choose) => {
      s.choose = choose;
      returning(s, mmap_region(s, mm, byName.get(driver)!));
    },
  });
};

export const munmap = ({ mms, munmaps }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; range: PageRange }>({
    ...OPERATIONS.munmap,
    args: { mm: mms, range: munmaps },
    show: ({ mm, range }) => `${who(mm)}, ${pagesOf(range)}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && all_mapped(s, mm, range),
    effect: (s, { mm, range }, choose) => {
      s.choose = choose;
      returning(s, do_vmi_munmap(s, mm, range.from, range.to));
    },
  });

export const mprotect = ({ mms, mprotects, prots }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; range: PageRange; prot: 'NONE' | 'R' | 'RW' }>({
    ...OPERATIONS.mprotect,
    args: { mm: mms, range: mprotects, prot: prots },
    show: ({ mm, range, prot }) => `${who(mm)}, ${pagesOf(range)}, ${prot}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && all_mapped(s, mm, range),
    effect: (s, { mm, range, prot }, choose) => {
      s.choose = choose;
      returning(s, do_mprotect_pkey(s, mm, range.from, range.to, Prot[prot]));
    },
  });

export const mremap = ({ mms, mremaps }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; move: Moving }>({
    ...OPERATIONS.mremap,
    args: { mm: mms, move: mremaps },
    show: ({ mm, move: { from, to, pages } }) => `${who(mm)}, ${pagesOf({ from, to: from + pages })} to page ${to}`,
    guard: (s, { mm, move: { from, to, pages } }) => {
      if (!is_alive(s, mm) || !range_is_free(s, mm, to, to + pages)) return false;
      const row = vma_lookup(s, mm, from);
      return row >= 0 && from + pages <= Vma.end(s.vma.at(row));
    },
    effect: (s, { mm, move: { from, to, pages } }, choose) => {
      s.choose = choose;
      returning(s, move_vma(s, mm, from, to, pages));
    },
  });
