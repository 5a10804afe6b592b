/** What would mend the laws that riscv64 breaks, by the what-if that asks for it (model/releases/what_ifs_entries.ts). */
import type { Architecture } from '../../formats/architecture.ts';
import { clear, flag, or, shl } from '../../formats/u64.ts';
import {
  _PAGE_PFN_MASK,
  _PAGE_PFN_SHIFT,
  _PAGE_PRESENT,
  _PAGE_PROT_NONE,
  alt_thead_pma,
  RISCV64_THEAD_BUILD,
} from './bits.ts';

/** PG5, PG13, PG28: as pmd_present() has it. */
export const RISCV_MENDED: NonNullable<Architecture['mended']> = {
  'riscv-pud-present=none-too': { pud_present: () => flag(or(_PAGE_PRESENT, _PAGE_PROT_NONE)).is },
};

/** PG1, PG4, PG7, PG18; and PG8, PG15, PG19 of PUDs. */
export const THEAD_MENDED: NonNullable<Architecture['mended']> = {
  ...RISCV_MENDED,
  'thead-pgprot=masked': { pte_pgprot: () => (e) => clear(e, _PAGE_PFN_MASK) },
  'thead-pfn-pud=pma': {
    pfn_pud: () => (pfn, prot) => or(shl(pfn, _PAGE_PFN_SHIFT), alt_thead_pma(RISCV64_THEAD_BUILD, prot)),
  },
};
