/** The functions of one level under names without the level, as laws are stated. */
import type { Functions, LeafLevel, Pgtable } from '../../model/formats/pgtable.ts';
import type { U64 } from '../../model/formats/u64.ts';

type Ask = (e: U64) => boolean;
type Change = (e: U64) => U64;

export interface AtLevel {
  /** pfn_L(). */
  readonly make: (pfn: U64, prot: U64) => U64;
  /** The leaf as insert_pfn_pmd() makes it: mkhuge(pfn_L()); at the lowest level pfn_pte(). */
  readonly leaf: (pfn: U64, prot: U64) => U64;
  readonly pfn: Change;
  readonly pgprot: Change;
  readonly modify: (e: U64, newprot: U64) => U64;
  readonly mkhuge: Change;
  readonly mkinvalid: Change;
  readonly ask: (name: string) => Ask;
  readonly change: (name: string) => Change;
}

/** Functions that are absent are undefined here: a law asks only for those that it needs. */
export const atLevel = (t: Pgtable, level: LeafLevel): AtLevel => {
  const own = t as Record<string, unknown>;
  const make = t[`pfn_${level}`]!;
  const mkhuge = t[`${level}_mkhuge`]!;
  return {
    make,
    leaf: level === 'pte' ? make : (pfn, prot) => mkhuge(make(pfn, prot)),
    pfn: t[`${level}_pfn`]!,
    pgprot: t[`${level}_pgprot`]!,
    modify: t[`${level}_modify`]!,
    mkhuge,
    mkinvalid: own[`${level}_mkinvalid`] as Change,
    ask: (name) => own[`${level}_${name}`] as Ask,
    change: (name) => own[`${level}_${name}`] as Change,
  };
};

/** Functions by their names without the level, as far as the architecture has them. */
export const present = (t: Pgtable, level: LeafLevel, names: readonly string[]): readonly string[] =>
  names.filter((name) => t[`${level}_${name}` as keyof Functions] !== undefined);

/** The PTE for frame `pfn` where the leaf is split. A release that never does it would do it so. */
export const splitPte = (t: Pgtable, level: LeafLevel): ((pfn: U64, leaf: U64) => U64) => {
  const { pgprot } = atLevel(t, level);
  const pfn_pte = t.pfn_pte!;
  return t.split_pfnmap_pte ?? ((pfn, leaf) => pfn_pte(pfn, pgprot(leaf)));
};
