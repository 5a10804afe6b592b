/** I-COLLAPSE: what a collapse that succeeds leaves behind. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Pmd, PmdKind, Result } from '../model/state/mm_types.ts';
import { folioName, folioOf, isPmdSized, rowOf } from './folios.ts';
import { pmdAt, useOf } from './reading.ts';
import { pageName, translationName } from './wording.ts';

const mmOf = ({ args }: Move): number => args['mm'] as number;
const pageOf = (s: MmView, { args }: Move): number => (args['slot'] as number) * s.geometry.ptrsPerPte;

/** Whether MADV_COLLAPSE has changed how a slot is mapped, or should have: there was no leaf, and no migration entry of one. */
const hasCollapsed = (before: MmView, move: Move, after: MmView): boolean => {
  if (move.name !== 'collapse' || move.args['by'] !== 'MADV_COLLAPSE' || after.result.at(0) !== Result.ok) return false;
  const kind = Pmd.kind(pmdAt(before, mmOf(move), pageOf(before, move)));
  return kind === PmdKind.none || kind === PmdKind.table;
};

/** Whether a leaf of a folio of PMD size maps the slot. */
const isMappedByLeaf = (s: MmView, mm: number, page: number): boolean => {
  const pmd = pmdAt(s, mm, page);
  if (Pmd.kind(pmd) !== PmdKind.leaf || useOf(s, Pmd.pfn(pmd)) === undefined) return false;
  const row = rowOf(Pmd.pfn(pmd));
  return folioOf(s, row) === row && isPmdSized(s, row);
};

export const collapse: Step<MmView> = {
  kind: 'step',
  name: 'I-COLLAPSE',
  says: 'Where MADV_COLLAPSE succeeds, a leaf of one large folio maps the range.',
  cites: 'madvise(2) (MADV_COLLAPSE); v7.1 mm/khugepaged.c madvise_collapse()',
  subject: hasCollapsed,
  holds: (before, move, after) =>
    !hasCollapsed(before, move, after) || isMappedByLeaf(after, mmOf(move), pageOf(after, move)),
  explain: (_before, move, after) => {
    const [mm, page] = [mmOf(move), pageOf(after, move)];
    const pmd = pmdAt(after, mm, page);
    const isLeaf = Pmd.kind(pmd) === PmdKind.leaf && useOf(after, Pmd.pfn(pmd)) !== undefined;
    const by = isLeaf ? `by a leaf of ${folioName(after, folioOf(after, rowOf(Pmd.pfn(pmd))))}` : 'by no leaf';
    return `${pageName(after, mm * pagesOf(after.geometry) + page)} is mapped ${by} after MADV_COLLAPSE: ${translationName(after, mm, page)}`;
  },
};
