/**
 * PUD leaves: insertion, copy, zap, split, change and move. Mirrors the parts of mm/huge_memory.c under
 * CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD, v7.1. There are none of anonymous memory, and none has a deposit.
 * Stubbed: pud_lock(), which only a look-up in flight holds against others. Left out: the TLB.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { DEVICE_FRAMES, pudPages } from '../state/geometry.ts';
import { hasPudLeaves, isHash } from '../state/machine.ts';
import { type Pgprot, Pud, Vma } from '../state/mm_types.ts';
import type { Fop } from './huge_memory.ts';
import type { Sys } from './kernel.ts';
import { mark_used } from './page_flags.ts';
import { mmu_notify } from './mmu_notifier.ts';
import { folio_get, folio_put } from './page_ref.ts';
import { NONE_PUD, pud_none, pud_offset, pud_trans_huge } from './pgtable.ts';
import { writes_access_flags } from './pgtable_generic.ts';
import { take_pud_lock } from './ptl.ts';
import { is_cow_mapping, vma_is_anonymous } from './vma.ts';
import { add_mm_counter, mm_counter } from './vmstat.ts';

/** Without such leaves nothing of this file is built, and whoever gets here has gone wrong. */
const check_pud_leaves = (s: Sys, who: string): void => {
  if (!hasPudLeaves(s.machine)) throw new ModelBug('no-PUD-leaves', `${who} on a machine without PUD leaves`);
  // __pud_mkhuge() of powerpc, which pfn_pud() calls: BUG() unless radix_enabled(), whatever was configured.
  if (isHash(s.machine)) throw new ModelBug('no-PUD-leaves', `${who} with the hash MMU`);
};

const set_pud_at = (s: Sys, mm: number, pud: number, e: Pud): void => {
  check_pud_leaves(s, 'set_pud_at()');
  take_pud_lock(s, mm);
  s.pud.put(pud_offset(s.geometry, mm, pud), e);
};
const pudp_huge_get_and_clear = (s: Sys, mm: number, pud: number): Pud => {
  check_pud_leaves(s, 'pudp_huge_get_and_clear()');
  const row = pud_offset(s.geometry, mm, pud);
  const e = s.pud.at(row);
  take_pud_lock(s, mm);
  s.pud.put(row, NONE_PUD);
  return e;
};

/** pud_mkspecial(): nothing, where entries have no such bit at this level. */
export const pud_mkspecial = (s: Sys, e: Pud): Pud => (s.machine.pudSpecial ? Pud.mkSpecial(e, 1) : e);
const pud_mkwritten = (e: Pud): Pud => Pud.mkWrite(Pud.mkYoung(Pud.mkDirty(e, 1), 1), 1);

/** insert_pud(), for vmf_insert_pfn_pud() and vmf_insert_folio_pud(). A slot that is taken is only upgraded. */
export const insert_pud = (
  s: Sys,
  mm: number,
  pud: number,
  pfn: number,
  prot: Pgprot,
  write: boolean,
  fop: Fop,
): void => {
  check_pud_leaves(s, 'insert_pud()');
  const old = s.pud.at(pud_offset(s.geometry, mm, pud));
  if (pud_none(old)) {
    const e = s.kernel.insert_pud_entry(s, mm, pfn, prot, fop);
    set_pud_at(s, mm, pud, write ? pud_mkwritten(e) : e);
  } else if (write) {
    if (!pud_trans_huge(old) || Pud.pfn(old) !== pfn)
      throw new ModelBug('WARN(insert-mismatch)', `insert_pud() of frame ${pfn} for a write finds ${Pud.show(old)}`);
    set_pud_at(s, mm, pud, pud_mkwritten(old));
  }
};

/** The entry for a slot that was none, and, of a folio, what counts it. */
export const insert_pud_entry = (s: Sys, mm: number, pfn: number, prot: Pgprot, fop: Fop): Pud => {
  check_pud_leaves(s, 'insert_pud()');
  const e = s.kernel.pfn_pud(pfn, prot);
  if (fop === 'pfn') return pud_mkspecial(s, e);
  if (fop === 'devmap') return Pud.mkDevmap(e, 1);
  folio_get(s, pfn);
  s.kernel.folio_add_file_rmap_pud(s, pfn, mm);
  add_mm_counter(s, mm, mm_counter(s, pfn), pudPages(s.geometry));
  return e;
};

/** copy_huge_pud(): a copy of the entry. No reference, no rmap, no rss, even of a folio. */
export const copy_huge_pud = (s: Sys, src: number, dst: number, vmaRow: number, pud: number): void => {
  const row = pud_offset(s.geometry, src, pud);
  let e = s.pud.at(row);
  if (s.kernel.copy_protects_pud(s, s.vma.at(vmaRow)) && Pud.write(e) === 1) {
    e = Pud.mkWrite(e, 0);
    s.pud.put(row, e);
  }
  if (s.kernel.copy_counts_pud(s)) count_copied_pud(s, dst, s.vma.at(vmaRow), pud, e);
  set_pud_at(s, dst, pud, Pud.mkYoung(e, 0));
};

