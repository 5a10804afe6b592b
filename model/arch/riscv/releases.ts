/** What the functions of entries of riscv64 were in releases other than v7.1. In v7.3 they are the same, uffd_wp under the name uffd. */
import type { PgtableChange } from '../../formats/architecture.ts';
import { without } from '../../formats/pgtable.ts';
import { clear, has, not, or } from '../../formats/u64.ts';
import { _PAGE_DIRTY, _PAGE_PRESENT, _PAGE_WRITE } from './bits.ts';

const WITHOUT_SVRSW60T59B: PgtableChange = {
  says: 'No soft-dirty and no uffd-wp (Svrsw60t59b); pte_wrprotect() makes nothing readable',
  cites: 'v6.18.44 arch/riscv/include/asm/pgtable-bits.h, pgtable.h pte_wrprotect(), pte_mkdirty()',
  evidence: 'source',
  patch: {
    pte_wrprotect: () => (e) => clear(e, _PAGE_WRITE),
    pte_mkdirty: () => (e) => or(e, _PAGE_DIRTY),
    ...without(
      ...(['pte', 'pmd'] as const).flatMap(
        (level) =>
          [
            `${level}_soft_dirty`,
            `${level}_mksoft_dirty`,
            `${level}_clear_soft_dirty`,
            `${level}_uffd_wp`,
            `${level}_mkuffd_wp`,
            `${level}_clear_uffd_wp`,
          ] as const,
      ),
      'pte_swp_soft_dirty',
      'pte_swp_mksoft_dirty',
      'pte_swp_clear_soft_dirty',
      'pmd_swp_soft_dirty',
      'pmd_swp_mksoft_dirty',
      'pmd_swp_clear_soft_dirty',
      'pmd_swp_uffd_wp',
      'pmd_swp_mkuffd_wp',
      'pmd_swp_clear_uffd_wp',
      'pte_swp_uffd_wp',
      'pte_swp_mkuffd_wp',
      'pte_swp_clear_uffd_wp',
    ),
  },
};

const WITHOUT_PFNMAP: PgtableChange = {
  says: 'No leaves of frames (ARCH_SUPPORTS_HUGE_PFNMAP) and none of user space at PUD level; no p??_pgprot()',
  cites:
    'v6.12.117 arch/riscv/include/asm/pgtable.h, pgtable-64.h pud_bad(), arch/riscv/Kconfig; all there in v6.18.44',
  evidence: 'source',
  patch: {
    pud_bad: () => (e) => has(not(e), _PAGE_PRESENT),
    ...without(
      'pte_pgprot',
      'pmd_pgprot',
      'pud_pgprot',
      'pmd_special',
      'pmd_mkspecial',
      'pud_special',
      'pud_mkspecial',
      'pud_wrprotect',
      'pud_trans_huge',
      'pud_dirty',
      'pud_young',
      'pud_mkyoung',
      'pud_mkold',
      'pud_mkdirty',
      'pud_mkclean',
      'pud_mkwrite',
      'pud_mkhuge',
      'pud_mkinvalid',
      'pud_modify',
    ),
  },
};

/** _PAGE_DEVMAP of v6.12 is bit 9 of the entry: pte_modify() keeps it, as it keeps that bit today. */
export const RISCV_RELEASES = {
  'v6.18': [WITHOUT_SVRSW60T59B],
  'v6.12.117': [WITHOUT_SVRSW60T59B, WITHOUT_PFNMAP],
  'v6.12': [WITHOUT_SVRSW60T59B, WITHOUT_PFNMAP],
};
