/** Leaves and migration entries above the PTEs, at both levels, each with the VMA of its first page. */
import type { Always } from '../checker/search/index.ts';
import { pudPages, slotsOf } from '../model/state/geometry.ts';
import { type MmView, Pmd, PmdKind, Pud, PudKind, type Vma } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { NONE, vmaAt } from './reading.ts';

export type Level = 'PMD' | 'PUD';

/** How many entries of a level each mm has, and how many pages each maps. */
const perMm = (s: MmView, level: Level): number => (level === 'PMD' ? slotsOf(s.geometry) : s.geometry.puds);
export const pagesOfLeaf = (s: MmView, level: Level): number =>
  level === 'PMD' ? s.geometry.ptrsPerPte : pudPages(s.geometry);

/** The process and the first page of an entry. */
export const mmOfRow = (s: MmView, level: Level, row: number): number => Math.trunc(row / perMm(s, level));
export const firstPageOfRow = (s: MmView, level: Level, row: number): number =>
  (row % perMm(s, level)) * pagesOfLeaf(s, level);

export const isLeafAt = (s: MmView, level: Level, row: number): boolean =>
  level === 'PMD' ? Pmd.kind(s.pmd.at(row)) === PmdKind.leaf : Pud.kind(s.pud.at(row)) === PudKind.leaf;
const isHugeAt = (s: MmView, level: Level, row: number): boolean =>
  isLeafAt(s, level, row) || (level === 'PMD' && Pmd.kind(s.pmd.at(row)) === PmdKind.migration);
/** The frame that a leaf maps first, or that a migration entry stands for. */
export const firstFrameAt = (s: MmView, level: Level, row: number): number =>
  level === 'PMD' ? Pmd.pfn(s.pmd.at(row)) : Pud.pfn(s.pud.at(row));

const vmaOfRow = (s: MmView, level: Level, row: number): Vma =>
  vmaAt(s, mmOfRow(s, level, row), firstPageOfRow(s, level, row));

/** 'parent pmd[2]' */
const rowName = (s: MmView, level: Level, row: number): string =>
  `${party(mmOfRow(s, level, row))} ${level.toLowerCase()}[${row % perMm(s, level)}]`;

/** Something about row `row` of the entries of a level, and the VMA that covers its first page (or NO_VMA). */
export type OfEntry = (s: MmView, level: Level, row: number, vma: Vma) => boolean;

/** The first row of a level that holds a leaf or a migration entry of which `is` is true; or NONE. */
const findAt = (s: MmView, level: Level, is: OfEntry): number => {
  const rows = s.geometry.mms * perMm(s, level);
  for (let row = 0; row < rows; row++)
    if (isHugeAt(s, level, row) && is(s, level, row, vmaOfRow(s, level, row))) return row;
  return NONE;
};
const findHugeEntry = (s: MmView, is: OfEntry): boolean =>
  findAt(s, 'PUD', is) !== NONE || findAt(s, 'PMD', is) !== NONE;

interface EveryHugeEntry {
  readonly name: string;
  readonly says: string;
  readonly cites: string;
  /** The entries that the property is about. */
  readonly of: OfEntry;
  /** Whether such an entry is as it must be. */
  readonly right: OfEntry;
  /** What is wrong with it; the slot's name stands in front. */
  readonly tell: (s: MmView, level: Level, row: number, vma: Vma) => string;
}

/** A property of every leaf above the PTEs and every PMD migration entry. */
export const everyHugeEntry = ({ name, says, cites, of, right, tell }: EveryHugeEntry): Always<MmView> => {
  const wrong: OfEntry = (s, level, row, vma) => of(s, level, row, vma) && !right(s, level, row, vma);
  return {
    kind: 'always',
    name,
    says,
    cites,
    subject: (s) => findHugeEntry(s, of),
    holds: (s) => !findHugeEntry(s, wrong),
    explain: (s) => {
      const level = findAt(s, 'PUD', wrong) === NONE ? 'PMD' : 'PUD';
      const row = findAt(s, level, wrong);
      return `${rowName(s, level, row)} ${tell(s, level, row, vmaOfRow(s, level, row))}`;
    },
  };
};
