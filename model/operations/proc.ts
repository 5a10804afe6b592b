/** What files under /proc do to memory, as operations of the search. */
import { action } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { clear_refs_write } from '../mm/task_mmu.ts';
import type { Alphabet } from './alphabet.ts';
import { is_alive, type Op, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

export const clear_refs = ({ mms, clearRefs }: Alphabet): Op =>
  action<Sys, Sys, { mm: number }>({
    ...OPERATIONS.clear_refs,
    args: { mm: clearRefs ? mms : [] },
    show: ({ mm }) => who(mm),
    guard: (s, { mm }) => is_alive(s, mm),
    effect: (s, { mm }) => clear_refs_write(s, mm),
  });
