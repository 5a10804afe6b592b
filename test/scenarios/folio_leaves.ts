/**
 * PUD and PMD leaves of folios, on v7.1: device-dax whose folios have the size of a leaf, and a VM_MIXEDMAP driver that
 * inserts its folios. At fan-out 2 a PMD leaf has 2 pages, a PUD leaf 4.
 */
import { daxDevice, mixedDriver } from '../../model/drivers/driver.ts';
import { blocks, SMALL } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { CHILD, type Numbered, PARENT } from './numbered.ts';
import { clearRefs, exit, fork, mmap, mprotect, mremap, munmap, type Stage, read, write } from './play.ts';

const dax = (pages: number): Stage => ({ geometry: { ...SMALL, memory: blocks('dax', pages, 8 / pages) } });
const driver = (pages: number): Stage => ({ geometry: { ...SMALL, memory: blocks('driver', pages, 4 / pages) } });
const NO_HUGE = { ...X86_64, pmdLeaves: false, pudLeaves: false };
const off = (place: Stage): Stage => ({ ...place, machine: NO_HUGE });

const device = mmap(daxDevice('device-dax', { at: 0, pages: 8 }));
const halfDevice = mmap(daxDevice('half of device-dax', { at: 0, pages: 4 }));
const mixed = mmap(mixedDriver('folios of a driver', { at: 0, pages: 4 }));

const USED = 'dax 16: ref 2 em 1 lm 1 npm E parent:1 pm 0 0 0 0';
const UNUSED = 'dax 16: ref 1 em 0 lm 0 npm 0 pm 0 0 0 0';
const UNUSED_2 = 'dax 20: ref 1 em 0 lm 0 npm 0 pm 0 0 0 0';
const ONE_PUD = [USED, UNUSED_2, 'parent: MM_FILEPAGES 4', 'NR_FILE_MAPPED 4'];
const FOLIO_LEAF = 'pud[0] (from page 0) leaf pfn 16 RW young dirty WB';
const DAX_PMD = [
  'dax 16: ref 2 em 1 lm 1 npm E parent:1 pm 0 0',
  ...[18, 20, 22].map((f) => `dax ${f}: ref 1 em 0 lm 0 npm 0 pm 0 0`),
];
const ONE_DRIVER_PUD = [
  'driver 16: ref 2 em 1 lm 1 npm E parent:1 pm 0 0 0 0',
  'parent: MM_FILEPAGES 4',
  'NR_FILE_MAPPED 4',
];
const DRIVER_PMD = ['driver 16: ref 2 em 1 lm 1 npm E parent:1 pm 0 0', 'driver 18: ref 1 em 0 lm 0 npm 0 pm 0 0'];
const PMD_COUNTS = ['parent: MM_FILEPAGES 2', 'NR_FILE_MAPPED 2, NR_FILE_PMDMAPPED 2'];

const DAX: readonly Numbered[] = [
  {
    name: 'dax fault',
    says: 'one reference, one entire mapping, 4 pages in rss and NR_FILE_MAPPED, none PMD-mapped',
    plays: [device, write(PARENT, 0)],
    place: dax(4),
    accounts: ONE_PUD,
    parent: [FOLIO_LEAF],
  },
  {
    name: 'dax munmap of a part',
    says: 'may_split refuses',
    plays: [device, write(PARENT, 0), munmap(PARENT, 0, 2)],
    place: dax(4),
    result: 'EINVAL@3',
    accounts: ONE_PUD,
    parent: [FOLIO_LEAF],
  },
  {
    name: 'dax mprotect of a part',
    says: 'may_split refuses',
    plays: [device, write(PARENT, 0), mprotect(PARENT, 0, 1, 'R')],
    place: dax(4),
    result: 'EINVAL@3',
    accounts: ONE_PUD,
    parent: [FOLIO_LEAF],
  },
  {
    name: 'dax mremap of a part',
    says: 'may_split refuses',
    plays: [halfDevice, write(PARENT, 0), mremap(PARENT, 0, 4, 2)],
    place: dax(4),
    result: 'EINVAL@3',
    accounts: ONE_PUD,
    parent: [FOLIO_LEAF],
  },
  {
    name: 'dax mremap',
    says: 'the leaf is a bad entry to it',
    plays: [halfDevice, write(PARENT, 0), mremap(PARENT, 0, 4, 4)],
    place: dax(4),
    result: 'bad-pud@3',
    accounts: ONE_PUD,
    parent: [FOLIO_LEAF],
  },
  {
    name: 'dax munmap',
    says: 'back to the reference of the device',
    plays: [device, write(PARENT, 0), munmap(PARENT, 0, 4)],
    place: dax(4),
    accounts: [UNUSED, UNUSED_2],
  },
  {
    name: 'dax fork',
    says: 'fork copies nothing; the child faults, and the folio is counted once as mapped',
    plays: [device, write(PARENT, 0), read(PARENT, 4), fork, read(CHILD, 1)],
    place: dax(4),
    accounts: [
      'dax 16: ref 3 em 2 lm 2 npm E parent:1 child:1 S pm 0 0 0 0',
      'dax 20: ref 2 em 1 lm 1 npm E parent:1 pm 0 0 0 0',
      'parent: MM_FILEPAGES 8',
      'child: MM_FILEPAGES 4',
      'NR_FILE_MAPPED 8',
    ],
    parent: [FOLIO_LEAF, 'pud[1] (from page 4) leaf pfn 20 RW young WB'],
    child: ['pud[0] (from page 0) leaf pfn 16 RW young WB'],
  },
  {
    name: 'dax fork, exit',
    says: 'and back',
    plays: [device, write(PARENT, 0), fork, read(CHILD, 1), exit(CHILD)],
    place: dax(4),
    accounts: ONE_PUD,
    parent: [FOLIO_LEAF],
  },
  {
    name: 'dax clear_refs',
    says: 'the walk splits the PUD leaf on its way, so it is gone',
    plays: [device, write(PARENT, 0), clearRefs(PARENT)],
    place: dax(4),
    accounts: [UNUSED, UNUSED_2],
  },
  {
    name: 'dax clear_refs, write',
    says: 'the write flag is passed on, so no loop',
    plays: [device, write(PARENT, 0), clearRefs(PARENT), read(PARENT, 0), write(PARENT, 0)],
    place: dax(4),
    accounts: ONE_PUD,
    parent: [FOLIO_LEAF],
  },
  {
    name: 'dax PMD',
    says: 'PMD-mapped pages are counted as such',
    plays: [device, write(PARENT, 0)],
    place: dax(2),
    accounts: [...DAX_PMD, ...PMD_COUNTS],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB'],
  },
  {
    name: 'dax PMD clear_refs',
    says: 'the leaf loses the right to write, and gets it back by a write',
    plays: [device, read(PARENT, 0), clearRefs(PARENT), write(PARENT, 1)],
    place: dax(2),
    accounts: [...DAX_PMD, ...PMD_COUNTS],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB'],
  },
];

