/** What the releases are known to violate where frames of devices are looked up. */
import { ALL, BEFORE_6_12_STABLE, type Finding, SINCE_6_12 } from './finding.ts';
import { releases } from './releases.ts';

export const LOOKUP_FINDINGS: readonly Finding[] = [
  {
    name: 'lookup-returns-stale',
    says:
      'follow_pfnmap_start() reads a PMD or PUD entry, takes its lock, and returns what it has read before: the frame of a leaf that a ' +
      'revocation or a split has taken away meanwhile',
    cites:
      'ffef67b93aa3 "mm/memory: fix PMD/PUD checks in follow_pfnmap_start()" (v7.0, 6.12.81); fixes 6da8e9634bb7 (v6.12)',
    status: 'known bug',
    kernels: releases('v6.12', 'v6.18').filter((name) => name !== 'v6.12.117'),
    worlds: ['second-stage', 'second-stage-pud', 'second-stage-slot', 'vfio-dma', 'phys-access-leaf', 'rfc-lookup'],
    properties: ['I-LOOKUP', 'I-SCOPE', 'I-USE'],
    repair: [{ toggle: 'lookup-rereads', value: 'locked' }],
  },
  {
    name: 'guest-maps-inaccessible',
    says:
      'KVM looks up VM_PFNMAP memory without a look at the protection of its VMA: a guest may read a device that its process has made ' +
      'PROT_NONE; so do vfio for an IOMMU, and acrn. Of other memory GUP refuses that',
    cites:
      'v7.1 virt/kvm/kvm_main.c hva_to_pfn(), hva_to_pfn_remapped(), drivers/vfio/vfio_iommu_type1.c vaddr_get_pfns(), ' +
      'drivers/virt/acrn/mm.c acrn_vm_ram_map(); of vfio and acrn read, not seen on a machine',
    status: 'reproduced',
    seen: {
      kernels: ['6.12.117', '6.17.13', '6.18.15', '7.1.13', '7.3.4'],
      said: 'a guest reads a page of a BAR that is PROT_NONE, while its process gets SIGSEGV; of anonymous memory KVM_RUN gives EFAULT',
    },
    kernels: ALL,
    worlds: ['second-stage', 'vfio-dma', 'acrn-map'],
    properties: ['I-SECOND', 'I-RIGHTS'],
    repair: [{ toggle: 'lookup-inaccessible', value: 'refused' }],
  },
  {
    name: 'arm64-block-by-vma',
    says:
      'KVM on arm64 maps a block of VM_PFNMAP because VMA and vm_pgoff allow one: the guest gets frames that its process does not map, ' +
      'behind the end of the VMA, too, and the frame in place of a private copy',
    cites: '71cc2c67fb8f "KVM: arm64: Use stage-1 leaf size for VM_PFNMAP" (v7.3, 6.12.113)',
    status: 'known bug',
    kernels: BEFORE_6_12_STABLE,
    worlds: ['second-stage-arm64'],
    properties: ['I-SECOND'],
    repair: [{ toggle: 'arm64-block', value: 'leaf' }],
  },
  {
    name: 'acrn-first-page',
    says: 'acrn_vm_ram_map() looks up the first page and takes all others to follow it; whether it may be written is not asked',
    cites: '3d6586008f7b "drivers/virt/acrn: fix PFNMAP PTE checks in acrn_vm_ram_map()" (v6.10)',
    status: 'known bug',
    kernels: ['v6.9'],
    worlds: ['acrn-map'],
    properties: ['I-SCOPE', 'I-RIGHTS', 'I-RAM'],
    repair: [{ toggle: 'lookup-acrn-pages', value: 'each' }],
  },
  {
    name: 'access-phys-crosses-page',
    says: 'generic_access_phys() looks up one page and goes on over its end, where another frame may be mapped',
    cites: '"mm/memory: constrain generic_access_phys() to page boundary" (v7.3; not in 7.2.6 and 6.12.117)',
    status: 'known bug',
    kernels: releases('v6.9', 'v7.1'),
    worlds: ['phys-access'],
    properties: ['I-SCOPE'],
    repair: [{ toggle: 'access-phys-pages', value: 'one' }],
  },
  {
    name: 'access-phys-ram',
    says: 'generic_access_phys() maps the copy in a private mapping of a device as if it were the device',
    cites: '7.3.4 mm/memory.c generic_access_phys() (pfn_to_online_page()); not in 7.2.6 and 6.12.117',
    status: 'known bug',
    kernels: releases('v6.9', 'v7.1'),
    worlds: ['phys-access'],
    properties: ['I-RAM'],
    repair: [{ toggle: 'access-phys-ram', value: 'no' }],
  },
  {
    name: 'leaf-protection-as-pte',
    says:
      'follow_pfnmap_start() returns the flags of a leaf as they are, and ioremap_prot() takes PSE for PAT: of WC it asks for WP, of UC for ' +
      'WT (so do 6.12.117 and 7.3.4), which a reservation of the frames puts right, as long as there is one. No driver that was read ' +
      'has both ->huge_fault and ->access, so that nobody meets it yet',
    cites: 'v7.1 mm/memory.c generic_access_phys(), arch/x86/include/asm/pgtable.h pmd_pgprot(), pud_pgprot()',
    status: 'candidate',
    arch: ['x86_*'],
    kernels: SINCE_6_12,
    worlds: ['phys-access-leaf'],
    properties: ['I-IOPROT'],
    exactly: ['I-PGPROT'],
    repair: [
      { toggle: 'split-pgprot', value: 'base-pte' },
      { toggle: 'pud-pgprot', value: 'base-pte' },
    ],
  },
  {
    name: 's390-mmio-write-unasked',
    says:
      's390_pci_mmio_write() asks the VMA for the right to write, and not the entry: it writes to a BAR by an entry that soft-dirty ' +
      'tracking has left read-only, and nobody notes it',
    cites:
      'v7.1 arch/s390/pci/pci_mmio.c (VM_WRITE, and not args.writable; one fixup_user_fault()); arch/s390/Kconfig (HAVE_ARCH_SOFT_DIRTY)',
    status: 'candidate',
    kernels: ALL,
    worlds: ['s390-mmio'],
    properties: ['I-RIGHTS', 'I-USE'],
    repair: [
      { toggle: 's390-mmio-writable', value: 'entry' },
      { toggle: 's390-mmio-fault', value: 'faults' },
    ],
  },
];
