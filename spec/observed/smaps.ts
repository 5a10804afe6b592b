/**
 * The lines of /proc/PID/smaps: fs/proc/task_mmu.c smap_gather_stats(), smaps_pte_entry(), smaps_pmd_entry(), smaps_account(),
 * v7.1. What is special, or zeroes, counts nowhere, nor does a PUD leaf, which the walk splits.
 */
import { Page, SwapSlot } from '../../model/state/memmap.ts';
import {
  isHwpoisonPte,
  isPrivatePte,
  isSwapPte,
  type MmView,
  Pmd,
  PmdKind,
  Pte,
  Vma,
  VmaAttributes,
  VmaKind,
} from '../../model/state/mm_types.ts';
import { party } from '../../model/state/party.ts';
import { folioOf, isAnonUse, rowOf, useOfRow } from '../folios.ts';
import { attributesAt, isPfnmap, NONE, pmdAt, pteAt } from '../reading.ts';
import { isPrivate, mapcountOf } from './mapcounts.ts';
import { counted, type Observable, plain, range } from './observable.ts';

/** A page of one owner, in parts as Pss counts them. */
const WHOLE = 4096;

/** What smaps_account() is told of a page; one for all, filled anew each time, so that the search allocates nothing. */
const page = { row: NONE, folio: 0 as Page, huge: false, young: false, dirty: false, present: false, locked: false };

const isNormal = (s: MmView, vma: Vma, row: number): boolean => {
  if (row < 0 || row >= s.memmap.frames) return false;
  const use = useOfRow(s, row);
  return use !== 'zero page' && use !== 'huge zero' && (!isPfnmap(vma) || isAnonUse(use));
};

const fill = (s: MmView, vma: Vma, frame: number): boolean => {
  page.row = rowOf(frame);
  if (!isNormal(s, vma, page.row)) return false;
  page.folio = s.page.at(folioOf(s, page.row));
  return true;
};

/** softleaf_has_pfn(), v7.1: what is not present, and yet names a page. */
const hasPfn = (pte: Pte): boolean => Pte.migration(pte) === 1 || isPrivatePte(pte) || isHwpoisonPte(pte);

/** smaps_pmd_entry() and smaps_pte_entry(): whether there is something to account, which `page` is then. */
const find = (s: MmView, mm: number, vma: Vma, at: number): boolean => {
  const pmd = pmdAt(s, mm, at);
  const kind = Pmd.kind(pmd);
  page.locked = VmaAttributes.locked(attributesAt(s, mm, at)) === 1;
  page.huge = kind === PmdKind.leaf || kind === PmdKind.migration;
  if (page.huge) {
    page.young = Pmd.young(pmd) === 1;
    page.dirty = Pmd.dirty(pmd) === 1;
    page.present = kind === PmdKind.leaf;
    const counts = !page.present || (Pmd.special(pmd) === 0 && Pmd.devmap(pmd) === 0);
    return counts && fill(s, vma, Pmd.pfn(pmd) + (at % s.geometry.ptrsPerPte));
  }
  const pte = pteAt(s, mm, at);
  const isPresent = Pte.present(pte) === 1;
  page.young = isPresent && Pte.young(pte) === 1;
  page.dirty = isPresent && Pte.dirty(pte) === 1;
  // A device-private entry is "fake-present".
  page.present = isPresent || isPrivatePte(pte);
  if (isPresent ? Pte.special(pte) === 1 : !hasPfn(pte)) return false;
  return fill(s, vma, Pte.pfn(pte));
};

const isAnon = (s: MmView): boolean => isAnonUse(useOfRow(s, page.row));
const isShmem = (s: MmView): boolean => useOfRow(s, page.row) === 'shmem';
const isDax = (s: MmView): boolean => useOfRow(s, page.row) === 'dax' || useOfRow(s, page.row) === 'fsdax';
const isDirty = (): boolean => page.dirty || Page.dirty(page.folio) === 1;
const isLazyfree = (s: MmView): boolean => isAnon(s) && Page.swapbacked(page.folio) === 0 && !isDirty();
const isOwn = (s: MmView): boolean => page.present && isPrivate(s, page.row);
const share = (s: MmView): number => (page.present ? Math.trunc(WHOLE / Math.max(1, mapcountOf(s, page.row))) : WHOLE);
const one = (is: boolean): number => (is ? 1 : 0);

