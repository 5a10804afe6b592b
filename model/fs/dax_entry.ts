/**
 * Entries of a DAX file in i_pages, and what a page knows of the files that have it. Mirrors fs/dax.c, v7.1:
 * grab_mapping_entry(), dax_insert_entry(), dax_associate_entry(), dax_disassociate_entry(), dax_folio_put(),
 * dax_folio_init(), dax_delete_mapping_range(). Left out: the lock of an entry (nobody is beside us here), write-back.
 */
import type { Sys } from '../mm/kernel.ts';
import { folio_nr_pages, folio_test_large, page_folio, pfn_to_page, set_page_flag } from '../mm/page_flags.ts';
import { folio_ref_count } from '../mm/page_ref.ts';
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { SHARED_ONLY, type ZapDetails } from '../mm/memory.ts';
import { FALLBACK } from '../mm/vm_fault.ts';
import { DaxEntry, DaxFault, DaxKind, DaxOwner, DaxWarning, SHARE_MAX } from '../state/dax.ts';
import { DAX_FILE_STRIDE } from '../state/geometry.ts';
import { Page } from '../state/memmap.ts';
import { Result } from '../state/mm_types.ts';
import { file_row } from './extents.ts';

const NO_ENTRY = DaxEntry.of({});
const NO_OWNER = DaxOwner.of({});

/** unmap_mapping_pages() of pages from..to-1 of a file: private copies stay. */
export const unmap_file = (s: Sys, file: number, from: number, to: number, details: ZapDetails = SHARED_ONLY): void => {
  const base = file * DAX_FILE_STRIDE;
  s.kernel.unmap_mapping_range_tree(s, 'fsdax', base + from, base + to - 1, details);
};

/** The first page of the PMD range that a page of a file lies in. */
export const head_of = (s: Sys, index: number): number => index - (index % s.geometry.ptrsPerPte);

/** xas_load(): the row of the entry that a page finds, its own, or that of the multi-index entry at the head. */
export const entry_row = (s: Sys, file: number, index: number): number => {
  const head = file_row(s, file, head_of(s, index));
  return DaxEntry.multi(s.daxEntry.at(head)) === 1 ? head : file_row(s, file, index);
};

/** dax_entry_order() */
export const entry_pages = (s: Sys, e: DaxEntry): number => (DaxEntry.pmd(e) === 1 ? s.geometry.ptrsPerPte : 1);
const is_zero_or_empty = (e: DaxEntry): boolean =>
  DaxEntry.kind(e) === DaxKind.zero || DaxEntry.kind(e) === DaxKind.empty;

const add_nrpages = (s: Sys, file: number, pages: number): void =>
  s.nrpages.put(file, Math.max(0, Math.min(s.nrpages.at(file) + pages, 2 * DAX_FILE_STRIDE - 1)));

/** grab_mapping_entry(): 0, FALLBACK where smaller entries are in the way, or VM_FAULT_OOM. */
export const grab_mapping_entry = (s: Sys, file: number, index: number, pmd: boolean): number => {
  const head = head_of(s, index);
  const row = entry_row(s, file, index);
  const old = s.daxEntry.at(row);
  if (pmd && DaxEntry.pmd(old) === 0)
    for (let i = 0; i < s.geometry.ptrsPerPte; i++)
      if (DaxEntry.kind(s.daxEntry.at(file_row(s, file, head + i))) !== DaxKind.none) return FALLBACK;
  if (!pmd && DaxEntry.pmd(old) === 1 && is_zero_or_empty(old)) {
    // The downgrade: what the zero leaf mapped is unmapped, and comes back page by page.
    if (DaxEntry.kind(old) === DaxKind.zero) unmap_file(s, file, head, head + s.geometry.ptrsPerPte);
    s.kernel.dax_disassociate_entry(s, old, file, false);
    s.daxEntry.put(row, NO_ENTRY);
    add_nrpages(s, file, -s.geometry.ptrsPerPte);
  } else if (DaxEntry.kind(old) !== DaxKind.none) return Result.ok;
  if (!alloc_succeeds(s, 'xas_nomem')) return Result.OOM;
  add_empty(s, file, pmd ? head : index, pmd ? 1 : 0);
  return Result.ok;
};
const add_empty = (s: Sys, file: number, index: number, pmd: 0 | 1): void => {
  s.daxEntry.put(file_row(s, file, index), DaxEntry.of({ kind: DaxKind.empty, pmd, multi: pmd }));
  add_nrpages(s, file, pmd === 1 ? s.geometry.ptrsPerPte : 1);
};

