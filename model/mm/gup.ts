/**
 * GUP: pages of a process for the kernel or a device. Mirrors mm/gup.c, v7.1 (6.12 and v7.3 read beside it): references
 * (FOLL_GET) and pins (FOLL_PIN, with FOLL_LONGTERM) of one page or several, the fast path first (gup_fast.ts), then the
 * slow one, which looks at the VMA and faults until the page is there; and __access_remote_vm() with FOLL_FORCE. Left
 * out: secretmem, userfaultfd write protection, FOLL_DUMP, NUMA hints.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pudPages } from '../state/geometry.ts';
import { Page } from '../state/memmap.ts';
import { Mm, Pin, Pmd, Prot, Pte, Pud, Result, Vma, VmaKind } from '../state/mm_types.ts';
import type * as folio_walk from './folio_walk.ts';
import type * as gup_fast_path from './gup_fast.ts';
import { gup_fast, is_devmap } from './gup_fast.ts';
import type * as gup_grab from './gup_grab.ts';
import {
  check_pfn,
  FOLL_FORCE,
  FOLL_GET,
  FOLL_LONGTERM,
  FOLL_PIN,
  FOLL_WRITE,
  grab,
  gup_put_folio,
  is_zero_folio,
  sanity_check_pinned_page,
} from './gup_grab.ts';
import { touch_pmd } from './huge_memory.ts';
import { touch_pud } from './huge_memory_pud.ts';
import { is_huge_zero_pmd } from './huge_memory_zero.ts';
import type { Sys } from './kernel.ts';
import { NO_PAGE } from './memory.ts';
import { handle_mm_fault, ROUNDS_MAX } from './memory_fault.ts';
import { folio_test_anon, page_folio, PageAnonExclusive, pfn_valid, set_page_flag } from './page_flags.ts';
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
import { WAITS } from './vm_fault.ts';
import { is_cow_mapping, vma_is_anonymous, vma_lookup } from './vma.ts';

/** What a look-up gives besides a frame: NO_PAGE, a fault is needed; a fault that unshares; an entry without page. */
const EMLINK = -2;
const EEXIST = -3;
/** A page of a PCI BAR, for who does not know what to do with it. */
const EREMOTEIO = -4;
/** And what the slow path gives: a frame, WAITS, or the code of `Result` with a minus, behind the others. */
const FAILED = -16;

const PINNED = Pin.of({ taken: 1 });
const NO_PIN = Pin.of({});

/** The first row that no pin has, or -1. */
export const free_pin = (s: Sys): number => {
  for (let row = 0; row < s.pin.rows; row++) if (Pin.taken(s.pin.at(row)) === 0) return row;
  return -1;
};
/** How many pages may still be held. */
export const free_pins = (s: Sys): number => {
  let free = 0;
  for (let row = 0; row < s.pin.rows; row++) free += 1 - Pin.taken(s.pin.at(row));
  return free;
};

/** pin_user_pages_fast() of one page for reading or writing. Returns a code of `Result`, or WAITS. */
export const pin_user_pages = (s: Sys, mm: number, page: number, write: boolean, longterm: boolean): number =>
  gup_fast_fallback(s, mm, page, page + 1, FOLL_PIN | (write ? FOLL_WRITE : 0) | (longterm ? FOLL_LONGTERM : 0));

/**
 * gup_fast_fallback(): pages start..end-1, each of which is remembered in a free row. What was grabbed before an error
 * stays: the caller learns how many they are, and of the error only if there is none. Returns a code of `Result`, or WAITS.
 */
export const gup_fast_fallback = (s: Sys, mm: number, start: number, end: number, flags: number): number => {
  if ((flags & FOLL_PIN) !== 0) s.mm.put(mm, Mm.mkHasPinned(s.mm.at(mm), 1));
  let page = start;
  for (; page < end; page++) {
    const pfn = gup_fast(s, mm, page, flags);
    if (pfn === NO_PAGE) break;
    remember(s, mm, page, pfn, flags);
  }
  for (; page < end; page++) {
    const got = __get_user_pages(s, mm, page, flags);
    if (got === WAITS) return WAITS;
    if (got <= FAILED) return page > start ? Result.ok : FAILED - got;
    remember(s, mm, page, got, flags);
  }
  return Result.ok;
};

