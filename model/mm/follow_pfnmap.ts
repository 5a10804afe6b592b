/**
 * follow_pfnmap_start() and follow_pfnmap_end() of mm/memory.c, v7.1: the frame that a page of VM_PFNMAP translates to.
 * The tables are walked without a lock; then the lock of the level that was found is taken, and the entry is read
 * again. Between the two, and until the end, others run. follow_pte() is what there was before v6.12. Left out: p4d and pgd,
 * the RCU of a PTE table.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pudPages } from '../state/geometry.ts';
import { Found, Level } from '../state/lookups.ts';
import { Pgprot, Pmd, Pte, Pud, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import {
  pmd_offset,
  pmd_table,
  pmd_trans_huge,
  pte_offset,
  pte_present,
  pud_of,
  pud_offset,
  pud_trans_huge,
  slot_of,
} from './pgtable.ts';
import { LOOKUP_MM } from './ptl.ts';
import { vma_lookup } from './vma.ts';

/** -EINVAL: nothing is found. */
export const NOT_FOUND = Found.of({});

const AT_PUD = Found.of({ level: Level.PUD });
const AT_PMD = Found.of({ level: Level.PMD });
const AT_PTE = Found.of({ level: Level.PTE });

const found = (at: Found, pfn: number, write: number, special: number, cache: number, protnone: number): Found =>
  Found.mkProtnone(
    Found.mkPfn(Found.mkWrite(Found.mkSpecial(Found.mkCache(at, cache), special), write), pfn),
    protnone,
  );

/** pfnmap_args_setup(): the frame of the page itself, which lies `index` pages behind the first of the leaf. */
export const pfnmap_args_pfn = (_s: Sys, first: number, index: number): number => first + index;

/** Pages that an entry of a level maps: what addr_mask tells, since v6.15. */
export const pages_of_level = (s: Sys, level: number): number => {
  if (level === Level.PUD) return pudPages(s.geometry);
  return level === Level.PMD ? s.geometry.ptrsPerPte : 1;
};

/** PSE, where a PTE has PAT. */
const PSE = 1;
const cache_as_pte = (bit7: number, cache: number): number => (cache & 3) | (bit7 << 2);
/** The cache mode that a consumer of 4 KiB mappings reads from flags: pgprot2cachemode(). */
const prot_cache = (prot: Pgprot): number => cache_as_pte(Pgprot.bit7(prot), Pgprot.pwtPcd(prot));

/** What they read from pud_pgprot(): the flags as stored, PSE at bit 7. */
export const pud_pgprot_cache = (e: Pud): number => cache_as_pte(PSE, Pud.cache(e));

/** pfnmap_args_setup() of a leaf. `cache` is read as of a PTE, whatever the level: pud_pgprot(), pmd_pgprot(). */
export const of_pud = (s: Sys, page: number, e: Pud): Found => {
  const pfn = s.kernel.pfnmap_args_pfn(s, Pud.pfn(e), page % pudPages(s.geometry));
  return found(AT_PUD, pfn, Pud.write(e), Pud.special(e), s.kernel.pud_pgprot_cache(e), Pud.protnone(e));
};
export const of_pmd = (s: Sys, page: number, e: Pmd): Found => {
  const pfn = s.kernel.pfnmap_args_pfn(s, Pmd.pfn(e), page % s.geometry.ptrsPerPte);
  return found(AT_PMD, pfn, Pmd.write(e), Pmd.special(e), prot_cache(s.kernel.pmd_pgprot(e)), Pmd.protnone(e));
};
export const of_pte = (e: Pte): Found =>
  found(AT_PTE, Pte.pfn(e), Pte.write(e), Pte.special(e), Pte.cache(e), Pte.protnone(e));

/** What the tables say of a page now. */
export const read_entry = (s: Sys, mm: number, page: number): Found => {
  const { geometry: g } = s;
  const pud = s.pud.at(pud_offset(g, mm, pud_of(g, page)));
  if (pud_trans_huge(pud)) return of_pud(s, page, pud);
  const e = s.pmd.at(pmd_offset(g, mm, slot_of(g, page)));
  if (pmd_trans_huge(e)) return of_pmd(s, page, e);
  if (!pmd_table(e)) return NOT_FOUND;
  const pte = s.pte.at(pte_offset(g, Pmd.pfn(e), page));
  return pte_present(pte) ? of_pte(pte) : NOT_FOUND;
};

const walk = (s: Sys, page: number): Found => {
  const row = vma_lookup(s, LOOKUP_MM, page);
  return row < 0 || Vma.pfnmap(s.vma.at(row)) === 0 ? NOT_FOUND : read_entry(s, LOOKUP_MM, page);
};

/** The first half, without a lock. */
export const follow_pfnmap_walk = (s: Sys, page: number, _user: number): Found => walk(s, page);

/**
 * The second half, once the lock of the level is held: the entry as it is now. One that is a table by now sends the walk
 * back, and has been walked again here. Under a PTE's lock the PMD entry must still be the table.
 */
export const follow_pfnmap_lock = (s: Sys, page: number, walked: Found): Found => {
  const now = read_entry(s, LOOKUP_MM, page);
  if (Found.level(walked) !== Level.PTE) return s.kernel.follow_pfnmap_rereads(s) ? now : walked;
  return Found.level(now) === Level.PTE ? now : NOT_FOUND;
};

/**
 * follow_pte() of mm/memory.c, until v6.11: the walk ends at a PTE or at nothing. A PUD leaf is taken for a bad entry, and a PMD
 * leaf must not be there.
 */
export const follow_pte_walk = (s: Sys, page: number, _user: number): Found => {
  const at = walk(s, page);
  if (Found.level(at) === Level.PMD && s.machine.debugVm)
    throw new ModelBug('VM_BUG_ON(pmd_trans_huge)', `follow_pte() of page ${page} meets a PMD leaf`);
  return Found.level(at) === Level.PTE ? at : NOT_FOUND;
};
