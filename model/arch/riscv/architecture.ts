/** riscv64 for the laws: without memory types, with Svpbmt (and Svnapot, Svrsw60t59b), and with the types of T-Head. */
import type { Architecture } from '../../formats/architecture.ts';
import { RISCV64_FORMAT, RISCV64_SVPBMT_FORMAT, RISCV64_THEAD_FORMAT } from '../../formats/riscv.ts';
import { GENERIC_PGPROT } from '../generic_pgprot.ts';
import { RISCV64_BUILD, RISCV64_SVPBMT_BUILD, RISCV64_THEAD_BUILD, type RiscvBuild } from './bits.ts';
import { riscvPgprots } from './pgprots.ts';
import { riscvPgtable } from './pgtable.ts';
import { RISCV_RELEASES } from './releases.ts';
import { RISCV_SERIES } from './series.ts';

const NO_PUD_LEAF = 'v6.12 has no leaves of user space at PUD level on riscv (HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD)';
const NO_PFNMAP = 'v6.12 has no leaves of frames on riscv (ARCH_SUPPORTS_HUGE_PFNMAP)';
const ONE_FORMAT = 'a leaf has the format of a PTE: nothing moves';
const UNTIL_6_12 = `in v6.12 ${GENERIC_PGPROT}`;

const of = (build: RiscvBuild): Omit<Architecture, 'name' | 'says' | 'format'> => ({
  cites: 'v7.1 arch/riscv/include/asm/pgtable.h, pgtable-64.h, pgtable-bits.h, errata_list.h',
  levels: ['pte', 'pmd', 'pud'],
  order: { pte: 0, pmd: 9, pud: 18 },
  topPfnBit: 43,
  boundaries: [],
  define: riscvPgtable(build),
  releases: RISCV_RELEASES,
  series: RISCV_SERIES,
  pgprots: riscvPgprots(build),
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
  ...of(RISCV64_BUILD),
  name: 'riscv64',
  says: 'riscv64 without Svpbmt: the memory type comes from the physical address alone',
  format: RISCV64_FORMAT,
};
export const RISCV64_SVPBMT: Architecture = {
  ...of(RISCV64_SVPBMT_BUILD),
  name: 'riscv64_svpbmt',
  says: 'riscv64 with Svpbmt (memory types), Svnapot (64K PTEs) and Svrsw60t59b (soft-dirty and uffd-wp, since v7.1)',
  format: RISCV64_SVPBMT_FORMAT,
};
export const RISCV64_THEAD: Architecture = {
  ...of(RISCV64_THEAD_BUILD),
  name: 'riscv64_thead',
  says: 'riscv64 of T-Head (ERRATA_THEAD_MAE): memory types in bits 59..63, and that of ordinary memory is not 0',
  format: RISCV64_THEAD_FORMAT,
};
