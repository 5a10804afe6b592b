/**
 * How the spec reads a state whose entries are those of an architecture: the 64 bits of the entry on a page's way, and what the
 * hardware makes of them (laws/mmu.ts), by no function of the kernel.
 */
import type { LeafLevel } from '../model/formats/pgtable.ts';
import { type U64, ZERO } from '../model/formats/u64.ts';
import { type MmView, Pmd, PmdKind, Pte, Pud, PudKind } from '../model/state/mm_types.ts';
import type { Mmu } from './laws/mmu.ts';
import { MMUS } from './laws/mmus.ts';
import { pmdAt, pteAt, pudAt } from './reading.ts';

/** What reads a state bit for bit. */
type Exact = NonNullable<MmView['exact']>;
export const exactOf = ({ exact }: MmView): Exact => {
  if (exact === undefined) throw new Error('the entries of this state are not those of an architecture');
  return exact;
};
export const mmuOf = (s: MmView): Mmu => MMUS[exactOf(s).architecture]!;

/** The level at which a page is mapped: a leaf's, or that of PTEs. */
export const levelAt = (s: MmView, mm: number, page: number): LeafLevel => {
  if (Pud.kind(pudAt(s, mm, page)) === PudKind.leaf) return 'pud';
  return Pmd.kind(pmdAt(s, mm, page)) === PmdKind.leaf ? 'pmd' : 'pte';
};

/** The word that maps a page; 0 where nothing does. */
export const wordAt = (s: MmView, mm: number, page: number): U64 => {
  const exact = exactOf(s);
  const pud = pudAt(s, mm, page);
  if (Pud.kind(pud) === PudKind.leaf) return exact.pud(pud);
  const pmd = pmdAt(s, mm, page);
  if (Pmd.kind(pmd) === PmdKind.leaf) return exact.pmd(pmd);
  const pte = pteAt(s, mm, page);
  return Pte.present(pte) === 1 ? exact.pte(pte) : ZERO;
};

/** The word in hexadecimal and in words. */
export const wordName = (s: MmView, mm: number, page: number): string =>
  exactOf(s).show(levelAt(s, mm, page), wordAt(s, mm, page));
