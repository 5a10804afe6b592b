/** Mutants that do what kernels older than the releases did where PMD tables are shared, each by a toggle. */
import type { HugetlbMutant } from './mutant.ts';
import { BEHIND, of2M, WHOLE } from './places.ts';

export const OLDER_KERNELS: readonly HugetlbMutant[] = [
  {
    on: 'v7.3',
    property: 'H-TLB',
    says: 'a shared table is given up without a flush (a4a118f2eead)',
    geometry: { ...of2M, mms: 1, tlb: 1 },
    set: { 'hugetlb-unshare-flush': 'never' },
    alphabet: { mappings: [WHOLE, BEHIND], reads: [0, 4], munmaps: [{ from: 4, to: 8 }] },
    length: 5,
  },
  {
    on: 'v7.3',
    property: 'H3',
    says: 'a VMA is split, and both halves share the table (b30c14cd6102)',
    geometry: { ...of2M, mms: 1, vmas: 3 },
    set: { 'hugetlb-split-unshare': 'kept' },
    alphabet: {
      mappings: [WHOLE, BEHIND],
      reads: [0, 4],
      uffdApis: [[]],
      registers: [{ from: 0, to: 2 }],
      registerFor: [['minor']],
    },
    length: 6,
  },
  {
    on: 'v7.3',
    property: 'H-TLB',
    says: 'a migration takes a leaf from all who share it, and tells one (017b1660df89)',
    geometry: { ...of2M, mms: 1, tlb: 1, migrations: 1, folios: 3 },
    set: { 'hugetlb-rmap-unshare': 'kept' },
    alphabet: { mappings: [WHOLE, BEHIND], reads: [0, 4], migrations: [0] },
    length: 5,
  },
];
