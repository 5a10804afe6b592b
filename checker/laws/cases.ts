/** What a law is asked of: every page protection that mm can have, and frames with each bit by itself. */
import type { Architecture, Pgprots, VmFlags } from '../../model/formats/architecture.ts';
import type { LeafLevel, Pgtable } from '../../model/formats/pgtable.ts';
import {
  ALL,
  bit,
  bits,
  has,
  isZero,
  join,
  or,
  popcount,
  shl,
  shr,
  type U64,
  u64,
  ZERO,
} from '../../model/formats/u64.ts';

/** Words, each once, in the order of their first coming. */
class Words {
  readonly list: U64[] = [];
  readonly #seen = new Map<number, Set<number>>();
  /** Whether the word is new. */
  add(word: U64): boolean {
    const lows = this.#seen.get(word.hi) ?? new Set<number>();
    if (lows.has(word.lo)) return false;
    this.#seen.set(word.hi, lows.add(word.lo));
    this.list.push(word);
    return true;
  }
}

/** All subsets of 0..n-1 as masks, smaller ones first. */
const subsets = (n: number): readonly number[] =>
  Array.from({ length: 2 ** n }, (_, mask) => mask).toSorted((a, b) => popcount(u64(a)) - popcount(u64(b)) || a - b);

/** Those of at most two, and all together. */
const fewSubsets = (n: number): readonly number[] =>
  subsets(n).filter((mask) => popcount(u64(mask)) <= 2 || mask === 2 ** n - 1);

/** Every choice of one value of each field, joined. */
const choices = (fields: Pgprots['fields']): readonly U64[] =>
  fields.reduce<readonly U64[]>(
    (all, { values }) => all.flatMap((one) => values.map((value) => or(one, value))),
    [ZERO],
  );

/** A pgprot_t, and the vm_page_prot that it comes from: the same without its flags. */
export interface Prot {
  readonly prot: U64;
  readonly vmProt: U64;
  /** The kernel's own memory: mprotect() never meets it. */
  readonly kernel: boolean;
  /** Of vm_get_page_prot(): the vm_flags. */
  readonly vmFlags?: U64;
}

/** Every pgprot_t, the plainest first. */
export const everyPgprot = ({ protections, caches, fields, flags }: Pgprots, subsetsOf = subsets): readonly Prot[] => {
  const words = new Words();
  const all: Prot[] = [];
  const beside = choices(fields);
  for (const subset of subsetsOf(flags.length))
    for (const field of beside)
      for (const cache of caches)
        for (const { prot, kernel = false } of protections) {
          // A protection key is of user space.
          if (kernel && field !== beside[0]) continue;
          const vmProt = cache.of(or(prot, field));
          const made = flags.reduce((one, { of }, at) => (((subset >> at) & 1) === 1 ? of(one) : one), vmProt);
          if (words.add(made)) all.push({ prot: made, vmProt, kernel });
        }
  return all;
};

/** The first and the last value of each field: every bit of it as 0 and as 1. */
const ends = (fields: Pgprots['fields']): Pgprots['fields'] =>
  fields.map((field) => ({ ...field, values: [field.values[0]!, field.values.at(-1)!] }));

/** Every vm_get_page_prot() for mprotect() to give, with each field at both ends; one that is kept comes from the VMA. */
export const everyNewprot = ({ protections, fields }: Pgprots): readonly U64[] => {
  const words = new Words();
  const changing = ends(fields.filter(({ kept = false }) => !kept));
  for (const { prot, kernel = false } of protections)
    if (!kernel) for (const field of choices(changing)) words.add(or(prot, field));
  return words.list;
};

/** include/linux/mm.h VM_READ, VM_WRITE, VM_EXEC, VM_SHARED. */
const bitsOfVm = (flags: VmFlags): U64 =>
  u64(['r', 'w', 'x', 's'].reduce((all, one, n) => all + (flags[n] === one ? 2 ** n : 0), 0));

/** vm_get_page_prot() of every combination of vm_flags, with every value of each field. */
export const everyVmProt = ({ protections, fields }: Pgprots): readonly Prot[] =>
  protections.flatMap(({ prot, of = [] }) =>
    choices(fields).flatMap((field) => {
      const made = or(prot, field);
      return of.map((flags) => ({ prot: made, vmProt: made, kernel: false, vmFlags: bitsOfVm(flags) }));
    }),
  );

