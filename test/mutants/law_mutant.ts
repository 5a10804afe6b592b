/**
 * A mutant of the functions of entries of x86-64: one slip, for a law that catches it. It is judged over a part of the cases: a
 * mutant that fails a law in a part fails it in all.
 */
import { casesOf, everyPgprot } from '../../checker/laws/cases.ts';
import { judge } from '../../checker/laws/judge.ts';
import { X86_64 } from '../../model/arch/x86/architecture.ts';
import type { Pgprots } from '../../model/formats/architecture.ts';
import { assemble, type LeafLevel, type PgtablePatch } from '../../model/formats/pgtable.ts';
import { LAWS } from '../../spec/laws/all.ts';
import type { Law } from '../../spec/laws/law.ts';
import { MMUS } from '../../spec/laws/mmus.ts';

export const ALL: readonly LeafLevel[] = ['pte', 'pmd', 'pud'];

/** Of x86_64: v7.1; v7.3, whose pmd_modify() keeps dirty; v7.1 with the fourth version of the series. */
export type Base = 'v7.1' | 'v7.3' | 'v4';

export interface LawMutant {
  /** The law that catches it. */
  readonly law: string;
  /** The mistake; no other mutant says the same. */
  readonly says: string;
  readonly on: Base;
  /** What is otherwise than on the base for the law to hold, or for it to be asked alone. */
  readonly with?: PgtablePatch;
  readonly patch?: PgtablePatch;
  /** A mistake in a protection and in no function. */
  readonly pgprots?: (pgprots: Pgprots) => Pgprots;
  /** What catches it beside, where no mutant can be without it, or this one is a plausible slip that fails more. */
  readonly also?: readonly string[];
}

/** A function of several levels, replaced at each. */
export const eachOf = <F>(
  levels: readonly LeafLevel[],
  name: string,
  replace: (base: F, level: LeafLevel) => F,
): PgtablePatch => Object.fromEntries(levels.map((level) => [`${level}_${name}`, (base: F) => replace(base, level)]));

export const patchesOf = (base: Base): readonly PgtablePatch[] =>
  (base === 'v4' ? X86_64.series['huge-remap-pfn-range@v4']! : (X86_64.releases[base] ?? [])).map(({ patch }) => patch);

const asTheyAre = (pgprots: Pgprots): Pgprots => pgprots;

/** Two protection keys, every cache mode, every protection; without flags all of them, with flags one of eleven. */
const fewCases = (change: (pgprots: Pgprots) => Pgprots): ReturnType<typeof casesOf> => {
  const t = assemble(X86_64.define);
  const pgprots = change(X86_64.pgprots(t));
  const few: Pgprots = {
    ...pgprots,
    fields: pgprots.fields.map(({ says, values }) => ({ says, values: [values[0]!, values.at(-1)!] })),
  };
  const all = casesOf({ ...X86_64, pgprots: () => few }, t);
  const plain = everyPgprot({ ...few, flags: [] }).length;
  const prots = all.prots.filter((_, n) => n < plain || n % 11 === 0);
  return { ...all, prots, userProts: prots.filter(({ kernel }) => !kernel), pfns: all.fewPfns };
};
const CASES = fewCases(asTheyAre);

/** 'PG7 pmd' of each law that fails. */
export const failing = (
  patches: readonly PgtablePatch[],
  laws: readonly Law[] = LAWS,
  cases: ReturnType<typeof casesOf> = CASES,
): readonly string[] =>
  judge(laws, { architecture: X86_64, t: assemble(X86_64.define, patches), mmu: MMUS['x86_64']! }, cases).flatMap(
    ({ law, level, result }) => (result.verdict === 'fails' ? [`${law.name} ${level}`] : []),
  );

const onBases = new Map<Base, readonly string[]>();
/** What fails without the mistake; of a base by itself it is judged once. */
const failingWithout = ({ on, with: mend }: LawMutant): readonly string[] => {
  if (mend !== undefined) return failing([...patchesOf(on), mend]);
  const known = onBases.get(on) ?? failing(patchesOf(on));
  onBases.set(on, known);
  return known;
};

/** Laws that hold without the mistake, and fail with it; `with` is part of what is without. */
export const lawsThatCatch = (mutant: LawMutant): readonly string[] => {
  const { with: mend = {}, patch = {}, pgprots } = mutant;
  const before = new Set(failingWithout(mutant));
  const cases = pgprots === undefined ? CASES : fewCases(pgprots);
  return failing([...patchesOf(mutant.on), mend, patch], LAWS, cases).filter((one) => !before.has(one));
};
