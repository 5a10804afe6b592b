/**
 * Page faults. Mirrors __handle_mm_fault() and what is below it in mm/memory.c and mm/huge_memory.c, v7.1.
 * Stubbed: a driver's fault handlers (vmf_insert_pfn(), vmf_insert_pfn_pmd()), the page cache of one shmem file, whose
 * folio is always there. Left out: the zero page, swap, NUMA hints, userfaultfd, memory cgroups, retry.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { FILE_FOLIO, SMALL_PAGE, thpFrame } from '../state/geometry.ts';
import { Pmd, PmdKind, Prot, Pte, Result, Vma, VmaKind } from '../state/mm_types.ts';

import { pmd_mkwritten, split_huge_pmd } from './huge_memory.ts';
import type { Sys } from './kernel.ts';
import { alloc_succeeds, pmd_alloc, pte_alloc } from './pgalloc.ts';
import { pmd_none, pmd_offset, pmd_table, pmd_trans_huge, pte_offset, slot_of } from './pgtable.ts';
import { is_cow_mapping, linear_pfn, vma_is_anonymous, vma_lookup } from './vma.ts';

const FALLBACK = -1;
/** Rounds of fault and retry that any access needs: PMD table, split, copy. */
const ROUNDS_MAX = 6;

/** What stands for a page: the leaf or the PTE that maps it. */
type Access = 'hit' | 'fault';

/** The CPU accesses a page: with permission it sets accessed and dirty, otherwise it faults. */
const cpu_access = (s: Sys, mm: number, page: number, write: boolean): Access => {
  const { geometry: g } = s;
  const row = pmd_offset(g, mm, slot_of(g, page));
  const e = s.pmd.at(row);
  if (pmd_trans_huge(e)) {
    if (Pmd.protnone(e) === 1 || (write && Pmd.write(e) === 0)) return 'fault';
    s.pmd.put(row, Pmd.mkDirty(Pmd.mkYoung(e, 1), write ? 1 : Pmd.dirty(e)));
    return 'hit';
  }
  if (!pmd_table(e)) return 'fault';
  const at = pte_offset(g, Pmd.pfn(e), page);
  const pte = s.pte.at(at);
  if (Pte.present(pte) === 0 || Pte.protnone(pte) === 1 || (write && Pte.write(pte) === 0)) return 'fault';
  s.pte.put(at, Pte.mkDirty(Pte.mkYoung(pte, 1), write ? 1 : Pte.dirty(pte)));
  return 'hit';
};

/** A user access to a page: the CPU's access, with the faults that it needs. Returns a code of `Result`. */
export const access_page = (s: Sys, mm: number, page: number, write: boolean): number => {
  const vmaRow = vma_lookup(s, mm, page);
  if (vmaRow < 0) return Result.SIGSEGV;
  const prot = Vma.prot(s.vma.at(vmaRow));
  if (prot === Prot.NONE || (write && prot !== Prot.RW)) return Result.SIGSEGV;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    if (cpu_access(s, mm, page, write) === 'hit') return Result.ok;
    const error = handle_mm_fault(s, mm, vmaRow, page, write);
    if (error !== Result.ok) return error;
  }
  throw new ModelBug('fault-loop', `the access to page ${page} faults for ever`);
};

const handle_mm_fault = (s: Sys, mm: number, vmaRow: number, page: number, write: boolean): number => {
  const { geometry: g } = s;
  const slot = slot_of(g, page);
  if (!pmd_alloc(s, mm, slot)) return Result.OOM;
  const vma = s.vma.at(vmaRow);
  const e = s.pmd.at(pmd_offset(g, mm, slot));
  if (pmd_none(e)) {
    const made = create_huge_pmd(s, mm, vma, slot, write);
    if (made !== FALLBACK) return made;
  } else if (pmd_trans_huge(e) && write && Pmd.write(e) === 0) {
    const made = wp_huge_pmd(s, mm, vma, slot);
    if (made !== FALLBACK) return made;
  }
  return handle_pte_fault(s, mm, vma, page, write);
};

