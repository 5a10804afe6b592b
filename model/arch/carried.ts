/**
 * Entries of an architecture in a state of the search: from the small words of pgtable_types.ts to 64 bits, and back. Fields
 * call for a canonical word, made by the functions of the architecture as `define` has them; what a word has otherwise is a
 * deviation, of which an architecture declares the few that there are. The frames of a world stand for real ones, so that
 * a small leaf, of 2 pages say, begins where one of its real size may.
 */
import type { Architecture } from '../formats/architecture.ts';
import { assemble, type Functions, type LeafLevel } from '../formats/pgtable.ts';
import { print } from '../formats/print.ts';
import { eq, hexOf, isZero, or, shortHex, toNumber, u64, type U64, xor, ZERO } from '../formats/u64.ts';
import type { ExactEntries } from '../state/exact_entries.ts';
import type { Geometry } from '../state/geometry.ts';
import type { Machine } from '../state/machine.ts';
import { Pgprot, Pmd, PmdKind, Pte, Pud, PudKind } from '../state/mm_types.ts';
import { remembered } from './remembered.ts';

/** Bits that a word may have otherwise than its fields call for. */
export interface Deviation {
  readonly says: string;
  readonly bits: U64;
}

/** What a state needs to know of an architecture to carry its entries. */
export interface Carried {
  readonly architecture: Architecture;
  readonly machine: Machine;
  /** vm_get_page_prot() of user memory, not executable. */
  readonly prots: Readonly<Record<'NONE' | 'R' | 'RW', U64>>;
  /** What a driver does to vm_page_prot that asks for a cache mode, by the index of `Vma.cache`. */
  readonly asks: (t: Functions, prot: U64, index: number) => U64;
  /** What the driver gets by it, as the hardware calls it: by the index, which begins anew behind the last. */
  readonly modes: readonly string[];
  /** The cache bits of an entry as a number from 0 to 7, and a base-PTE protection with those of a number. */
  readonly cacheOf: (of: LeafLevel | 'pgprot', e: U64) => number;
  readonly withCache: (prot: U64, code: number) => U64;
  /** What pfn_pmd() and pfn_pud() of `define` take for a leaf with this base-PTE protection. */
  readonly leafProt: (prot: U64) => U64;
  /** _PAGE_DEVMAP, where a release has it. */
  readonly devmap?: U64;
  /** At most 6 of each. */
  readonly deviations: Readonly<Record<LeafLevel | 'pgprot', readonly Deviation[]>>;
}

/** Protections of the architecture by what it calls them. */
export const protectionsOf = (
  { name, define, pgprots }: Architecture,
  names: Readonly<Record<keyof Carried['prots'], string>>,
): Carried['prots'] => {
  const { protections } = pgprots(assemble(define));
  const find = (says: string): U64 => {
    const found = protections.find((one) => one.says === says);
    if (found === undefined) throw new RangeError(`${name} has no ${says}`);
    return found.prot;
  };
  return { NONE: find(names.NONE), R: find(names.R), RW: find(names.RW) };
};

/** What a driver asks for on any machine but x86: nothing, pgprot_writecombine(), pgprot_noncached(). */
export const askedElsewhere: Carried['asks'] = (t, prot, index) => {
  // Index 4 of the PAT table is WB again.
  if ((index & 3) === 0) return prot;
  return (index & 3) === 1 ? t.pgprot_writecombine(prot) : t.pgprot_noncached(prot);
};

/** The generic pmd_pgprot() of an architecture without one gives 0, which is no protection at all. */
export const NOTHING = 7;

/** Where the frames of worlds begin; any leaf may. */
export const FIRST_PFN = 0x80000;

/** What is the same in an entry of any level and in a pgprot_t. */
interface Attributes {
  readonly write: number;
  readonly young: number;
  readonly dirty: number;
  readonly special: number;
  readonly protnone: number;
  readonly cache: number;
  readonly uffdWp: number;
  readonly devmap: number;
}

export interface Codec extends ExactEntries {
  readonly carried: Carried;
  /** @throws RangeError on a word that no small word stands for. */
  readonly toPte: (word: U64) => Pte;
  readonly toPmd: (word: U64) => Pmd;
  readonly toPud: (word: U64) => Pud;
  readonly toPgprot: (word: U64) => Pgprot;
}

/** Frames of a world to frames of the machine, and back. */
const framesOf = ({ order }: Architecture, { ptrsPerPte, ptrsPerPmd }: Geometry) => {
  const [pmd, pud] = [2 ** order.pmd, 2 ** order.pud];
  const real = (frame: number): number => {
    const leaf = Math.trunc(frame / ptrsPerPte);
    return FIRST_PFN + Math.trunc(leaf / ptrsPerPmd) * pud + (leaf % ptrsPerPmd) * pmd + (frame % ptrsPerPte);
  };
  const small = (pfn: number): number | undefined => {
    const at = pfn - FIRST_PFN;
    const [inPud, inPmd] = [Math.trunc((at % pud) / pmd), at % pmd];
    if (at < 0 || inPud >= ptrsPerPmd || inPmd >= ptrsPerPte) return undefined;
    return (Math.trunc(at / pud) * ptrsPerPmd + inPud) * ptrsPerPte + inPmd;
  };
  return { real: (frame: number): U64 => u64(real(frame)), small };
};

