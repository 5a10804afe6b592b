/**
 * The scenarios of review: what each version of "mm: add huge pfnmap support for remap_pfn_range()" makes of a
 * sequence of operations. S1..S10 are regressions that a check should find again, D1..D14 what breaks without
 * one of the changes that the versions made. `main` is v7.1 without the series.
 */
import {
  anonMemory,
  faultDriver,
  lateOpsDriver,
  remapAndFaultDriver,
  remapDriver,
  shmemFile,
  triesAgainDriver,
} from '../../model/drivers/driver.ts';
import { type Machine, POWERPC_HASH, X86_64 } from '../../model/state/machine.ts';
import { Prot } from '../../model/state/mm_types.ts';
import { exit, failing, fork, mmap, mprotect, mremap, munmap, type Played, read, write } from './play.ts';

export interface Scenario {
  readonly name: string;
  readonly says: string;
  readonly machine?: Machine;
  readonly plays: readonly Played[];
  /** By kernel: 'main', a version, or either with toggles on top, as `v4 toggle=value`. */
  readonly expected: Readonly<Record<string, string>>;
}

const UC = 3;
const WT = 7;
const leaf = remapDriver('2M', { at: 0, pages: 2 });
const PARENT = 0;
const CHILD = 1;
const PTE_ALLOC = 2; // after vm_area_alloc and pmd_alloc_one

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'S1',
    says: 'munmap of a part, then a read of the rest (with a leaf and the split of v7.1: D1)',
    plays: [mmap(leaf), munmap(PARENT, 0, 1), read(PARENT, 1)],
    expected: {
      main: 'ok',
      v1: 'I-DEPLOCK@1',
      v2: 'ok',
      v3: 'ok',
      v4: 'ok',
      'main remap-leaf=yes': 'I-REFAULT@2 SIGBUS@3',
    },
  },
  {
    name: 'S2',
    says: 'fork, exit of the child, exit of the parent (D5, syzbot)',
    plays: [mmap(leaf), fork, exit(CHILD), exit(PARENT)],
    expected: { main: 'ok', v1: 'I-DEPLOCK@1 I-DEP@2 I-NOEMPTY@3', v2: 'I-DEP@2 I-NOEMPTY@3', v3: 'ok', v4: 'ok' },
  },
  {
    name: 'S2b',
    says: 'fork that fails once the mm is copied (syzbot: __mmput() in copy_process())',
    plays: [mmap(leaf), failing(fork, 2), exit(PARENT)],
    expected: { main: 'ENOMEM@2', v1: 'I-DEPLOCK@1 I-NOEMPTY@2', v2: 'I-NOEMPTY@2', v3: 'ENOMEM@2', v4: 'ENOMEM@2' },
  },
  {
    name: 'S3',
    says: 'mremap to another PMD table, then munmap (D7)',
    plays: [mmap(leaf), mremap(PARENT, 0, 4, 2), munmap(PARENT, 4, 6)],
    expected: {
      main: 'ok',
      v1: 'I-DEPLOCK@1 I-DEP@2 I-NRPTES@2 I-LIVE@2 I-NOEMPTY@3',
      v2: 'I-DEP@2 I-NRPTES@2 I-LIVE@2 I-NOEMPTY@3',
      v3: 'I-DEP@2 I-NRPTES@2 I-LIVE@2 I-NOEMPTY@3',
      v4: 'ok',
    },
  },
  {
    name: 'D7b',
    says: 'mremap within one PMD table shows nothing: the list is shared',
    plays: [mmap(leaf), mremap(PARENT, 0, 2, 2), munmap(PARENT, 2, 4), exit(PARENT)],
    expected: { main: 'ok', v1: 'I-DEPLOCK@1', v2: 'ok', v3: 'ok', v4: 'ok' },
  },
  {
    name: 'S4',
    says: 'the table of the leaf cannot be allocated (D3)',
    plays: [failing(mmap(leaf), PTE_ALLOC), exit(PARENT)],
    expected: { main: 'ENOMEM@1', v1: 'I-DEP@1 I-ATOM@1 I-DEPLOCK@1 I-NOEMPTY@2', v2: 'ok', v3: 'ok', v4: 'ok' },
  },
  {
    name: 'S5',
    says: 'munmap of a part of a shmem THP, then exit (D4, syzbot)',
    plays: [mmap(shmemFile('shmem 2M', { at: 0, pages: 2 })), write(PARENT, 0), munmap(PARENT, 0, 1), exit(PARENT)],
    expected: { main: 'ok', v1: 'I-DEP@3 I-NRPTES@4 I-LIVE@4', v2: 'ok', v3: 'ok', v4: 'ok' },
  },
  {
    name: 'S6',
    says: 'mprotect of a part of an uncached leaf (D9)',
    plays: [mmap(remapDriver('2M UC', { at: 0, pages: 2, cache: UC })), mprotect(PARENT, 0, 1, 'R')],
    expected: {
      main: 'ok',
      v1: 'I-DEPLOCK@1',
      v2: 'ok',
      v3: 'ok',
      v4: 'ok',
      'v4 split-pgprot=raw': 'I-CACHE@2',
      'v2 split-pgprot=raw': 'I-CACHE@2',
    },
  },
  {
    name: 'S6b',
    says: 'the same with write-through (D9)',
    plays: [mmap(remapDriver('2M WT', { at: 0, pages: 2, cache: WT })), mprotect(PARENT, 0, 1, 'R')],
    expected: {
      main: 'ok',
      v1: 'I-CACHE@1 I-DEPLOCK@1',
      v2: 'I-CACHE@1',
      v3: 'I-CACHE@1',
      v4: 'ok',
      'v4 split-pgprot=raw': 'I-TRANS@2',
      'v2 pfn-pmd-format=base-pte': 'I-TRANS@2 I-CACHE@2',
    },
  },
  {
    name: 'S7',
    says: 'a VMA with ->huge_fault that is also remapped: access of the other slot, then munmap (D8)',
    plays: [
      mmap(remapAndFaultDriver('remap 2M and huge_fault 2M', { at: 0, pages: 4 }, 2)),
      write(PARENT, 2),
      munmap(PARENT, 0, 4),
    ],
    expected: {
      main: 'ok',
      v1: 'I-DEPLOCK@1',
      v2: 'ok',
      v3: 'ok',
      v4: 'ok',
      'v4 handler-excludes=no': 'I-DISC@1 I-NRPTES@3 I-LIVE@3',
      'v3 arch-needs-deposit=no': 'I-NOEMPTY@3',
    },
  },
  {
    name: 'S8',
    says: 'a driver that sets vm_ops after its remap_pfn_range(): munmap, exit (D14a)',
    plays: [mmap(lateOpsDriver('remap 2M, then vm_ops', { at: 0, pages: 2 })), munmap(PARENT, 0, 2), exit(PARENT)],
    expected: { main: 'ok', v1: 'I-DEPLOCK@1', v2: 'ok', v3: 'ok', v4: 'I-DISC@1 I-NRPTES@2 I-LIVE@2' },
  },
  {
    name: 'S8b',
    says: 'the same, exit at once',
    plays: [mmap(lateOpsDriver('remap 2M, then vm_ops', { at: 0, pages: 2 })), exit(PARENT)],
    expected: { main: 'ok', v1: 'I-DEPLOCK@1', v2: 'ok', v3: 'ok', v4: 'I-DISC@1 I-NRPTES@2 I-LIVE@2' },
  },
  {
    name: 'S9',
    says: 'an anonymous THP beside the leaf: fork, the child unmaps a part of the anonymous one, both exit (D6)',
    plays: [
      mmap(leaf),
      mmap(anonMemory('anon 2M', { at: 2, pages: 2 })),
      write(PARENT, 2),
      fork,
      munmap(CHILD, 2, 3),
      exit(CHILD),
      exit(PARENT),
    ],
    expected: { main: 'ok', v1: 'I-DEPLOCK@1 I-DEP@4 I-NOEMPTY@6', v2: 'I-DEP@4 I-NOEMPTY@6', v3: 'ok', v4: 'ok' },
  },
  {
    name: 'D6b',
    says: "the child's leaf is unmapped first and takes the table of the anonymous one",
    plays: [
      mmap(leaf),
      mmap(anonMemory('anon 2M', { at: 2, pages: 2 })),
      write(PARENT, 2),
      fork,
      munmap(CHILD, 0, 2),
      munmap(CHILD, 2, 4),
    ],
    expected: { main: 'ok', v1: 'I-DEPLOCK@1 I-DEP@4 I-NOEMPTY@6', v2: 'I-DEP@4 I-NOEMPTY@6', v3: 'ok', v4: 'ok' },
  },
  {
    name: 'S10',
    says: 'mprotect(PROT_NONE), then read and write again',
    plays: [
      mmap(leaf),
      mprotect(PARENT, 0, 2, 'NONE'),
      mprotect(PARENT, 0, 2, 'RW'),
      write(PARENT, 0),
      read(PARENT, 1),
    ],
    expected: { main: 'ok', v1: 'I-DEPLOCK@1', v2: 'ok', v3: 'ok', v4: 'ok' },
  },
  {
    name: 'S10b',
    says: 'the same on a CPU with L1TF, which walks PTEs first',
    machine: { ...X86_64, l1tf: true },
    plays: [
      mmap(leaf),
      mprotect(PARENT, 0, 2, 'NONE'),
      mprotect(PARENT, 0, 2, 'RW'),
      write(PARENT, 0),
      read(PARENT, 1),
    ],
    expected: { main: 'ok', v1: 'I-DEPLOCK@1', v2: 'ok', v3: 'ok', v4: 'ok' },
  },
  {
    name: 'D2',
    says: 'the leaf is written without its lock',
    plays: [mmap(leaf)],
    expected: { main: 'ok', v1: 'I-DEPLOCK@1', v2: 'ok', v3: 'ok', v4: 'ok' },
  },
  {
    name: 'D10',
    says: 'a CPU without PMD leaves',
    machine: { ...X86_64, pmdLeaves: false },
    plays: [mmap(leaf), read(PARENT, 0)],
    expected: {
      main: 'ok',
      v1: 'no-PMD-leaves@1',
      v2: 'no-PMD-leaves@1',
      v3: 'no-PMD-leaves@1',
      v4: 'ok',
      'v4 runtime-leaf-check=no': 'no-PMD-leaves@1',
    },
  },
  {
    name: 'D11',
    says: 'a PROT_NONE mapping of high frames on a CPU with L1TF',
    machine: { ...X86_64, l1tf: true },
    plays: [mmap(remapDriver('2M high, PROT_NONE', { at: 0, pages: 2, pfn: 8, prot: Prot.NONE }))],
    expected: {
      main: 'EACCES@1',
      v1: 'I-L1TF@1 I-DEPLOCK@1',
      v2: 'I-L1TF@1',
      v3: 'I-L1TF@1',
      v4: 'I-L1TF@1',
      'v4 pfn-modify-check=yes': 'EACCES@1',
    },
  },
  {
    name: 'D12',
    says: 'a driver that tries again after -ENOMEM finds an empty table in the slot',
    plays: [failing(mmap(triesAgainDriver('4M, tried again', { at: 0, pages: 4 })), 2, 4, 5), exit(PARENT)],
    expected: {
      main: 'ENOMEM@1',
      v1: 'I-DEP@1 I-ATOM@1 I-DEPLOCK@1 I-NOEMPTY@2',
      v2: 'I-NRPTES@1',
      v3: 'I-NRPTES@1',
      v4: 'ok',
      'v4 populated-slot=pmd-free-pte-page': 'I-NRPTES@1',
    },
  },
  {
    name: 'D13',
    says: "powerpc's hash MMU reads the table as soon as the leaf can be seen",
    machine: POWERPC_HASH,
    plays: [mmap(leaf)],
    expected: {
      main: 'ok',
      v1: 'I-ORDER@1',
      v2: 'I-ORDER@1',
      v3: 'I-ORDER@1',
      v4: 'ok',
      'v4 deposit-first=no': 'I-ORDER@1',
    },
  },
  {
    name: 'D14b',
    says: 'a VMA with fault handlers that lost them before it is unmapped',
    plays: [mmap(faultDriver('huge_fault 2M', { at: 0, pages: 2 })), write(PARENT, 0), munmap(PARENT, 0, 2)],
    expected: { main: 'ok', v1: 'ok', v2: 'ok', v3: 'ok', v4: 'ok', 'v4 vma-close=before-unmap': 'I-NOEMPTY@3' },
  },
  {
    name: 'B19',
    says: 'hash MMU: fork of a leaf of ->huge_fault, exit of the child',
    machine: POWERPC_HASH,
    plays: [mmap(faultDriver('huge_fault 2M', { at: 0, pages: 2 })), write(PARENT, 0), fork, exit(CHILD)],
    expected: { main: 'I-ORDER@3', v1: 'I-ORDER@3', v2: 'I-ORDER@3', v3: 'ok', v4: 'ok' },
  },
  {
    name: 'D11b',
    says: 'the L1TF limit inside a leaf',
    machine: { ...X86_64, l1tf: true },
    plays: [mmap(remapDriver('across the limit, PROT_NONE', { at: 0, pages: 2, pfn: 6, prot: Prot.NONE }))],
    expected: {
      main: 'EACCES@1',
      v1: 'I-L1TF@1 I-DEPLOCK@1',
      v2: 'I-L1TF@1',
      v3: 'I-L1TF@1',
      v4: 'I-L1TF@1',
      'v4 pfn-modify-check=yes': 'EACCES@1',
    },
  },
  {
    name: 'D12b',
    says: 'a driver that remaps the same slot twice: a leaf is there already',
    plays: [
      mmap({
        ...leaf,
        name: '2M twice',
        remaps: [
          { from: 0, to: 2 },
          { from: 0, to: 2 },
        ],
      }),
    ],
    expected: { main: 'BUG_ON(!pte_none)@1', v1: 'bad-pmd@1', v2: 'bad-pmd@1', v3: 'bad-pmd@1', v4: 'ENOMEM@1' },
  },
  {
    name: 'D5b',
    says: 'fork, and the child unmaps a part of its leaf',
    plays: [mmap(leaf), fork, munmap(CHILD, 0, 1), read(CHILD, 1), exit(CHILD), exit(PARENT)],
    expected: { main: 'ok', v1: 'I-DEPLOCK@1 I-DEP@2 I-NOEMPTY@3', v2: 'I-DEP@2 I-NOEMPTY@3', v3: 'ok', v4: 'ok' },
  },
];
