/**
 * Leaves of VM_PFNMAP that a split turns into smaller ones, where the kernel drops them: a PUD leaf into PMD leaves, a PMD leaf into
 * PTEs. No mail has code for a PUD leaf; for a PMD leaf see __split_huge_pfnmap_pmd(). The table is allocated on the spot, under the
 * lock of the leaf, and where that fails the leaf is dropped as before.
 */
import { pudPages } from '../state/geometry.ts';
import { Mm, NrPmds, Pmd, PmdKind, Pte, Pud, PudKind, Vma } from '../state/mm_types.ts';
import type { Patch, Sys } from '../mm/kernel.ts';
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { mm_inc_nr_ptes, pmd_populate } from '../mm/pgalloc.ts';
import { NONE_PUD, pte_offset, pud_offset, pud_trans_huge } from '../mm/pgtable.ts';
import { pmd_lock, pmd_unlock, set_pmd_at } from '../mm/pgtable_generic.ts';

/** The PMD leaf for part `i` of a PUD leaf: the same bits one level down. */
const pmd_of = (s: Sys, e: Pud, i: number): Pmd =>
  Pmd.of({
    kind: PmdKind.leaf,
    pfn: Pud.pfn(e) + i * s.geometry.ptrsPerPte,
    write: Pud.write(e),
    young: Pud.young(e),
    dirty: Pud.dirty(e),
    special: Pud.special(e),
    protnone: Pud.protnone(e),
    cache: Pud.cache(e),
  });

const split_pud_to_pmds = (s: Sys, mm: number, pud: number): boolean => {
  const { geometry: g } = s;
  const row = pud_offset(g, mm, pud);
  if (!alloc_succeeds(s, 'pmd_alloc_one')) return false;
  const e = s.pud.at(row);
  s.pud.put(row, Pud.mkKind(NONE_PUD, PudKind.table));
  s.mm.put(mm, Mm.mkNrPmds(s.mm.at(mm), NrPmds.add(Mm.nrPmds(s.mm.at(mm)), 1)));
  pmd_lock(s);
  for (let i = 0; i < g.ptrsPerPmd; i++) set_pmd_at(s, mm, pud * g.ptrsPerPmd + i, pmd_of(s, e, i));
  pmd_unlock(s);
  return true;
};

/** Whether all of the leaf lies in the VMA, without which it is not split for it. */
const is_in = (s: Sys, vma: Vma, pud: number): boolean =>
  Vma.start(vma) <= pud * pudPages(s.geometry) && (pud + 1) * pudPages(s.geometry) <= Vma.end(vma);

export const PUD_TO_PMDS: Patch = {
  split_huge_pud: (base) => (s, mm, vma, pud) => {
    const kept =
      pud_trans_huge(s.pud.at(pud_offset(s.geometry, mm, pud))) && Vma.pfnmap(vma) === 1 && is_in(s, vma, pud);
    if (!kept || !split_pud_to_pmds(s, mm, pud)) base(s, mm, vma, pud);
  },
};

/** A table from pte_alloc_one() in place of a deposit; the leaf has been cleared, and stays so without one. */
export const PMD_TO_PTES: Patch = {
  split_special_populates: () => (_s, vma, e) => Pmd.special(e) === 1 && Vma.pfnmap(vma) === 1,
  __split_huge_pfnmap_pmd: () => (s, mm, slot, e) => {
    const { geometry: g, kernel } = s;
    const table = kernel.pte_alloc_one(s);
    if (table < 0) return;
    mm_inc_nr_ptes(s, mm);
    const first = kernel.split_pfnmap_pte(s, Pmd.pfn(e), e);
    for (let i = 0; i < g.ptrsPerPte; i++) s.pte.put(pte_offset(g, table, i), Pte.mkPfn(first, Pte.pfn(first) + i));
    pmd_populate(s, mm, slot, table);
  },
};