type Ask = (e: U64) => boolean;
type Change = (e: U64) => U64;

/** The functions of a level; where it has none of that name, the PTE's on a cast, as the headers do. */
const atLevel = (t: Functions, level: LeafLevel) => {
  const all = t as unknown as Readonly<Record<string, unknown>>;
  const find = (name: string): unknown => all[`${level}_${name}`] ?? all[`pte_${name}`];
  return {
    ask: (name: string, e: U64): number => ((find(name) as Ask | undefined)?.(e) === true ? 1 : 0),
    change: (name: string, e: U64): U64 => {
      const own = find(name) as Change | undefined;
      if (own === undefined) throw new RangeError(`the architecture has no ${level}_${name}()`);
      return own(e);
    },
    has: (name: string): boolean => find(name) !== undefined,
  };
};

/** The flags of an entry on top of its frame and its protection. Soft-dirty is not: VMAs have it here (`softClean`). */
const withFlags = (t: Functions, level: LeafLevel, bare: U64, of: Attributes, devmap?: U64): U64 => {
  const { change, has } = atLevel(t, level);
  let e = change(of.young === 1 ? 'mkyoung' : 'mkold', bare);
  if (of.uffdWp === 1) e = change('mkuffd_wp', e);
  if (of.special === 1) e = change('mkspecial', e);
  if (of.write === 1) e = change('mkwrite', e);
  if (of.dirty === 1) e = change('mkdirty', e);
  if (of.dirty === 1 && has('clear_soft_dirty')) e = change('clear_soft_dirty', e);
  if (of.devmap === 0) return e;
  if (devmap === undefined) throw new RangeError('the architecture has no _PAGE_DEVMAP');
  return or(e, devmap);
};

const attributesIn = ({ cacheOf, devmap }: Carried, t: Functions, level: LeafLevel, e: U64): Attributes => {
  const { ask } = atLevel(t, level);
  return {
    write: ask('write', e),
    young: ask('young', e),
    dirty: ask('dirty', e),
    special: ask('special', e),
    protnone: ask('protnone', e),
    cache: cacheOf(level, e),
    uffdWp: level === 'pte' ? ask('uffd_wp', e) : 0,
    devmap: level !== 'pte' && devmap !== undefined && eq(or(e, devmap), e) ? 1 : 0,
  };
};

const always = (): boolean => true;
const NO_DEVMAP = { uffdWp: 0, devmap: 0 };
const NO_UFFD = { uffdWp: 0 };

/** Every deviation by its number; 0 is none. */
const deviates = (carried: Carried, what: LeafLevel | 'pgprot', canonical: U64, number: number): U64 =>
  number === 0 ? canonical : xor(canonical, carried.deviations[what][number - 1]!.bits);

const deviationOf = (carried: Carried, what: LeafLevel | 'pgprot', canonical: U64, word: U64): number => {
  const bits = xor(canonical, word);
  if (eq(bits, ZERO)) return 0;
  const number = carried.deviations[what].findIndex((one) => eq(one.bits, bits)) + 1;
  if (number === 0)
    throw new RangeError(
      `${carried.architecture.name} ${what} ${hexOf(word)} is no word of a world: its fields call for ${hexOf(canonical)}`,
    );
  return number;
};

const encoders = (carried: Carried, t: Functions, real: (frame: number) => U64) => {
  const { prots, withCache, leafProt, devmap } = carried;
  const protOf = (of: Attributes): U64 => withCache(of.protnone === 1 ? prots.NONE : prots.R, of.cache);
  return {
    pte: (frame: number, of: Attributes): U64 => withFlags(t, 'pte', t.pfn_pte(real(frame), protOf(of)), of, devmap),
    pmd: (frame: number, of: Attributes): U64 =>
      withFlags(t, 'pmd', t.pmd_mkhuge(t.pfn_pmd(real(frame), leafProt(protOf(of)))), of, devmap),
    pud: (frame: number, of: Attributes): U64 =>
      withFlags(t, 'pud', t.pud_mkhuge(t.pfn_pud(real(frame), leafProt(protOf(of)))), of, devmap),
    pgprot: (of: Attributes): U64 => withFlags(t, 'pte', protOf(of), of),
  };
};

const ofPte = (e: Pte): Attributes => ({
  write: Pte.write(e),
  young: Pte.young(e),
  dirty: Pte.dirty(e),
  special: Pte.special(e),
  protnone: Pte.protnone(e),
  cache: Pte.cache(e),
  uffdWp: Pte.exclusive(e),
  devmap: 0,
});
const ofPgprot = (p: Pgprot): Attributes => ({
  write: Pgprot.write(p),
  young: Pgprot.young(p),
  dirty: Pgprot.dirty(p),
  special: Pgprot.special(p),
  protnone: Pgprot.protnone(p),
  cache: Pgprot.pwtPcd(p) | (Pgprot.bit7(p) << 2),
  ...NO_DEVMAP,
});
/** PMD and PUD have the same names. */
const ofLeaf = (entry: typeof Pmd | typeof Pud, e: number): Attributes => {
  const { write, young, dirty, special, protnone, cache, devmap } = entry as typeof Pmd;
  const leaf = e as Pmd;
  return {
    write: write(leaf),
    young: young(leaf),
    dirty: dirty(leaf),
    special: special(leaf),
    protnone: protnone(leaf),
    cache: cache(leaf),
    devmap: devmap(leaf),
    ...NO_UFFD,
  };
};