/** What copy_huge_pud() would have to do for a leaf that maps a folio. No release has it. */
const count_copied_pud = (s: Sys, dst: number, vma: Vma, pud: number, e: Pud): void => {
  const pfn = s.kernel.vm_normal_page_pud(s, vma, pud * pudPages(s.geometry), e);
  if (pfn < DEVICE_FRAMES) return;
  folio_get(s, pfn);
  s.kernel.folio_add_file_rmap_pud(s, pfn, dst);
  add_mm_counter(s, dst, mm_counter(s, pfn), pudPages(s.geometry));
};

/** Since v6.12 only private mappings lose the right to write. */
export const copy_protects_pud = (_s: Sys, vma: Vma): boolean => is_cow_mapping(vma);

/** zap_huge_pud(): the whole leaf goes. */
export const zap_huge_pud = (s: Sys, mm: number, vma: Vma, pud: number): void => {
  const e = pudp_huge_get_and_clear(s, mm, pud);
  if (s.kernel.counts_pud(s, vma, pud, e)) s.kernel.zap_normal_pud(s, mm, vma, e);
};

/** Whether zap and split find a folio behind a leaf. Both ask the VMA, even in v7.1. */
export const counts_pud = (s: Sys, vma: Vma, _pud: number, _e: Pud): boolean => !s.kernel.vma_is_special_huge(vma);

/** The other half of zap_huge_pud(), since v6.15: the folio is uncounted. */
export const zap_normal_pud = (s: Sys, mm: number, vma: Vma, e: Pud): void => {
  if (vma_is_anonymous(vma)) throw new ModelBug('VM_WARN(anon-pud)', 'zap_huge_pud() of anonymous memory');
  const pfn = Pud.pfn(e);
  s.kernel.folio_remove_rmap_pud(s, pfn, mm);
  add_mm_counter(s, mm, mm_counter(s, pfn), -pudPages(s.geometry));
  folio_put(s, pfn);
};

/** __split_huge_pud(): nothing maps the range afterwards. */
export const split_huge_pud = (s: Sys, mm: number, vma: Vma, pud: number): void => {
  const { geometry: g } = s;
  if (!pud_trans_huge(s.pud.at(pud_offset(g, mm, pud)))) return;
  const first = pud * pudPages(g);
  if (s.machine.debugVm && (first < Vma.start(vma) || Vma.end(vma) < first + pudPages(g)))
    throw new ModelBug('VM_BUG_ON_VMA(range)', `PUD leaf ${pud} is split for a VMA that it does not lie in`);
  mmu_notify(s, mm, first, first + pudPages(g), 'CLEAR');
  const e = pudp_huge_get_and_clear(s, mm, pud);
  if (s.kernel.counts_pud(s, vma, pud, e)) s.kernel.split_normal_pud(s, mm, e);
};

/** The rest of __split_huge_pud_locked(), since v6.15. */
export const split_normal_pud = (s: Sys, mm: number, e: Pud): void => {
  const pfn = Pud.pfn(e);
  mark_used(s, pfn, Pud.dirty(e), Pud.young(e));
  s.kernel.folio_remove_rmap_pud(s, pfn, mm);
  add_mm_counter(s, mm, mm_counter(s, pfn), -pudPages(s.geometry));
  folio_put(s, pfn);
};

/** change_huge_pud(): mprotect of a whole leaf. Unlike at PMD level, a write bit only comes from the protection. */
export const change_huge_pud = (s: Sys, mm: number, vma: Vma, pud: number): void => {
  check_pud_leaves(s, 'change_huge_pud()');
  const row = pud_offset(s.geometry, mm, pud);
  s.pud.put(row, s.kernel.pud_modify(s.pud.at(row), s.kernel.vm_page_prot(vma)));
};

/** move_huge_pud(): the leaf changes its slot. False when the new slot is taken. */
export const move_huge_pud = (s: Sys, mm: number, from: number, to: number): boolean => {
  check_pud_leaves(s, 'move_huge_pud()');
  if (!pud_none(s.pud.at(pud_offset(s.geometry, mm, to)))) return false;
  set_pud_at(s, mm, to, pudp_huge_get_and_clear(s, mm, from));
  return true;
};

/** touch_pud(), of a fault that finds the leaf good enough, and, of a leaf that is devmap, of GUP: as touch_pmd(). */
export const touch_pud = (s: Sys, mm: number, pud: number, write: boolean): void => {
  check_pud_leaves(s, 'touch_pud()');
  if (!writes_access_flags(s, write)) return;
  take_pud_lock(s, mm);
  const row = pud_offset(s.geometry, mm, pud);
  const e = Pud.mkYoung(s.pud.at(row), 1);
  s.pud.put(row, write ? Pud.mkDirty(e, 1) : e);
};