const remember = (s: Sys, mm: number, page: number, pfn: number, flags: number): void => {
  const pin = Pin.mkWrite(Pin.mkPfn(Pin.mkPage(Pin.mkMm(PINNED, mm), page), pfn), flags & FOLL_WRITE);
  const stays = Pin.mkLongterm(pin, (flags & FOLL_LONGTERM) === 0 ? 0 : 1);
  s.pin.put(free_pin(s), Pin.mkGet(stays, (flags & FOLL_GET) === 0 ? 0 : 1));
};

/** unpin_user_page(); of a plain reference put_page(). */
export const unpin_user_page = (s: Sys, row: number): void => {
  const pin = s.pin.at(row);
  s.pin.put(row, NO_PIN);
  if (Pin.get(pin) === 0) sanity_check_pinned_page(s, Pin.pfn(pin));
  gup_put_folio(s, page_folio(s, Pin.pfn(pin)), Pin.get(pin) === 0 ? FOLL_PIN : FOLL_GET);
};

/**
 * __access_remote_vm(), as /proc/PID/mem and ptrace() come by: a page is read, or written, with FOLL_FORCE, and let go.
 * Returns a code of `Result`, or WAITS. What the driver of a VM_PFNMAP VMA would do by ->access is left out.
 */
export const access_remote_vm = (s: Sys, mm: number, page: number, write: boolean): number => {
  const got = __get_user_pages(s, mm, page, FOLL_GET | FOLL_FORCE | (write ? FOLL_WRITE : 0));
  if (got === WAITS) return WAITS;
  if (got <= FAILED) return Result.EIO;
  s.reached.put(0, got + 1);
  if (write) set_page_flag(s, page_folio(s, got), Page.mkDirty, 1);
  gup_put_folio(s, page_folio(s, got), FOLL_GET);
  return Result.ok;
};

/** __get_user_pages() of one page that nobody takes: it is faulted in. Returns a code of `Result`, or WAITS. */
export const populate_page = (s: Sys, mm: number, page: number, flags: number): number => {
  const got = __get_user_pages(s, mm, page, flags);
  if (got === WAITS) return WAITS;
  // An entry without page is as good as one with.
  return got > FAILED || got === FAILED - Result.EEXIST ? Result.ok : FAILED - got;
};

// The slow path, under the mmap lock.

/** writable_file_mapping_allowed(): a long-term pin cannot tell a file system that it writes. */
const writable_file_mapping_allowed = (vma: Vma, flags: number): boolean => {
  if ((flags & (FOLL_PIN | FOLL_LONGTERM)) !== (FOLL_PIN | FOLL_LONGTERM)) return true;
  // vma_needs_dirty_tracking()
  return !(Vma.kind(vma) === VmaKind.file && Vma.shared(vma) === 1 && Vma.prot(vma) === Prot.RW);
};

/** check_vma_flags(): neither VM_IO nor VM_PFNMAP, and what is asked is allowed, or can be forced. */
export const check_vma_flags = (vma: Vma, flags: number): boolean => {
  if (Vma.pfnmap(vma) === 1) return false;
  const forced = (flags & FOLL_FORCE) !== 0;
  if ((flags & FOLL_WRITE) === 0) return Vma.prot(vma) !== Prot.NONE || forced;
  if (!vma_is_anonymous(vma) && !writable_file_mapping_allowed(vma, flags)) return false;
  return Vma.prot(vma) === Prot.RW || (forced && is_cow_mapping(vma));
};

