/** powerpc book3s64 for the laws: radix and hash, each with pages of 4K and of 64K. */
import type { Architecture } from '../../formats/architecture.ts';
import { HASH_4K_FORMAT, HASH_64K_FORMAT, RADIX_4K_FORMAT, RADIX_64K_FORMAT } from '../../formats/powerpc.ts';
import { bits } from '../../formats/u64.ts';
import { HASH_4K, HASH_64K, type PowerpcBuild, RADIX_4K, RADIX_64K, RPN_TOP } from './bits.ts';
import { powerpcPgprots } from './pgprots.ts';
import { powerpcPgtable } from './pgtable.ts';
import { powerpcReleases } from './releases.ts';
import { powerpcSeries } from './series.ts';

/** With SPARSEMEM_VMEMMAP and SPARSEMEM_EXTREME, which is what POWER9 can address. */
const MAX_PHYSMEM_BITS = 51;

const NOT_BEFORE_V7_1 = 'powerpc has it since v7.1; the generic one gives';
const LACKS = {
  pmd_pgprot: `${NOT_BEFORE_V7_1} 0`,
  pud_pgprot: `${NOT_BEFORE_V7_1} 0`,
  pmd_special: `${NOT_BEFORE_V7_1} false`,
  pud_special: `${NOT_BEFORE_V7_1} false`,
  pgprot_4k_2_large: 'a pgprot_t has its cache bits at one place at every level',
  pud_protnone: 'powerpc has no pud_protnone()',
};
const HASH_PUD = {
  pfn_pud:
    'with hash pfn_pud() is BUG(), by __pud_mkhuge(), and create_huge_pud() does not ask has_transparent_pud_hugepage() first',
  pud_mkinvalid: 'with hash pudp_invalidate() is BUG(), by pud_hugepage_update()',
};
const HASH_4K_PMD = {
  pfn_pmd:
    'with hash and 4K pages pfn_pmd() is BUG(), by hash__pmd_mkhuge(); hash__has_transparent_hugepage() is 0, a leaf of 16M is of hugetlb',
};

const NOTES = [
  'PG1, PG4, PG18: _PAGE_PTE comes back with every pgprot_t; it does no harm, since pfn_pte() and pfn_pmd() set it anyway.',
  'PG13-young: protection_map[] has _PAGE_ACCESSED in every protection, and pte_modify() ORs the new one in: mprotect() makes an old page young.',
  'PG15-driver: the cache bits come from vm_page_prot, so that a driver that gives them to remap_pfn_range() alone loses them at mprotect().',
];
const RADIX_NOTES = [
  'PG19 with version 4, as it is inferred: pmd_pgprot() loses _PAGE_PTE, and pte_pgprot() keeps it, so that follow_pfnmap_start() gives another pgprot_t of a leaf than of a PTE.',
  'PG11 of a PUD: pud_present() asks for _PAGE_PRESENT alone, and pud_trans_huge() asks it, so that what pudp_invalidate() leaves for a moment is no pud_trans_huge() (a PMD is: pmd_present() knows _PAGE_INVALID). A walker without mmap_lock, as unmap_mapping_range() of vfio-pci, takes it for a bad table and clears it. Inferred, unconfirmed on hardware.',
];
const HASH_64K_NOTES = [
  'PG7: THP_HUGE of a leaf is 4K_PFN of a PTE: one made of pmd_pgprot() of a leaf is hashed as pages of 4K of frame n << 12, and demotes its segment (hash_page_mm(), __hash_page_4K()). Inferred, unconfirmed on hardware.',
  'PG16: pmd_modify() keeps that bit, and pte_modify() drops it.',
  'PG18: __ioremap_caller() refuses a pgprot_t with 4K_PFN, so that generic_access_phys() of a leaf gives ENOMEM, and no wrong cache mode.',
];

const of = (
  build: PowerpcBuild,
  lacks: Architecture['lacks'],
  notes: readonly string[],
): Omit<Architecture, 'name' | 'says' | 'format' | 'levels' | 'order'> => ({
  cites: 'v7.1 arch/powerpc/include/asm/book3s/64/pgtable.h, mm/book3s64/pgtable.c',
  topPfnBit: RPN_TOP - build.pageShift,
  physmemBits: [{ says: 'with SPARSEMEM_VMEMMAP', bits: MAX_PHYSMEM_BITS }],
  memoryFailure: true,
  noDevicePrivate: [],
  boundaries: [{ says: 'the last frame of MAX_PHYSMEM_BITS', pfn: bits(0, MAX_PHYSMEM_BITS - 1 - build.pageShift) }],
  define: powerpcPgtable(build),
  releases: powerpcReleases(build),
  series: powerpcSeries(build),
  pgprots: (t) => powerpcPgprots(build, t),
  lacks: { ...LACKS, ...lacks },
  notes: [...NOTES, ...notes],
});

export const PPC64_RADIX_4K: Architecture = {
  ...of(RADIX_4K, {}, RADIX_NOTES),
  name: 'ppc64_radix_4k',
  says: 'powerpc book3s64 with radix (POWER9 and later), pages of 4K',
  format: RADIX_4K_FORMAT,
  levels: ['pte', 'pmd', 'pud'],
  order: { pte: 0, pmd: 9, pud: 18 },
};
export const PPC64_RADIX_64K: Architecture = {
  ...of(RADIX_64K, {}, RADIX_NOTES),
  name: 'ppc64_radix_64k',
  says: 'powerpc book3s64 with radix (POWER9 and later), pages of 64K',
  format: RADIX_64K_FORMAT,
  levels: ['pte', 'pmd', 'pud'],
  order: { pte: 0, pmd: 5, pud: 14 },
};
/** Leaves of hugetlb (16M, 16G) are no leaves of mm here: they have entries of their own (mm/book3s64/hugetlbpage.c). */
export const PPC64_HASH_4K: Architecture = {
  ...of(HASH_4K, { ...HASH_4K_PMD, ...HASH_PUD }, []),
  name: 'ppc64_hash_4k',
  says: 'powerpc book3s64 with the hash table, pages of 4K',
  format: HASH_4K_FORMAT,
  levels: ['pte'],
  order: { pte: 0, pmd: 9, pud: 16 },
};
export const PPC64_HASH_64K: Architecture = {
  ...of(HASH_64K, HASH_PUD, HASH_64K_NOTES),
  name: 'ppc64_hash_64k',
  says: 'powerpc book3s64 with the hash table, pages of 64K',
  format: HASH_64K_FORMAT,
  levels: ['pte', 'pmd'],
  order: { pte: 0, pmd: 8, pud: 18 },
};
