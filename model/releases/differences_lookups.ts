/** What the releases differ in where frames of devices are looked up: see differences.ts. */
import { follow_pte_walk } from '../mm/follow_pfnmap.ts';
import type { Patch } from '../mm/kernel.ts';
import { pfn_valid } from '../mm/page_flags.ts';
import { Level, Lookup, LookupUser } from '../state/lookups.ts';
import { Prot, Vma } from '../state/mm_types.ts';
import { type Difference, history, now } from './releases.ts';

/** One user that still calls follow_pte(). */
const followsPte = (user: number): Patch => ({
  follow_pfnmap_walk: (base) => (s, page, by) => (by === user ? follow_pte_walk(s, page, by) : base(s, page, by)),
});

const conversion = (name: string, user: number, says: string, cites: string): Difference => ({
  name,
  avoids: true,
  says: `by what ${says} looks a frame up`,
  cites: `${cites} (v6.12)`,
  at: history('follow_pte', { 'v6.12': 'follow_pfnmap' }),
  values: [
    now('follow_pfnmap', 'follow_pfnmap_start(), whatever maps it'),
    { value: 'follow_pte', says: 'follow_pte(), which finds PTEs', patch: followsPte(user) },
  ],
});

/** follow_pfn() of the first page; neither the right to write nor the other pages are looked at. */
const FIRST_PAGE: Patch = {
  acrn_pages: () => (e) => Lookup.want(e),
  acrn_refuses: () => () => false,
};

export const LOOKUP_DIFFERENCES: readonly Difference[] = [
  conversion('lookup-kvm', LookupUser.kvm, 'hva_to_pfn_remapped() of KVM', '5731aacd54a8 "KVM: use follow_pfnmap API"'),
  conversion(
    'lookup-s390',
    LookupUser.s390,
    's390_pci_mmio_read() and _write()',
    'bd8c2d18bf5c "s390/pci_mmio: use follow_pfnmap API"',
  ),
  conversion(
    'lookup-vfio',
    LookupUser.vfio,
    'follow_fault_pfn() of vfio',
    'a77f9489f1d7 "vfio: use the new follow_pfnmap API"',
  ),
  conversion('lookup-acrn', LookupUser.acrn, 'acrn_vm_ram_map()', 'e6bc784c24fd "acrn: use the new follow_pfnmap API"'),
  conversion(
    'lookup-access',
    LookupUser.access,
    'generic_access_phys()',
    'b17269a51cc7 "mm/access_process_vm: use the new follow_pfnmap API"',
  ),
  {
    name: 'lookup-rereads',
    says: 'which value of a PMD or PUD entry follow_pfnmap_start() returns',
    cites:
      'ffef67b93aa3 "mm/memory: fix PMD/PUD checks in follow_pfnmap_start()" (v7.0, 6.12.81); v6.14, 6.16.3, v6.17 and 6.18.5 mm/memory.c',
    at: history('walked', { 'v7.1': 'locked' }, { 'v6.12.117': 'locked' }),
    values: [
      now('locked', 'the one that it reads under the lock'),
      {
        value: 'walked',
        says: 'the one that it has read before it took the lock',
        patch: { follow_pfnmap_rereads: () => () => false },
      },
    ],
  },
  {
    name: 'lookup-vfio-pages',
    avoids: true,
    says: 'how many pages vfio takes from one look-up',
    cites: '62fb8adc43af (addr_mask), "vfio/type1: Use mapping page mask for pfnmaps" (v6.15)',
    at: history('one', { 'v6.15': 'leaf' }),
    values: [
      now('leaf', 'all up to the end of the leaf'),
      { value: 'one', says: 'one', patch: { vfio_pages: () => () => 1 } },
    ],
  },
  {
    name: 'lookup-acrn-pages',
    says: 'what acrn_vm_ram_map() looks up of a range',
    cites:
      '"virt: acrn: stop using follow_pfn", 3d6586008f7b "drivers/virt/acrn: fix PFNMAP PTE checks in acrn_vm_ram_map()" (v6.10); v6.8 drivers/virt/acrn/mm.c',
    at: history('first', { 'v6.10': 'each' }),
    values: [
      now('each', 'each page, and whether it may be written'),
      { value: 'first', says: 'the frame of the first page (follow_pfn())', patch: FIRST_PAGE },
    ],
  },
  {
    name: 'access-phys-pages',
    says: 'how far generic_access_phys() goes by one look-up',
    cites: '"mm/memory: constrain generic_access_phys() to page boundary" (v7.3); 7.2.6 and 7.3.4 mm/memory.c',
    at: history('asked', { 'v7.3': 'one' }),
    values: [
      now('asked', 'as far as it was asked to, over the end of the page'),
      { value: 'one', says: 'to the end of the page', patch: { access_pages: () => () => 1 } },
    ],
  },
  {
    name: 'access-phys-ram',
    says: 'whether generic_access_phys() accesses what looks like memory',
    cites: '7.3.4 mm/memory.c generic_access_phys() (pfn_to_online_page()); not in 7.2.6',
    at: history('yes', { 'v7.3': 'no' }),
    values: [
      now('yes', 'it does not ask'),
      { value: 'no', says: 'not what has a page that is not reserved', patch: { access_refuses: () => pfn_valid } },
    ],
  },
  {
    name: 's390-mmio-fault',
    says: 'what s390_pci_mmio_read() and _write() do where nothing is mapped',
    cites:
      '"s390/pci: Fix s390_mmio_read/write syscall page fault handling" (v6.15, in 6.12.117 and 6.16.3, not in v6.14); v6.8 and v6.14 arch/s390/pci/pci_mmio.c',
    at: history('fails', { 'v6.15': 'faults' }, { 'v6.12.117': 'faults' }),
    values: [
      now('faults', 'fixup_user_fault(), and look again; reading asks for the right to read'),
      {
        value: 'fails',
        says: 'they fail; reading asks for the right to write, too',
        patch: { s390_fixes_up: () => () => false, s390_permits: () => (vma) => Vma.prot(vma) === Prot.RW },
      },
    ],
  },
  {
    name: 'vfio-mmap-s390',
    avoids: true,
    says: 'whether vfio-pci maps BARs on s390',
    cites:
      'drivers/vfio/pci/Kconfig VFIO_PCI_MMAP (!S390) of v6.8, 6.12.117 and v6.14; 6.16.3 has pdev->non_mappable_bars, of ISM alone ' +
      '(taken to be in v6.15)',
    at: history('no', { 'v6.15': 'yes' }),
    values: [
      now('yes', 'it does'),
      {
        value: 'no',
        says: 'it refuses',
        patch: { vfio_maps_bars: (base) => (s) => s.machine.arch !== 's390' && base(s) },
      },
    ],
  },
  {
    name: 'arm64-block',
    says: 'by what KVM on arm64 decides how large a block of VM_PFNMAP it maps',
    cites:
      '71cc2c67fb8f "KVM: arm64: Use stage-1 leaf size for VM_PFNMAP" (v7.3, 6.12.113); "KVM: arm64: Try stage2 block mapping for host ' +
      'device MMIO" (v5.14); 6.12.117 arch/arm64/kvm/mmu.c',
    at: history('vma', { 'v7.3': 'leaf' }, { 'v6.12.117': 'leaf' }),
    values: [
      now('vma', 'by VMA and vm_pgoff, before it looks up; no larger one of a device'),
      {
        value: 'leaf',
        says: 'by the leaf that maps it',
        patch: { kvm_block: () => () => Level.none, kvm_adjusts_device: () => () => true },
      },
    ],
  },
];
