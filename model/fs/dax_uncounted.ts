/**
 * FS-DAX before v6.15: fs/dax.c of v6.12. Pages stay small; each knows its own file, or how many share it, and is idle
 * with one reference. Page tables map it by entries that are devmap, and have no reference of theirs.
 */
import { insert_leaf } from '../mm/huge_memory_fault.ts';
import type { Patch, Sys } from '../mm/kernel.ts';
import { maybe_mkwrite } from '../mm/memory.ts';
import { vmf_insert_mixed } from '../mm/memory_insert.ts';
import { pfn_to_page } from '../mm/page_flags.ts';
import { folio_ref_count } from '../mm/page_ref.ts';
import { pmd_offset, pmd_table, pte_offset, slot_of } from '../mm/pgtable.ts';
import { DaxEntry, DaxFault, DaxKind, DaxOwner, SHARE_MAX } from '../state/dax.ts';
import { Pmd, Pte, Result } from '../state/mm_types.ts';
import { dax_warns, entry_pages } from './dax_entry.ts';

const NO_OWNER = DaxOwner.of({});

const dax_page_share_get = (s: Sys, row: number): void => {
  const owner = s.daxOwner.at(row);
  // The share count stands where the index was.
  const share = DaxOwner.mapping(owner) > 0 ? 1 : DaxOwner.indexOrShare(owner);
  s.daxOwner.put(row, DaxOwner.of({ shared: 1, indexOrShare: Math.min(share + 1, SHARE_MAX) }));
};

const associate = (s: Sys, e: DaxEntry, file: number, index: number, shared: boolean): void => {
  for (let i = 0; i < entry_pages(s, e) && DaxEntry.kind(e) === DaxKind.mapped; i++) {
    const row = pfn_to_page(DaxEntry.pfn(e) + i);
    if (shared) {
      dax_page_share_get(s, row);
      continue;
    }
    if (DaxOwner.mapping(s.daxOwner.at(row)) > 0 || DaxOwner.shared(s.daxOwner.at(row)) === 1)
      dax_warns(s, DaxFault.owned, DaxEntry.pfn(e) + i);
    s.daxOwner.put(row, DaxOwner.of({ mapping: file + 1, indexOrShare: index + i }));
  }
};

const disassociate = (s: Sys, e: DaxEntry, file: number, trunc: boolean): void => {
  for (let i = 0; i < entry_pages(s, e) && DaxEntry.kind(e) === DaxKind.mapped; i++) {
    const pfn = DaxEntry.pfn(e) + i;
    const owner = s.daxOwner.at(pfn_to_page(pfn));
    if (trunc && folio_ref_count(s, pfn) > 1) dax_warns(s, DaxFault['let go in use'], pfn);
    if (DaxOwner.mapping(owner) > 0 && DaxOwner.mapping(owner) !== file + 1) dax_warns(s, DaxFault.owned, pfn);
    const share = DaxOwner.shared(owner) === 1 ? DaxOwner.indexOrShare(owner) - 1 : 0;
    s.daxOwner.put(pfn_to_page(pfn), share > 0 ? DaxOwner.mkIndexOrShare(owner, share) : NO_OWNER);
  }
};

/** vmf_insert_mixed_mkwrite(): what is there already is made writable. */
const insert_mixed = (s: Sys, mm: number, vmaRow: number, page: number, pfn: number, write: boolean): number => {
  const vma = s.vma.at(vmaRow);
  const made = vmf_insert_mixed(s, mm, vma, page, pfn);
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot_of(s.geometry, page)));
  if (made !== Result.ok || !write || !pmd_table(e)) return made;
  const row = pte_offset(s.geometry, Pmd.pfn(e), page);
  const pte = s.pte.at(row);
  if (Pte.pfn(pte) === pfn) s.pte.put(row, maybe_mkwrite(Pte.mkDirty(Pte.mkYoung(pte, 1), 1), vma));
  return made;
};

/** dax_busy_page(): any page of the entry that has more than its one reference. */
const busy_page = (s: Sys, e: DaxEntry): number => {
  for (let i = 0; i < entry_pages(s, e) && DaxEntry.kind(e) === DaxKind.mapped; i++)
    if (folio_ref_count(s, DaxEntry.pfn(e) + i) > 1) return DaxEntry.pfn(e) + i;
  return -1;
};

export const UNCOUNTED_FSDAX: Patch = {
  dax_associate_entry: () => associate,
  dax_disassociate_entry: () => disassociate,
  dax_folio_init: () => () => undefined,
  dax_idle_refs: () => () => 1,
  dax_insert_page: () => insert_mixed,
  dax_insert_pmd: () => (s, mm, vma, page, pfn, write) =>
    insert_leaf(s, mm, vma, slot_of(s.geometry, page), pfn, write, 'devmap'),
  dax_busy_page: () => busy_page,
  dax_page_is_idle: () => (s, pfn) => folio_ref_count(s, pfn) === 1,
  gup_takes_devmap: () => () => true,
};
