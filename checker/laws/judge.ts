/** Asks every law of every case, and keeps the first one that fails: cases come with the plainest first. */
import type { Architecture } from '../../model/formats/architecture.ts';
import type { LeafLevel, Pgtable } from '../../model/formats/pgtable.ts';
import { type U64, ZERO } from '../../model/formats/u64.ts';
import type { Case, Law, Stage, Subject } from '../../spec/laws/law.ts';
import type { Mmu } from '../../spec/laws/mmu.ts';
import type { Cases } from './cases.ts';

export interface Counterexample extends Case {
  readonly stages: readonly Stage[];
}

export type Verdict =
  | { readonly verdict: 'holds'; readonly cases: number }
  | { readonly verdict: 'fails'; readonly cases: number; readonly failures: number; readonly first: Counterexample }
  | { readonly verdict: 'does not apply'; readonly why: string };

export interface Judgement {
  readonly law: Law;
  readonly level: LeafLevel;
  readonly result: Verdict;
}

const NO_NEWPROT: readonly U64[] = [ZERO];

/** Every case of a law at a level. */
const judged = (law: Law, subject: Subject, cases: Cases): Verdict => {
  const { level } = subject;
  const holds = law.judge(subject);
  const pairs = law.over === 'pairs';
  const pfns = pairs ? cases.fewPfns(level) : cases.pfns(level);
  const newprots = pairs ? cases.newprots : NO_NEWPROT;
  let failures = 0;
  let first: Case | undefined;
  for (const { prot, vmProt } of cases.prots)
    for (const newprot of newprots)
      for (const pfn of pfns)
        if (!holds(pfn, prot, vmProt, newprot)) {
          failures++;
          first ??= { pfn, prot, vmProt, newprot };
        }
  const count = cases.prots.length * newprots.length * pfns.length;
  if (first === undefined) return { verdict: 'holds', cases: count };
  return { verdict: 'fails', cases: count, failures, first: { ...first, stages: law.tell(subject, first) } };
};

/** The laws at each level of an architecture as `t` has its functions. */
export const judge = (
  laws: readonly Law[],
  architecture: Architecture,
  t: Pgtable,
  mmu: Mmu,
  cases: Cases,
): readonly Judgement[] =>
  laws.flatMap((law) =>
    law.levels.map((level): Judgement => {
      if (!architecture.levels.includes(level))
        return {
          law,
          level,
          result: { verdict: 'does not apply', why: `${architecture.name} has no leaves at ${level} level` },
        };
      const lacking = law.needs(level).find((name) => t[name] === undefined);
      if (lacking !== undefined)
        return {
          law,
          level,
          result: { verdict: 'does not apply', why: architecture.lacks[lacking] ?? `it has no ${lacking}()` },
        };
      return { law, level, result: judged(law, { level, t, mmu }, cases) };
    }),
  );
