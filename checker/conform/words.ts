/**
 * The word of an entry, as the exact functions of x86-64 make it (model/arch/x86): what a kernel has in its page table must be,
 * bit for bit, what pfn_pte(), pfn_pmd() or pfn_pud() and their likes give for the frame and the attributes that are compared.
 */
import { X86_64 } from '../../model/arch/x86/architecture.ts';
import {
  _PAGE_DIRTY,
  _PAGE_PAT,
  _PAGE_PCD,
  _PAGE_PWT,
  _PAGE_SOFT_DIRTY,
  _PAGE_SOFTW4,
} from '../../model/arch/x86/bits.ts';
import { assemble, type Entry, type Functions, type LeafLevel, type Pgprot } from '../../model/formats/pgtable.ts';
import { and, below, bit, clear, eq, hex, hexOf, join, or, type U64, ZERO } from '../../model/formats/u64.ts';

/** Of a release it makes no difference: those have changed pmd_modify() and what is a leaf, not how an entry is made. */
const t = assemble(X86_64.define) as Functions;

const protection = (name: string): Pgprot => X86_64.pgprots(t).protections.find(({ says }) => says === name)!.prot;
const PAGE_READONLY = protection('PAGE_READONLY');
const PAGE_NONE = protection('PAGE_NONE');

/** What an entry has beside its frame: the letters of `EntryRun.bits`. */
interface Attributes {
  readonly write: boolean;
  readonly young: boolean;
  readonly dirty: boolean;
  readonly special: boolean;
  readonly protnone: boolean;
  readonly uffd: boolean;
  /** Index of the PAT table. */
  readonly cache: number;
}

export const attributesOf = (bits: string): Attributes => ({
  write: bits.includes('w'),
  young: bits.includes('y'),
  dirty: bits.includes('d'),
  special: bits.includes('s'),
  protnone: bits.includes('n'),
  uffd: bits.includes('u'),
  cache: Number(bits.slice(bits.indexOf('c') + 1)),
});

/** The bits of an index of the PAT table, in a base PTE. */
const cacheBits = (index: number): U64 =>
  join(
    (index & 1) === 0 ? ZERO : _PAGE_PWT,
    (index & 2) === 0 ? ZERO : _PAGE_PCD,
    (index & 4) === 0 ? ZERO : _PAGE_PAT,
  );

/** vm_page_prot without the right to write, which an entry is given afterwards. */
const vmPageProt = ({ protnone, cache }: Attributes): Pgprot =>
  or(protnone ? PAGE_NONE : PAGE_READONLY, cacheBits(cache));

/** The entry for a frame: of a leaf, PAT has moved to its place there, as no caller of v7.1 but hugetlb and CPA has it. */
export const wordOf = (level: LeafLevel, pfn: U64, attributes: Attributes): Entry => {
  const { write, young, dirty, special, uffd } = attributes;
  const prot = vmPageProt(attributes);
  let e =
    level === 'pte' ? t.pfn_pte(pfn, prot) : t[`${level}_mkhuge`](t[`pfn_${level}`](pfn, t.pgprot_4k_2_large(prot)));
  if (special) e = t[`${level}_mkspecial`](e);
  if (!young) e = t[`${level}_mkold`](e);
  if (write) e = t[`${level}_mkwrite`](e);
  if (dirty) e = t[`${level}_clear_soft_dirty`](t[`${level}_mkdirty`](e));
  if (uffd) e = t[`${level}_mkuffd_wp`](e);
  return e;
};

/**
 * Not predicted, since the model of mm has nothing of it: soft-dirty, which depends on what the VMA was before, and
 * _PAGE_DEVMAP, until v6.16.
 */
const NOT_PREDICTED = or(_PAGE_SOFT_DIRTY, _PAGE_SOFTW4);

/** Writable, and dirty by one bit or the other, or both. */
const leavesSavedDirty = (bits: string): boolean => bits.includes('w') && bits.includes('d');
const DIRTY_BITS = or(_PAGE_DIRTY, bit(58));

/** No machine that is asked has memory beyond it: a frame there is one that should have been inverted, or should not. */
const L1TF_LIMIT = X86_64.boundaries[0]!.pfn;

/**
 * What is wrong with the word of an entry, for its attributes; undefined where nothing is. `hugetlb`: _PAGE_SAVED_DIRTY may be
 * left where an entry became dirty before it became writable, since huge_pte_mkwrite() is pte_mkwrite_novma() (v6.12 to v7.3).
 */
export const wrongWord = (level: LeafLevel, bits: string, text: string, hugetlb = false): string | undefined => {
  const word = hex(text);
  const pfn = t[`${level}_pfn`](word);
  if (!below(pfn, L1TF_LIMIT)) return `${hexOf(word)}, with a frame that no memory has`;
  const made = or(wordOf(level, pfn, attributesOf(bits)), and(word, NOT_PREDICTED));
  if (hugetlb && leavesSavedDirty(bits) && eq(clear(word, DIRTY_BITS), clear(made, DIRTY_BITS))) return undefined;
  return eq(word, made) ? undefined : `${hexOf(word)}, not ${hexOf(made)}`;
};
