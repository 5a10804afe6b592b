/** Look-ups of frames, step by step, and what becomes of what they have found. A PMD leaf has 2 pages, a PUD leaf 4. */
import { faultDriver, privateDriver, remapDriver } from '../../model/drivers/driver.ts';
import { ARM64, S390 } from '../../model/state/machine.ts';
import { blocks } from '../../model/state/geometry.ts';
import {
  clearRefs,
  ends,
  fork,
  locks,
  looksUp,
  memoryOff,
  mmap,
  mprotect,
  munmap,
  type Played,
  read,
  revokes,
  type Stage,
  unmapsDma,
  uses,
  write,
} from './play.ts';

const PARENT = 0;

export interface LookedUp {
  readonly name: string;
  readonly says: string;
  readonly plays: readonly Played[];
  readonly place: Stage;
  /** Errors, as `play` words them; 'ok' unless said. */
  readonly result?: string;
  /** What a guest, a device, or a look-up in flight has at the end. */
  readonly has: readonly string[];
}

const SMALL_LOOKUPS = { lookups: 1, guestPages: 4, dmaMappings: 1, memory: blocks('anon', 1, 2) } as const;
const HERE: Stage = { geometry: SMALL_LOOKUPS };
const ON_S390: Stage = { ...HERE, machine: S390 };
const ON_ARM64: Stage = { ...HERE, machine: ARM64 };
const on = (kernel: string, place: Stage = HERE): Stage => ({ ...place, kernel });

const bar2M = mmap(faultDriver('BAR 2M', { at: 0, pages: 2 }));
const bar1G = mmap(faultDriver('BAR 1G', { at: 0, pages: 4 }));
const barPage = mmap(faultDriver('a page of a BAR', { at: 0, pages: 1 }));
const registers = mmap(remapDriver('registers', { at: 0, pages: 2 }));
const privately = mmap(privateDriver('private registers', { at: 0, pages: 2 }));
/** From the look-up to what comes of it. */
const whole = (first: Played): readonly Played[] => [first, locks, ends, uses];

