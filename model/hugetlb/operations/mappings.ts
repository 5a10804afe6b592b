/** mmap() of a hugetlbfs file, munmap(), accesses, and the end of a process, as operations of the search. */
import { action } from '../../../checker/search/index.ts';
import { Vma } from '../../state/hugetlb/hugetlb_types.ts';
import { access_page } from '../access.ts';
import type { Sys } from '../kernel.ts';
import { do_vmi_munmap, exit_mmap, hugetlbfs_file_mmap, vmaOf } from '../mmap.ts';
import { range_is_free, vma_lookup } from '../vma.ts';
import type { HugetlbAlphabet, PageRange } from './alphabet.ts';
import { HUGETLB_OPERATIONS } from './described.ts';
import { all_mapped, type HugetlbOp, is_alive, pagesOf, PARENT, returning, who } from './op.ts';

export const mmap = ({ mappings }: HugetlbAlphabet): HugetlbOp => {
  const byName = new Map(mappings.map((one) => [one.name, one]));
  return action<Sys, Sys, { mm: number; mapping: string }>({
    ...HUGETLB_OPERATIONS.hugetlbfs_file_mmap,
    args: { mm: [PARENT], mapping: [...byName.keys()] },
    show: ({ mm, mapping }) => `${who(mm)}, ${mapping}`,
    guard: (s, { mm, mapping }) => {
      const vma = vmaOf(byName.get(mapping)!);
      return is_alive(s, mm) && range_is_free(s, mm, Vma.start(vma), Vma.end(vma));
    },
    effect: (s, { mm, mapping }, choose) => {
      s.choose = choose;
      return returning(s, hugetlbfs_file_mmap(s, mm, byName.get(mapping)!));
    },
  });
};

export const hugetlb_fault = ({ mms, reads, writes }: HugetlbAlphabet): HugetlbOp => {
  const pages = [...new Set([...reads, ...writes])].toSorted((a, b) => a - b);
  return action<Sys, Sys, { mm: number; page: number; access: 'read' | 'write' }>({
    ...HUGETLB_OPERATIONS.hugetlb_fault,
    args: { mm: mms, page: pages, access: ['read', 'write'] },
    show: ({ mm, page, access }) => `${who(mm)}, page ${page}, ${access}`,
    guard: (s, { mm, page, access }) =>
      (access === 'read' ? reads : writes).includes(page) && is_alive(s, mm) && vma_lookup(s, mm, page) >= 0,
    effect: (s, { mm, page, access }, choose) => {
      s.choose = choose;
      return returning(s, access_page(s, mm, page, access === 'write'));
    },
  });
};

export const munmap = ({ mms, munmaps }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { mm: number; range: PageRange }>({
    ...HUGETLB_OPERATIONS.hugetlb_munmap,
    args: { mm: mms, range: munmaps },
    show: ({ mm, range }) => `${who(mm)}, ${pagesOf(range)}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && all_mapped(s, mm, range),
    effect: (s, { mm, range }, choose) => {
      s.choose = choose;
      return returning(s, do_vmi_munmap(s, mm, range.from, range.to));
    },
  });

export const exit = (mms: number): HugetlbOp =>
  action<Sys, Sys, { mm: number }>({
    ...HUGETLB_OPERATIONS.hugetlb_exit,
    args: { mm: Array.from({ length: mms }, (_, mm) => mm) },
    show: ({ mm }) => who(mm),
    guard: (s, { mm }) => is_alive(s, mm),
    effect: (s, { mm }, choose) => {
      s.choose = choose;
      exit_mmap(s, mm);
    },
  });
