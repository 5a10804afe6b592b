/**
 * What the versions of "fs/dax: Fix FS DAX page reference counts", from v3 on "Fix ZONE_DEVICE page reference counts" (Alistair
 * Popple, 2024-06-27 to 2025-02-28, merged for v6.15), differ in, one toggle each; the versions are in dax_refcount/. How PUD
 * mappings were counted is in pud_rmap.ts; T7 and T15 are what releases differ in. Two are no toggles: T6, whether a scan waits for
 * an entry that is locked: write-back and memory_failure() lock one beside it, and neither is modelled (a fault has the lock of
 * mappings of its inode, XFS_MMAPLOCK, and so has the scan); and T13, which is decided inside an operation, for GUP let its reference
 * to the pgmap go before it returned (v6.16 mm/gup.c __get_user_pages()).
 */
import { DaxEntry, DaxKind, DaxOwner } from '../state/dax.ts';
import { vmf_insert_folio_pmd } from '../mm/huge_memory_fault.ts';
import type { Sys } from '../mm/kernel.ts';
import { vm_insert_page } from '../mm/memory_insert.ts';
import { page_folio, pfn_to_page } from '../mm/page_flags.ts';
import { folio_ref_count } from '../mm/page_ref.ts';
import { pmd_none, pmd_offset, slot_of } from '../mm/pgtable.ts';
import { pmd_huge_pte } from '../mm/pgtable_generic.ts';
import { PtePage } from '../state/mm_types.ts';
import { asItIs, type Toggle } from './toggles.ts';

export const DAX_REFCOUNT: readonly Toggle[] = [
  {
    name: 'dax-mapping-until',
    says: 'when a page of FS-DAX forgets the file that has it (T3)',
    cites: 'v1, 2024-06-27 (mm/memremap.c); David Hildenbrand and Dan Williams on v1 and v2; v3, 2024-11-22',
    values: [
      asItIs('entry', 'with the last entry that has it'),
      {
        value: 'reference',
        says: 'with its last reference: a fault that comes later finds an entry, and a page without a file',
        patch: {
          dax_folio_idle: () => (s, folio) => (s as Sys).daxOwner.put(pfn_to_page(folio), DaxOwner.of({})),
        },
      },
    ],
  },
  {
    name: 'dax-sharing',
    says: 'what a page knows that several files share (T4)',
    cites: 'v1, 2024-06-27 (PAGE_MAPPING_DAX_SHARED removed); v3, 2024-11-22 (share is back)',
    values: [
      asItIs('counted', 'how many they are'),
      {
        value: 'last',
        says: 'the last of them: the first that ends takes the page from all',
        patch: {
          dax_associate_entry: (base) => (s, e, file, index, shared) => {
            const mapped = DaxEntry.kind(e) === DaxKind.mapped;
            const folio = mapped ? page_folio(s, DaxEntry.pfn(e)) : -1;
            if (mapped && shared && DaxOwner.mapping(s.daxOwner.at(pfn_to_page(folio))) > 0)
              s.daxOwner.put(pfn_to_page(folio), DaxOwner.of({ mapping: file + 1, indexOrShare: index }));
            else base(s, e, file, index, false);
          },
        },
      },
    ],
  },
  {
    name: 'dax-busy-by',
    says: 'which references make a page of FS-DAX busy (T5)',
    cites: 'v1, 2024-06-27 (page_ref_count() > 0); v3, 2024-11-22 (folio_ref_count() - folio_mapcount())',
    values: [
      asItIs('beyond-mappings', 'those that are no mappings'),
      {
        value: 'any',
        says: 'all: a mapping by another file keeps a truncation waiting',
        patch: {
          dax_busy_page: () => (s, e) => {
            if (DaxEntry.kind(e) !== DaxKind.mapped) return -1;
            const folio = page_folio(s, DaxEntry.pfn(e));
            return folio_ref_count(s, folio) > 0 ? folio : -1;
          },
        },
      },
    ],
  },
  {
    name: 'dax-temp-ref',
    says: 'whether a fault has a reference to the page while it inserts it (T8)',
    cites:
      'v6.17 mm/memory.c validate_page_before_insert() (folio_ref_count() is not 0), fs/dax.c dax_fault_iter() (folio_ref_inc())',
    values: [
      asItIs('taken', 'it has'),
      {
        value: 'none',
        says: 'an idle page is refused',
        patch: {
          dax_insert_page: () => vm_insert_page,
          dax_insert_pmd: () => (s, mm, vma, page, pfn, write) =>
            vmf_insert_folio_pmd(s, mm, vma, slot_of(s.geometry, page), pfn, write),
        },
      },
    ],
  },
  {
    name: 'dax-deposit',
    says: 'what becomes of the table that vmf_insert_folio_pmd() has allocated, where leaves owe one (T10)',
    cites: 'v2, 2024-09-10, to v6, 2025-01-10; v7, 2025-02-05 (freed only where it was not used)',
    values: [
      asItIs('used', 'it is deposited'),
      {
        value: 'freed',
        says: 'it is deposited, and freed',
        patch: {
          insert_pmd: (base) => (s, mm, slot, pfn, prot, write, fop) => {
            const empty = pmd_none(s.pmd.at(pmd_offset(s.geometry, mm, slot)));
            const made = base(s, mm, slot, pfn, prot, write, fop);
            if (!made || !empty || fop !== 'folio' || !s.kernel.arch_needs_pgtable_deposit(s)) return made;
            const table = s.deposit.at(pmd_huge_pte(s, mm, slot)) - 1;
            // The list still links it.
            if (table >= 0) s.ptePage.put(table, PtePage.mkAllocated(s.ptePage.at(table), 0));
            return made;
          },
        },
      },
    ],
  },
  {
    name: 'dax-wp',
    says: 'whether a write to a read-only PTE of FS-DAX tells the file system, though there is a page',
    cites: 'v1, 2024-06-27; v2, 2024-09-10; v6.17 mm/memory.c do_wp_page() (is_fsdax_page())',
    values: [
      asItIs('told', '->pfn_mkwrite'),
      { value: 'page', says: 'it is a page like any other', patch: { wp_asks_fsdax: () => () => false } },
    ],
  },
  {
    name: 'dax-zero-entries',
    says: 'whether an entry for zeroes is taken for one that has a page, when it goes (so is one that is empty, for the page of frame 0, which is in no world here)',
    cites:
      'v5 25-patch series, dax_disassociate_entry(); 98c183a4fccf "fs/dax: don\'t disassociate zero page entries" (v6.15), which asks for both',
    values: [
      asItIs('skipped', 'it is not'),
      {
        value: 'taken',
        says: 'it is: the zero page is let go',
        patch: {
          dax_disassociate_entry: (base) => (s, e, file, trunc) =>
            base(s, DaxEntry.kind(e) === DaxKind.zero ? DaxEntry.mkKind(e, DaxKind.mapped) : e, file, trunc),
        },
      },
    ],
  },
];
