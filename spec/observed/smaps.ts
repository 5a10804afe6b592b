/**
 * The lines of /proc/PID/smaps: fs/proc/task_mmu.c smap_gather_stats(), smaps_pte_entry(), smaps_pmd_entry(), smaps_account(),
 * v7.1. What is special, or zeroes, counts nowhere, nor does a PUD leaf, which the walk splits.
 */
import { Page, SwapSlot } from '../../model/state/memmap.ts';
import {
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
import { counted, type Observable, range } from './observable.ts';

/** PAGE_SIZE << PSS_SHIFT: a page of one owner. */
const WHOLE = 2 ** 24;

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
  if (isPresent ? Pte.special(pte) === 1 : !page.present && Pte.migration(pte) === 0) return false;
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

type Line = (s: MmView) => number;
type Show = (code: number) => string;
const inShares: Show = (code) => `${(code / WHOLE).toFixed(2)} pages`;

/** What a page adds to a line: one, or a part for each who maps it. */
const LINES: readonly (readonly [name: string, add: Line, show?: Show])[] = [
  ['Rss', () => 1],
  ['Shared_Clean', (s) => one(!isOwn(s) && !isDirty())],
  ['Shared_Dirty', (s) => one(!isOwn(s) && isDirty())],
  ['Private_Clean', (s) => one(isOwn(s) && !isDirty())],
  ['Private_Dirty', (s) => one(isOwn(s) && isDirty())],
  ['Referenced', () => one(page.young || Page.referenced(page.folio) === 1)],
  ['Anonymous', (s) => one(isAnon(s))],
  ['LazyFree', (s) => one(isLazyfree(s))],
  ['AnonHugePages', (s) => one(page.huge && isAnon(s))],
  ['ShmemPmdMapped', (s) => one(page.huge && isShmem(s))],
  ['FilePmdMapped', (s) => one(page.huge && !isAnon(s) && !isShmem(s) && !isDax(s))],
  ['Pss', share, inShares],
  ['Pss_Dirty', (s) => (isDirty() ? share(s) : 0), inShares],
  ['Locked', (s) => (page.locked ? share(s) : 0), inShares],
];

const sumOf = (s: MmView, mm: number, vma: Vma, add: Line): number => {
  let sum = 0;
  if (Vma.kind(vma) === VmaKind.none) return sum;
  for (let at = Vma.start(vma); at < Vma.end(vma); at++) if (find(s, mm, vma, at)) sum += add(s);
  return sum;
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
    const where = `${party(mm)} vma ${i}`;
    const swap = counted<MmView>(`${where} SwapPss`, (v) => swapPss(v, mm, v.vma.at(row)), inShares);
    return LINES.map(([name, add, show]) =>
      counted<MmView>(`${where} ${name}`, (v) => sumOf(v, mm, v.vma.at(row), add), show),
    ).concat(swap);
  });
