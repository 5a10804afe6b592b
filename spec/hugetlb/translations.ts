/** H-TLB and H-GUEST: nobody remembers what page tables do not say any more. */
import type { Always } from '../../checker/search/index.ts';
import { pagesOf } from '../../model/state/hugetlb/geometry.ts';
import { HugePte, type HugetlbView, Translation } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2, V2 } from './cites.ts';
import { eachPage } from './each_page.ts';
import { entryAt, isLeaf, mappedAt, sizeAt } from './entries.ts';
import { entryName, placeName } from './wording.ts';

/** The guest's memory is the parent's. */
const HOST = 0;

const isValid = (one: Translation): boolean => Translation.valid(one) === 1;

/** Whether the leaf of the page gives the translation: its frame, and no more than its rights. */
const isGiven = (s: HugetlbView, mm: number, page: number, one: Translation): boolean => {
  const e = entryAt(s, mm, page);
  if (!isLeaf(e) || mappedAt(s, mm, page) !== Translation.pfn(one) || HugePte.protnone(e) === 1) return false;
  return Translation.write(one) <= HugePte.write(e);
};

const tlbAt = (s: HugetlbView, mm: number, page: number): Translation => s.tlb.at(mm * pagesOf(s.geometry) + page);

export const tlb: Always<HugetlbView> = eachPage({
  name: 'H-TLB',
  says: 'What a CPU remembers of a page is what a leaf says, with its frame, its size and no more than its rights: when an operation has ended, nothing older is left.',
  cites: `v7.1 mm/hugetlb.c __unmap_hugepage_range(), hugetlb_change_protection(), huge_pmd_unshare_flush(); ${RFC2}, 36/47; ${V2}, 34/46`,
  asks: (s, mm, page) => s.geometry.tlb === 1 && isValid(tlbAt(s, mm, page)),
  isRight: (s, mm, page) => {
    const one = tlbAt(s, mm, page);
    return isGiven(s, mm, page, one) && Translation.size(one) === sizeAt(s, mm, page);
  },
  tell: (s, mm, page) =>
    `a CPU remembers of ${placeName(mm, page)} ${Translation.show(tlbAt(s, mm, page))}; ${entryName(s, mm, page)}`,
});

export const guest: Always<HugetlbView> = eachPage({
  name: 'H-GUEST',
  says: 'The second stage maps a page of a guest to what a leaf of its host maps there, not by more than that leaf, and with no more than its rights.',
  cites: `v7.1 arch/x86/kvm/mmu/mmu.c host_pfn_mapping_level(), kvm_unmap_gfn_range(); ${RFC2}, 0/47`,
  asks: (s, mm, page) => mm === HOST && page < s.geometry.guestPages && isValid(s.guest.at(page)),
  isRight: (s, mm, page) => {
    const one = s.guest.at(page);
    return isGiven(s, mm, page, one) && Translation.size(one) <= sizeAt(s, mm, page);
  },
  tell: (s, mm, page) =>
    `the second stage has of guest page ${page} ${Translation.show(s.guest.at(page))}; ${entryName(s, mm, page)}`,
});
