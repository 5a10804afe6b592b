/** riscv64 for the laws: without memory types, with Svpbmt (and Svnapot, Svrsw60t59b), and with the types of T-Head. */
import type { Architecture } from '../../formats/architecture.ts';
import {
  RISCV64_FORMAT,
  RISCV64_SVPBMT_6_18_FORMAT,
  RISCV64_SVPBMT_FORMAT,
  RISCV64_THEAD_FORMAT,
} from '../../formats/riscv.ts';
import { GENERIC_PGPROT } from '../generic_pgprot.ts';
import { RISCV64_BUILD, RISCV64_SVPBMT_BUILD, RISCV64_THEAD_BUILD, type RiscvBuild } from './bits.ts';
import { RISCV_MENDED, THEAD_MENDED } from './mended.ts';
import { riscvPgprots } from './pgprots.ts';
import { riscvPgtable } from './pgtable.ts';
import { RISCV_RELEASES } from './releases.ts';
import { RISCV_SERIES } from './series.ts';

const NO_PUD_LEAF = 'v6.12 has no leaves of user space at PUD level on riscv (HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD)';
const NO_PFNMAP = 'v6.12 has no leaves of frames on riscv (ARCH_SUPPORTS_HUGE_PFNMAP)';
const ONE_FORMAT = 'a leaf has the format of a PTE: nothing moves';
const UNTIL_6_12 = `in v6.12 ${GENERIC_PGPROT}`;

const NOTES = [
  'PG5, PG11, PG13, PG28, PG35 of PUDs: pud_present() is _PAGE_PRESENT alone, so that a PUD leaf of PAGE_NONE, or one that is being invalidated, is no pud_leaf() but pud_bad(). After mprotect(PROT_NONE) of a 1G leaf (vfio, DAX) the next mprotect() goes down into the mapped memory as into a table, and munmap() reports a bad PUD; in between, unmap_mapping_range() clears what mprotect() then writes again. Inferred, unconfirmed on hardware.',
  'PG13-young, PG27: the accessed bit of the new protection is not masked: what was old is young after mprotect(). Inferred, unconfirmed on hardware.',
  'PG22: pte_wrprotect() makes a page that can only be executed readable (since v7.1, for shadow stacks), and mkuffd_wp() with it; pte_mkwrite() of one is W without R, a reserved encoding, which nobody asks for. Inferred, unconfirmed on hardware.',
  'generic_access_phys() hands p??_pgprot() of user space to ioremap_prot(), which maps with _PAGE_USER: the kernel cannot read there. In v6.12 the protection is 0, and nothing is mapped at all. Inferred, unconfirmed on hardware.',
];
const SOFT_DIRTY_PMD =
  'PG40: soft-dirty of a PMD swap entry is bit 3, which is _PAGE_EXEC, and pmd_present() takes R, W or X for a leaf that is being split: a migrating huge page that is soft-dirty is taken for one that is present (since v7.1; pte_present() asks for none of them). Inferred, unconfirmed on hardware.';
const THEAD_NOTES = [
  'PG1, PG4, PG7, PG16, PG18: pte_pgprot() is the entry xor pfn_pte(pfn, 0), which has the PMA type: NC (00110) comes back as 01000, cacheable, and IO (10010) as 11100; pfn_pte() mends a type of 0 alone. A second round would undo it. Inferred, unconfirmed on hardware.',
  'PG8, PG15, PG19 of PUDs: pfn_pud() has no ALT_THEAD_PMA(), as pfn_pte(), pfn_pmd() and pfn_pgd() have: a PUD leaf of ordinary memory has type 0, uncached, until pud_modify(). Inferred, unconfirmed on hardware.',
];

const of = (build: RiscvBuild, notes: readonly string[]): Omit<Architecture, 'name' | 'says' | 'format'> => ({
  cites: 'v7.1 arch/riscv/include/asm/pgtable.h, pgtable-64.h, pgtable-bits.h, errata_list.h',
  levels: ['pte', 'pmd', 'pud'],
  order: { pte: 0, pmd: 9, pud: 18 },
  topPfnBit: 43,
  physmemBits: [{ says: 'with 64 bits', bits: 56 }],
  memoryFailure: false,
  noDevicePrivate: [],
  boundaries: [],
  define: riscvPgtable(build),
  releases: RISCV_RELEASES,
  series: RISCV_SERIES,
  mended: RISCV_MENDED,
  pgprots: riscvPgprots(build),
  notes,
  lacks: {
    pte_pgprot: UNTIL_6_12,
    pmd_pgprot: UNTIL_6_12,
    pud_pgprot: UNTIL_6_12,
    pmd_special: NO_PFNMAP,
    pud_special: NO_PFNMAP,
    pud_mkhuge: NO_PUD_LEAF,
    pud_modify: NO_PUD_LEAF,
    pud_dirty: NO_PUD_LEAF,
    pud_protnone: 'riscv has no pud_protnone()',
    pgprot_4k_2_large: ONE_FORMAT,
    pgprot_large_2_4k: ONE_FORMAT,
  },
});

export const RISCV64: Architecture = {
  ...of(RISCV64_BUILD, NOTES),
  name: 'riscv64',
  says: 'riscv64 without Svpbmt: the memory type comes from the physical address alone',
  format: RISCV64_FORMAT,
};
export const RISCV64_SVPBMT: Architecture = {
  ...of(RISCV64_SVPBMT_BUILD, [...NOTES, SOFT_DIRTY_PMD]),
  name: 'riscv64_svpbmt',
  says: 'riscv64 with Svpbmt (memory types), Svnapot (64K PTEs) and Svrsw60t59b (soft-dirty and uffd-wp, since v7.1)',
  format: RISCV64_SVPBMT_FORMAT,
  formats: {
    'v6.18': RISCV64_SVPBMT_6_18_FORMAT,
    'v6.12.117': RISCV64_SVPBMT_6_18_FORMAT,
    'v6.12': RISCV64_SVPBMT_6_18_FORMAT,
  },
};
export const RISCV64_THEAD: Architecture = {
  ...of(RISCV64_THEAD_BUILD, [...NOTES, ...THEAD_NOTES]),
  name: 'riscv64_thead',
  says: 'riscv64 of T-Head (ERRATA_THEAD_MAE): memory types in bits 59..63, and that of ordinary memory is not 0',
  format: RISCV64_THEAD_FORMAT,
  mended: THEAD_MENDED,
};
