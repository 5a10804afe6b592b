/** arm64 for the laws: each granule, with 48 and with 52 bits of physical addresses. */
import { ARM64_GRANULES, arm64Format, type Arm64Granule, shiftOf } from '../../formats/arm64.ts';
import type { Architecture } from '../../formats/architecture.ts';
import type { LeafLevel } from '../../formats/pgtable.ts';
import { arm64Pgprots } from './pgprots.ts';
import { arm64Pgtable, hasPuds } from './pgtable.ts';
import { arm64Releases } from './releases.ts';
import { arm64Series } from './series.ts';

const NO_SOFT_DIRTY = 'arm64 has no soft-dirty bit';
const NO_PUD_THP = 'arm64 has no transparent huge pages of a PUD: CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD is not set';
const NO_PUD_PFNMAP =
  'arm64 has no special PUDs: CONFIG_ARCH_SUPPORTS_PUD_PFNMAP is not set, and the generic pud_special() is false (v6.12 writes one, and does not compile it)';

/** Generic, and false or never called; or not there. */
const PUD_THP = [
  'trans_huge',
  'modify',
  'mkinvalid',
  'dirty',
  'protnone',
  'uffd_wp',
  'wrprotect',
  'mkdirty',
  'mkclean',
  'mkold',
];
const LACKS: Architecture['lacks'] = {
  pte_soft_dirty: NO_SOFT_DIRTY,
  pmd_soft_dirty: NO_SOFT_DIRTY,
  pud_soft_dirty: NO_SOFT_DIRTY,
  pte_swp_soft_dirty: NO_SOFT_DIRTY,
  pud_special: NO_PUD_PFNMAP,
  pud_mkspecial: NO_PUD_PFNMAP,
  ...Object.fromEntries(PUD_THP.map((name) => [`pud_${name}`, NO_PUD_THP])),
  pud_mkwrite: 'arm64 has pud_mkwrite_novma(), for memory of the kernel',
  pte_mkhuge: 'arm64 has no pte_mkhuge(); v6.12 has',
  pte_huge: 'arm64 has no pte_huge()',
  pte_clrhuge: 'arm64 has no pte_clrhuge(); versions 1 and 2 of the series bring it',
  pgprot_writethrough: 'arm64 has no pgprot_writethrough()',
  pgprot_4k_2_large: 'the attributes of a block are at the places of those of a page',
  pgprot_large_2_4k: 'the attributes of a block are at the places of those of a page',
};

const NOTES: readonly string[] = [
  'PG4 to PG7, PG18, PG19: bit 1 is 1 in a page and 0 in a block. pfn_pmd() makes a table of a base-PTE pgprot_t until pmd_mkhuge(); pmd_pgprot() gives the 0 of a block, and of that pfn_pte() makes a reserved descriptor, on which every access faults.',
  'PG1 and PG18 of PTEs fail with version 3: pte_pgprot() xors with pfn_pte(pfn, 0), which has bit 1 then, and so takes it away.',
  'PG15-driver: pte_modify() takes the memory attribute from the new protection. It has to, for PROT_MTE.',
  'PG22: exec-only and writable is a permission index that nobody uses; no mapping has both.',
  'PG23: a page of a shadow stack (GCS) that may be written is dirty: RDONLY is not set in PAGE_GCS.',
  'PG32, PG37: pgprot_noncached() and its likes take execution away, and tags: nobody runs code of a device.',
  'An exec-only PMD that is not cached looks like PROT_NONE while pmd_mkinvalid() has it: pmd_protnone() asks for USER and UXN alone (inferred, unconfirmed on hardware).',
];
const NOTE_64K_PA52 =
  'PG5, PG7, PG13, PG35: PTE_ADDR_LOW has bits 48 and 49, so that pfn_pte() puts them down at their own place, which is reserved with 64K pages, and in bits 13:12. pte_pfn() reads the right frame (inferred, unconfirmed on hardware).';

const SAYS: Readonly<Record<string, string>> = {
  arm64_4k: '4K pages',
  arm64_16k: '16K pages',
  arm64_64k: '64K pages',
  arm64_4k_pa52: '4K pages, 52-bit physical addresses: bits 51:50 in the place of SH (FEAT_LPA2)',
  arm64_16k_pa52: '16K pages, 52-bit physical addresses: bits 51:50 in the place of SH (FEAT_LPA2)',
  arm64_64k_pa52: '64K pages, 52-bit physical addresses: bits 51:48 in bits 15:12 (FEAT_LPA)',
};

const of = (granule: Arm64Granule): Architecture => {
  const { name, pageShift, pa52 } = granule;
  const order = (level: LeafLevel): number => shiftOf(granule, level) - pageShift;
  return {
    name,
    says: `arm64 with ${SAYS[name]!}`,
    cites: 'v7.1 arch/arm64/include/asm/pgtable.h, pgtable-prot.h, pgtable-hwdef.h',
    format: arm64Format(granule),
    levels: hasPuds(granule) ? ['pte', 'pmd', 'pud'] : ['pte', 'pmd'],
    order: { pte: order('pte'), pmd: order('pmd'), pud: order('pud') },
    topPfnBit: (pa52 ? 51 : 47) - pageShift,
    physmemBits: [{ says: 'by CONFIG_ARM64_PA_BITS', bits: pa52 ? 52 : 48 }],
    memoryFailure: true,
    noDevicePrivate: [],
    boundaries: [],
    define: arm64Pgtable(granule),
    releases: arm64Releases(granule),
    series: arm64Series(hasPuds(granule)),
    pgprots: (t) => arm64Pgprots(granule, t),
    notes: pa52 && pageShift === 16 ? [...NOTES, NOTE_64K_PA52] : NOTES,
    lacks: LACKS,
  };
};

export const ARM64: readonly Architecture[] = ARM64_GRANULES.map(of);
