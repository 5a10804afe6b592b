/** Memory policies, as an operation of the search. */
import { action } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { do_mbind } from '../mm/mempolicy.ts';
import { VmaAttributes } from '../state/mm_types.ts';
import type { Alphabet, MemoryPolicy, PageRange } from './alphabet.ts';
import { all_mapped, is_alive, type Op, pagesOf, returning, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

export const mbind = ({ mms, mbinds, policies }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; range: PageRange; policy: MemoryPolicy }>({
    ...OPERATIONS.mbind,
    args: { mm: mms, range: mbinds, policy: policies },
    show: ({ mm, range, policy: { nodes, strict, move = false } }) =>
      `${who(mm)}, ${pagesOf(range)}, ${nodes}${strict ? ', MPOL_MF_STRICT' : ''}${move ? ', MPOL_MF_MOVE' : ''}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && all_mapped(s, mm, range),
    effect: (s, { mm, range, policy: { nodes, strict, move } }, choose) => {
      s.choose = choose;
      returning(s, do_mbind(s, mm, range.from, range.to, VmaAttributes.policies[nodes], strict, move));
    },
  });
