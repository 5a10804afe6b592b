/** Look-ups of frames as operations of the search: anything that needs none of their locks may happen between them. */
import { action } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { begin, lock, unmap_dma, use } from '../mm/lookup.ts';
import { LOOKUP_MM } from '../mm/ptl.ts';
import { Dma, Lookup, LookupStage, LookupUser, lookupUserName } from '../state/lookups.ts';
import type { Alphabet, LookingUp } from './alphabet.ts';
import { is_alive, type Op, pagesOf, returningOrNever } from './op.ts';
import { OPERATIONS } from './operations.ts';

const stage = (s: Sys): number => Lookup.stage(s.lookup.at(0));

/** Who calls follow_pfnmap_start(), and faults where it finds nothing. */
const CALLERS: Readonly<Record<LookingUp['by'], string>> = {
  kvm: 'virt/kvm/kvm_main.c hva_to_pfn_remapped()',
  vfio: 'drivers/vfio/vfio_iommu_type1.c follow_fault_pfn()',
  acrn: 'drivers/virt/acrn/mm.c acrn_vm_ram_map()',
  s390: 'arch/s390/pci/pci_mmio.c s390_pci_mmio_read()',
  access: 'mm/memory.c generic_access_phys()',
};
/** Who goes on behind follow_pfnmap_end(). */
const user_in = (s: Sys): string => {
  const by = LookupUser.names[Lookup.user(s.lookup.at(0))]!;
  if (by === 'vfio') return 'drivers/vfio/vfio_iommu_type1.c vfio_iommu_map()';
  if (by !== 'kvm') return CALLERS[by];
  return s.machine.arch === 'arm64'
    ? 'arch/arm64/kvm/mmu.c user_mem_abort()'
    : 'arch/x86/kvm/mmu/mmu.c kvm_tdp_mmu_page_fault()';
};

export const follow_pfnmap_start = ({ lookups }: Alphabet, most: number): Op =>
  action<Sys, Sys, { at: LookingUp }>({
    ...OPERATIONS.follow_pfnmap_start,
    mirrorsIn: (_s, { at: { by, access } }) =>
      by === 's390' && access === 'write' ? 'arch/s390/pci/pci_mmio.c s390_pci_mmio_write()' : CALLERS[by],
    args: { at: most > 0 ? lookups : [] },
    show: ({ at: { by, page, pages = 1, access } }) =>
      `${lookupUserName(LookupUser.names.indexOf(by))}, ${pagesOf({ from: page, to: page + pages })}, to ${access}`,
    when: (s) => stage(s) === LookupStage.none && is_alive(s, LOOKUP_MM),
    guard: () => true,
    effect: (s, { at: { by, page, pages = 1, access } }, choose) => {
      s.choose = choose;
      return returningOrNever(s, begin(s, LookupUser.names.indexOf(by), page, pages, access === 'write'));
    },
  });

/** A step of the look-up in flight, whoever's it is. */
const step = (
  of: (typeof OPERATIONS)[keyof typeof OPERATIONS],
  at: number,
  goOn: (s: Sys) => number,
  { lookups }: Alphabet,
): Op =>
  action<Sys, Sys, { lookup: 0 }>({
    ...of,
    args: { lookup: lookups.length > 0 ? [0] : [] },
    show: () => '',
    when: (s) => s.lookup.rows > 0 && stage(s) === at,
    guard: () => true,
    effect: (s, _args, choose) => {
      s.choose = choose;
      return returningOrNever(s, goOn(s));
    },
  });

export const follow_pfnmap_lock = (alphabet: Alphabet): Op =>
  step(OPERATIONS.follow_pfnmap_lock, LookupStage.walked, lock, alphabet);
export const follow_pfnmap_end = (alphabet: Alphabet): Op =>
  step(OPERATIONS.follow_pfnmap_end, LookupStage.locked, (s) => s.kernel.lookup_end(s), alphabet);
export const use_of_lookup = (alphabet: Alphabet): Op => ({
  ...step(OPERATIONS.use_of_lookup, LookupStage.ended, use, alphabet),
  mirrorsIn: user_in,
});

export const unmap_dma_range = ({ lookups }: Alphabet, most: number): Op =>
  action<Sys, Sys, { mapping: number }>({
    ...OPERATIONS.VFIO_IOMMU_UNMAP_DMA,
    args: { mapping: lookups.length > 0 ? Array.from({ length: most }, (_, i) => i) : [] },
    show: ({ mapping }) => `device mapping ${mapping}`,
    guard: (s, { mapping }) => Dma.pages(s.dma.at(mapping)) > 0,
    effect: (s, { mapping }) => unmap_dma(s, mapping),
  });
