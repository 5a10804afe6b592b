/** What pins and madvise refuse, and what is left when memory runs out. See memory.ts. */
import { anonMemory, type Driver, faultDriver, shmemFile } from '../../model/drivers/driver.ts';
import { blocks } from '../../model/state/geometry.ts';
import { Prot, Vma, VmaKind } from '../../model/state/mm_types.ts';
import type { Accounted } from './accounted.ts';
import { anon, PARENT, SHMEM, shmem, THPS } from './memory.ts';
import { failing, fork, madvise, mmap, mprotect, pin, type Played, write } from './play.ts';

const NO_MEMORY = { pins: 1, memory: [] };
const thp: readonly Played[] = [mmap(anon), write(PARENT, 0)];
const device = faultDriver('huge_fault 2M', { at: 0, pages: 2 });
const deviceBig = faultDriver('huge_fault 4M', { at: 0, pages: 4 });
/** Frames of the device in a VM_MIXEDMAP VMA; a leaf where they fill a slot. */
const mixed = (pages: number): Driver => ({
  name: `mixed, ${pages} pages`,
  says: '',
  remaps: [],
  vma: Vma.of({
    kind: VmaKind.mixed,
    end: pages,
    pgoff: 16,
    prot: Prot.RW,
    shared: 1,
    mayWrite: 1,
    mixedmap: 1,
    fault: 1,
    hugeFault: 1,
  }),
});
const dax: Driver = {
  name: 'device DAX',
  says: '',
  remaps: [],
  vma: Vma.of({ kind: VmaKind.dax, end: 2, prot: Prot.RW, shared: 1, mayWrite: 1, fault: 1, hugeFault: 1 }),
};
const DAX = { memory: blocks('dax', 2, 1) };
const beyond = shmemFile('shmem, beyond its end', { at: 0, pages: 4 });
const beside = shmemFile('shmem 2M beside it', { at: 2, pages: 2 });
const BOTH = { memory: [...blocks('shmem', 2, 1), ...blocks('anon', 2, 1)] };
const wide = anonMemory('anon 4M', { at: 0, pages: 4 });
const leftOut = [mmap(device), madvise(PARENT, 0, 2, 'DONTFORK'), madvise(PARENT, 0, 2, 'DOFORK')];
const leftOutMixed = [mmap(mixed(2)), madvise(PARENT, 0, 2, 'DONTFORK'), madvise(PARENT, 0, 2, 'DOFORK')];