/** A frame, which is grabbed then, WAITS, or FAILED minus a code of `Result`. */
const __get_user_pages = (s: Sys, mm: number, page: number, flags: number): number => {
  const vmaRow = vma_lookup(s, mm, page);
  if (vmaRow < 0) return FAILED - Result.EFAULT;
  // The first of what check_vma_flags() asks: a file on DAX could not be truncated.
  if ((flags & FOLL_LONGTERM) !== 0 && Vma.kind(s.vma.at(vmaRow)) === VmaKind.fsdax) return FAILED - Result.EOPNOTSUPP;
  if (!s.kernel.check_vma_flags(s.vma.at(vmaRow), flags)) return FAILED - Result.EFAULT;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const pfn = follow_page_mask(s, mm, s.vma.at(vmaRow), page, flags);
    if (pfn >= 0) return grab_followed(s, pfn, flags);
    if (pfn === EEXIST) return FAILED - Result.EEXIST;
    if (pfn === EREMOTEIO) return FAILED - Result.EREMOTEIO;
    // faultin_page()
    const error = handle_mm_fault(s, mm, vmaRow, page, (flags & FOLL_WRITE) !== 0, pfn === EMLINK);
    if (error === WAITS) return WAITS;
    if (error !== Result.ok) return FAILED - (error === Result.OOM ? Result.ENOMEM : Result.EFAULT);
  }
  throw new ModelBug('fault-loop', `GUP of page ${page} faults without end`);
};

const grab_followed = (s: Sys, pfn: number, flags: number): number => {
  if ((flags & (FOLL_GET | FOLL_PIN)) !== 0) grab(s, pfn, flags);
  if ((flags & FOLL_PIN) !== 0) sanity_check_pinned_page(s, pfn);
  return pfn;
};

/**
 * can_follow_write_common(): with FOLL_FORCE a page of a private mapping that may not be written to is written, if it is a
 * copy of our own already.
 */
export const can_follow_write_common = (s: Sys, vma: Vma, pfn: number, flags: number): boolean => {
  if ((flags & FOLL_FORCE) === 0 || !is_cow_mapping(vma) || Vma.prot(vma) === Prot.RW) return false;
  return pfn_valid(s, pfn) && folio_test_anon(s, page_folio(s, pfn)) && PageAnonExclusive(s, pfn);
};

/** can_follow_write_pte() and its like: what tracks writes must see one by force (pte_needs_soft_dirty_wp()). */
const can_follow_write = (s: Sys, vma: Vma, writable: number, pfn: number, flags: number): boolean => {
  if ((flags & FOLL_WRITE) === 0 || writable === 1) return true;
  return s.kernel.can_follow_write_common(s, vma, pfn, flags) && Vma.softClean(vma) === 0;
};

/**
 * A frame, NO_PAGE, EMLINK, EEXIST or EREMOTEIO. Huge leaves are not asked whether they are special, and none whether it is PROT_NONE:
 * the VMA has been asked.
 */
const follow_page_mask = (s: Sys, mm: number, vma: Vma, page: number, flags: number): number => {
  const { geometry: g } = s;
  const pud = s.pud.at(pud_offset(g, mm, pud_of(g, page)));
  if (pud_trans_huge(pud)) return follow_huge_pud(s, mm, vma, page, pud, flags);
  const e = s.pmd.at(pmd_offset(g, mm, slot_of(g, page)));
  if (pmd_table(e)) return follow_page_pte(s, vma, pte_offset(g, Pmd.pfn(e), page), flags);
  return pmd_trans_huge(e) ? follow_huge_pmd(s, mm, vma, page, e, flags) : NO_PAGE;
};

const follow_huge_pud = (s: Sys, mm: number, vma: Vma, page: number, pud: Pud, flags: number): number => {
  if (!can_follow_write(s, vma, Pud.write(pud), Pud.pfn(pud), flags)) return NO_PAGE;
  if (Pud.special(pud) === 1 && s.kernel.gup_slow_checks_special(s)) return EEXIST;
  // Until v6.16 a leaf that is devmap is touched; since v6.17 none is. Left out: until v6.9 also if nobody takes the page.
  if (Pud.devmap(pud) === 1 && (flags & (FOLL_GET | FOLL_PIN)) !== 0)
    touch_pud(s, mm, pud_of(s.geometry, page), (flags & FOLL_WRITE) !== 0);
  check_pfn(s, Pud.pfn(pud), 'follow_huge_pud()');
  if (Pud.write(pud) === 0 && s.kernel.gup_must_unshare(s, vma, Pud.pfn(pud), flags)) return EMLINK;
  return Pud.pfn(pud) + (page % pudPages(s.geometry));
};

