/**
 * Entries bit for bit: how a state whose entries are those of a real architecture is read. The state itself keeps the small words
 * of pgtable_types.ts; together with their `deviation` they determine the 64 bits.
 */
import { entry, oneOf, shownAs, upTo, type Word } from '../../checker/search/index.ts';
import type { LeafLevel } from '../formats/pgtable.ts';
import { hexOf, type U64 } from '../formats/u64.ts';
import { Pgprot, Pmd, PmdKind, Pte, Pud, PudKind } from './pgtable_types.ts';

export interface ExactEntries {
  /** As `--arch` takes it. */
  readonly architecture: string;
  /** What a driver gets that asks for a cache mode, as the hardware calls it: by the index of `Vma.cache`, modulo their number. */
  readonly modes: readonly string[];
  /** The frame number of the machine that a frame of the world stands for. */
  readonly realPfn: (frame: number) => U64;
  /** The word of a present PTE, and of a leaf. */
  readonly pte: (e: Pte) => U64;
  readonly pmd: (e: Pmd) => U64;
  readonly pud: (e: Pud) => U64;
  readonly pgprot: (prot: Pgprot) => U64;
  /** What a pgprot_t has that no base-PTE protection has; '' if nothing. */
  readonly deviation: (prot: Pgprot) => string;
  /** pmd_leaf() and pud_leaf() of the kernel; where it has none, what is a leaf is known otherwise. */
  readonly isLeaf: (level: 'pmd' | 'pud', word: U64) => boolean;
  /** A word in hexadecimal, and in the words of its format. */
  readonly show: (level: LeafLevel, word: U64) => string;
}

/** Entries as a report of such a state prints them: present ones and leaves bit for bit, others as always. */
export const shownExactly = (exact?: ExactEntries) =>
  exact === undefined
    ? { Pte, Pmd, Pud }
    : {
        Pte: shownAs(Pte, (e) => (Pte.present(e) === 1 ? exact.show('pte', exact.pte(e)) : Pte.show(e))),
        Pmd: shownAs(Pmd, (e) => {
          if (Pmd.kind(e) !== PmdKind.leaf) return Pmd.show(e);
          return `leaf ${exact.show('pmd', exact.pmd(e))}${Pmd.byRemap(e) === 1 ? ' (by remap)' : ''}`;
        }),
        Pud: shownAs(Pud, (e) =>
          Pud.kind(e) === PudKind.leaf ? `leaf ${exact.show('pud', exact.pud(e))}` : Pud.show(e),
        ),
      };

export const HandedBy = oneOf('nobody', 'pmd_pgprot', 'pud_pgprot');
/** The last pgprot_t that was read from a leaf and handed on: which function gave it, what it is, and of which leaf. */
const handed = entry('handed')({ by: HandedBy, prot: upTo(2 ** Pgprot.width - 1) });
export type Handed = Word<'handed'>;
export const handedIn = (exact: ExactEntries) =>
  shownAs(handed, (e) => `${HandedBy.names[handed.by(e)]}() = ${hexOf(exact.pgprot(handed.prot(e) as Pgprot))}`);
export const Handed = handed;
