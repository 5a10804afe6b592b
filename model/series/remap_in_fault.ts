/**
 * remap_pfn_range() that may overwrite a PUD or PMD slot, called from ->fault, as "[RFC] Huge remap_pfn_range for vfio-pci"
 * (early 2024) proposes. By then the core has made the PMD table, so that a PUD leaf takes the place of a table, under the mmap
 * lock for reading. Never posted as code: what becomes of the tables is a choice here. Left out: vm_flags_set() of
 * remap_pfn_range(), which wants the mmap lock for writing; memtype tracking.
 */
import { is_bar, order_pages } from '../drivers/vfio_pci_core.ts';
import { pmd_lock, pmd_mkspecial, pmd_unlock, set_pmd_at } from '../mm/pgtable_generic.ts';
import { mm_dec_nr_ptes } from '../mm/pgalloc.ts';
import {
  NONE_PMD,
  NONE_PUD,
  pmd_none,
  pmd_offset,
  pmd_table,
  pmd_trans_huge,
  pud_none,
  pud_of,
  pud_offset,
  pud_trans_huge,
  slot_of,
} from '../mm/pgtable.ts';
import { pud_mkspecial } from '../mm/huge_memory_pud.ts';
import type { Patch, Sys } from '../mm/kernel.ts';
import { vmf_insert_pfn } from '../mm/memory_insert.ts';
import { FALLBACK } from '../mm/vm_fault.ts';
import { is_cow_mapping, linear_pfn } from '../mm/vma.ts';
import { hasPudLeaves } from '../state/machine.ts';
import { Mm, NrPmds, Pmd, Result, type Vma } from '../state/mm_types.ts';

/** ->fault: the largest leaf around the page, over whatever the slot holds; else its PTE. */
const remap_in_fault = (s: Sys, mm: number, vmaRow: number, page: number): number => {
  const vma = s.vma.at(vmaRow);
  if (s.memoryDisabled.at(0) === 1) return Result.SIGBUS;
  // get_remap_pgoff(): a CoW mapping is remapped as a whole, or not at all.
  if (is_cow_mapping(vma)) return Result.SIGBUS;
  if (
    hasPudLeaves(s.machine) &&
    s.kernel.vfio_is_aligned(s, vma, page, order_pages(s, 'PUD')) &&
    remap_pud(s, mm, vma, page)
  )
    return Result.ok;
  if (
    s.machine.pmdLeaves &&
    s.kernel.vfio_is_aligned(s, vma, page, order_pages(s, 'PMD')) &&
    remap_pmd(s, mm, vmaRow, page)
  )
    return Result.ok;
  return vmf_insert_pfn(s, mm, vma, page, linear_pfn(vma, page));
};

const remap_pud = (s: Sys, mm: number, vma: Vma, page: number): boolean => {
  const { kernel, geometry: g } = s;
  const pud = pud_of(g, page);
  const row = pud_offset(g, mm, pud);
  if (pud_trans_huge(s.pud.at(row))) return true;
  if (!pud_none(s.pud.at(row)) && !kernel.remap_clear_pud(s, mm, pud)) return false;
  const pfn = linear_pfn(vma, page - (page % order_pages(s, 'PUD')));
  s.pud.put(row, pud_mkspecial(s, kernel.pfn_pud(pfn, kernel.vm_page_prot(vma))));
  return true;
};

const remap_pmd = (s: Sys, mm: number, vmaRow: number, page: number): boolean => {
  const { kernel, geometry: g } = s;
  const vma = s.vma.at(vmaRow);
  const slot = slot_of(g, page);
  const e = s.pmd.at(pmd_offset(g, mm, slot));
  if (pmd_trans_huge(e)) return true;
  const from = page - (page % g.ptrsPerPte);
  const [pfn, prot] = [linear_pfn(vma, from), kernel.vm_page_prot(vma)];
  if (!pmd_none(e) && !kernel.remap_clear_slot(s, { mm, vmaRow, slot, from, to: from + g.ptrsPerPte, pfn, prot }))
    return false;
  pmd_lock(s);
  set_pmd_at(s, mm, slot, pmd_mkspecial(s, kernel.pfn_pmd(pfn, prot)));
  pmd_unlock(s);
  return true;
};

/** What becomes of a table that is overwritten: it is lost, or freed, and then counted or not. */
type Fate = 'leaks' | 'uncounted' | 'frees';

const give_up_pte = (s: Sys, mm: number, slot: number, fate: Fate): void => {
  const row = pmd_offset(s.geometry, mm, slot);
  const e = s.pmd.at(row);
  s.pmd.put(row, NONE_PMD);
  if (!pmd_table(e) || fate === 'leaks') return;
  s.kernel.pte_free(s, Pmd.pfn(e));
  if (fate === 'frees') mm_dec_nr_ptes(s, mm);
};

const give_up_pmd = (s: Sys, mm: number, pud: number, fate: Fate): void => {
  const { ptrsPerPmd } = s.geometry;
  for (let slot = pud * ptrsPerPmd; slot < (pud + 1) * ptrsPerPmd; slot++) give_up_pte(s, mm, slot, fate);
  s.pud.put(pud_offset(s.geometry, mm, pud), NONE_PUD);
  if (fate !== 'frees') return;
  s.mm.put(mm, Mm.mkNrPmds(s.mm.at(mm), NrPmds.add(Mm.nrPmds(s.mm.at(mm)), -1)));
};

/** Overwrites tables. All that they map is the BAR, page by page as the leaf does, for the leaf lies in one VMA. */
export const overTables = (fate: Fate): Patch => ({
  remap_clear_slot:
    () =>
    (s, { mm, slot }) => {
      give_up_pte(s, mm, slot, fate);
      return true;
    },
  remap_clear_pud: () => (s, mm, pud) => {
    give_up_pmd(s, mm, pud, fate);
    return true;
  },
});

/** ->fault is called where the PTE is none, and there is no ->huge_fault. */
export const REMAP_IN_FAULT: Patch = {
  driver_fault: (base) => (s, mm, vmaRow, page, write) =>
    is_bar(s.vma.at(vmaRow)) ? remap_in_fault(s, mm, vmaRow, page) : base(s, mm, vmaRow, page, write),
  driver_huge_fault: (base) => (s, mm, vmaRow, page, level, write) =>
    is_bar(s.vma.at(vmaRow)) ? FALLBACK : base(s, mm, vmaRow, page, level, write),
};