/** 2^MAX_SWAPFILES_SHIFT: swap devices, and what migration, poison and device memory have of the numbers. */
const SWAP_TYPES = 32;
const swapTypes: readonly Prot[] = Array.from({ length: SWAP_TYPES }, (_, type) => ({
  prot: u64(type),
  vmProt: ZERO,
  kernel: false,
}));

/** Offsets with each bit by itself, none and all: of as many as come back, which is how generic_max_swapfile_size() counts them. */
export const everySwapOffset = ({ swp_pte, swp_offset }: Pgtable): readonly U64[] => {
  if (swp_pte === undefined || swp_offset === undefined) return [];
  const last = swp_offset(swp_pte(0, ALL));
  const words = new Words();
  words.add(u64(1));
  words.add(ZERO);
  for (let n = 0; n < 64; n++) if (has(last, bit(n))) words.add(bit(n));
  words.add(last);
  return words.list;
};

/** A PMD is never swapped out: it names the frame that migrates, with two bits above it (SWP_MIG_YOUNG, SWP_MIG_DIRTY). */
const swapOffsets = ({ topPfnBit }: Architecture, t: Pgtable, level: LeafLevel): readonly U64[] =>
  everySwapOffset(t).filter((offset) => level !== 'pmd' || isZero(shr(offset, topPfnBit + 3)));

/** Frames that a leaf of the level may begin with: an ordinary one, 0, every bit by itself, all bits, and the boundaries. */
export const everyPfn = ({ order, topPfnBit, boundaries }: Architecture, level: LeafLevel): readonly U64[] => {
  const words = new Words();
  const low = order[level];
  words.add(shl(u64(Math.max(1, Math.floor(0x80200 / 2 ** low))), low));
  words.add(ZERO);
  for (let n = low; n <= topPfnBit; n++) words.add(bit(n));
  words.add(bits(low, topPfnBit));
  for (const { pfn } of boundaries) words.add(shl(shr(pfn, low), low));
  return words.list;
};

/** As few as show every bit as 0 and as 1, beside an ordinary one and the boundaries: for laws over pairs of protections. */
export const fewPfns = (architecture: Architecture, level: LeafLevel): readonly U64[] => {
  const low = architecture.order[level];
  const all = bits(low, architecture.topPfnBit);
  const even = { hi: all.hi & 0x5555_5555, lo: all.lo & 0x5555_5555 };
  const words = new Words();
  words.add(everyPfn(architecture, level)[0]!);
  words.add(even);
  words.add({ hi: all.hi & ~even.hi, lo: all.lo & ~even.lo });
  for (const { pfn } of architecture.boundaries) words.add(shl(shr(pfn, low), low));
  return words.list;
};

/** The protections of an architecture, and what goes with them, made once for all laws. */
export interface Cases {
  readonly prots: readonly Prot[];
  /** Those of user space. */
  readonly userProts: readonly Prot[];
  readonly newprots: readonly U64[];
  /** The bits that a newprot takes from the VMA. */
  readonly kept: U64;
  readonly vmProts: ReturnType<typeof everyVmProt>;
  readonly swapTypes: readonly Prot[];
  readonly swapOffsets: (level: LeafLevel) => readonly U64[];
  readonly pfns: (level: LeafLevel) => readonly U64[];
  readonly fewPfns: (level: LeafLevel) => readonly U64[];
}

const casesWith = (
  architecture: Architecture,
  t: Pgtable,
  pgprots: Pgprots,
  pfns: (architecture: Architecture, level: LeafLevel) => readonly U64[],
  subsetsOf = subsets,
): Cases => {
  const prots = everyPgprot(pgprots, subsetsOf);
  return {
    prots,
    userProts: prots.filter(({ kernel }) => !kernel),
    newprots: everyNewprot(pgprots),
    kept: join(...pgprots.fields.flatMap(({ kept = false, values }) => (kept ? values : []))),
    vmProts: everyVmProt(pgprots),
    swapTypes,
    swapOffsets: (level) => swapOffsets(architecture, t, level),
    pfns: (level) => pfns(architecture, level),
    fewPfns: (level) => fewPfns(architecture, level),
  };
};

export const casesOf = (architecture: Architecture, t: Pgtable): Cases =>
  casesWith(architecture, t, architecture.pgprots(t), everyPfn);

/** A part of them for tests that judge many kernels: fields at both ends, at most two flags or all, few frames. What fails here fails. */
export const fewCasesOf = (architecture: Architecture, t: Pgtable): Cases => {
  const pgprots = architecture.pgprots(t);
  return casesWith(architecture, t, { ...pgprots, fields: ends(pgprots.fields) }, fewPfns, fewSubsets);
};