/** What a page adds to a line. A scan adds up several at once, as digits of one number; a VMA has 15 pages at most. */
interface Lines {
  readonly digit: number;
  readonly names: readonly string[];
  readonly adds: readonly ((s: MmView) => number)[];
  readonly show: (digit: number) => string;
}
const linesOf = (
  digit: number,
  show: Lines['show'],
  lines: Readonly<Record<string, Lines['adds'][number]>>,
): Lines => ({
  digit,
  names: Object.keys(lines),
  adds: Object.values(lines),
  show,
});

const IN_PAGES = linesOf(16, plain, {
  Rss: () => 1,
  Shared_Clean: (s) => one(!isOwn(s) && !isDirty()),
  Shared_Dirty: (s) => one(!isOwn(s) && isDirty()),
  Private_Clean: (s) => one(isOwn(s) && !isDirty()),
  Private_Dirty: (s) => one(isOwn(s) && isDirty()),
  Referenced: () => one(page.young || Page.referenced(page.folio) === 1),
  Anonymous: (s) => one(isAnon(s)),
  LazyFree: (s) => one(isLazyfree(s)),
  AnonHugePages: (s) => one(page.huge && isAnon(s)),
  ShmemPmdMapped: (s) => one(page.huge && isShmem(s)),
  FilePmdMapped: (s) => one(page.huge && !isAnon(s) && !isShmem(s) && !isDax(s)),
});
const inShares = (parts: number): string => (parts / WHOLE).toFixed(2);
/** A page counts in parts, one for each who maps it. */
const IN_SHARES = linesOf(16 * WHOLE, inShares, {
  Pss: share,
  Pss_Dirty: (s) => (isDirty() ? share(s) : 0),
  Locked: (s) => (page.locked ? share(s) : 0),
});

const add = (s: MmView, { adds, digit }: Lines): number => {
  let number = 0;
  for (let i = adds.length - 1; i >= 0; i--) number = number * digit + adds[i]!(s);
  return number;
};
const sumOf = (s: MmView, mm: number, vma: Vma, lines: Lines): number => {
  let sum = 0;
  if (Vma.kind(vma) === VmaKind.none) return sum;
  for (let at = Vma.start(vma); at < Vma.end(vma); at++) if (find(s, mm, vma, at)) sum += add(s, lines);
  return sum;
};
const sumName =
  ({ names, digit, show }: Lines) =>
  (code: number): string => {
    const digits = names.map((name, i) => ({ name, value: Math.trunc(code / digit ** i) % digit }));
    const some = digits.filter(({ value }) => value > 0).map(({ name, value }) => `${name} ${show(value)}`);
    return some.length === 0 ? 'nothing' : some.join(', ');
  };

/** swp_swapcount(), and 1 where there is none. */
const entriesOf = (s: MmView, slot: number): number =>
  slot < s.swapSlot.rows ? Math.max(1, SwapSlot.count(s.swapSlot.at(slot))) : 1;

/** SwapPss: a slot counts in parts for each entry that names it. */
const swapPss = (s: MmView, mm: number, vma: Vma): number => {
  let sum = 0;
  if (Vma.kind(vma) === VmaKind.none) return sum;
  for (let at = Vma.start(vma); at < Vma.end(vma); at++) {
    const pte = pteAt(s, mm, at);
    if (isSwapPte(pte)) sum += Math.trunc(WHOLE / entriesOf(s, Pte.pfn(pte)));
  }
  return sum;
};

/** Every line of every VMA of a process. */
export const seenInSmaps = (s: MmView, mm: number): readonly Observable<MmView>[] =>
  range(s.geometry.vmas).flatMap((i) => {
    const row = mm * s.geometry.vmas + i;
    const where = `${party(mm)} vma ${i} in smaps`;
    const sums = [IN_PAGES, IN_SHARES].map((lines) =>
      counted<MmView>(where, (v) => sumOf(v, mm, v.vma.at(row), lines), sumName(lines)),
    );
    const swap = counted<MmView>(
      where,
      (v) => swapPss(v, mm, v.vma.at(row)),
      (code) => `SwapPss ${inShares(code)}`,
    );
    return s.geometry.swapSlots === 0 ? sums : sums.concat(swap);
  });
