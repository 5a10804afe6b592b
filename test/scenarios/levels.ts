/**
 * PUD leaves of a vfio device and what they become, on v7.1: a BAR of two leaves, or of one with free space behind it.
 * At fan-out 2 a PMD leaf has 2 pages, a PUD leaf 4.
 */
import { faultDriver } from '../../model/drivers/driver.ts';
import { SMALL } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { CHILD, type Numbered, PARENT } from './numbered.ts';
import {
  clearRefs,
  fork,
  memoryOff,
  memoryOn,
  mmap,
  mprotect,
  mremap,
  munmap,
  type Stage,
  read,
  write,
} from './play.ts';

const BARS: Stage = { geometry: SMALL };
const NO_SPECIAL: Stage = { geometry: SMALL, machine: { ...X86_64, pmdSpecial: false, pudSpecial: false } };
const WITH_L1TF: Stage = { geometry: SMALL, machine: { ...X86_64, l1tf: true } };

const bar = mmap(faultDriver('BAR of 2 PUD leaves', { at: 0, pages: 8 }));
const half = mmap(faultDriver('BAR of 1 PUD leaf', { at: 0, pages: 4 }));
const unaligned = mmap(faultDriver('BAR at frame 1', { at: 0, pages: 4, pfn: 1 }));

