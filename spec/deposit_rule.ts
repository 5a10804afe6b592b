/**
 * Which leaves owe a deposit: the rule of a kernel version, as data. The spec takes it as given and counts; whether
 * the kernel's functions all follow it is what is checked.
 */
import { slotsOf } from '../model/state/geometry.ts';
import { type MmView, Pmd, PmdKind, Vma, VmaKind } from '../model/state/mm_types.ts';
import { isAnonFrame, isDeviceFrame, isZeroFrame, vmaAt } from './reading.ts';

/** Whether a leaf of this kind owes a PTE table to the deposit list. */
export interface DepositRule {
  /** Anonymous folios and the huge zero folio. */
  readonly anon: boolean;
  /** Folios of a file, of a dax device, of a driver. */
  readonly file: boolean;
  /** Device frames that ->huge_fault inserted. */
  readonly faultPfnmap: boolean;
  /** Device frames that remap_pfn_range() installed. */
  readonly remapPfnmap: boolean;
}

/**
 * v7.1 mm/huge_memory.c has_deposited_pgtable(): the folio is anonymous, or the huge zero folio.
 * remap_pfn_range() installs no leaf.
 */
export const MAINLINE: DepositRule = { anon: true, file: false, faultPfnmap: false, remapPfnmap: false };

/** arch_needs_pgtable_deposit() is true: powerpc's hash MMU, and every machine under v1, v2 and v3 of the series. */
export const ARCH_NEEDS_DEPOSIT: DepositRule = { anon: true, file: true, faultPfnmap: true, remapPfnmap: true };

/** v4 of the series: vma_pfnmap_has_deposited_pgtable() (mm/internal.h), for VMAs without a fault handler. */
export const SERIES_V4: DepositRule = { anon: true, file: false, faultPfnmap: false, remapPfnmap: true };

/** Whether the slot lies in a VMA of a DAX file, whose huge zero leaf has no table in reserve. */
const inDaxFile = (s: MmView, row: number): boolean => {
  if (s.geometry.daxFiles.length === 0) return false;
  const slots = slotsOf(s.geometry);
  const vma = vmaAt(s, Math.trunc(row / slots), (row % slots) * s.geometry.ptrsPerPte);
  return Vma.kind(vma) === VmaKind.fsdax;
};

/**
 * Whether row mm * slots + slot owes a table. A leaf is classified by its frame and by who installed it, not by its
 * VMA, whose ops a driver may change. A migration entry owes what the leaf owed that it stands for.
 */
export const owesDeposit = (s: MmView, row: number, rule: DepositRule): boolean => {
  const pmd = s.pmd.at(row);
  const kind = Pmd.kind(pmd);
  if (kind !== PmdKind.leaf && kind !== PmdKind.migration) return false;
  const frame = Pmd.pfn(pmd);
  if (isDeviceFrame(frame)) return Pmd.byRemap(pmd) === 1 ? rule.remapPfnmap : rule.faultPfnmap;
  if (isZeroFrame(s, frame)) return inDaxFile(s, row) ? rule.file : rule.anon;
  return isAnonFrame(s, frame) ? rule.anon : rule.file;
};
