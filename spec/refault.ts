/** I-REFAULT: what nobody can map again stays mapped. */
import type { Always } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Vma } from '../model/state/mm_types.ts';
import { isMapped, isNonRefaultable, NONE, vmaAt } from './reading.ts';
import { entryName, pageName, vmaName } from './wording.ts';

/** The first page of a VMA without fault handler that does not translate, or NONE. */
const lostPage = (s: MmView): number => {
  const { mms, vmas } = s.geometry;
  for (let row = 0; row < mms * vmas; row++) {
    const vma = s.vma.at(row);
    if (!isNonRefaultable(vma)) continue;
    const mm = Math.floor(row / vmas);
    const end = Math.min(Vma.end(vma), pagesOf(s.geometry));
    for (let page = Vma.start(vma); page < end; page++)
      if (!isMapped(s, mm, page)) return mm * pagesOf(s.geometry) + page;
  }
  return NONE;
};

const anyNonRefaultable = (s: MmView): boolean => {
  for (let row = 0; row < s.geometry.mms * s.geometry.vmas; row++) if (isNonRefaultable(s.vma.at(row))) return true;
  return false;
};

export const refault: Always<MmView> = {
  kind: 'always',
  name: 'I-REFAULT',
  says: 'Every page of a VM_PFNMAP VMA that has neither ->fault nor ->huge_fault translates, for nobody could map it again.',
  cites:
    'v7.1 mm/memory.c do_fault() (no ->fault and a none PTE: VM_FAULT_SIGBUS), mm/huge_memory.c ' +
    '__split_huge_pmd_locked(); "mm: add huge pfnmap support for remap_pfn_range()" v4 7/7, 2026-05-26',
  subject: anyNonRefaultable,
  holds: (s) => lostPage(s) === NONE,
  explain: (s) => {
    const at = lostPage(s);
    const pages = pagesOf(s.geometry);
    const mm = Math.floor(at / pages);
    const page = at % pages;
    return `${pageName(s, at)} of ${vmaName(vmaAt(s, mm, page))} translates to nothing: ${entryName(s, mm, page)}`;
  },
};
