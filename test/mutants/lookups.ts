/** Mutants of who looks frames up: follow_pfnmap_start(), KVM and its notifier, vfio, acrn and generic_access_phys(). */
import { faultDriver, privateDriver, remapDriver } from '../../model/drivers/driver.ts';
import { pmd_pgprot } from '../../model/arch/x86.ts';
import type { Patch } from '../../model/mm/kernel.ts';
import type { MmuNotifierEvent } from '../../model/mm/mmu_notifier.ts';
import type { Alphabet, LookingUp } from '../../model/operations/alphabet.ts';
import { blocks } from '../../model/state/geometry.ts';
import { Dma, Found, Level, Lookup } from '../../model/state/lookups.ts';
import { Prot } from '../../model/state/mm_types.ts';
import { type Mutant, setting, SLOT0 } from './mutant.ts';

const looking = (
  by: LookingUp['by'],
  { page = 0, pages = 1, access = 'read' }: Partial<LookingUp> = {},
): Partial<Alphabet> => ({ lookups: [{ by, page, pages, access }], mms: [0] });

const bar2M: Partial<Alphabet> = { drivers: [faultDriver('BAR 2M', { at: 0, pages: 2 })] };
const bar1G: Partial<Alphabet> = { drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 })] };
const barPage: Partial<Alphabet> = { drivers: [faultDriver('a page of a BAR', { at: 0, pages: 1 })] };
const combined: Partial<Alphabet> = { drivers: [faultDriver('BAR 2M WC', { at: 0, pages: 2, cache: 1 })] };
const readOnly: Partial<Alphabet> = { drivers: [remapDriver('registers R', { at: 0, pages: 1, prot: Prot.R })] };
const privately: Partial<Alphabet> = { drivers: [privateDriver('private registers', { at: 0, pages: 1 })] };

const LOOKS = { on: 'v7.1', geometry: { lookups: 1, dmaMappings: 1 } } as const;
const OF_GUEST = { on: 'v7.1', geometry: { lookups: 1, guestPages: 2 } } as const;
const COPIES = { memory: blocks('anon', 1, 2) };

/** Something else than what was looked up is mapped for the device. */
const given = (mistake: (e: Dma) => Dma): Patch => ({
  map_dma: (base) => (s, e, user) => {
    const error = base(s, e, user);
    for (let row = 0; row < s.dma.rows; row++) if (Dma.pages(s.dma.at(row)) > 0) s.dma.put(row, mistake(s.dma.at(row)));
    return error;
  },
});

/** No call for this event. */
const silent = (event: MmuNotifierEvent): Patch => ({
  mmu_notifier_invalidate_range: (base) => (s, mm, from, to, why) => {
    if (why !== event) base(s, mm, from, to, why);
  },
});