export const REFUSALS: readonly Accounted[] = [
  {
    name: 'R1',
    says: 'a pin where nothing is mapped',
    plays: [pin(PARENT, 0, 'read')],
    geometry: NO_MEMORY,
    outcome: 'EFAULT@1',
    counts: [],
    has: ['parent alive, 0 page-table pages, MMF_HAS_PINNED'],
  },
  {
    name: 'R2',
    says: 'a pin of what may not be read',
    plays: [...thp, mprotect(PARENT, 0, 2, 'NONE'), pin(PARENT, 0, 'read')],
    geometry: THPS,
    outcome: 'EFAULT@4',
    counts: [
      '16: refcount 1, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    has: ['parent pmd[0] leaf pfn 16 NONE young WB'],
  },
  {
    name: 'R3',
    says: 'a write pin of what may only be read',
    plays: [...thp, mprotect(PARENT, 0, 2, 'R'), pin(PARENT, 0, 'write')],
    geometry: THPS,
    outcome: 'EFAULT@4',
    counts: [
      '16: refcount 1, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    has: ['parent pmd[0] leaf pfn 16 RO young WB'],
  },
  {
    name: 'R4',
    says: 'a pin of a leaf of the device',
    plays: [mmap(device), write(PARENT, 0), pin(PARENT, 0, 'read')],
    geometry: NO_MEMORY,
    outcome: 'EFAULT@3',
    counts: [],
    has: ['parent pmd[0] leaf pfn 0 RW young dirty special UC-'],
  },
  {
    name: 'R4, v6.11',
    says: 'gup-fast does not look at the special bit of leaves',
    plays: [mmap(device), write(PARENT, 0), pin(PARENT, 0, 'read')],
    geometry: NO_MEMORY,
    patch: { gup_fast_checks_special: () => () => false },
    outcome: 'gup-of-pfn@3',
    counts: [],
  },
  {
    name: 'R4b',
    says: 'a pin of a PUD leaf of the device',
    plays: [mmap(deviceBig), write(PARENT, 0), pin(PARENT, 3, 'write')],
    geometry: NO_MEMORY,
    outcome: 'EFAULT@3',
    counts: [],
    has: ['parent pud[0] leaf pfn 0 RW young dirty special UC-'],
  },
  {
    name: 'R4b, v6.11',
    says: 'the same at PUD level',
    plays: [mmap(deviceBig), write(PARENT, 0), pin(PARENT, 3, 'write')],
    geometry: NO_MEMORY,
    patch: { gup_fast_checks_special: () => () => false },
    outcome: 'gup-of-pfn@3',
    counts: [],
  },
  {
    name: 'R5',
    says: 'a special PTE in a VM_MIXEDMAP VMA',
    plays: [mmap(mixed(1)), pin(PARENT, 0, 'read')],
    geometry: NO_MEMORY,
    outcome: 'EEXIST@2',
    counts: [],
    has: ['table 0 pte[0] pfn 0 RW young special WB'],
  },
  {
    name: 'R6',
    says: 'the slow path does not look at the special bit of a leaf, and VM_MIXEDMAP does not keep it off',
    plays: [mmap(mixed(2)), pin(PARENT, 0, 'read')],
    geometry: NO_MEMORY,
    outcome: 'gup-of-pfn@2',
    counts: [],
    has: ['parent pmd[0] leaf pfn 0 RW young special WB'],
  },
  {
    name: 'R7',
    says: 'a pin beyond the end of the file',
    plays: [mmap(beyond), pin(PARENT, 2, 'read')],
    geometry: SHMEM,
    outcome: 'EFAULT@2',
    counts: [],
  },
  {
    name: 'R8',
    says: 'no memory for the page that is to be pinned',
    plays: [mmap(anon), failing(pin(PARENT, 0, 'write'), 0)],
    geometry: THPS,
    outcome: 'ENOMEM@2',
    counts: [],
    has: ['parent alive, 0 page-table pages, MMF_HAS_PINNED'],
  },
  {
    name: 'R9',
    says: 'no memory for the copy of a shared page: the leaf stays split',
    plays: [...thp, fork, failing(pin(PARENT, 1, 'read'), 0)],
    geometry: THPS,
    outcome: 'ENOMEM@4',
    counts: [
      '16: refcount 3, mapcount 1, entire mapcount 1, large mapcount 3, nr_pages_mapped ENTIRELY_MAPPED + 2',
      '17: mapcount 1',
      'parent MM_ANONPAGES 2, child MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    has: [
      'child pmd[0] leaf pfn 16 RO dirty WB',
      'table 0 pte[0] pfn 16 RO young dirty WB',
      'table 0 pte[1] pfn 17 RO young dirty WB',
    ],
  },
  {
    name: 'R10',
    says: 'MADV_DONTNEED of VM_PFNMAP',
    plays: [mmap(device), write(PARENT, 0), madvise(PARENT, 0, 2, 'DONTNEED')],
    geometry: NO_MEMORY,
    outcome: 'EINVAL@3',
    counts: [],
    has: ['parent pmd[0] leaf pfn 0 RW young dirty special UC-'],
  },
  {
    name: 'R11',
    says: 'MADV_FREE of VM_PFNMAP',
    plays: [mmap(device), write(PARENT, 0), madvise(PARENT, 0, 2, 'FREE')],
    geometry: NO_MEMORY,
    outcome: 'EINVAL@3',
    counts: [],
    has: ['parent pmd[0] leaf pfn 0 RW young dirty special UC-'],
  },
  {
    name: 'R12',
    says: 'MADV_FREE of a file',
    plays: [mmap(shmem), write(PARENT, 0), madvise(PARENT, 0, 2, 'FREE')],
    geometry: SHMEM,
    outcome: 'EINVAL@3',
    counts: [
      '16: refcount 3, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_SHMEMPAGES 2',
      'NR_FILE_MAPPED 2, NR_SHMEM_PMDMAPPED 2',
    ],
    has: ['parent pmd[0] leaf pfn 16 RW young dirty WB'],
  },
  {
    name: 'R13',
    says: 'MADV_FREE of two VMAs, the second of a file: the first is given up',
    plays: [mmap(anon), mmap(beside), write(PARENT, 0), write(PARENT, 2), madvise(PARENT, 0, 4, 'FREE')],
    geometry: BOTH,
    outcome: 'EINVAL@5',
    counts: [
      '16: refcount 3, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      '18: refcount 1, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_ANONPAGES 2, parent MM_SHMEMPAGES 2',
      'NR_ANON_MAPPED 2, NR_FILE_MAPPED 2, NR_ANON_THPS 2, NR_SHMEM_PMDMAPPED 2',
    ],
    has: ['page 18 anon head AnonExclusive lazyfree'],
  },
  {
    name: 'R14',
    says: 'MADV_DOFORK of VM_IO',
    plays: leftOut,
    geometry: NO_MEMORY,
    outcome: 'EINVAL@3',
    counts: [],
    has: ['parent vma 0 device pages 0..1 pgoff 0 RW shared VM_PFNMAP VM_DONTCOPY ->fault ->huge_fault UC-'],
  },
  {
    name: 'R15, until v6.18',
    says: 'MADV_DOFORK of VM_MIXEDMAP',
    plays: leftOutMixed,
    geometry: NO_MEMORY,
    patch: { dofork_refused: () => (_s, vma) => Vma.pfnmap(vma) === 1 },
    counts: [],
    has: ['parent vma 0 mixed pages 0..1 pgoff 16 RW shared VM_MIXEDMAP ->fault ->huge_fault'],
  },
  {
    name: 'R15',
    says: 'refused with all of VM_SPECIAL',
    plays: leftOutMixed,
    geometry: NO_MEMORY,
    outcome: 'EINVAL@3',
    counts: [],
    has: ['parent vma 0 mixed pages 0..1 pgoff 16 RW shared VM_MIXEDMAP VM_DONTCOPY ->fault ->huge_fault'],
  },
  {
    name: 'R16',
    says: 'MADV_DONTFORK of a part, the VMA cannot be split: the leaf is whole',
    plays: [...thp, failing(madvise(PARENT, 0, 1, 'DONTFORK'), 0)],
    geometry: THPS,
    outcome: 'EAGAIN@3',
    counts: [
      '16: refcount 1, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    has: ['parent vma 0 anon pages 0..1 pgoff 0 RW private anon_vma', 'parent pmd[0] leaf pfn 16 RW young dirty WB'],
  },
  {
    name: 'R17',
    says: 'MADV_DONTFORK in the middle, the second split fails: the first stays, and the leaf is split',
    plays: [mmap(wide), write(PARENT, 0), failing(madvise(PARENT, 1, 3, 'DONTFORK'), 1)],
    geometry: THPS,
    outcome: 'EAGAIN@3',
    counts: [
      '16: refcount 2, mapcount 1, large mapcount 2, nr_pages_mapped 2',
      '17: mapcount 1',
      'parent MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2',
    ],
    has: [
      'parent vma 0 anon pages 0..0 pgoff 0 RW private anon_vma',
      'parent vma 1 anon pages 1..3 pgoff 1 RW private anon_vma',
      'table 0 pte[0] pfn 16 RW young dirty WB',
      'table 0 pte[1] pfn 17 RW young dirty WB',
    ],
  },
  {
    name: 'R18',
    says: 'MADV_DONTFORK of a part of a DAX leaf',
    plays: [mmap(dax), write(PARENT, 0), madvise(PARENT, 0, 1, 'DONTFORK')],
    geometry: DAX,
    outcome: 'EINVAL@3',
    counts: [
      '16: refcount 2, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_FILEPAGES 2',
      'NR_FILE_MAPPED 2, NR_FILE_PMDMAPPED 2',
    ],
    has: [
      'parent vma 0 dax pages 0..1 pgoff 0 RW shared ->fault ->huge_fault',
      'parent pmd[0] leaf pfn 16 RW young dirty WB',
    ],
  },
];
