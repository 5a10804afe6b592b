/**
 * What a state can carry: each word comes back as it was, and the flags that mm sets one by one are those that the functions
 * of the architecture set.
 */
import { describe, expect, it } from 'vitest';
import { type Carried, codecOf, FIRST_PFN } from '../../../model/arch/carried.ts';
import { CARRIED } from '../../../model/arch/carried_all.ts';
import { CARRIED_X86_64 } from '../../../model/arch/x86/carried.ts';
import { assemble, type Functions, type LeafLevel } from '../../../model/formats/pgtable.ts';
import { bit, eq, hex, hexOf, shortHex, type U64, xor } from '../../../model/formats/u64.ts';
import { FRAME_MAX, SMALL } from '../../../model/state/geometry.ts';
import { hasPudLeaves } from '../../../model/state/machine.ts';
import { Pgprot, Pmd, PmdKind, Pte, Pud, PudKind } from '../../../model/state/mm_types.ts';

const SIX_BITS = Array.from({ length: 64 }, (_, n) => n);
const flags = (n: number) => ({
  write: n & 1,
  young: (n >> 1) & 1,
  dirty: (n >> 2) & 1,
  special: (n >> 3) & 1,
  protnone: (n >> 4) & 1,
});

/** The cache numbers that the architecture has. */
const cachesOf = ({ withCache, cacheOf, prots }: Carried): readonly number[] =>
  [0, 1, 2, 3, 4, 5, 6, 7].filter((code) => cacheOf('pte', withCache(prots.R, code)) === code);

const hasLevel = ({ architecture, machine }: Carried, level: LeafLevel): boolean =>
  architecture.levels.includes(level) && (level !== 'pud' || hasPudLeaves(machine));

/** One level's words: every one that its fields can call for, at frame 4, which a leaf of any level may begin with. */
const levelsOf = (carried: Carried) => {
  const codec = codecOf(carried, SMALL);
  const t = assemble(carried.architecture.define) as Functions;
  // Where PROT_NONE is no bit of its own, what may be written is not PROT_NONE.
  const noneIsBit = t.pte_protnone(t.pte_mkwrite(carried.prots.NONE));
  const all = SIX_BITS.slice(0, 32)
    .filter((n) => noneIsBit || flags(n).write + flags(n).protnone < 2)
    .flatMap((n) => cachesOf(carried).map((cache) => ({ pfn: 4, cache, ...flags(n) })));
  const pte = {
    level: 'pte',
    entries: all.map((of): number => Pte.of({ present: 1, ...of })),
    entry: Pte,
    word: codec.pte as (e: number) => U64,
    back: codec.toPte as (word: U64) => number,
  } as const;
  const pmd = {
    level: 'pmd',
    entries: all.map((of): number => Pmd.of({ kind: PmdKind.leaf, ...of })),
    entry: Pmd as unknown as typeof Pte,
    word: codec.pmd as (e: number) => U64,
    back: codec.toPmd as (word: U64) => number,
  } as const;
  const pud = {
    level: 'pud',
    entries: all.map((of): number => Pud.of({ kind: PudKind.leaf, ...of })),
    entry: Pud as unknown as typeof Pte,
    word: codec.pud as (e: number) => U64,
    back: codec.toPud as (word: U64) => number,
  } as const;
  return { codec, t, levels: [pte, pmd, pud].filter(({ level }) => hasLevel(carried, level)) };
};

/** Each function that mm calls by writing a field, and what it writes. */
const FLAGS = [
  ['mkwrite', 'mkWrite', 1],
  ['wrprotect', 'mkWrite', 0],
  ['mkdirty', 'mkDirty', 1],
  ['mkclean', 'mkDirty', 0],
  ['mkyoung', 'mkYoung', 1],
  ['mkold', 'mkYoung', 0],
  ['mkspecial', 'mkSpecial', 1],
] as const;

