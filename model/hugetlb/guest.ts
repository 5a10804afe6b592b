/**
 * Page tables of a second stage. Mirrors virt/kvm/kvm_main.c hva_to_pfn(), arch/x86/kvm/mmu/mmu.c host_pfn_mapping_level(),
 * kvm_tdp_mmu_map(); v6.1 and later: what GUP finds, with FOLL_HWPOISON, is mapped by a leaf as large as the host's. Stubbed:
 * one memory slot.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { HugePte, Prot, Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { FAULTS_MAX, leaf_of } from './access.ts';
import { vm_fault_to_errno } from './gup.ts';
import { huge_ptep_get, hugetlb_pte_size, NO_HPTE } from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { translation_by } from './mmu.ts';
import { vma_lookup } from './vma.ts';

/** The guest's memory is the parent's. */
const HOST = 0;

/** A guest accesses a page; pages of the leaf that are not the guest's stay out. Returns a code of `Result`, or WAITS. */
export const kvm_page_fault = (s: Sys, page: number, write: boolean): number => {
  for (let i = 0; i < FAULTS_MAX; i++) {
    const h = leaf_of(s, HOST, page);
    const e = h === NO_HPTE ? HugePte.of({}) : huge_ptep_get(s, h);
    if (h !== NO_HPTE && HugePte.protnone(e) === 0 && (!write || HugePte.write(e) === 1)) {
      const size = hugetlb_pte_size(h);
      const first = Math.trunc(page / size) * size;
      for (let at = first; at < Math.min(first + size, s.geometry.guestPages); at++)
        s.guest.put(at, translation_by(h, e, at));
      return Result.ok;
    }
    const row = vma_lookup(s, HOST, page);
    const prot = row < 0 ? Prot.NONE : Vma.prot(s.vma.at(row));
    if (prot === Prot.NONE || (write && prot !== Prot.RW)) return Result.EFAULT;
    const fault = s.kernel.hugetlb_fault(s, row, page, write);
    if (fault !== Result.ok) return vm_fault_to_errno(fault, true);
  }
  throw new ModelBug('fault-loop', `GUP of page ${page} for a guest faults again and again`);
};
