/**
 * Peer-to-peer memory of a PCI device (MEMORY_DEVICE_PCI_P2PDMA): drivers/pci/p2pdma.c p2pmem_alloc_mmap(),
 * p2pdma_folio_free(), v7.1, and how releases before it did. A page is in the pool of the device, or user space has it: by
 * page-table entries, which ->mmap makes all at once, or by pins. With the last reference it is in the pool again. Stubbed:
 * the pool, of which a page that is not free is no part; fs/kernfs/file.c: a page that is zapped is SIGBUS. Left out:
 * pci_alloc_p2pmem(), by which a driver takes pages for itself, and the end of the device, which waits for all references to
 * the pgmap.
 */
import { ModelBug } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { vm_insert_page } from '../mm/memory_insert.ts';
import { page_of, pfn_to_page } from '../mm/page_flags.ts';
import { folio_put } from '../mm/page_ref.ts';
import { type FolioDraft, Page, PageKind, pgmapRefMax } from '../state/memmap.ts';
import { Result, Vma, VmaKind } from '../state/mm_types.ts';

export interface P2pdmaKernel {
  readonly p2pmem_alloc_mmap: typeof p2pmem_alloc_mmap;
  readonly p2pdma_folio_free: typeof p2pdma_folio_free;
  /** References of a page that is in the pool: 0 since v6.15, 1 before. */
  readonly p2pdma_idle_refs: () => 0 | 1;
  /** Whether p2pmem_alloc_mmap() warns of a page from the pool that has so many references. */
  readonly p2pdma_warns: (refs: number) => boolean;
  /** Whether the vm_ops that kernfs gives a VMA have ->page_mkwrite. */
  readonly kernfs_has_mkwrite: () => boolean;
  /** Whether, where a page cannot be inserted, its count is as that of a page in the pool again. */
  readonly p2pdma_failed_resets: () => boolean;
  /** And whether the reference to the pgmap is put that p2pmem_alloc_mmap() has taken for itself. */
  readonly p2pdma_failed_puts: () => boolean;
}

/** Of what is mapped by vm_insert_page() only this has no ->fault. */
export const is_p2pmem = (vma: Vma): boolean =>
  Vma.kind(vma) === VmaKind.mixed && Vma.fault(vma) === 0 && Vma.hugeFault(vma) === 0;

/** memremap_pages(): a page is in the pool from the beginning. */
export const boot_p2pdma = (s: Sys): void => {
  for (const [block, { use }] of s.memmap.blocks.entries())
    if (use === 'p2pdma') s.refcount.put(pfn_to_page(s.memmap.start[block]!), s.kernel.p2pdma_idle_refs());
};

const FREE = Page.of({});
const TAKEN = Page.of({ kind: PageKind.p2pdma });

const is_in_pool = (s: FolioDraft, pfn: number): boolean =>
  pfn_to_page(pfn) < s.memmap.frames &&
  s.memmap.blocks[s.memmap.blockOf[pfn_to_page(pfn)]!]!.use === 'p2pdma' &&
  Page.kind(page_of(s, pfn)) === PageKind.free;

/** gen_pool_alloc_owner(): the first run of so many pages (gen_pool_first_fit()), or -1. */
const gen_pool_alloc = (s: Sys, pages: number): number => {
  for (const first of s.memmap.start) {
    let run = 0;
    while (run < pages && is_in_pool(s, first + run)) run++;
    if (run < pages) continue;
    for (let i = 0; i < pages; i++) s.page.put(pfn_to_page(first + i), TAKEN);
    return first;
  }
  return -1;
};

const gen_pool_free = (s: FolioDraft, pfn: number, pages: number): void => {
  for (let i = 0; i < pages; i++) s.page.put(pfn_to_page(pfn + i), FREE);
};

/** percpu_ref_get() and percpu_ref_put() of the pgmap. A count that leaks sticks at its end. */
const percpu_ref_get = (s: FolioDraft): void =>
  s.pgmapRef.put(0, Math.min(s.pgmapRef.at(0) + 1, pgmapRefMax(s.geometry)));
const percpu_ref_put = (s: FolioDraft): void => {
  const refs = s.pgmapRef.at(0);
  if (refs === 0) throw new ModelBug('refcount-underflow', 'the pgmap is put once too often');
  if (refs < pgmapRefMax(s.geometry)) s.pgmapRef.put(0, refs - 1);
};

/**
 * kernfs_fop_mmap(), which calls ->mmap of p2pmem/allocate, and then gives the VMA vm_ops: a ->fault that is SIGBUS, for behind it
 * there is none, and a ->page_mkwrite that only updates the time of the file. What has been inserted before is writable.
 */
export const kernfs_fop_mmap = (s: Sys, mm: number, vmaRow: number): number => {
  const error = s.kernel.p2pmem_alloc_mmap(s, mm, vmaRow);
  if (error === Result.ok) s.vma.put(vmaRow, Vma.mkPfnMkwrite(s.vma.at(vmaRow), s.kernel.kernfs_has_mkwrite() ? 1 : 0));
  return error;
};

/** ->mmap of p2pmem/allocate: the pages are taken from the pool, and inserted one by one. Returns a code of `Result`. */
export const p2pmem_alloc_mmap = (s: Sys, mm: number, vmaRow: number): number => {
  const vma = s.vma.at(vmaRow);
  const pages = Vma.end(vma) - Vma.start(vma);
  const first = gen_pool_alloc(s, pages);
  if (first < 0) return Result.ENOMEM;
  // percpu_ref_tryget_live_rcu(): for as long as this goes on.
  percpu_ref_get(s);
  for (let i = 0; i < pages; i++) {
    const pfn = first + i;
    if (s.kernel.p2pdma_warns(s.refcount.at(pfn_to_page(pfn)))) s.warnedP2pdma.put(0, 1);
    s.refcount.put(pfn_to_page(pfn), 1);
    const error = vm_insert_page(s, mm, vmaRow, Vma.start(vma) + i, pfn, false);
    if (error !== Result.ok) {
      insert_failed(s, pfn, pages - i);
      return error === Result.OOM ? Result.ENOMEM : Result.EINVAL;
    }
    percpu_ref_get(s);
    // put_page(): the entry has a reference of its own.
    folio_put(s, pfn);
  }
  percpu_ref_put(s);
  return Result.ok;
};

/** The pages from `pfn` on go back; those before do so with the VMA. put_page() would give the page back a second time. */
const insert_failed = (s: Sys, pfn: number, pages: number): void => {
  gen_pool_free(s, pfn, pages);
  if (s.kernel.p2pdma_failed_resets()) s.refcount.put(pfn_to_page(pfn), s.kernel.p2pdma_idle_refs());
  if (s.kernel.p2pdma_failed_puts()) percpu_ref_put(s);
};

/** The page returns to the pool. */
export const p2pdma_folio_free = (s: FolioDraft, folio: number): void => {
  gen_pool_free(s, folio, 1);
  percpu_ref_put(s);
};