const LEAF0 = 'pud[0] (from page 0) leaf pfn 0 RW young dirty special UC-';
const LEAF1 = 'pud[1] (from page 4) leaf pfn 4 RW young special UC-';
export const BAR: readonly Numbered[] = [
  {
    name: 'touch',
    says: 'a PUD leaf for each half',
    plays: [bar, write(PARENT, 0), read(PARENT, 5)],
    place: BARS,
    parent: [LEAF0, LEAF1],
  },
  {
    name: 'touch order',
    says: 'the same leaves when another page is touched first',
    plays: [bar, write(PARENT, 3), read(PARENT, 4)],
    place: BARS,
    parent: [LEAF0, LEAF1],
  },
  {
    name: 'touch without special bits',
    says: 'PTEs alone, where PMD and PUD entries have no special bit (no ARCH_SUPPORTS_HUGE_PFNMAP)',
    plays: [half, write(PARENT, 0)],
    place: NO_SPECIAL,
    parent: ['page 0 pfn 0 RW young dirty special UC-'],
  },
  {
    name: 'fork',
    says: 'the child has the same leaf, old, and both may write',
    plays: [bar, write(PARENT, 0), fork, write(PARENT, 2)],
    place: BARS,
    parent: [LEAF0],
    child: ['pud[0] (from page 0) leaf pfn 0 RW dirty special UC-'],
  },
  {
    name: 'mprotect whole',
    says: 'R',
    plays: [bar, write(PARENT, 0), mprotect(PARENT, 0, 8, 'R')],
    place: BARS,
    parent: ['pud[0] (from page 0) leaf pfn 0 RO young dirty special UC-'],
  },
  {
    name: 'mprotect and back',
    says: 'R, RW, write',
    plays: [bar, write(PARENT, 0), mprotect(PARENT, 0, 8, 'R'), mprotect(PARENT, 0, 8, 'RW'), write(PARENT, 1)],
    place: BARS,
    parent: [LEAF0],
  },
  {
    name: 'mprotect of one leaf',
    says: 'the VMA is split between leaves',
    plays: [bar, write(PARENT, 0), read(PARENT, 4), mprotect(PARENT, 0, 4, 'NONE')],
    place: BARS,
    parent: ['pud[0] (from page 0) leaf pfn 0 NONE young dirty special UC-', LEAF1],
  },
  {
    name: 'mprotect of a page',
    says: 'the VMA is split inside a leaf',
    plays: [bar, write(PARENT, 0), mprotect(PARENT, 0, 1, 'R')],
    place: BARS,
    result: 'descent-into-leaf@3',
    parent: [LEAF0],
  },
  {
    name: 'mprotect of a half',
    says: 'the VMA is split inside a leaf, at a PMD boundary',
    plays: [bar, write(PARENT, 0), mprotect(PARENT, 0, 2, 'R')],
    place: BARS,
    result: 'VM_BUG_ON_VMA(range)@3',
    parent: [LEAF0],
  },
  {
    name: 'munmap of a leaf',
    says: 'one leaf of two',
    plays: [bar, write(PARENT, 0), read(PARENT, 4), munmap(PARENT, 4, 8)],
    place: BARS,
    parent: [LEAF0],
  },
  {
    name: 'munmap of a page',
    says: 'the VMA is split inside a leaf',
    plays: [bar, write(PARENT, 0), munmap(PARENT, 0, 1)],
    place: BARS,
    result: 'descent-into-leaf@3',
    parent: [LEAF0],
  },
  {
    name: 'munmap of a half',
    says: 'the VMA is split inside a leaf, at a PMD boundary',
    plays: [bar, write(PARENT, 0), munmap(PARENT, 2, 4)],
    place: BARS,
    result: 'VM_BUG_ON_VMA(range)@3',
    parent: [LEAF0],
  },
  {
    name: 'mremap',
    says: 'the leaf is a bad entry to it',
    plays: [half, write(PARENT, 0), mremap(PARENT, 0, 4, 4)],
    place: BARS,
    result: 'bad-pud@3',
    parent: [LEAF0],
  },
  {
    name: 'split and refault',
    says: 'L1TF: mprotect(NONE) drops the leaf, and the next access brings it back',
    plays: [half, write(PARENT, 0), mprotect(PARENT, 0, 4, 'NONE'), mprotect(PARENT, 0, 4, 'RW'), read(PARENT, 1)],
    place: WITH_L1TF,
    parent: ['pud[0] (from page 0) leaf pfn 0 RW young special UC-'],
  },
  {
    name: 'split of a part and refault',
    says: 'L1TF: mprotect(NONE) of a page drops the leaf before the VMA is split; smaller leaves come back',
    plays: [half, write(PARENT, 0), mprotect(PARENT, 0, 1, 'NONE'), read(PARENT, 1), read(PARENT, 2)],
    place: WITH_L1TF,
    parent: ['page 1 pfn 1 RW young special UC-', 'pmd[1] leaf pfn 2 RW young special UC-'],
  },
  {
    name: 'BAR off',
    says: 'no process maps it, and an access gets SIGBUS',
    plays: [bar, write(PARENT, 0), fork, memoryOff, read(CHILD, 0)],
    place: BARS,
    result: 'SIGBUS@5',
  },
  {
    name: 'BAR off and on',
    says: 'what is touched again comes back as a PUD leaf',
    plays: [bar, write(PARENT, 0), fork, memoryOff, memoryOn, read(CHILD, 4)],
    place: BARS,
    child: [LEAF1],
  },
  {
    name: 'clear_refs of a BAR',
    says: 'leaves of VM_PFNMAP stay as they are; it is mprotect that takes the right to write, and the write loops',
    plays: [
      bar,
      write(PARENT, 0),
      clearRefs(PARENT),
      mprotect(PARENT, 0, 8, 'R'),
      mprotect(PARENT, 0, 8, 'RW'),
      write(PARENT, 0),
    ],
    place: BARS,
    result: 'fault-loop@6',
    parent: ['pud[0] (from page 0) leaf pfn 0 RO young dirty special UC-'],
  },
  {
    name: 'clear_refs of a BAR, mended',
    says: 'the same where the handler passes the write on',
    plays: [
      bar,
      write(PARENT, 0),
      clearRefs(PARENT),
      mprotect(PARENT, 0, 8, 'R'),
      mprotect(PARENT, 0, 8, 'RW'),
      write(PARENT, 0),
    ],
    place: BARS,
    toggle: 'vfio-passes-write=yes',
    parent: [LEAF0],
  },
  {
    name: 'clear_refs of PTEs',
    says: 'the same at PTE level: a write fault ends',
    plays: [
      unaligned,
      write(PARENT, 0),
      clearRefs(PARENT),
      mprotect(PARENT, 0, 4, 'R'),
      mprotect(PARENT, 0, 4, 'RW'),
      write(PARENT, 0),
    ],
    place: BARS,
    parent: ['page 0 pfn 1 RW young dirty special UC-'],
  },
  {
    name: 'off, BAR',
    says: 'THP off: PTEs',
    plays: [bar, write(PARENT, 0)],
    place: { ...BARS, machine: { ...X86_64, pmdLeaves: false, pudLeaves: false } },
    parent: ['page 0 pfn 0 RW young dirty special UC-'],
  },
  {
    name: 'no PUD leaves, BAR',
    says: 'a PMD leaf',
    plays: [bar, write(PARENT, 0)],
    place: { ...BARS, machine: { ...X86_64, pudLeaves: false } },
    parent: ['pmd[0] leaf pfn 0 RW young dirty special UC-'],
  },
];