const covers = (s: Sys, vma: Vma, slot: number): boolean => {
  const { ptrsPerPte } = s.geometry;
  return Vma.start(vma) <= slot * ptrsPerPte && (slot + 1) * ptrsPerPte <= Vma.end(vma);
};

/** create_huge_pmd(): anonymous memory, a file's folio, or the driver's ->huge_fault. */
const create_huge_pmd = (s: Sys, mm: number, vma: Vma, slot: number, write: boolean): number => {
  if (!covers(s, vma, slot)) return FALLBACK;
  const { ptrsPerPte } = s.geometry;
  const pfn = linear_pfn(vma, slot * ptrsPerPte);
  switch (Vma.kind(vma)) {
    case VmaKind.anon:
      return do_huge_pmd_anonymous_page(s, mm, vma, slot);
    case VmaKind.shmem:
      // A folio is mapped from its first page on.
      if (pfn !== 0) return FALLBACK;
      return s.kernel.do_set_pmd(s, mm, vma, slot, FILE_FOLIO, write) ? Result.ok : Result.OOM;
    default:
      return Vma.hugeFault(vma) === 1 ? huge_fault(s, mm, vma, slot, write) : FALLBACK;
  }
};

/** The driver's handler for order PMD: vmf_insert_pfn_pmd() where the frame is aligned. */
const huge_fault = (s: Sys, mm: number, vma: Vma, slot: number, write: boolean): number => {
  const pfn = linear_pfn(vma, slot * s.geometry.ptrsPerPte);
  if (pfn % s.geometry.ptrsPerPte !== 0) return FALLBACK;
  if (Vma.pfnmap(vma) === 1 && is_cow_mapping(vma))
    throw new ModelBug('BUG_ON(cow-pfnmap)', 'vmf_insert_pfn_pmd() for a private mapping');
  return s.kernel.insert_pmd(s, mm, slot, pfn, s.kernel.vm_page_prot(vma), write) ? Result.ok : Result.OOM;
};

const do_huge_pmd_anonymous_page = (s: Sys, mm: number, vma: Vma, slot: number): number => {
  const folio = vma_alloc_anon_folio_pmd(s);
  if (folio < 0) return FALLBACK;
  const pgtable = s.kernel.pte_alloc_one(s);
  if (pgtable < 0) return Result.OOM;
  s.kernel.map_anon_folio_pmd(s, mm, vma, slot, folio, pgtable);
  return Result.ok;
};

/** The first frame of a folio that nothing maps, or -1. */
const vma_alloc_anon_folio_pmd = (s: Sys): number => {
  const { geometry: g } = s;
  for (let i = 0; i < g.thpFolios; i++)
    if (mappings_of(s, thpFrame(g, i), -1) === 0)
      return alloc_succeeds(s, 'vma_alloc_anon_folio_pmd') ? thpFrame(g, i) : -1;
  return -1;
};

/** Entries that map frames of a folio, those of `exceptMm` left out: what folio_ref_count() would say. */
const mappings_of = (s: Sys, folio: number, exceptMm: number): number => {
  const { geometry: g } = s;
  const slots = g.pmdTables * g.ptrsPerPmd;
  let count = 0;
  for (let row = 0; row < s.pmd.rows; row++) {
    const e = s.pmd.at(row);
    if (Math.trunc(row / slots) === exceptMm || Pmd.kind(e) === PmdKind.none) continue;
    if (pmd_trans_huge(e)) {
      if (Pmd.pfn(e) === folio) count++;
      continue;
    }
    for (let i = 0; i < g.ptrsPerPte; i++) {
      const pte = s.pte.at(pte_offset(g, Pmd.pfn(e), i));
      if (Pte.present(pte) === 1 && Pte.pfn(pte) >= folio && Pte.pfn(pte) < folio + g.ptrsPerPte) count++;
    }
  }
  return count;
};

