/** What a userfaultfd does to memory, as an operation of the search. */
import { action, NEVER } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { vma_lookup } from '../mm/vma.ts';
import { WAITS } from '../mm/vm_fault.ts';
import type { Alphabet, Moving } from './alphabet.ts';
import { is_alive, type Op, pagesOf, returning, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

export const UFFDIO_MOVE = ({ mms, uffdMoves }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; move: Moving }>({
    ...OPERATIONS.UFFDIO_MOVE,
    args: { mm: mms, move: uffdMoves },
    show: ({ mm, move: { from, to, pages } }) => `${who(mm)}, ${pagesOf({ from, to: from + pages })} to page ${to}`,
    guard: (s, { mm, move: { from, to } }) =>
      is_alive(s, mm) && vma_lookup(s, mm, from) >= 0 && vma_lookup(s, mm, to) >= 0,
    effect: (s, { mm, move: { from, to, pages } }, choose) => {
      s.choose = choose;
      const result = s.kernel.move_pages(s, mm, from, to, pages);
      if (result === WAITS) return NEVER;
      returning(s, result);
      return undefined;
    },
  });
