/** Mistakes in entries bit for bit, which worlds of abstract entries do not have. */
import { faultDriver, remapDriver } from '../../model/drivers/driver.ts';
import { Pgprot, Pmd } from '../../model/state/mm_types.ts';
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
    property: 'I-PGPROT',
    says: 'pmd_pgprot() leaves PSE where a PTE has PAT, which of WB makes WB again',
    on: 'v4',
    arch: 'x86_64',
    patch: { pmd_pgprot: (base) => (e) => Pgprot.mkBit7(base(e), 1) },
    alphabet: { drivers: [remapDriver('2M WB', { at: 0, pages: 2, cache: 0 })], munmaps: [PAGE0] },
    length: 2,
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