/** The codec of an architecture in a world; `kernel`: the functions under test, by default those of `define`. */
export const codecOf = (carried: Carried, geometry: Geometry, kernel?: Functions): Codec => {
  const { architecture } = carried;
  const t = assemble(architecture.define) as Functions;
  const { real, small } = framesOf(architecture, geometry);
  const canonical = encoders(carried, t, real);
  const frameIn = (what: string, pfn: U64, word: U64): number => {
    const frame = small(toNumber(pfn));
    if (frame === undefined)
      throw new RangeError(
        `${architecture.name} ${what} ${hexOf(word)} names pfn ${shortHex(pfn)}, which no frame of a world stands for`,
      );
    return frame;
  };
  const pte = remembered((e: Pte) => {
    if (Pte.present(e) === 0) throw new RangeError(`a PTE that is not present has no word here: ${Pte.show(e)}`);
    return deviates(carried, 'pte', canonical.pte(Pte.pfn(e), ofPte(e)), Pte.deviation(e));
  });
  const pmd = remembered((e: Pmd) => {
    if (Pmd.kind(e) !== PmdKind.leaf) throw new RangeError(`only a leaf has a word here: ${Pmd.show(e)}`);
    return deviates(carried, 'pmd', canonical.pmd(Pmd.pfn(e), ofLeaf(Pmd, e)), Pmd.deviation(e));
  });
  const pud = remembered((e: Pud) => {
    if (Pud.kind(e) !== PudKind.leaf) throw new RangeError(`only a leaf has a word here: ${Pud.show(e)}`);
    return deviates(carried, 'pud', canonical.pud(Pud.pfn(e), ofLeaf(Pud, e)), Pud.deviation(e));
  });
  const pgprot = remembered((p: Pgprot) => {
    if (Pgprot.deviation(p) === NOTHING) return ZERO;
    return deviates(carried, 'pgprot', canonical.pgprot(ofPgprot(p)), Pgprot.deviation(p));
  });
  return {
    architecture: architecture.name,
    modes: carried.modes,
    carried,
    realPfn: real,
    pte,
    pmd,
    pud,
    pgprot,
    isLeaf: (level, word) => {
      const { pmd_leaf = always, pud_leaf = always } = (kernel ?? t) as Partial<Functions>;
      return level === 'pmd' ? pmd_leaf(word) : pud_leaf(word);
    },
    deviation: (prot) => {
      const number = Pgprot.deviation(prot);
      if (number === 0) return '';
      return carried.deviations.pgprot[number - 1]?.says ?? 'nothing: the architecture has no such function';
    },
    show: (level, word) => `${hexOf(word)} ${print(architecture.format, level, word).replace(/ \w+$/, '')}`,
    toPte: (word) => {
      const { uffdWp, devmap: _none, ...of } = attributesIn(carried, t, 'pte', word);
      const frame = frameIn('pte', t.pte_pfn(word), word);
      const e = Pte.of({ present: 1, pfn: frame, ...of, exclusive: uffdWp });
      return Pte.mkDeviation(e, deviationOf(carried, 'pte', pte(e), word));
    },
    toPmd: (word) => {
      const { uffdWp: _none, ...of } = attributesIn(carried, t, 'pmd', word);
      const e = Pmd.of({ kind: PmdKind.leaf, pfn: frameIn('pmd', t.pmd_pfn(word), word), ...of });
      return Pmd.mkDeviation(e, deviationOf(carried, 'pmd', pmd(e), word));
    },
    toPud: (word) => {
      const { uffdWp: _none, ...of } = attributesIn(carried, t, 'pud', word);
      const e = Pud.of({ kind: PudKind.leaf, pfn: frameIn('pud', t.pud_pfn(word), word), ...of });
      return Pud.mkDeviation(e, deviationOf(carried, 'pud', pud(e), word));
    },
    toPgprot: (word) => {
      if (isZero(word)) return Pgprot.of({ deviation: NOTHING });
      // As in the PTE of some frame: on powerpc PROT_NONE is told by what pfn_pte() adds.
      const some = t.pfn_pte(real(0), word);
      const { uffdWp: _none, devmap: _no, cache: _type, ...of } = attributesIn(carried, t, 'pte', some);
      const cache = carried.cacheOf('pgprot', word);
      const p = Pgprot.of({ ...of, pwtPcd: cache & 3, bit7: cache >> 2 });
      return Pgprot.mkDeviation(p, deviationOf(carried, 'pgprot', pgprot(p), word));
    },
  };
};
