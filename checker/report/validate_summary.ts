/** What `mmcheck validate` found, in one paragraph that is fit for a mail. */
import { type ComparedVerdict, isCut, verdictOf } from '../equiv/verdict.ts';
import type { Story } from '../narrate.ts';
import type { Validated } from '../validate.ts';
import { type Judgement, overWorlds, type Status } from '../validate/status.ts';
import { hang } from './columns.ts';
import { shortestPartings } from './equiv_text.ts';
import { operations } from './text.ts';

const storyOf = ({ after, before }: Judgement): Story => (after?.counterexample ?? before?.counterexample)!;

/** '(pfnmap, after 2 operations: mmap, mremap)' */
const wayInBrief = (one: Judgement): string => {
  const { length, steps } = storyOf(one);
  const ways = steps.map(({ op }) => op).join(', ');
  return `(${one.world}, after ${operations(length)}${ways === '' ? '' : `: ${ways}`})`;
};

/** 'I-DEP, I-LIVE (pfnmap, after 2 operations: mmap, mremap)': those that show the same way stand together. */
const inBrief = (all: readonly Judgement[]): string =>
  [...Map.groupBy(all, wayInBrief)]
    .map(([way, some]) => `${some.map(({ property }) => property).join(', ')} ${way}`)
    .join(', ');

const says = (what: string, all: readonly Judgement[]): readonly string[] =>
  all.length === 0 ? [] : [`${what} ${all.length === 1 ? '1 property' : `${all.length} properties`}: ${inBrief(all)}`];

/** What of the worlds asked was not seen to its end. */
const unseen = ({ worlds, left }: Validated): readonly string[] => {
  const cut = worlds.filter(({ compared }) => isCut(compared) || compared.fault !== undefined).length + left;
  return cut === 0 ? [] : [`not all was seen of ${cut === 1 ? '1 world' : `${cut} worlds`}`];
};

/** In worlds of which all else was seen. */
const hidden = ({ worlds }: Validated): readonly string[] => {
  const blind = worlds.filter(({ compared }) => compared.together?.bothFail === true).length;
  const where = blind === 1 ? '1 world' : `${blind} worlds`;
  return blind === 0 ? [] : [`not seen is what lies behind an assertion that both fail, in ${where}`];
};

const DECIDED: readonly ComparedVerdict[] = ['differs', 'equivalent', 'incomplete'];

/** What is said where the change has decided nothing, so that nothing can be said of it. */
const idle = ({ worlds, left }: Validated): string | undefined => {
  const verdicts = new Set(worlds.map(({ compared }) => verdictOf(compared)));
  if (DECIDED.some((one) => verdicts.has(one))) return undefined;
  if (verdicts.has('passed on')) return 'passes every call on to its base in these worlds, and decides nothing';
  return left > 0 && worlds.length === 0 ? 'was not compared' : 'is not called in these worlds, and decides nothing';
};

export const summaryLines = (one: Validated): readonly string[] => {
  const nothing = idle(one);
  if (nothing !== undefined) return hang('', `${[`${one.change.title} ${nothing}`, ...unseen(one)].join('; ')}.`);
  const worst = overWorlds(one.judgements);
  const having = (status: Status): readonly Judgement[] => worst.filter((each) => each.status === status);
  const broken = [
    ...says('newly violates', having('newly violated')),
    ...says('violates, where not all of its base was seen,', having('violated')),
  ];
  const undecided = having('undecided').length;
  const soFar = unseen(one).length === 0 ? '' : ' so far';
  const differing = shortestPartings(one.worlds).length;
  const said = [
    ...(broken.length === 0 ? [`newly violates nothing${soFar}`] : broken),
    ...says('mends', having('mended')),
    ...says('has no occasion any more for', having('gone')),
    ...(undecided === 0 ? [] : [`${undecided} undecided`]),
    differing === 0
      ? `no operation behaves differently${soFar}`
      : `${operations(differing)} behave${differing === 1 ? 's' : ''} differently`,
    ...unseen(one),
    ...hidden(one),
  ];
  return hang('', `${one.change.title} ${said.join('; ')}.`);
};
