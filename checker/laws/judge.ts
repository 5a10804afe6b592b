/** Asks every law of every case, and keeps the first one that fails: cases come with the plainest first. */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import { and, or, type U64, ZERO } from '../../model/formats/u64.ts';
import type { Case, Law, Stage, Subject } from '../../spec/laws/law.ts';
import type { Cases, Prot } from './cases.ts';
import type { UnderTest } from './under_test.ts';

export interface Counterexample extends Case {
  readonly stages: readonly Stage[];
}

export type Verdict =
  | { readonly verdict: 'holds'; readonly cases: number }
  | {
      readonly verdict: 'fails';
      readonly cases: number;
      readonly failures: number;
      readonly first: Counterexample;
      /** Why no failure does harm; absent where one may. */
      readonly harmless?: string;
      /** The cases are a part of them, and what counts is what a change makes worse: worse.ts. */
      readonly newly?: true;
    }
  | { readonly verdict: 'does not apply'; readonly why: string };

export interface Judgement {
  readonly law: Law;
  readonly level: LeafLevel;
  readonly result: Verdict;
}

/** A law with its level: `PG4 pmd`. */
export const keyOf = ({ law, level }: Judgement): string => `${law.name} ${level}`;

/** Whether a law fails, and not only in cases that come to nothing. */
export const doesHarm = ({ result }: Judgement): boolean => result.verdict === 'fails' && result.harmless === undefined;

const NO_NEWPROT: readonly U64[] = [ZERO];

export interface Space {
  readonly prots: readonly Prot[];
  readonly newprots: readonly U64[];
  readonly kept: U64;
  readonly pfns: readonly U64[];
}

const protsOf = ({ over }: Law, cases: Cases): readonly Prot[] => {
  if (over === 'swap entries') return cases.swapTypes;
  if (over === 'vm_get_page_prot()') return cases.vmProts;
  return over === 'pairs' ? cases.userProts : cases.prots;
};

const pfnsOf = ({ over, frames }: Law, level: LeafLevel, cases: Cases): readonly U64[] => {
  if (over === 'swap entries') return cases.swapOffsets(level);
  if (frames === 'one') return cases.pfns(level).slice(0, 1);
  return over === 'protections' && frames === undefined ? cases.pfns(level) : cases.fewPfns(level);
};

/** What a law is asked about at a level: each of one with each of the others. */
export const spaceOf = (law: Law, level: LeafLevel, cases: Cases): Space => ({
  prots: protsOf(law, cases),
  newprots: law.over === 'pairs' ? cases.newprots : NO_NEWPROT,
  kept: law.over === 'pairs' ? cases.kept : ZERO,
  pfns: pfnsOf(law, level, cases),
});

/** Every case of a law at a level. */
const judged = (law: Law, subject: Subject, { prots, newprots, kept, pfns }: Space): Verdict => {
  const holds = law.judge(subject);
  const comesToNothing = law.harmless?.judge(subject) ?? (() => false);
  let failures = 0;
  let harmless = true;
  let first: Case | undefined;
  for (const { prot, vmProt, vmFlags } of prots)
    for (const other of newprots) {
      const newprot = vmFlags ?? or(other, and(vmProt, kept));
      for (const pfn of pfns)
        if (!holds(pfn, prot, vmProt, newprot)) {
          failures++;
          harmless &&= comesToNothing(pfn, prot, vmProt, newprot);
          first ??= { pfn, prot, vmProt, newprot };
        }
    }
  const count = prots.length * newprots.length * pfns.length;
  if (first === undefined) return { verdict: 'holds', cases: count };
  const why = harmless ? { harmless: law.harmless!.says } : {};
  return { verdict: 'fails', cases: count, failures, first: { ...first, stages: law.tell(subject, first) }, ...why };
};

const NO_VM_FLAGS = 'its protections are given without the vm_flags that they are of';

/** Why a law says nothing of an architecture at a level; undefined where it does. */
const whyApart = (
  law: Law,
  level: LeafLevel,
  { architecture, t, mmu }: Pick<UnderTest, 'architecture' | 't' | 'mmu'>,
  { prots }: Space,
): string | undefined => {
  const lacking = law.needs(level).find((name) => t[name] === undefined);
  if (lacking !== undefined && architecture.lacks[lacking] !== undefined) return architecture.lacks[lacking];
  if (!architecture.levels.includes(level)) return `${architecture.name} has no leaves at ${level} level`;
  if (lacking !== undefined) return `there is no ${lacking}()`;
  return law.unless?.(mmu) ?? (prots.length === 0 ? NO_VM_FLAGS : undefined);
};

export const subjectOf = (
  { architecture, t, mmu }: Pick<UnderTest, 'architecture' | 't' | 'mmu'>,
  level: LeafLevel,
): Subject => ({ level, t, mmu, shift: architecture.format.pageShift + architecture.order[level] });

/** The laws at each level of an architecture. */
export const judge = (
  laws: readonly Law[],
  under: Pick<UnderTest, 'architecture' | 't' | 'mmu'>,
  cases: Cases,
): readonly Judgement[] =>
  laws.flatMap((law) =>
    law.levels.map((level): Judgement => {
      const space = spaceOf(law, level, cases);
      const why = whyApart(law, level, under, space);
      const result: Verdict =
        why === undefined ? judged(law, subjectOf(under, level), space) : { verdict: 'does not apply', why };
      return { law, level, result };
    }),
  );