export const KVM: readonly LookedUp[] = [
  {
    name: 'a leaf',
    says: 'the guest faults, the look-up faults for it, and the guest gets the whole leaf',
    plays: [bar2M, ...whole(looksUp('kvm', 1, 'read'))],
    place: HERE,
    has: ['guest page 0 PMD frame 0 RW'],
  },
  {
    name: 'a PUD leaf',
    says: 'likewise',
    plays: [bar1G, ...whole(looksUp('kvm', 3, 'write'))],
    place: HERE,
    has: ['guest page 0 PUD frame 0 RW'],
  },
  {
    name: 'a memory slot that ends before',
    says: 'a smaller block',
    plays: [bar1G, ...whole(looksUp('kvm', 1, 'write'))],
    place: { geometry: { ...SMALL_LOOKUPS, guestPages: 3 } },
    has: ['guest page 0 PMD frame 0 RW'],
  },
  {
    name: 'a revocation',
    says: 'what was found is stale, and the guest faults again, to SIGBUS',
    plays: [bar2M, looksUp('kvm', 0, 'read'), locks, ends, memoryOff, uses, looksUp('kvm', 0, 'read')],
    place: HERE,
    result: 'EAGAIN@6 EFAULT@7',
    has: [],
  },
  {
    name: 'a revocation afterwards',
    says: 'the notifier takes the block away',
    plays: [bar2M, ...whole(looksUp('kvm', 0, 'read')), revokes],
    place: HERE,
    has: [],
  },
  {
    name: 'a revocation before the lock',
    says: 'the entry is read again, and is none',
    plays: [bar2M, looksUp('kvm', 0, 'read'), revokes, locks],
    place: HERE,
    result: 'EINVAL@4',
    has: [],
  },
  {
    name: 'the same on v6.18',
    says: 'the entry that was read before is returned; mmu_invalidate_seq saves the guest',
    plays: [bar2M, looksUp('kvm', 0, 'read'), revokes, locks, ends, uses],
    place: on('v6.18'),
    result: 'I-LOOKUP@4 EAGAIN@6',
    has: [],
  },
  {
    name: 'a write to what is read-only',
    says: 'KVM_PFN_ERR_RO_FAULT, or no fault at all',
    plays: [bar2M, read(PARENT, 0), mprotect(PARENT, 0, 2, 'R'), looksUp('kvm', 0, 'write'), locks, ends],
    place: HERE,
    result: 'EFAULT@6',
    has: [],
  },
  {
    name: 'what nobody may access',
    says: 'the entry is present, and the VMA is not asked: the guest may read what its process may not',
    plays: [bar2M, read(PARENT, 0), mprotect(PARENT, 0, 2, 'NONE'), ...whole(looksUp('kvm', 0, 'read'))],
    place: HERE,
    result: 'I-SECOND@7 I-RIGHTS@7',
    has: ['guest page 0 PMD frame 0 RO'],
  },
  {
    name: 'what nobody may access, of which nothing is mapped',
    says: 'fixup_user_fault() asks the VMA, and refuses',
    plays: [bar2M, mprotect(PARENT, 0, 2, 'NONE'), looksUp('kvm', 0, 'read')],
    place: HERE,
    result: 'EFAULT@3',
    has: [],
  },
  {
    name: 'fork of a private mapping',
    says: 'a copy becomes read-only, and the guest loses it',
    plays: [privately, write(PARENT, 0), ...whole(looksUp('kvm', 0, 'write')), fork],
    place: HERE,
    has: [],
  },
  {
    name: 'arm64 on v7.1',
    says: 'a block by the VMA, and with it the frame in place of a copy',
    plays: [privately, write(PARENT, 1), ...whole(looksUp('kvm', 0, 'read'))],
    place: on('v7.1', ON_ARM64),
    result: 'I-SECOND@6',
    has: ['guest page 0 PUD frame 0 RO'],
  },
  {
    name: 'arm64 on v7.1, and a VMA that ends before the block',
    says: 'a block all the same: ALIGN(hva) is hva',
    plays: [barPage, ...whole(looksUp('kvm', 0, 'read'))],
    place: on('v7.1', ON_ARM64),
    result: 'I-SECOND@5',
    has: ['guest page 0 PUD frame 0 RW'],
  },
  {
    name: 'arm64 on v7.1, and a frame that is not aligned',
    says: 'pages from that frame on',
    plays: [privately, write(PARENT, 1), write(PARENT, 0), ...whole(looksUp('kvm', 0, 'read'))],
    place: on('v7.1', { ...ON_ARM64, geometry: { ...SMALL_LOOKUPS, guestPages: 2 } }),
    result: 'I-SECOND@7',
    has: ['guest page 0 PTE frame 17 RW', 'guest page 1 PTE frame 18 RW'],
  },
  {
    name: 'arm64 on v7.3',
    says: 'a page',
    plays: [privately, write(PARENT, 1), ...whole(looksUp('kvm', 0, 'read'))],
    place: on('v7.3', ON_ARM64),
    has: ['guest page 0 PTE frame 0 RO'],
  },
  {
    name: 'a PUD leaf on v6.11',
    says: 'there is none: a BAR is mapped by PTEs, and follow_pte() finds them',
    plays: [bar1G, ...whole(looksUp('kvm', 1, 'read'))],
    place: on('v6.11'),
    has: ['guest page 1 PTE frame 1 RW'],
  },
];

export const DEVICES: readonly LookedUp[] = [
  {
    name: 'vfio',
    says: 'one look-up is good for the rest of the leaf',
    plays: [bar1G, ...whole(looksUp('vfio', 1, 'write', 5))],
    place: HERE,
    has: ['device mapping 0 frames 1..3 for pages 1..3 RW'],
  },
  {
    name: 'vfio on 6.12.117',
    says: 'or for one page',
    plays: [bar1G, ...whole(looksUp('vfio', 1, 'write', 5))],
    place: on('v6.12.117'),
    has: ['device mapping 0 frame 1 for page 1 RW'],
  },
  {
    name: 'vfio, and munmap()',
    says: 'nobody tells the IOMMU, until user space does',
    plays: [bar2M, ...whole(looksUp('vfio', 0, 'read')), munmap(PARENT, 0, 2)],
    place: HERE,
    has: ['device mapping 0 frame 0 for page 0 RO'],
  },
  {
    name: 'VFIO_IOMMU_UNMAP_DMA',
    says: 'it does',
    plays: [bar2M, ...whole(looksUp('vfio', 0, 'read')), unmapsDma(0)],
    place: HERE,
    has: [],
  },
  {
    name: 'vfio and what nobody may access',
    says: 'the entry is present, and its IOMMU gets the frame',
    plays: [bar2M, read(PARENT, 0), mprotect(PARENT, 0, 2, 'NONE'), ...whole(looksUp('vfio', 0, 'read'))],
    place: HERE,
    result: 'I-RIGHTS@7',
    has: ['device mapping 0 frame 0 for page 0 RO'],
  },
  {
    name: 'vfio and a copy',
    says: 'memory that is counted is not for it',
    plays: [privately, write(PARENT, 0), looksUp('vfio', 0, 'read'), locks, ends],
    place: HERE,
    result: 'EFAULT@5',
    has: [],
  },
  {
    name: 'acrn',
    says: 'page by page, under one mmap lock',
    plays: [registers, looksUp('acrn', 0, 'write', 2), locks, ends, uses, locks, ends, uses],
    place: HERE,
    has: ['device mapping 0 frames 0..1 for pages 0..1 RW'],
  },
  {
    name: 'acrn and a copy',
    says: 'the second page is memory',
    plays: [privately, write(PARENT, 1), looksUp('acrn', 0, 'read', 2), locks, ends, uses, locks, ends],
    place: HERE,
    result: 'EFAULT@8',
    has: [],
  },
  {
    name: 'acrn and a copy on v6.9',
    says: 'it looks at the first page alone',
    plays: [privately, write(PARENT, 1), ...whole(looksUp('acrn', 0, 'write', 2))],
    place: on('v6.9'),
    result: 'I-SCOPE@4 I-RIGHTS@6',
    has: ['device mapping 0 frames 0..1 for pages 0..1 RW'],
  },
  {
    name: 'acrn and what is not mapped',
    says: 'it does not fault',
    plays: [bar2M, looksUp('acrn', 0, 'read')],
    place: HERE,
    result: 'EINVAL@2',
    has: [],
  },
];