/** What dax_insert_entry() does not: a PMD entry with frames becomes an empty entry of one page, as one of zeroes does. */
export const dax_splits_entry = (s: Sys, file: number, index: number): void => {
  const head = head_of(s, index);
  const row = file_row(s, file, head);
  unmap_file(s, file, head, head + s.geometry.ptrsPerPte);
  s.kernel.dax_disassociate_entry(s, s.daxEntry.at(row), file, false);
  s.daxEntry.put(row, NO_ENTRY);
  add_nrpages(s, file, -s.geometry.ptrsPerPte);
  add_empty(s, file, index, 0);
};

/**
 * dax_insert_entry(): `kind` and `pfn` of what is there now, for a fault whose entry has been grabbed. An entry with a
 * frame stays as it is, unless its block is shared: then that of the fault, `pmd` or not, takes its place in the tree,
 * which is that of a whole PMD where one was there.
 */
export const dax_insert_entry = (
  s: Sys,
  file: number,
  index: number,
  pmd: 0 | 1,
  kind: number,
  pfn: number,
  shared: boolean,
  write: boolean,
): void => {
  if (shared && pmd === 0 && is_mapped_pmd(s.daxEntry.at(entry_row(s, file, index))))
    s.kernel.dax_shrinks_entry(s, file, index);
  const row = entry_row(s, file, index);
  const old = s.daxEntry.at(row);
  if (s.kernel.dax_entry_stays(s, old, pfn)) {
    if (write) s.daxEntry.put(row, DaxEntry.mkDirty(old, 1));
    return;
  }
  if (shared || (DaxEntry.kind(old) === DaxKind.zero && kind !== DaxKind.zero)) {
    const first = DaxEntry.pmd(old) === 1 ? head_of(s, index) : index;
    unmap_file(s, file, first, first + entry_pages(s, old));
  }
  let made = old;
  if (shared || is_zero_or_empty(old)) {
    made = DaxEntry.of({ kind, pmd, multi: DaxEntry.multi(old), pfn, dirty: DaxEntry.dirty(old) });
    s.kernel.dax_disassociate_entry(s, old, file, false);
    s.kernel.dax_associate_entry(s, made, file, index, shared);
  }
  s.daxEntry.put(row, write ? DaxEntry.mkDirty(made, 1) : made);
};
const is_mapped_pmd = (e: DaxEntry): boolean => DaxEntry.pmd(e) === 1 && DaxEntry.kind(e) === DaxKind.mapped;

const owner_of = (s: Sys, pfn: number): DaxOwner => s.daxOwner.at(pfn_to_page(pfn));
const put_owner = (s: Sys, pfn: number, owner: DaxOwner): void => s.daxOwner.put(pfn_to_page(pfn), owner);

/** dax_folio_is_shared(): no mapping, and a share count. What is left of an index is taken for one. */
export const dax_folio_is_shared = (s: Sys, folio: number): boolean =>
  DaxOwner.mapping(owner_of(s, folio)) === 0 && DaxOwner.indexOrShare(owner_of(s, folio)) > 0;

/** WARN_ON_ONCE(): the kernel goes on with what is wrong already; the first of an operation is noted. */
export const dax_warns = (s: Sys, fault: number, pfn: number): void => {
  if (DaxWarning.fault(s.warnedDax.at(0)) === DaxFault.none) s.warnedDax.put(0, DaxWarning.of({ fault, pfn }));
};

