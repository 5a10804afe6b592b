/** mlock() and munlock() as operations of the search. */
import { action } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { do_mlock, do_munlock } from '../mm/mlock.ts';
import type { Alphabet, LockHow, PageRange } from './alphabet.ts';
import { all_mapped, is_alive, type Op, pagesOf, returning, returningOrNever, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

export const mlock = ({ mms, mlocks, mlockHow }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; range: PageRange; how: LockHow }>({
    ...OPERATIONS.mlock,
    args: { mm: mms, range: mlocks, how: mlockHow },
    show: ({ mm, range, how }) => `${who(mm)}, ${pagesOf(range)}${how === 'on fault' ? ', MLOCK_ONFAULT' : ''}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && all_mapped(s, mm, range),
    effect: (s, { mm, range, how }, choose) => {
      s.choose = choose;
      return returningOrNever(s, do_mlock(s, mm, range.from, range.to, how === 'on fault'));
    },
  });

export const munlock = ({ mms, munlocks }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; range: PageRange }>({
    ...OPERATIONS.munlock,
    args: { mm: mms, range: munlocks },
    show: ({ mm, range }) => `${who(mm)}, ${pagesOf(range)}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && all_mapped(s, mm, range),
    effect: (s, { mm, range }, choose) => {
      s.choose = choose;
      returning(s, do_munlock(s, mm, range.from, range.to));
    },
  });
