/**
 * From the small machine to a real one: the one place that knows which pages of an x86-64 process stand for a page of
 * the model. A model page becomes a run of real pages, so that the model's few pages a table fill a table of 512.
 *
 * At scale `PMD`, a PMD slot of the model is one real slot of 2 MiB, whose 512 pages are cut as `cuts` says. At scale
 * `PUD`, the slots of a PUD slot divide its GiB among them; only the first 2 MiB of each share are ever touched, and
 * the last page of a slot stands for all the rest.
 */
import type { Geometry } from '../../model/state/geometry.ts';

export const PTRS = 512;
/** Real pages of a PUD slot. */
export const GIB = PTRS * PTRS;

/** Real pages, numbered from the runner's base. */
export interface Run {
  readonly page: number;
  readonly count: number;
}

/** How many entries tables have in the model: all of a small machine that its place depends on. */
export type Fanout = Pick<Geometry, 'puds' | 'ptrsPerPmd' | 'ptrsPerPte'>;

export interface Placement<G extends Fanout = Geometry> {
  readonly geometry: G;
  readonly scale: 'PMD' | 'PUD';
  /** Real pages of each page of a PTE table, 512 in all. */
  readonly cuts: readonly number[];
}

/** Cut in equal parts: the only way in which a page can move to another place in its table. */
export const evenCuts = ({ ptrsPerPte }: Fanout): readonly number[] =>
  Array.from({ length: ptrsPerPte }, () => PTRS / ptrsPerPte);
export const isEven = ({ cuts, scale }: Placement<Fanout>): boolean =>
  scale === 'PMD' && cuts.every((one) => one === cuts[0]);

/** @throws RangeError when cuts or geometry do not fit a real table. */
export const placementOf = <G extends Fanout>(
  geometry: G,
  scale: Placement['scale'] = 'PMD',
  cuts: readonly number[] = evenCuts(geometry),
): Placement<G> => {
  const sum = cuts.reduce((all, one) => all + one, 0);
  if (cuts.length !== geometry.ptrsPerPte || sum !== PTRS || cuts.some((one) => one < 1 || !Number.isInteger(one)))
    throw new RangeError(`a PTE table of ${geometry.ptrsPerPte} pages cannot be cut as ${cuts.join(', ')}`);
  if (geometry.puds > 2) throw new RangeError(`${geometry.puds} PUD slots; two of them can be neighbours`);
  if (scale === 'PUD' && PTRS % geometry.ptrsPerPmd !== 0)
    throw new RangeError(`a GiB cannot be divided among ${geometry.ptrsPerPmd} PMD slots`);
  return { geometry, scale, cuts };
};

/** The first real page of a PMD slot. The slots of two neighbouring GiB meet at the border. */
const slotStart = ({ geometry: { ptrsPerPmd }, scale }: Placement<Fanout>, slot: number): number => {
  if (scale === 'PUD') return slot * (GIB / ptrsPerPmd);
  return GIB + (slot - ptrsPerPmd) * PTRS;
};
const slotPages = ({ geometry: { ptrsPerPmd }, scale }: Placement<Fanout>): number =>
  scale === 'PUD' ? GIB / ptrsPerPmd : PTRS;

/** The first real page of a page's part of its table. */
const cutStart = ({ cuts }: Placement<Fanout>, index: number): number =>
  cuts.slice(0, index).reduce((all, one) => all + one, 0);

/** What stands for a page where it is mapped, protected, moved. */
export const runOf = (p: Placement<Fanout>, page: number): Run => {
  const { ptrsPerPte } = p.geometry;
  const index = page % ptrsPerPte;
  const from = cutStart(p, index);
  const to = index === ptrsPerPte - 1 ? slotPages(p) : from + p.cuts[index]!;
  return { page: slotStart(p, Math.floor(page / ptrsPerPte)) + from, count: to - from };
};

/** What is read, written and looked at of a page. */
export const touchedOf = (p: Placement<Fanout>, page: number): Run => ({
  page: runOf(p, page).page,
  count: p.cuts[page % p.geometry.ptrsPerPte]!,
});

/** Pages from..to-1 in one run: neighbours of the model are neighbours. */
export const rangeOf = (p: Placement<Fanout>, from: number, to: number): Run => {
  const { page } = runOf(p, from);
  const last = runOf(p, to - 1);
  return { page, count: last.page + last.count - page };
};

/** How far into a file, or a device, page `index` of it lies. */
export const offsetOf = (p: Placement<Fanout>, index: number): number => {
  const { ptrsPerPte } = p.geometry;
  return Math.floor(index / ptrsPerPte) * slotPages(p) + cutStart(p, index % ptrsPerPte);
};

/** How far into its folio page `index` of a folio of `pages` pages lies; only a folio of PMD size fills a table. */
export const offsetInFolio = (p: Placement<Fanout>, index: number, pages: number): number =>
  pages === p.geometry.ptrsPerPte ? cutStart(p, index) : index * p.cuts[0]!;

/** The real pages that are looked at: of each PMD slot those that can be touched. */
export const watchedOf = (p: Placement<Fanout>): readonly Run[] =>
  Array.from({ length: p.geometry.puds * p.geometry.ptrsPerPmd }, (_, slot) => ({
    page: slotStart(p, slot),
    count: PTRS,
  }));

/**
 * Whether a move of pages takes all of a PUD slot along: at scale PMD that is no whole PUD slot, and the kernel does not
 * move its table.
 */
const takesWholePud = ({ geometry, scale }: Placement<Fanout>, a: number, b: number, pages: number): boolean => {
  const span = geometry.ptrsPerPmd * geometry.ptrsPerPte;
  if (scale === 'PUD' || a % span !== b % span) return false;
  return Math.ceil(a / span) * span + span <= a + pages;
};

/** Whether mremap() of these pages is what it is in the model. */
export const canMove = (p: Placement<Fanout>, a: number, b: number, pages: number): boolean =>
  canBecome(p, a, b, pages) && !takesWholePud(p, a, b, pages);

/** Whether `pages` pages from `a` on can come to lie from `b` on, in the address space or in a file: size for size. */
export const canBecome = (p: Placement<Fanout>, a: number, b: number, pages: number): boolean =>
  Array.from({ length: pages }, (_, i) => runOf(p, a + i).count === runOf(p, b + i).count).every(Boolean);
