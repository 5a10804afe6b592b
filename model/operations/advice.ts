/** madvise() as an operation of the search. */
import { action } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { type Advice, do_madvise } from '../mm/madvise.ts';
import type { Alphabet, PageRange } from './alphabet.ts';
import { all_mapped, is_alive, type Op, pagesOf, returning, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

export const madvise = ({ mms, madvises, advice }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; range: PageRange; advice: Advice }>({
    ...OPERATIONS.madvise,
    args: { mm: mms, range: madvises, advice },
    show: ({ mm, range, advice: one }) => `${who(mm)}, ${pagesOf(range)}, MADV_${one}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && all_mapped(s, mm, range),
    effect: (s, { mm, range, advice: one }, choose) => {
      s.choose = choose;
      returning(s, do_madvise(s, mm, range.from, range.to, one));
    },
  });
