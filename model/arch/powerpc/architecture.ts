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

const of = (
  build: PowerpcBuild,
  lacks: Architecture['lacks'],
): Omit<Architecture, 'name' | 'says' | 'format' | 'levels' | 'order'> => ({
  cites: 'v7.1 arch/powerpc/include/asm/book3s/64/pgtable.h, mm/book3s64/pgtable.c',
  topPfnBit: RPN_TOP - build.pageShift,
  boundaries: [{ says: 'the last frame of MAX_PHYSMEM_BITS', pfn: bits(0, MAX_PHYSMEM_BITS - 1 - build.pageShift) }],
  define: powerpcPgtable(build),
  releases: powerpcReleases(build),
  series: powerpcSeries(build),
  pgprots: (t) => powerpcPgprots(build, t),
  lacks: { ...LACKS, ...lacks },
});

export const PPC64_RADIX_4K: Architecture = {
  ...of(RADIX_4K, {}),
  name: 'ppc64_radix_4k',
  says: 'powerpc book3s64 with radix (POWER9 and later), pages of 4K',
  format: RADIX_4K_FORMAT,
  levels: ['pte', 'pmd', 'pud'],
  order: { pte: 0, pmd: 9, pud: 18 },
};
export const PPC64_RADIX_64K: Architecture = {
  ...of(RADIX_64K, {}),
  name: 'ppc64_radix_64k',
  says: 'powerpc book3s64 with radix (POWER9 and later), pages of 64K',
  format: RADIX_64K_FORMAT,
  levels: ['pte', 'pmd', 'pud'],
  order: { pte: 0, pmd: 5, pud: 14 },
};
/** Leaves of hugetlb (16M, 16G) are no leaves of mm here: they have entries of their own (mm/book3s64/hugetlbpage.c). */
export const PPC64_HASH_4K: Architecture = {
  ...of(HASH_4K, { ...HASH_4K_PMD, ...HASH_PUD }),
  name: 'ppc64_hash_4k',
  says: 'powerpc book3s64 with the hash table, pages of 4K',
  format: HASH_4K_FORMAT,
  levels: ['pte'],
  order: { pte: 0, pmd: 9, pud: 16 },
};
export const PPC64_HASH_64K: Architecture = {
  ...of(HASH_64K, HASH_PUD),
  name: 'ppc64_hash_64k',
  says: 'powerpc book3s64 with the hash table, pages of 64K',
  format: HASH_64K_FORMAT,
  levels: ['pte', 'pmd'],
  order: { pte: 0, pmd: 8, pud: 18 },
};
