/**
 * Which leaves owe a deposit: the rule of a kernel version, as data. The spec takes it as given and counts; whether
 * the kernel's functions all follow it is what is checked.
 */
import { type MmView, Pmd, PmdKind, VmaKind, Vma } from '../model/state/mm_types.ts';
import { isDeviceFrame, isFileFrame, vmaOfSlot } from './reading.ts';

/** Whether a leaf of this kind owes a PTE table to the deposit list. */
export interface DepositRule {
  /** Anonymous folios, and migration entries for them. */
  readonly anon: boolean;
  /** Folios of a file (shmem). */
  readonly file: boolean;
  /** Device frames that ->huge_fault inserted. */
  readonly faultPfnmap: boolean;
  /** Device frames that remap_pfn_range() installed. */
  readonly remapPfnmap: boolean;
}

/** v7.1 mm/huge_memory.c has_deposited_pgtable(): the folio is anonymous. remap_pfn_range() installs no leaf. */
export const MAINLINE: DepositRule = { anon: true, file: false, faultPfnmap: false, remapPfnmap: false };

/** arch_needs_pgtable_deposit() is true: powerpc's hash MMU, and every machine under v1, v2 and v3 of the series. */
export const ARCH_NEEDS_DEPOSIT: DepositRule = { anon: true, file: true, faultPfnmap: true, remapPfnmap: true };

/** v4 of the series: vma_pfnmap_has_deposited_pgtable() (mm/internal.h), for VMAs without a fault handler. */
export const SERIES_V4: DepositRule = { anon: true, file: false, faultPfnmap: false, remapPfnmap: true };

/**
 * Whether row mm * slots + slot owes a table. A leaf is classified by its frame and by who installed it, not by its
 * VMA, whose ops a driver may change. A migration entry has no frame to look at; the kind of its VMA decides.
 */
export const owesDeposit = (s: MmView, row: number, rule: DepositRule): boolean => {
  const pmd = s.pmd.at(row);
  const kind = Pmd.kind(pmd);
  if (kind === PmdKind.migration) return Vma.kind(vmaOfSlot(s, row)) === VmaKind.shmem ? rule.file : rule.anon;
  if (kind !== PmdKind.leaf) return false;
  if (isDeviceFrame(Pmd.pfn(pmd))) return Pmd.byRemap(pmd) === 1 ? rule.remapPfnmap : rule.faultPfnmap;
  return isFileFrame(s, Pmd.pfn(pmd)) ? rule.file : rule.anon;
};
