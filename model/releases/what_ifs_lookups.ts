/** What no release here has, where frames of devices are looked up: see what_ifs.ts. */
import type { Patch } from '../mm/kernel.ts';
import { LOOKUP_MM } from '../mm/ptl.ts';
import { vma_lookup } from '../mm/vma.ts';
import { asItIs, type Toggle } from '../series/toggles.ts';
import { LookupUser } from '../state/lookups.ts';
import { Prot, Pud, Vma } from '../state/mm_types.ts';

/** As check_vma_flags() of GUP; who debugs a process may read what the process may not. */
const REFUSES_INACCESSIBLE: Patch = {
  lookup_forbidden: () => (s, page, user) => {
    const row = vma_lookup(s, LOOKUP_MM, page);
    return user !== LookupUser.access && row >= 0 && Vma.prot(s.vma.at(row)) === Prot.NONE;
  },
};

export const LOOKUP_WHAT_IFS: readonly Toggle[] = [
  {
    name: 'lookup-inaccessible',
    says: 'what KVM, vfio and acrn make of a VM_PFNMAP VMA that nobody may access; a what-if',
    cites:
      'v7.1 virt/kvm/kvm_main.c hva_to_pfn() (asks vma_is_valid() of no VM_PFNMAP), drivers/vfio/vfio_iommu_type1.c follow_fault_pfn(), ' +
      'drivers/virt/acrn/mm.c acrn_vm_ram_map()',
    values: [
      asItIs('found', 'its entries are found: a PROT_NONE entry is present, too'),
      { value: 'refused', says: 'it is refused, as GUP refuses it', patch: REFUSES_INACCESSIBLE },
    ],
  },
  {
    name: 's390-mmio-writable',
    says: 'what tells s390_pci_mmio_write() that it may write; a what-if',
    cites: 'v7.1 arch/s390/pci/pci_mmio.c (VM_WRITE, and not args.writable)',
    values: [
      asItIs('vma', 'the flags of the VMA'),
      {
        value: 'entry',
        says: 'the entry as well: where it is read-only, fixup_user_fault() is called, and once more for what the handler left read-only',
        patch: { s390_asks_entry: () => () => true },
      },
    ],
  },
  {
    name: 'pud-pgprot',
    says: 'what pud_pgprot() returns of a leaf; a what-if, as split-pgprot=base-pte is one of pmd_pgprot()',
    cites: 'v7.1 arch/x86/include/asm/pgtable.h pud_pgprot()',
    values: [
      asItIs('raw', 'its flags as stored: PSE where a PTE has PAT'),
      { value: 'base-pte', says: 'those that a PTE would have', patch: { pud_pgprot_cache: () => Pud.cache } },
    ],
  },
];