/** wp_huge_pmd(): a write to a leaf that may not be written. */
const wp_huge_pmd = (s: Sys, mm: number, vma: Vma, slot: number): number => {
  const row = pmd_offset(s.geometry, mm, slot);
  const e = s.pmd.at(row);
  if (vma_is_anonymous(vma)) {
    if (mappings_of(s, Pmd.pfn(e), -1) > 1) {
      split_huge_pmd(s, mm, vma, slot);
      return FALLBACK;
    }
    s.pmd.put(row, pmd_mkwritten(e));
    return Result.ok;
  }
  if (Vma.shared(vma) === 1 && Vma.hugeFault(vma) === 1) return huge_fault(s, mm, vma, slot, true);
  split_huge_pmd(s, mm, vma, slot);
  return FALLBACK;
};

const handle_pte_fault = (s: Sys, mm: number, vma: Vma, page: number, write: boolean): number => {
  const { geometry: g } = s;
  const slot = slot_of(g, page);
  const e = s.pmd.at(pmd_offset(g, mm, slot));
  if (pmd_trans_huge(e)) return Result.ok;
  const pte = pmd_table(e) ? s.pte.at(pte_offset(g, Pmd.pfn(e), page)) : (0 as Pte);
  if (Pte.present(pte) === 0) return do_pte_missing(s, mm, vma, page, write);
  return write && Pte.write(pte) === 0 ? do_wp_page(s, mm, vma, page) : Result.ok;
};

/** do_anonymous_page() or do_fault(). A device VMA without ->fault has nobody to ask. */
const do_pte_missing = (s: Sys, mm: number, vma: Vma, page: number, write: boolean): number => {
  const { geometry: g } = s;
  const slot = slot_of(g, page);
  const isDevice = Vma.kind(vma) === VmaKind.device;
  if (isDevice && Vma.fault(vma) === 0) return Result.SIGBUS;
  // The table first: it stays, empty, when the page cannot be had.
  if (!pte_alloc(s, mm, slot)) return Result.OOM;
  if (vma_is_anonymous(vma) && !alloc_succeeds(s, 'vma_alloc_folio')) return Result.OOM;
  const row = pte_offset(g, Pmd.pfn(s.pmd.at(pmd_offset(g, mm, slot))), page);
  const pte = s.kernel.pfn_pte(frame_for(vma, page), s.kernel.vm_page_prot(vma));
  const made = isDevice ? Pte.mkSpecial(pte, 1) : pte;
  s.pte.put(row, write ? pte_mkwritten(made) : made);
  return Result.ok;
};

const frame_for = (vma: Vma, page: number): number => {
  switch (Vma.kind(vma)) {
    case VmaKind.anon:
      return SMALL_PAGE;
    case VmaKind.shmem:
      return FILE_FOLIO + linear_pfn(vma, page);
    default:
      return linear_pfn(vma, page);
  }
};

const pte_mkwritten = (pte: Pte): Pte => Pte.mkWrite(Pte.mkYoung(Pte.mkDirty(pte, 1), 1), 1);

/** do_wp_page(): shared pages and pages of our own are made writable, others are copied. */
const do_wp_page = (s: Sys, mm: number, vma: Vma, page: number): number => {
  const { geometry: g } = s;
  const table = Pmd.pfn(s.pmd.at(pmd_offset(g, mm, slot_of(g, page))));
  const row = pte_offset(g, table, page);
  const pte = s.pte.at(row);
  if (Vma.shared(vma) === 1 || may_reuse(s, mm, pte)) {
    s.pte.put(row, pte_mkwritten(pte));
    return Result.ok;
  }
  if (!alloc_succeeds(s, 'wp_page_copy')) return Result.OOM;
  s.pte.put(row, pte_mkwritten(s.kernel.pfn_pte(SMALL_PAGE, s.kernel.vm_page_prot(vma))));
  return Result.ok;
};

/** wp_can_reuse_anon_folio(): a folio that no other mm maps. Small pages have no identity here; a copy looks the same. */
const may_reuse = (s: Sys, mm: number, pte: Pte): boolean => {
  const { geometry: g } = s;
  const pfn = Pte.pfn(pte);
  if (Pte.special(pte) === 1 || pfn === SMALL_PAGE || pfn < thpFrame(g, 0)) return pfn === SMALL_PAGE;
  const folio = pfn - ((pfn - thpFrame(g, 0)) % g.ptrsPerPte);
  return mappings_of(s, folio, mm) === 0;
};
