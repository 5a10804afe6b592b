/** An access to memory as an operation of the search. */
import { action } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { access_page } from '../mm/memory_fault.ts';
import { vma_lookup } from '../mm/vma.ts';
import type { Alphabet } from './alphabet.ts';
import { is_alive, type Op, returningOrNever, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

export const handle_mm_fault = ({ mms, reads, writes }: Alphabet): Op => {
  const pages = [...new Set([...reads, ...writes])].toSorted((a, b) => a - b);
  return action<Sys, Sys, { mm: number; page: number; access: 'read' | 'write' }>({
    ...OPERATIONS.handle_mm_fault,
    args: { mm: mms, page: pages, access: ['read', 'write'] },
    show: ({ mm, page, access }) => `${who(mm)}, page ${page}, ${access}`,
    guard: (s, { mm, page, access }) =>
      (access === 'read' ? reads : writes).includes(page) && is_alive(s, mm) && vma_lookup(s, mm, page) >= 0,
    effect: (s, { mm, page, access }, choose) => {
      s.choose = choose;
      return returningOrNever(s, access_page(s, mm, page, access === 'write'));
    },
  });
};