const MIXED: readonly Numbered[] = [
  {
    name: 'mixed PUD',
    says: 'vmf_insert_folio_pud() counts',
    plays: [mixed, write(PARENT, 0)],
    place: driver(4),
    accounts: ONE_DRIVER_PUD,
    parent: [FOLIO_LEAF],
  },
  {
    name: 'mixed PUD munmap',
    says: 'zap_huge_pud() takes the VMA for one of frames, and uncounts nothing',
    plays: [mixed, write(PARENT, 0), munmap(PARENT, 0, 4)],
    place: driver(4),
    accounts: ONE_DRIVER_PUD,
  },
  {
    name: 'mixed PUD exit',
    says: 'the mm is freed with pages in its counter',
    plays: [mixed, write(PARENT, 0), exit(PARENT)],
    place: driver(4),
    accounts: ONE_DRIVER_PUD,
  },
  {
    name: 'mixed PUD clear_refs',
    says: 'so does the split of the leaf',
    plays: [mixed, write(PARENT, 0), clearRefs(PARENT)],
    place: driver(4),
    accounts: ONE_DRIVER_PUD,
  },
  {
    name: 'mixed PUD fork',
    says: 'copy_huge_pud() counts nothing: two leaves, one mapping',
    plays: [mixed, write(PARENT, 0), fork],
    place: driver(4),
    accounts: ONE_DRIVER_PUD,
    parent: [FOLIO_LEAF],
    child: ['pud[0] (from page 0) leaf pfn 16 RW dirty WB'],
  },
  {
    name: 'mixed PMD munmap',
    says: 'zap_huge_pmd() asks the entry, and uncounts it',
    plays: [mixed, write(PARENT, 0), munmap(PARENT, 0, 2)],
    place: driver(2),
    accounts: [16, 18].map((f) => `driver ${f}: ref 1 em 0 lm 0 npm 0 pm 0 0`),
  },
  {
    name: 'mixed PMD split',
    says: 'the split asks the VMA, and uncounts nothing',
    plays: [mixed, write(PARENT, 0), munmap(PARENT, 0, 1)],
    place: driver(2),
    accounts: [...DRIVER_PMD, ...PMD_COUNTS],
  },
  {
    name: 'mixed PMD fork',
    says: 'a leaf of a folio is not copied; the child faults',
    plays: [mixed, write(PARENT, 0), fork],
    place: driver(2),
    accounts: [...DRIVER_PMD, ...PMD_COUNTS],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB'],
  },
];

const OFF: readonly Numbered[] = [
  {
    name: 'off, dax of PUD size',
    says: 'a device whose alignment cannot be mapped',
    plays: [device, write(PARENT, 0)],
    place: off(dax(4)),
    result: 'SIGBUS@2',
    accounts: [UNUSED, UNUSED_2],
  },
  {
    name: 'off, dax of page size',
    says: 'PTEs',
    plays: [mmap(daxDevice('2 pages', { at: 0, pages: 2 })), write(PARENT, 1)],
    place: off({ geometry: { ...SMALL, memory: blocks('dax', 1, 2) } }),
    accounts: ['dax 16: ref 1 pm 0', 'dax 17: ref 2 pm 1', 'parent: MM_FILEPAGES 1', 'NR_FILE_MAPPED 1'],
    parent: ['page 1 pfn 17 RW young dirty WB'],
  },
  {
    name: 'off, mixed',
    says: 'a page of a folio by a PTE',
    plays: [mixed, write(PARENT, 0)],
    place: off(driver(4)),
    accounts: ['driver 16: ref 2 em 0 lm 1 npm 1 parent:1 pm 1 0 0 0', 'parent: MM_FILEPAGES 1', 'NR_FILE_MAPPED 1'],
    parent: ['page 0 pfn 16 RW young dirty WB'],
  },
];

export const FOLIO_LEAVES: readonly Numbered[] = [...DAX, ...MIXED, ...OFF];
