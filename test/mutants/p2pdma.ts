/** Mutants of peer-to-peer memory of a PCI device. */
import { p2pMemory } from '../../model/drivers/driver.ts';
import type { Alphabet } from '../../model/operations/alphabet.ts';
import { blocks, type Geometry } from '../../model/state/geometry.ts';
import { Pte, Result, Vma } from '../../model/state/mm_types.ts';
import { type Mutant, PAGE0, setting, SLOT0 } from './mutant.ts';

const two: Partial<Geometry> = { memory: blocks('p2pdma', 1, 2), pteTables: 2 };
const ON = { on: 'v7.1', geometry: two } as const;
const mapped: Partial<Alphabet> = { drivers: [p2pMemory('p2pmem', { at: 0, pages: 2 })], fork: false };
const failing: Partial<Alphabet> = { ...mapped, drivers: [p2pMemory('p2pmem', { at: 1, pages: 2 })] };
const taken = { ...mapped, gups: [PAGE0], gupAs: ['pin', 'P2PDMA pin'], pinsFor: ['read'] } as const;

export const P2PDMA: readonly Mutant[] = [
  {
    ...ON,
    property: 'I-POOL',
    says: 'a page of a BAR that nobody uses any more is never given back to the pool',
    patch: { p2pdma_folio_free: () => () => undefined },
    alphabet: { ...mapped, munmaps: [PAGE0] },
    length: 2,
  },
  {
    ...ON,
    property: 'I-POOL',
    says: 'mmap() of a BAR that fails keeps its reference to the pgmap',
    set: [setting('p2pdma-failed-pgmap', 'kept')],
    failuresMax: 1,
    alphabet: mapped,
    length: 1,
  },
  {
    ...ON,
    property: 'I-REF',
    says: 'a page of a BAR that could not be inserted has a reference in the pool',
    set: [setting('p2pdma-failed-count', 'left')],
    failuresMax: 1,
    alphabet: failing,
    length: 1,
  },
  {
    ...ON,
    property: 'WARN-p2pdma',
    says: 'mmap() warns of a page of a BAR that is as it should be',
    set: [setting('p2pdma-warns', 'idle')],
    alphabet: mapped,
    length: 1,
  },
  {
    on: 'v7.1',
    property: 'I-GUP',
    says: 'GUP takes a page of a BAR for whoever asks',
    geometry: { ...two, pins: 1 },
    patch: { gup_refuses_p2pdma: () => () => false },
    alphabet: taken,
    length: 2,
  },
  {
    ...ON,
    property: 'fault-loop',
    says: 'kernfs wants to know of writes to a page of a BAR, which was read-only for a while',
    with: [setting('kernfs-mkwrite', 'none')],
    set: [setting('kernfs-mkwrite', 'updates-time')],
    alphabet: { ...mapped, mprotects: [SLOT0], prots: ['R', 'RW'], writes: [0] },
    length: 4,
  },
  {
    ...ON,
    property: 'I-BOUND',
    says: 'mmap() of a BAR succeeds though a page could not be inserted',
    patch: {
      p2pmem_alloc_mmap: (base) => (s, mm, vmaRow) => {
        base(s, mm, vmaRow);
        return Result.ok;
      },
    },
    failuresMax: 1,
    alphabet: mapped,
    length: 1,
  },
  {
    ...ON,
    property: 'I-BOUND',
    says: 'mmap() of a BAR maps one page of it twice',
    patch: {
      p2pmem_alloc_mmap: (base) => (s, mm, vmaRow) => {
        const error = base(s, mm, vmaRow);
        s.pte.put(1, Pte.mkPfn(s.pte.at(1), Pte.pfn(s.pte.at(0))));
        return error;
      },
    },
    alphabet: mapped,
    length: 1,
  },
  {
    ...ON,
    property: 'I-FORKRO',
    says: 'vm_insert_page() leaves VM_MIXEDMAP to the driver, so that fork copies nothing of a BAR',
    patch: {
      p2pmem_alloc_mmap: (base) => (s, mm, vmaRow) => {
        const error = base(s, mm, vmaRow);
        s.vma.put(vmaRow, Vma.mkMixedmap(s.vma.at(vmaRow), 0));
        return error;
      },
    },
    alphabet: { ...mapped, fork: true },
    length: 2,
  },
  {
    on: 'v7.1',
    property: 'refcount-underflow',
    says: 'a page of a BAR that goes back to the pool puts the pgmap twice',
    geometry: { memory: blocks('p2pdma', 1, 1), pteTables: 1 },
    patch: {
      p2pdma_folio_free: (base) => (s, folio) => {
        base(s, folio);
        base(s, folio);
      },
    },
    alphabet: { drivers: [p2pMemory('p2pmem', { at: 0, pages: 1 })], fork: false, munmaps: [PAGE0] },
    length: 2,
  },
];
