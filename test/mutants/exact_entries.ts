/** Mistakes in entries bit for bit, which worlds of abstract entries do not have. */
import { faultDriver, remapDriver } from '../../model/drivers/driver.ts';
import { RISCV64 } from '../../model/state/machine.ts';
import { Pgprot, Pmd, Pud } from '../../model/state/mm_types.ts';
import { leaf, type Mutant, PAGE0, setting, SLOT0 } from './mutant.ts';

export const EXACT_ENTRIES: readonly Mutant[] = [
  {
    property: 'I-FMT',
    says: 'pfn_pmd() lets a stray bit in among those that are reserved in a leaf',
    on: 'v4',
    arch: 'x86_64',
    patch: { pfn_pmd: (base) => (pfn, prot) => Pmd.mkDeviation(base(pfn, prot), 1) },
    alphabet: { drivers: leaf },
    length: 1,
  },
  {
    property: 'I-LEAF',
    says: 'mprotect() takes all access from a PUD leaf, which pud_leaf() of riscv does not know again',
    on: 'v7.1',
    arch: 'riscv64',
    machine: RISCV64,
    patch: { pud_modify: (base) => (e, prot) => Pud.mkProtnone(base(e, prot), 1) },
    alphabet: {
      drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 })],
      reads: [0],
      mprotects: [{ from: 0, to: 4 }],
      prots: ['R', 'RW'],
    },
    length: 3,
  },
  {
    property: 'I-PGPROT',
    says: 'pmd_pgprot() leaves PSE where a PTE has PAT, which of WB makes WB again',
    on: 'v4',
    arch: 'x86_64',
    patch: { pmd_pgprot: (base) => (e) => Pgprot.mkBit7(base(e), 1) },
    alphabet: { drivers: [remapDriver('2M WB', { at: 0, pages: 2, cache: 0 })], munmaps: [PAGE0] },
    length: 2,
  },
  {
    property: 'I-PGPROT',
    says: 'pmd_pgprot() of a leaf that may be written to hands on that it may not',
    on: 'v4',
    arch: 'x86_64',
    geometry: { lookups: 1 },
    patch: { pmd_pgprot: (base) => (e) => Pgprot.mkWrite(base(e), 0) },
    alphabet: {
      drivers: [faultDriver('BAR 2M', { at: 0, pages: 2 })],
      writes: [0],
      lookups: [{ by: 'access', page: 0, access: 'read' }],
    },
    length: 4,
  },
  {
    property: 'I-AD',
    says: 'pmd_modify() drops the dirty bit of a leaf of a device',
    on: 'v7.3',
    with: [setting('pmd-modify-dirty', 'keeps')],
    arch: 'x86_64',
    patch: { pmd_modify: (base) => (e, prot) => Pmd.mkDirty(base(e, prot), 0) },
    alphabet: {
      drivers: [faultDriver('BAR 2M', { at: 0, pages: 2 })],
      writes: [0],
      mprotects: [SLOT0],
      prots: ['R', 'RW'],
    },
    length: 3,
  },
];
