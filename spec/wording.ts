/** Names and phrases of explanations. They run once, on the violating state; nothing here is on the hot path. */
import { pagesOf, pudPages, slotsOf } from '../model/state/geometry.ts';
import { type MmView, PmdKind, Pmd, Prot, Pud, PudKind, Result, Vma, VmaKind } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { byLeaf, byPudLeaf, frameAt, NONE, pmdAt, protnoneAt, pudAt, writeAt } from './reading.ts';

/** '1 leaf', '2 leaves'. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** A row mm * slots + slot of the PMD entries. */
export const slotName = (s: MmView, row: number): string => {
  const slots = slotsOf(s.geometry);
  return `${party(Math.floor(row / slots))} pmd[${row % slots}]`;
};

/** A page found as mm * pages + page. */
export const pageName = (s: MmView, at: number): string => {
  const pages = pagesOf(s.geometry);
  return `${party(Math.floor(at / pages))} page ${at % pages}`;
};

const kindName = (vma: Vma): string => {
  const kind = VmaKind.names[Vma.kind(vma)]!;
  if (Vma.kind(vma) !== VmaKind.device) return kind;
  return Vma.pfnmap(vma) === 1 ? 'pfnmap' : kind;
};

/** Pages from..end-1: 'page 3' or 'pages 0..3'. */
export const pagesName = (from: number, end: number): string =>
  end - from === 1 ? `page ${from}` : `pages ${from}..${end - 1}`;

/** 'the shared pfnmap VMA of pages 0..3 (RW, ->fault)', or 'no VMA'. */
export const vmaName = (vma: Vma): string => {
  if (Vma.kind(vma) === VmaKind.none) return 'no VMA';
  const notes = [
    Prot.names[Vma.prot(vma)]!,
    ...(Vma.fault(vma) === 1 ? ['->fault'] : []),
    ...(Vma.hugeFault(vma) === 1 ? ['->huge_fault'] : []),
    ...(Vma.pfnMkwrite(vma) === 1 ? ['->pfn_mkwrite'] : []),
  ];
  const sharing = Vma.shared(vma) === 1 ? 'shared' : 'private';
  return `the ${sharing} ${kindName(vma)} VMA of ${pagesName(Vma.start(vma), Vma.end(vma))} (${notes.join(', ')})`;
};

/** 'the leaf in pmd[0]', 'pte[1] of table 3', 'pmd[1], which is none'. */
export const entryName = (s: MmView, mm: number, page: number): string => {
  const pud = Pud.kind(pudAt(s, mm, page));
  const pudSlot = `pud[${Math.floor(page / pudPages(s.geometry))}]`;
  if (byPudLeaf(s, mm, page)) return `the leaf in ${pudSlot}`;
  if (pud !== PudKind.table) return `${pudSlot}, which is ${PudKind.names[pud]}`;
  const pmd = pmdAt(s, mm, page);
  const slot = `pmd[${Math.floor(page / s.geometry.ptrsPerPte)}]`;
  if (byLeaf(s, mm, page)) return `the leaf in ${slot}`;
  if (Pmd.kind(pmd) === PmdKind.table) return `pte[${page % s.geometry.ptrsPerPte}] of table ${Pmd.pfn(pmd)}`;
  return `${slot}, which is ${PmdKind.names[Pmd.kind(pmd)]}`;
};

/** 'writable', 'read-only' or 'no access'. */
export const accessName = (s: MmView, mm: number, page: number): string => {
  if (protnoneAt(s, mm, page) === 1) return 'no access';
  return writeAt(s, mm, page) === 1 ? 'writable' : 'read-only';
};

/** 'frame 2, writable' or 'nothing'. */
export const translationName = (s: MmView, mm: number, page: number): string => {
  const frame = frameAt(s, mm, page);
  return frame === NONE ? 'nothing' : `frame ${frame}, ${accessName(s, mm, page)}`;
};

/** 'munmap returned ENOMEM, 1 allocation failed'. */
export const outcomeName = (operation: string, after: MmView): string =>
  `${operation} returned ${Result.names[after.result.at(0)]}, ${count(after.failures.at(0), 'allocation')} failed`;