/** dax_associate_entry(): the file has the frames of this entry from now on; `index` is its first page. */
export const dax_associate_entry = (s: Sys, e: DaxEntry, file: number, index: number, shared: boolean): void => {
  if (is_zero_or_empty(e)) return;
  const folio = page_folio(s, DaxEntry.pfn(e));
  const owner = owner_of(s, folio);
  if (shared && (DaxOwner.mapping(owner) > 0 || dax_folio_is_shared(s, folio))) {
    // dax_folio_make_shared()
    if (DaxOwner.mapping(owner) > 0) put_owner(s, folio, DaxOwner.of({ indexOrShare: 1 }));
    const share = DaxOwner.indexOrShare(owner_of(s, folio));
    const pages = folio_nr_pages(s, folio);
    if (entry_pages(s, e) !== pages) dax_warns(s, DaxFault['other size'], folio);
    put_owner(s, folio, DaxOwner.of({ indexOrShare: Math.min(share + 1, SHARE_MAX) }));
    return;
  }
  if (DaxOwner.mapping(owner) > 0) dax_warns(s, DaxFault.owned, folio);
  s.kernel.dax_folio_init(s, DaxEntry.pfn(e), entry_pages(s, e));
  put_owner(s, page_folio(s, DaxEntry.pfn(e)), DaxOwner.of({ mapping: file + 1, indexOrShare: index }));
};

/** dax_folio_init(): pages become a compound page of the size of the entry. */
export const dax_folio_init = (s: Sys, pfn: number, pages: number): void => {
  if (folio_test_large(s, pfn)) dax_warns(s, DaxFault.large, pfn);
  if (pages === 1) return;
  // prep_compound_page()
  for (let i = 0; i < pages; i++) set_page_flag(s, pfn + i, i === 0 ? Page.mkHead : Page.mkTail, 1);
  if (folio_ref_count(s, pfn) !== 0) dax_warns(s, DaxFault.used, pfn);
};

/** dax_disassociate_entry(): the file lets the frames of this entry go. `trunc`: they are given back. */
export const dax_disassociate_entry = (s: Sys, e: DaxEntry, _file: number, _trunc: boolean): void => {
  if (DaxEntry.kind(e) !== DaxKind.mapped) return;
  dax_folio_put(s, page_folio(s, DaxEntry.pfn(e)));
};

/** dax_folio_put(): the last file that shares it makes small pages of a folio. */
const dax_folio_put = (s: Sys, folio: number): void => {
  if (dax_folio_is_shared(s, folio)) {
    const share = DaxOwner.indexOrShare(owner_of(s, folio)) - 1;
    put_owner(s, folio, DaxOwner.of({ indexOrShare: share }));
    if (share > 0) return;
  }
  const pages = folio_nr_pages(s, folio);
  s.kernel.dax_folio_reset_order(s, folio);
  for (let i = 0; i < pages; i++)
    if (s.kernel.dax_put_warns(s, pages) && folio_ref_count(s, folio + i) !== 0)
      dax_warns(s, DaxFault['let go in use'], folio + i);
};

/** dax_folio_reset_order() of v7.1: mapping, index and share are gone, and so is the compound page. */
export const dax_folio_reset_order = (s: Sys, folio: number): void => {
  const pages = folio_nr_pages(s, folio);
  put_owner(s, folio, NO_OWNER);
  if (pages === 1) return;
  for (let i = 0; i < pages; i++) {
    set_page_flag(s, folio + i, Page.mkHead, 0);
    set_page_flag(s, folio + i, Page.mkTail, 0);
    put_owner(s, folio + i, NO_OWNER);
  }
};

/** dax_delete_mapping_range(): every entry that has a page among from..to-1 goes, as a whole. */
export const dax_delete_mapping_range = (s: Sys, file: number, from: number, to: number): void => {
  for (let index = from; index < to; index++) {
    const row = entry_row(s, file, index);
    const e = s.daxEntry.at(row);
    if (DaxEntry.kind(e) === DaxKind.none) continue;
    s.kernel.dax_disassociate_entry(s, e, file, true);
    s.daxEntry.put(row, NO_ENTRY);
    add_nrpages(s, file, -entry_pages(s, e));
  }
};