describe.each(CARRIED.map((one) => [one.architecture.name, one] as const))('entries of %s', (_name, carried) => {
  const { codec, t, levels } = levelsOf(carried);

  it.each(levels)('come back as they were: $level', ({ entries, word, back }) => {
    expect(entries.length).toBeGreaterThanOrEqual(24);
    expect(entries.filter((e) => back(word(e)) !== e)).toEqual([]);
  });

  it('are all different', () => {
    for (const { entries, word } of levels)
      expect(new Set(entries.map((e) => hexOf(word(e)))).size).toBe(entries.length);
  });

  it('come back as pgprot_t, too, with each deviation', () => {
    const ptes = levels[0]!.entries as readonly number[] as readonly Pte[];
    const prots = ptes.flatMap((e) =>
      [0, ...carried.deviations.pgprot.map((_, i) => i + 1)].map((deviation) =>
        Pgprot.of({
          write: Pte.write(e),
          young: Pte.young(e),
          dirty: Pte.dirty(e),
          special: Pte.special(e),
          protnone: Pte.protnone(e),
          pwtPcd: Pte.cache(e) & 3,
          bit7: Pte.cache(e) >> 2,
          deviation,
        }),
      ),
    );
    expect(prots.filter((prot) => codec.toPgprot(codec.pgprot(prot)) !== prot)).toEqual([]);
  });

  it('come back with each deviation', () => {
    for (const { level, entries, entry, word, back } of levels)
      for (const [i] of carried.deviations[level].entries()) {
        const others = entries.map((e) => entry.mkDeviation(e as never, i + 1));
        // A deviation that changes what the fields are read from is no deviation.
        expect(others.filter((e) => back(word(e)) !== e)).toEqual([]);
      }
  });

  it.each(FLAGS)('%s() does what the field says, at every level', (name, writer, value) => {
    for (const { level, entries, entry, word } of levels) {
      const all = t as unknown as Readonly<Record<string, (e: U64) => U64>>;
      const exact = all[`${level}_${name}`] ?? all[`pte_${name}`]!;
      const clean = all[`${level}_clear_soft_dirty`] ?? all['pte_clear_soft_dirty'];
      const unlike = entries.filter((e) => {
        const made = exact(word(e));
        const written = word(entry[writer](e as never, value));
        return !eq(clean === undefined || name !== 'mkdirty' ? made : clean(made), written);
      });
      expect(unlike.map((e) => `${level} ${hexOf(word(e))}`)).toEqual([]);
    }
  });

  it('have the vm_page_prot that mprotect() leaves, by whatever way a VMA has come to its protection', () => {
    const prots = Object.values(carried.prots);
    const unlike = [0, 1, 2, 3, 5, 7].flatMap((index) => {
      const asks = (prot: U64): U64 => carried.asks(t, prot, index);
      return prots.flatMap((old) =>
        prots
          .filter((next) => !eq(t.pgprot_modify(asks(old), next), asks(next)))
          .map((next) => `${index}: ${hexOf(old)} to ${hexOf(next)}`),
      );
    });
    expect(unlike).toEqual([]);
  });

  it('have frames of their own, and leaves begin where they may', () => {
    const pfns = Array.from({ length: FRAME_MAX + 1 }, (_, frame) => shortHex(codec.realPfn(frame)));
    expect(new Set(pfns).size).toBe(FRAME_MAX + 1);
    expect(pfns[0]).toBe(`0x${FIRST_PFN.toString(16)}`);
    const { order } = carried.architecture;
    expect(pfns[2]).toBe(`0x${(FIRST_PFN + 2 ** order.pmd).toString(16)}`);
    expect(pfns[3]).toBe(`0x${(FIRST_PFN + 2 ** order.pmd + 1).toString(16)}`);
    expect(pfns[4]).toBe(`0x${(FIRST_PFN + 2 ** order.pud).toString(16)}`);
  });
});

describe('words that no world has', () => {
  const codec = codecOf(CARRIED_X86_64, SMALL);
  const uc = codec.pmd(Pmd.of({ kind: PmdKind.leaf, pfn: 2, write: 1, young: 1, special: 1, cache: 3 }));

  it('are told with both words: a bit that nothing calls for', () => {
    expect(hexOf(uc)).toBe('0x80000000802002bf');
    expect(() => codec.toPmd(xor(uc, bit(62)))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: x86_64 pmd 0xc0000000802002bf is no word of a world: its fields call for 0x80000000802002bf]`,
    );
  });

  it('are told with the frame: one that stands for none', () => {
    expect(() => codec.toPte(hex('0x8000000080300027'))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: x86_64 pte 0x8000000080300027 names pfn 0x80300, which no frame of a world stands for]`,
    );
  });

  it('are none of what is not present', () => {
    expect(() => codec.pte(Pte.of({}))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: a PTE that is not present has no word here: none]`,
    );
    expect(() => codec.pmd(Pmd.of({ kind: PmdKind.table }))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: only a leaf has a word here: table 0]`,
    );
    expect(() => codec.pud(Pud.of({ kind: PudKind.table }))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: only a leaf has a word here: table]`,
    );
  });
});