export const ACCESSES: readonly LookedUp[] = [
  {
    name: 's390',
    says: 'a fault, and the access under the lock',
    plays: [barPage, looksUp('s390', 0, 'write'), locks, ends],
    place: ON_S390,
    has: ['accesses the device by frame 0 by a PTE RW special UC-'],
  },
  {
    name: 's390 on v6.12, with BARs',
    says: 'no fault',
    plays: [barPage, looksUp('s390', 0, 'write')],
    place: { ...on('v6.12', ON_S390), settings: [{ toggle: 'vfio-mmap-s390', value: 'yes', evidence: 'asked' }] },
    result: 'EINVAL@2',
    has: [],
  },
  {
    name: 'vfio on s390, v6.12',
    says: 'no BAR is mapped',
    plays: [barPage],
    place: on('v6.12', ON_S390),
    result: 'EINVAL@1',
    has: [],
  },
  {
    name: 's390 and soft-dirty tracking',
    says: 'the VMA allows a write, the entry that the fault brings does not, and it is not asked',
    plays: [barPage, clearRefs(PARENT), looksUp('s390', 0, 'write'), locks, ends],
    place: ON_S390,
    result: 'I-USE@5 I-RIGHTS@5',
    has: ['accesses the device by frame 0 by a PTE RO special UC-'],
  },
  {
    name: 's390 and the VMA',
    says: 'who may not write is not let in',
    plays: [barPage, mprotect(PARENT, 0, 1, 'R'), looksUp('s390', 0, 'write')],
    place: ON_S390,
    result: 'EACCES@3',
    has: [],
  },
  {
    name: 'generic_access_phys()',
    says: 'it looks again once it has mapped the frame',
    plays: [registers, ...whole(looksUp('access', 1, 'write')), locks, ends],
    place: HERE,
    has: ['accesses the device by frame 1 by a PTE RW special WC'],
  },
  {
    name: 'generic_access_phys() and a revocation',
    says: 'nothing is there the second time',
    plays: [bar2M, read(PARENT, 0), looksUp('access', 0, 'read'), locks, ends, revokes, uses],
    place: HERE,
    result: 'EINVAL@7',
    has: [],
  },
  {
    name: 'generic_access_phys() and a write',
    says: 'the second time it is another frame, and everything begins anew',
    plays: [privately, looksUp('access', 0, 'read'), locks, ends, write(PARENT, 0), uses, locks],
    place: HERE,
    has: ['look-up generic_access_phys(), page 0 to read: walked', 'look-up has walked to frame 16 by a PTE RW UC-'],
  },
  {
    name: 'generic_access_phys() over the end of a page',
    says: 'what is mapped behind it is not asked for',
    plays: [privately, write(PARENT, 1), looksUp('access', 0, 'read', 2), locks],
    place: HERE,
    result: 'I-SCOPE@4',
    has: [
      'look-up generic_access_phys(), pages 0..1 to read: locked (takes pages 0..1)',
      'look-up has found frame 0 by a PTE RO special UC-',
    ],
  },
  {
    name: 'the same on v7.3',
    says: 'it goes to the end of the page; and it keeps away from memory',
    plays: [privately, write(PARENT, 1), looksUp('access', 1, 'read', 2), locks, ends],
    place: on('v7.3'),
    result: 'EINVAL@5',
    has: [],
  },
];
