/** Who in the kernel relies on a law, and what comes of it where the law fails. */
import type { PgtableRelease } from '../../model/formats/architecture.ts';
import type { Caller } from './law.ts';

export interface CallerEntry {
  readonly says: string;
  readonly cites: string;
  /** The only architectures that have the caller, by a pattern; every one where it is absent. */
  readonly arch?: string;
  /** The first release that has it; every one has, where it is absent. */
  readonly since?: PgtableRelease;
}

export const CALLERS: Readonly<Record<Caller, CallerEntry>> = {
  split: {
    says: 'a split of a special leaf makes its PTEs from L_pgprot() of the leaf (huge-remap-pfn-range; v7.1 drops the leaf instead)',
    cites: 'mm/huge_memory.c __split_huge_pmd_locked(); v4 7/7 __split_huge_pfnmap_pmd()',
  },
  follow_pfnmap: {
    says: 'follow_pfnmap_start() gives L_pgprot() as it is to KVM, vfio, acrn and s390, who read it as that of a PTE',
    cites: 'v7.1 mm/memory.c follow_pfnmap_start(), pfnmap_args_setup()',
  },
  access_phys: {
    says: 'ptrace() and /proc/PID/mem map a BAR for themselves by it: ioremap_prot() reads a cache mode out of bits of another meaning',
    cites: 'v7.1 mm/memory.c generic_access_phys(); arch/x86/mm/ioremap.c ioremap_prot(), pgprot2cachemode()',
  },
  insert: {
    says: 'a leaf for a BAR is made from vm_page_prot, or from the cache mode that its frames are reserved for: the device is mapped with another one',
    cites: 'v7.1 mm/huge_memory.c vmf_insert_pfn_pmd(), vmf_insert_pfn_pud(), insert_pmd(), insert_pud()',
  },
  mprotect: {
    says: 'mprotect() of a whole leaf changes it in place: what L_modify() loses nobody gives back',
    cites: 'v7.1 mm/huge_memory.c change_huge_pmd(), change_huge_pud(); mm/mprotect.c change_pte_range()',
  },
  fork: {
    says: 'fork() copies the entry, write-protected and old',
    cites: 'v7.1 mm/huge_memory.c copy_huge_pmd(), copy_huge_pud()',
  },
  CPA: {
    says: 'set_memory_*() of x86 splits and merges leaves of the direct map with conversions of its own, which a change of the functions must take away at once, or they convert twice',
    cites:
      'v7.1 arch/x86/mm/pat/set_memory.c __should_split_large_page(), __split_large_page(), collapse_pmd_page(), populate_pmd()',
    arch: 'x86_*',
  },
  split_kernel_leaf_mapping: {
    says: 'set_memory_*() of arm64 splits a leaf of the direct map by L_pgprot() of it, and gives the result the type of the lower level by itself',
    cites: 'v7.1 arch/arm64/mm/mmu.c split_kernel_leaf_mapping(), split_pmd(), split_pud(); mm/pageattr.c',
    arch: 'arm64_*',
    since: 'v6.18',
  },
  vmalloc: {
    says: 'vmalloc() and ioremap() map by leaves, and so does the memory map; x86 builds them by pfn_pte() with bits of a leaf, and a cast',
    cites: 'v7.1 arch/x86/mm/pgtable.c pmd_set_huge(), pud_set_huge(); arch/x86/mm/init_64.c vmemmap_set_pmd()',
  },
  hibernate: {
    says: 'with 32 bits, boot and resume build the direct map by pfn_pmd(n, PAGE_KERNEL_LARGE): PSE comes from the caller',
    cites:
      'v7.1 arch/x86/power/hibernate_32.c resume_physical_mapping_init(); arch/x86/mm/init_32.c kernel_physical_mapping_init()',
    arch: 'x86_pae',
  },
  hugetlb: {
    says: 'a huge page is mapped by arch_make_huge_pte() of an entry that pfn_pte() made',
    cites: 'v7.1 mm/hugetlb.c make_huge_pte(); arch/*/include/asm/hugetlb.h arch_make_huge_pte()',
  },
  swap: {
    says: 'reclaim, migration and fork store what they must not forget in entries that are not present',
    cites: 'v7.1 include/linux/swapops.h (leafops.h); mm/memory.c do_swap_page(), copy_nonpresent_pte()',
  },
  'every walker': {
    says: 'whoever walks page tables takes the entry for what it says',
    cites: 'v7.1 mm/pagewalk.c, mm/gup.c, mm/memory.c, fs/proc/task_mmu.c',
  },
};
