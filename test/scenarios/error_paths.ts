/** Refusals and allocations that fail, one operation at a time: what every kernel answers, and that nothing is lost. */
import { anonMemory, faultDriver, privateDriver, remapDriver } from '../../model/drivers/driver.ts';
import { Prot, Vma } from '../../model/state/mm_types.ts';
import { exit, failing, fork, mmap, mprotect, mremap, munmap, read, write } from './play.ts';
import type { Scenario } from './scenarios.ts';

const leaf = remapDriver('2M', { at: 0, pages: 2 });
const PARENT = 0;
const CHILD = 1;

export const ERROR_PATHS: readonly Scenario[] = [
  {
    name: 'E1',
    says: 'a private mapping that is not remapped as a whole',
    plays: [mmap({ ...privateDriver('private, two halves', { at: 0, pages: 4 }), remaps: [{ from: 0, to: 2 }] })],
    expected: { main: 'EINVAL@1', v1: 'EINVAL@1', v2: 'EINVAL@1', v3: 'EINVAL@1', v4: 'EINVAL@1' },
  },
  {
    name: 'E2',
    says: 'munmap in the middle, the second split of the VMA fails',
    plays: [
      mmap(remapDriver('4M', { at: 0, pages: 4 })),
      failing(munmap(PARENT, 1, 3), 1),
      read(PARENT, 1),
      read(PARENT, 2),
      munmap(PARENT, 1, 3),
      exit(PARENT),
    ],
    expected: { main: 'ENOMEM@2', v1: 'I-DEPLOCK@1 ENOMEM@2', v2: 'ENOMEM@2', v3: 'ENOMEM@2', v4: 'ENOMEM@2' },
  },
  {
    name: 'E3',
    says: 'mremap to the other PMD table, which cannot be allocated',
    plays: [mmap(leaf), failing(mremap(PARENT, 0, 4, 2), 1), read(PARENT, 0), exit(PARENT)],
    expected: { main: 'ENOMEM@2', v1: 'I-DEPLOCK@1 ENOMEM@2', v2: 'ENOMEM@2', v3: 'ENOMEM@2', v4: 'ENOMEM@2' },
  },
  {
    name: 'E4',
    says: 'mremap to an unaligned place runs out of memory half-way and moves back',
    plays: [mmap(leaf), failing(mremap(PARENT, 0, 5, 2), 3), read(PARENT, 0), read(PARENT, 1), exit(PARENT)],
    expected: { main: 'ENOMEM@2', v1: 'I-DEPLOCK@1 ENOMEM@2', v2: 'ENOMEM@2', v3: 'ENOMEM@2', v4: 'ENOMEM@2' },
  },
  {
    name: 'E5',
    says: 'fork fails at its first allocation, then at its second, then works',
    plays: [mmap(leaf), failing(fork, 0), failing(fork, 1), fork, read(CHILD, 0), exit(PARENT), exit(CHILD)],
    expected: {
      main: 'ENOMEM@2',
      v1: 'I-DEPLOCK@1 ENOMEM@2 I-DEP@4 I-NOEMPTY@7',
      v2: 'ENOMEM@2 I-DEP@4 I-NOEMPTY@7',
      v3: 'ENOMEM@2',
      v4: 'ENOMEM@2',
    },
  },
  {
    name: 'E6',
    says: 'mprotect of a part, the VMA cannot be split',
    plays: [mmap(leaf), failing(mprotect(PARENT, 0, 1, 'R'), 0), write(PARENT, 0), exit(PARENT)],
    expected: { main: 'ENOMEM@2', v1: 'I-DEPLOCK@1 ENOMEM@2', v2: 'ENOMEM@2', v3: 'ENOMEM@2', v4: 'ENOMEM@2' },
  },
  {
    name: 'E7',
    says: 'a write to a private mapping: the copy cannot be allocated, then it can',
    plays: [
      mmap(privateDriver('private 2M', { at: 0, pages: 2 })),
      failing(write(PARENT, 0), 0),
      read(PARENT, 0),
      write(PARENT, 0),
      fork,
      write(CHILD, 0),
      exit(PARENT),
      exit(CHILD),
    ],
    expected: { main: 'OOM@2', v1: 'I-DEPLOCK@1 OOM@2', v2: 'OOM@2', v3: 'OOM@2', v4: 'OOM@2' },
  },
  {
    name: 'E8',
    says: 'anonymous memory: no table for the leaf, then no folio, then both',
    plays: [
      mmap(anonMemory('anon 2M', { at: 0, pages: 2 })),
      failing(write(PARENT, 0), 2),
      failing(write(PARENT, 0), 0),
      write(PARENT, 1),
      exit(PARENT),
    ],
    expected: { main: 'OOM@2', v1: 'OOM@2', v2: 'OOM@2', v3: 'OOM@2', v4: 'OOM@2' },
  },
  {
    name: 'E9',
    says: 'a write that the protection forbids',
    plays: [mmap(leaf), mprotect(PARENT, 0, 1, 'NONE'), mprotect(PARENT, 1, 2, 'R'), write(PARENT, 1), exit(PARENT)],
    expected: { main: 'SIGSEGV@4', v1: 'I-DEPLOCK@1 SIGSEGV@4', v2: 'SIGSEGV@4', v3: 'SIGSEGV@4', v4: 'SIGSEGV@4' },
  },
  {
    name: 'E10',
    says: 'a driver whose frames are not aligned maps PTEs by faults',
    plays: [
      mmap(faultDriver('huge_fault 2M at an odd frame', { at: 0, pages: 2, pfn: 1 })),
      write(PARENT, 0),
      read(PARENT, 1),
      fork,
      exit(PARENT),
      exit(CHILD),
    ],
    expected: { main: 'ok', v1: 'ok', v2: 'ok', v3: 'ok', v4: 'ok' },
  },
  {
    name: 'E11',
    says: 'a file that was opened read-only: mprotect to RW is refused, also where it is RW',
    plays: [
      mmap({ ...leaf, name: 'read-only 2M', vma: Vma.mkProt(Vma.mkMayWrite(leaf.vma, 0), Prot.R) }),
      mprotect(PARENT, 0, 2, 'RW'),
      mprotect(PARENT, 0, 1, 'NONE'),
      exit(PARENT),
    ],
    expected: { main: 'EACCES@2', v1: 'I-DEPLOCK@1 EACCES@2', v2: 'EACCES@2', v3: 'EACCES@2', v4: 'EACCES@2' },
  },
  {
    name: 'E12',
    says: 'munmap of the upper part, the VMA cannot be split',
    plays: [
      mmap(remapDriver('4M', { at: 0, pages: 4 })),
      failing(munmap(PARENT, 2, 4), 0),
      read(PARENT, 3),
      exit(PARENT),
    ],
    expected: { main: 'ENOMEM@2', v1: 'I-DEPLOCK@1 ENOMEM@2', v2: 'ENOMEM@2', v3: 'ENOMEM@2', v4: 'ENOMEM@2' },
  },
  {
    name: 'E13',
    says: 'anonymous memory split by mprotect and made alike again is one VMA, which mremap takes whole',
    plays: [
      mmap(anonMemory('anon 2M', { at: 0, pages: 2 })),
      write(PARENT, 0),
      mprotect(PARENT, 0, 1, 'R'),
      mprotect(PARENT, 0, 1, 'RW'),
      mremap(PARENT, 0, 4, 2),
      write(PARENT, 5),
      exit(PARENT),
    ],
    expected: { main: 'ok', v1: 'ok', v2: 'ok', v3: 'ok', v4: 'ok' },
  },
  {
    name: 'E14',
    says: 'mremap of slots that nothing has touched yet needs no table at the new place',
    plays: [
      mmap(faultDriver('huge_fault 4M', { at: 0, pages: 4, pfn: 2 })),
      read(PARENT, 0),
      failing(mremap(PARENT, 2, 4, 2), 1),
      read(PARENT, 5),
      exit(PARENT),
    ],
    expected: { main: 'ok', v1: 'ok', v2: 'ok', v3: 'ok', v4: 'ok' },
  },
  {
    name: 'E15',
    says: 'anonymous memory: no folio, a table, no page; the empty table stays, and the next access finds it',
    plays: [
      mmap(anonMemory('anon 2M', { at: 0, pages: 2 })),
      failing(write(PARENT, 0), 1, 3),
      write(PARENT, 0),
      exit(PARENT),
    ],
    expected: { main: 'OOM@2', v1: 'OOM@2', v2: 'OOM@2', v3: 'OOM@2', v4: 'OOM@2' },
  },
];