export const LOOKUPS: readonly Mutant[] = [
  {
    ...LOOKS,
    property: 'I-LOOKUP',
    says: 'follow_pfnmap_start() returns the entry that it has read without the lock',
    set: [setting('lookup-rereads', 'walked')],
    alphabet: { ...bar2M, ...looking('vfio'), revoke: true },
    length: 4,
  },
  {
    ...LOOKS,
    property: 'I-LOOKUP',
    says: 'the frame of a page is that of its leaf',
    patch: { pfnmap_args_pfn: () => (_s, first) => first },
    alphabet: { ...bar2M, ...looking('vfio', { page: 1 }) },
    length: 3,
  },
  {
    ...LOOKS,
    property: 'I-SCOPE',
    says: 'vfio takes as many pages as it wants from one look-up',
    patch: { vfio_pages: () => (_s, e) => Lookup.want(e) },
    alphabet: { ...bar2M, ...looking('vfio', { page: 1, pages: 2 }) },
    length: 3,
  },
  {
    ...LOOKS,
    property: 'I-FOUND',
    says: 'vfio looks for a PTE where a PUD leaf is',
    set: [setting('lookup-vfio', 'follow_pte')],
    alphabet: { ...bar1G, ...looking('vfio') },
    length: 2,
  },
  {
    ...LOOKS,
    property: 'I-FOUND',
    says: 'acrn looks for a PTE where a PUD leaf is (lookup-acrn, until v6.11)',
    set: [setting('lookup-acrn', 'follow_pte')],
    alphabet: { ...bar1G, ...looking('acrn'), reads: [0] },
    length: 3,
  },
  {
    ...OF_GUEST,
    property: 'VM_BUG_ON(pmd_trans_huge)',
    says: 'KVM looks for a PTE where a PMD leaf is',
    set: [setting('lookup-kvm', 'follow_pte')],
    alphabet: { ...bar2M, ...looking('kvm') },
    length: 2,
  },
  {
    ...LOOKS,
    property: 'I-USE',
    says: 'generic_access_phys() copies when it has let the lock go',
    set: [setting('lookup-result', 'values')],
    alphabet: { ...bar2M, ...looking('access'), reads: [0], revoke: true },
    length: 6,
  },
  {
    ...LOOKS,
    geometry: { ...LOOKS.geometry, ...COPIES },
    property: 'I-USE',
    says: 'generic_access_phys() does not look whether what it has mapped is still there',
    with: [setting('access-phys-ram', 'no')],
    patch: { access_has_changed: () => () => false },
    alphabet: { ...privately, ...looking('access'), writes: [0] },
    length: 8,
  },
  {
    ...LOOKS,
    property: 'entry-in-freed-table',
    says: 'vfio reads the PTE that it has looked up when it needs the frame',
    set: [setting('lookup-result', 'entry')],
    alphabet: { ...barPage, ...looking('vfio'), munmaps: [{ from: 0, to: 1 }] },
    length: 4,
  },
  {
    ...LOOKS,
    property: 'I-RIGHTS',
    says: 'vfio maps for an IOMMU what nobody may access (lookup-inaccessible, all releases)',
    with: [setting('lookup-inaccessible', 'refused')],
    set: [setting('lookup-inaccessible', 'found')],
    alphabet: { ...bar2M, ...looking('vfio'), reads: [0], mprotects: [SLOT0], prots: ['NONE'] },
    length: 7,
  },
  {
    ...LOOKS,
    property: 'I-GIVEN',
    says: 'an IOMMU is told the frame next to the one that was found',
    patch: given((e) => Dma.mkPfn(e, 1)),
    alphabet: { ...bar2M, ...looking('vfio') },
    length: 5,
  },
  {
    ...LOOKS,
    property: 'I-GIVEN',
    says: 'an IOMMU is told one page more than was looked up',
    patch: given((e) => Dma.mkPages(e, 2)),
    alphabet: { ...bar2M, ...looking('vfio') },
    length: 5,
  },
  {
    ...LOOKS,
    geometry: { ...LOOKS.geometry, ...COPIES },
    property: 'I-RAM',
    says: 'vfio does not ask whether a frame is memory (is_invalid_reserved_pfn())',
    patch: { vfio_refuses: () => (_s, e, at) => Lookup.write(e) === 1 && Found.write(at) === 0 },
    alphabet: { ...privately, ...looking('vfio'), writes: [0] },
    length: 6,
  },
  {
    ...LOOKS,
    property: 'I-RIGHTS',
    says: 'acrn does not look whether the entry may be written',
    patch: { acrn_refuses: () => () => false },
    alphabet: { ...readOnly, ...looking('acrn', { access: 'write' }) },
    length: 5,
  },
  {
    ...LOOKS,
    geometry: { ...LOOKS.geometry, ...COPIES },
    property: 'I-RAM',
    says: 'generic_access_phys() takes a copy for the device',
    with: [setting('access-phys-ram', 'no')],
    patch: { access_refuses: () => () => false },
    alphabet: { ...privately, ...looking('access'), writes: [0] },
    length: 8,
  },
  {
    ...LOOKS,
    property: 'I-IOPROT',
    says: 'pmd_pgprot() returns PSE where a PTE has PAT',
    with: [setting('split-pgprot', 'base-pte')],
    patch: { pmd_pgprot: () => pmd_pgprot },
    alphabet: { ...combined, ...looking('access'), reads: [0] },
    length: 4,
  },
  {
    ...LOOKS,
    property: 'I-IOPROT',
    says: 'pud_pgprot() returns PSE where a PTE has PAT (all releases)',
    with: [setting('pud-pgprot', 'base-pte')],
    set: [setting('pud-pgprot', 'raw')],
    alphabet: { drivers: [faultDriver('BAR 1G WC', { at: 0, pages: 4, cache: 1 })], ...looking('access'), reads: [0] },
    length: 4,
  },
  {
    ...OF_GUEST,
    property: 'I-SECOND',
    says: 'KVM does not look whether mmu_invalidate_seq has changed',
    patch: { is_page_fault_stale: () => () => false },
    alphabet: { ...bar2M, ...looking('kvm'), revoke: true },
    length: 6,
  },
  {
    ...OF_GUEST,
    property: 'I-SECOND',
    says: 'zap_page_range_single() calls no notifier',
    patch: silent('UNMAP'),
    alphabet: { ...bar2M, ...looking('kvm'), munmaps: [SLOT0] },
    length: 6,
  },
  {
    ...OF_GUEST,
    property: 'I-SECOND',
    says: 'the split of a leaf calls no notifier',
    patch: silent('CLEAR'),
    alphabet: { ...bar2M, ...looking('kvm'), madvises: [{ from: 0, to: 1 }], advice: ['DONTFORK'] },
    length: 6,
  },
  {
    ...OF_GUEST,
    property: 'I-SECOND',
    says: 'mprotect() calls no notifier',
    patch: silent('PROTECTION_VMA'),
    alphabet: { ...bar2M, ...looking('kvm', { access: 'write' }), mprotects: [SLOT0], prots: ['R'] },
    length: 6,
  },
  {
    ...OF_GUEST,
    geometry: { ...OF_GUEST.geometry, ...COPIES },
    property: 'I-SECOND',
    says: 'fork() calls no notifier for a private mapping of a device',
    patch: silent('PROTECTION_PAGE'),
    alphabet: { ...privately, ...looking('kvm', { access: 'write' }), writes: [0], fork: true },
    length: 7,
  },
  {
    ...OF_GUEST,
    property: 'I-SLOT',
    says: 'KVM does not look where the memory slot ends',
    patch: { max_mapping_level: () => () => Level.PUD },
    alphabet: { ...bar1G, ...looking('kvm') },
    length: 5,
  },
  {
    ...OF_GUEST,
    geometry: { ...OF_GUEST.geometry, guestPages: 4 },
    property: 'I-SECOND',
    says: 'the split of a PUD leaf calls no notifier',
    with: [setting('vma-split-pud', 'splits')],
    patch: silent('CLEAR'),
    alphabet: { ...bar1G, ...looking('kvm'), madvises: [{ from: 0, to: 2 }], advice: ['DONTFORK'] },
    length: 6,
  },
  {
    ...OF_GUEST,
    property: 'I-SECOND',
    says: 'KVM maps the largest block that fits into the memory slot',
    patch: { host_pfn_mapping_level: () => () => Level.PMD },
    alphabet: { ...barPage, ...looking('kvm') },
    length: 5,
  },
];
