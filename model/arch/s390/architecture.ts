/** s390 for the laws. No series of ours touches it: it has no leaves of frames. */
import type { Architecture, Pgprots } from '../../formats/architecture.ts';
import type { Pgtable } from '../../formats/pgtable.ts';
import { S390_6_12_FORMAT, S390_FORMAT } from '../../formats/s390.ts';
import { or } from '../../formats/u64.ts';
import { GENERIC_PGPROT } from '../generic_pgprot.ts';
import {
  _PAGE_SOFT_DIRTY,
  _PAGE_SPECIAL,
  PAGE_KERNEL,
  PAGE_KERNEL_RO,
  PAGE_NONE,
  PAGE_RO,
  PAGE_RW,
  PAGE_RWX,
  PAGE_RX,
  S390_BUILD,
} from './bits.ts';
import { s390Pgtable } from './pgtable.ts';
import { S390_RELEASES } from './releases.ts';

/** protection_map[] of arch/s390/mm/mmap.c. They are old and clean; pfn_pte() makes them young. */
const s390Pgprots = (t: Pgtable): Pgprots => ({
  protections: [
    { says: 'PAGE_RW', prot: PAGE_RW, of: ['rw-s', '-w-s'] },
    { says: 'PAGE_RO', prot: PAGE_RO, of: ['r--p', '-w-p', 'rw-p', 'r--s'] },
    { says: 'PAGE_RWX', prot: PAGE_RWX, of: ['rwxs', '-wxs'] },
    { says: 'PAGE_RX', prot: PAGE_RX, of: ['r-xp', '--xp', '-wxp', 'rwxp', '--xs', 'r-xs'] },
    { says: 'PAGE_NONE', prot: PAGE_NONE, of: ['---p', '---s'] },
    { says: 'PAGE_KERNEL', prot: PAGE_KERNEL, kernel: true },
    { says: 'PAGE_KERNEL_RO', prot: PAGE_KERNEL_RO, kernel: true },
  ],
  caches: [{ says: 'default', of: (prot) => prot }],
  fields: [],
  flags: [
    { says: 'special', of: (prot) => or(prot, _PAGE_SPECIAL) },
    { says: 'dirty', of: t.pte_mkdirty! },
    { says: 'young', of: t.pte_mkyoung! },
    { says: 'soft-dirty', of: (prot) => or(prot, _PAGE_SOFT_DIRTY) },
  ],
});

const NO_PFNMAP = 's390 has no leaves of frames (ARCH_SUPPORTS_HUGE_PFNMAP)';
const MASSAGE = 'massage_pgprot_pmd() takes a protection to the format of segments, and nothing takes it back';

export const S390: Architecture = {
  name: 's390',
  says: 's390 with EDAT (leaves of 1M; of 2G the kernel and hugetlb only)',
  cites: 'v7.1 arch/s390/include/asm/pgtable.h',
  format: S390_FORMAT,
  formats: { 'v6.12.117': S390_6_12_FORMAT, 'v6.12': S390_6_12_FORMAT },
  levels: ['pte', 'pmd'],
  order: { pte: 0, pmd: 8, pud: 19 },
  topPfnBit: 51,
  physmemBits: [{ says: 'by CONFIG_MAX_PHYSMEM_BITS, as it comes', bits: 46 }],
  memoryFailure: false,
  // Until v6.17 CONFIG_ZONE_DEVICE asked for ARCH_HAS_PTE_DEVMAP.
  noDevicePrivate: ['v6.12.117', 'v6.12'],
  boundaries: [],
  define: s390Pgtable(S390_BUILD),
  releases: S390_RELEASES,
  series: {},
  pgprots: s390Pgprots,
  notes: [
    'PG1, PG18: pte_pgprot() gives the protection of a mapping of the kernel, by design. Beside, the frame number stays in it, so that the second page that generic_access_phys() maps comes out wrong after an odd first one. Inferred, unconfirmed on hardware.',
    'PG3, PG5, PG6: pfn_pmd() makes no leaf: before pmd_mkhuge() READ and WRITE, which moved there after v6.12, are read as bits of the frame number.',
    'PG25, PG27: massage_pgprot_pmd() knows five values; any other protection, also PAGE_NONE or PAGE_RO with a software bit, becomes readable, writable and executable. No caller has one.',
    'PG34: protections are old and clean, so invalid and protected: pfn_pte() makes them young, and the first write is seen by a fault.',
  ],
  lacks: {
    pmd_pgprot: GENERIC_PGPROT,
    pmd_special: NO_PFNMAP,
    arch_make_huge_pte: 'set_huge_pte_at() takes what hugetlb has as a PTE to the format of segments',
    pmd_mkinvalid: 's390 has none: its pmdp_invalidate() sets the invalid bit',
    pgprot_4k_2_large: MASSAGE,
    pgprot_large_2_4k: MASSAGE,
  },
};
