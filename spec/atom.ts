/** I-ATOM: an allocation that fails undoes an operation, or only makes it slower. */
import type { Move, Step } from '../checker/search/index.ts';
import { Mm, type MmView, Prot, Result, Vma, VmaKind } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { explainDeposits, depositsBalance } from './deposit.ts';
import type { DepositRule } from './deposit_rule.ts';
import { isBroken, rowOf } from './folios.ts';
import { isIn, isPolicyMove } from './moves.ts';
import { pgtablesBytes } from './nrptes.ts';
import { findWrongPage, placeOf } from './pages.ts';
import {
  frameAt,
  frameOfVma,
  isCow,
  isMapped,
  isNonRefaultable,
  isZeroFrame,
  NONE,
  protnoneAt,
  vmaAt,
  writeAt,
} from './reading.ts';
import { outcomeName, pageName, translationName, vmaName } from './wording.ts';

const isError = (after: MmView): boolean => after.result.at(0) !== Result.ok;

/** The same memory under the same protection; a VMA may be split meanwhile, so pieces are not compared. */
const sameVma = (was: Vma, is: Vma, page: number): boolean => {
  if (Vma.kind(was) !== Vma.kind(is)) return false;
  if (Vma.kind(was) === VmaKind.none) return true;
  return Vma.prot(was) === Vma.prot(is) && frameOfVma(was, page) === frameOfVma(is, page);
};

/** Memory whose translation is not to be lost: nobody could bring it back. */
const isKept = (vma: Vma): boolean => isNonRefaultable(vma) || Vma.kind(vma) === VmaKind.anon;

/**
 * The write permission as it must be after an error. fork() takes it from private pages before it can know that it
 * will fail; the next write fault gives it back.
 */
const sameWrite = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  const was = writeAt(before, mm, page);
  const is = writeAt(after, mm, page);
  return was === is || (is === 0 && move.name === 'fork' && isCow(vmaAt(before, mm, page)));
};

/** mprotect() goes VMA by VMA: one that fails may have finished with some, wholly (POSIX allows it). */
const isFinished = (move: Move, was: Vma, is: Vma, page: number): boolean =>
  move.name === 'mprotect' &&
  Prot.names[Vma.prot(is)] === move.args['prot'] &&
  sameVma(Vma.mkProt(was, Vma.prot(is)), is, page);

/** mlock() faults in page by page, mbind() moves folio by folio, and what has been copied stays so; what breaks is taken away before it is read in again. */
const isChanged = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  const copies = (move.name === 'mlock' && isIn(move, mm, page)) || isPolicyMove(move);
  if (copies) return frameAt(after, mm, page) !== NONE;
  return move.name === 'memory_failure' && isBroken(after, rowOf(frameAt(before, mm, page)));
};

/** The same frame; of zeroes any, for a leaf of the huge zero folio may have been split into entries of the zero page. */
const sameFrame = (before: MmView, after: MmView, mm: number, page: number): boolean => {
  const was = frameAt(before, mm, page);
  const is = frameAt(after, mm, page);
  return was === is || (isZeroFrame(before, was) && isZeroFrame(after, is));
};

const isUndone = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  const was = vmaAt(before, mm, page);
  const is = vmaAt(after, mm, page);
  if (isFinished(move, was, is, page)) return sameFrame(before, after, mm, page) || !isKept(was);
  if (!sameVma(was, is, page)) return false;
  if (!isKept(was) || !isMapped(before, mm, page) || isChanged(before, move, after, mm, page)) return true;
  return (
    sameFrame(before, after, mm, page) &&
    protnoneAt(before, mm, page) === protnoneAt(after, mm, page) &&
    sameWrite(before, move, after, mm, page)
  );
};

/** The first page that an error left different, or NONE. */
const changedPage = (before: MmView, move: Move, after: MmView): number => findWrongPage(before, move, after, isUndone);

/** The first mm that a fork which failed left behind: alive, or with page tables in its counter. NONE: there is none. */
const childLeft = (before: MmView, after: MmView): number => {
  for (let mm = 0; mm < before.geometry.mms; mm++) {
    if (Mm.alive(before.mm.at(mm)) === 1) continue;
    if (Mm.alive(after.mm.at(mm)) === 1 || pgtablesBytes(after, mm) !== 0) return mm;
  }
  return NONE;
};

const isAtomic = (before: MmView, move: Move, after: MmView, rule: DepositRule): boolean => {
  if (!isError(after)) return depositsBalance(after, rule) || !depositsBalance(before, rule);
  if (move.name === 'fork' && childLeft(before, after) !== NONE) return false;
  return changedPage(before, move, after) === NONE;
};

const protOf = (vma: Vma): string => Prot.names[Vma.prot(vma)]!;

const explainPage = (before: MmView, after: MmView, at: number): string => {
  const [mm, page] = placeOf(before, at);
  const was = vmaAt(before, mm, page);
  const is = vmaAt(after, mm, page);
  if (sameVma(was, is, page))
    return `${pageName(after, at)} translated to ${translationName(before, mm, page)}; now to ${translationName(after, mm, page)}`;
  const change = Vma.kind(was) === Vma.kind(is) && protOf(was) === protOf(is) ? ', at another offset' : '';
  return `${pageName(after, at)} was in ${vmaName(was)}; it is now in ${vmaName(is)}${change}`;
};

const explain = (before: MmView, move: Move, after: MmView, rule: DepositRule): string => {
  const outcome = outcomeName(move.name, after);
  if (!isError(after)) return `${outcome}: ${explainDeposits(after, rule)}`;
  const at = changedPage(before, move, after);
  if (at !== NONE) return `${outcome}: ${explainPage(before, after, at)}`;
  const child = childLeft(before, after);
  const state = Mm.alive(after.mm.at(child)) === 1 ? 'alive' : 'dead';
  return `${outcome}: the ${party(child)} is ${state}, its counter ${pgtablesBytes(after, child)}`;
};

export const atom = (rule: DepositRule): Step<MmView> => ({
  kind: 'step',
  name: 'I-ATOM',
  says: 'When an allocation fails, an error leaves VMAs, and translations that no fault would bring back, as they were (and no child), and a success leaves every deposit in place.',
  cites:
    'v7.1 mm/memory.c remap_pfn_range_notrack(), kernel/fork.c dup_mmap() (on error the child is unwound); ' +
    'v2 2/2 of "mm: add huge pfnmap support for remap_pfn_range()", 2025-10-16 (falls back to PTEs)',
  subject: (_before, _move, after) => after.failures.at(0) > 0,
  holds: (before, move, after) => after.failures.at(0) === 0 || isAtomic(before, move, after, rule),
  explain: (before, move, after) => explain(before, move, after, rule),
});