const follow_huge_pmd = (s: Sys, mm: number, vma: Vma, page: number, e: Pmd, flags: number): number => {
  if (!can_follow_write(s, vma, Pmd.write(e), Pmd.pfn(e), flags)) return NO_PAGE;
  if (Pmd.special(e) === 1 && !is_huge_zero_pmd(s, e) && s.kernel.gup_slow_checks_special(s)) return EEXIST;
  check_pfn(s, Pmd.pfn(e), 'follow_huge_pmd()');
  if (Pmd.write(e) === 0 && s.kernel.gup_must_unshare(s, vma, Pmd.pfn(e), flags)) return EMLINK;
  touch_pmd(s, mm, slot_of(s.geometry, page), (flags & FOLL_WRITE) !== 0);
  return Pmd.pfn(e) + (page % s.geometry.ptrsPerPte);
};

/** follow_page_pte(): the zero page is a page, whatever else is special is none. */
const follow_page_pte = (s: Sys, vma: Vma, row: number, flags: number): number => {
  const pte = s.pte.at(row);
  if (!pte_present(pte)) return NO_PAGE;
  const pfn = Pte.pfn(pte);
  const write = (flags & FOLL_WRITE) !== 0;
  if (!can_follow_write(s, vma, Pte.write(pte), pfn, flags)) return NO_PAGE;
  if (
    s.kernel.vm_normal_page(s, vma, pte) === NO_PAGE &&
    !(pfn_valid(s, pfn) && is_zero_folio(s, pfn)) &&
    !is_devmap(s, pte)
  ) {
    // follow_pfn_pte()
    s.pte.put(row, Pte.mkDirty(Pte.mkYoung(pte, 1), write ? 1 : Pte.dirty(pte)));
    return EEXIST;
  }
  if (Pte.write(pte) === 0 && s.kernel.gup_must_unshare(s, vma, pfn, flags)) return EMLINK;
  const folio = page_folio(s, pfn);
  if (s.kernel.gup_refuses_p2pdma(s, folio, flags)) return EREMOTEIO;
  if (write && Pte.dirty(pte) === 0) set_page_flag(s, folio, Page.mkDirty, 1);
  set_page_flag(s, folio, Page.mkReferenced, 1);
  return pfn;
};

/** What differs between kernels here, and where the folio at an address is looked for. */
export interface GupKernel {
  // mm/gup.c
  readonly gup_must_unshare: typeof gup_grab.gup_must_unshare;
  readonly try_grab_folio: typeof gup_grab.try_grab_folio;
  readonly gup_refuses_p2pdma: typeof gup_grab.gup_refuses_p2pdma;
  readonly check_vma_flags: typeof check_vma_flags;
  readonly can_follow_write_common: typeof can_follow_write_common;
  readonly gup_fast_permits: typeof gup_fast_path.gup_fast_permits;
  readonly gup_fast_special: typeof gup_fast_path.gup_fast_special;
  readonly gup_fast_folio_allowed: typeof gup_fast_path.gup_fast_folio_allowed;
  /** Whether gup-fast looks at the special bit of PMD and PUD leaves; without it, it takes any frame for a page. */
  readonly gup_fast_checks_special: (s: Sys) => boolean;
  /** Whether its slow path does; without it, only the VMA keeps it away. */
  readonly gup_slow_checks_special: (s: Sys) => boolean;

  // mm/memory.c
  /** Whether a fault of FAULT_FLAG_UNSHARE that finds nothing copies, as that of a write does; otherwise it reads. */
  readonly unshare_copies_missing: (s: Sys) => boolean;

  // mm/pagewalk.c, mm/migrate.c
  readonly folio_walk_start: typeof folio_walk.folio_walk_start;
  /** What move_pages() without nodes says of one page of a VMA: its frame, of which the node is told, or an error. */
  readonly do_pages_stat_array: typeof folio_walk.do_pages_stat_array;
}
