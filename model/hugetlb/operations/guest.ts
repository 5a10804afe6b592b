/** Accesses of a guest as operations of the search. */
import { action } from '../../../checker/search/index.ts';
import { kvm_page_fault } from '../guest.ts';
import type { Sys } from '../kernel.ts';
import { vma_lookup } from '../vma.ts';
import type { HugetlbAlphabet } from './alphabet.ts';
import { HUGETLB_OPERATIONS } from './described.ts';
import { type HugetlbOp, is_alive, PARENT, returning } from './op.ts';

export const guest_access = ({ guestReads, guestWrites }: HugetlbAlphabet): HugetlbOp => {
  const pages = [...new Set([...guestReads, ...guestWrites])].toSorted((a, b) => a - b);
  return action<Sys, Sys, { page: number; access: 'read' | 'write' }>({
    ...HUGETLB_OPERATIONS.kvm_page_fault,
    args: { page: pages, access: ['read', 'write'] },
    show: ({ page, access }) => `page ${page}, ${access}`,
    guard: (s, { page, access }) =>
      (access === 'read' ? guestReads : guestWrites).includes(page) &&
      is_alive(s, PARENT) &&
      vma_lookup(s, PARENT, page) >= 0,
    effect: (s, { page, access }, choose) => {
      s.choose = choose;
      return returning(s, kvm_page_fault(s, page, access === 'write'));
    },
  });
};
