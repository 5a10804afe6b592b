/** Mutants that somebody has made in earnest: values of the toggles of releases and of the series, on v7.1 and v4. */
import { anonMemory, faultDriver, mixedDriver, triesAgainDriver } from '../../model/drivers/driver.ts';
import { blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { leaf, type Mutant, PAGE0, setting, SLOT0, unmaps } from './mutant.ts';

const BAR_1G = { drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 })], reads: [0] };
const BAR_2M = { drivers: [faultDriver('BAR 2M', { at: 0, pages: 2 })], reads: [0] };

export const KNOWN: readonly Mutant[] = [
  {
    property: 'I-SPECIAL',
    says: 'leaves of counted folios are special, too (huge-special, v6.15)',
    on: 'v7.1',
    geometry: { memory: blocks('driver', 2, 1) },
    set: [setting('huge-special', 'folios-too')],
    alphabet: { drivers: [mixedDriver('driver 2M', { at: 0, pages: 2 })], reads: [0] },
    length: 2,
  },
  {
    property: 'I-SPECIAL',
    says: 'the huge zero folio arrives without its special bit (uffd-move-zero, v6.18)',
    on: 'v7.1',
    geometry: { memory: [...blocks('huge zero', 2, 1), ...blocks('zero page', 1, 1)] },
    set: [setting('uffd-move-zero', 'no-folio')],
    alphabet: {
      drivers: [anonMemory('anon 2M', { at: 0, pages: 2 }), anonMemory('anon 2M at 2', { at: 2, pages: 2 })],
      reads: [0],
      uffdMoves: [{ from: 0, to: 2, pages: 2 }],
    },
    length: 4,
  },
  {
    property: 'I-CACHE',
    says: 'a PUD leaf has the cache mode of its VMA, not that of its frames (pud-cache-mode, until v6.15)',
    on: 'v7.1',
    machine: { ...X86_64, deviceMemtype: 1 },
    set: [setting('pud-cache-mode', 'vma')],
    alphabet: BAR_1G,
    length: 2,
  },
  {
    property: 'I-FORKRO',
    says: 'fork takes the right to write from shared PUD leaves (fork-pud-write, until v6.11)',
    on: 'v7.1',
    set: [setting('fork-pud-write', 'all')],
    alphabet: BAR_1G,
    length: 3,
  },
  {
    property: 'bad-pud',
    says: 'mprotect() takes a PUD leaf for a bad entry (mprotect-pud, until v6.11)',
    on: 'v7.1',
    set: [setting('mprotect-pud', 'bad')],
    alphabet: { ...BAR_1G, mprotects: [{ from: 0, to: 4 }], prots: ['R'] },
    length: 3,
  },
  {
    property: 'I-ALIGN',
    says: "vfio's handler asks the address alone for its alignment (vfio-align, the series)",
    on: 'v7.1',
    set: [setting('vfio-align', 'address')],
    alphabet: { drivers: [faultDriver('BAR at frame 1', { at: 0, pages: 2, pfn: 1 })], reads: [0] },
    length: 2,
  },
  {
    property: 'I-DEP',
    says: 'without memory for its table the leaf stays (alloc-failure, v1)',
    on: 'v4',
    failuresMax: 1,
    set: [setting('alloc-failure', 'leaf-stays')],
    alphabet: unmaps,
    length: 1,
  },
  {
    property: 'I-DEP',
    says: 'fork copies a special leaf without its table (fork-deposit, v1 and v2)',
    on: 'v4',
    set: [setting('fork-deposit', 'no')],
    alphabet: { drivers: leaf },
    length: 2,
  },
  {
    property: 'I-DEP',
    says: 'mremap() leaves the table of a special leaf behind (move-deposit, v3)',
    on: 'v4',
    geometry: { puds: 2 },
    set: [setting('move-deposit', 'anon')],
    alphabet: { drivers: leaf, mremaps: [{ from: 0, to: 4, pages: 2 }] },
    length: 2,
  },
  {
    property: 'I-NOEMPTY',
    says: 'every special leaf is taken to have a table (discriminator, v3)',
    on: 'v4',
    set: [setting('discriminator', 'pmd-special')],
    alphabet: BAR_2M,
    length: 3,
  },
  {
    property: 'I-NOEMPTY',
    says: '->close comes before the pages are unmapped (vma-close, a what-if)',
    on: 'v4',
    set: [setting('vma-close', 'before-unmap')],
    alphabet: BAR_2M,
    length: 3,
  },
  {
    property: 'I-NRPTES',
    says: 'an empty table under a slot is freed as one of the kernel (populated-slot, v2)',
    on: 'v4',
    geometry: { puds: 2 },
    failuresMax: 2,
    set: [setting('populated-slot', 'pmd-free-pte-page')],
    alphabet: {
      drivers: [triesAgainDriver('4M, tried again', { at: 2, pages: 4 })],
    },
    length: 1,
  },
  {
    property: 'I-EXCL',
    says: 'PTEs of a folio given up come back alike in the right to write (lazyfree-restore, v6.18)',
    on: 'v7.1',
    geometry: { ptrsPerPte: 4, memory: blocks('anon', 2, 1) },
    set: [setting('lazyfree-restore', 'batch')],
    alphabet: {
      drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })],
      writes: [0],
      madvises: [PAGE0, SLOT0],
      advice: ['DONTFORK', 'DOFORK', 'FREE'],
      reclaims: [0],
    },
    length: 7,
  },
];
