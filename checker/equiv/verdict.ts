/** What the comparison of one world comes to, and what of the change was called in it. */
import { match, P } from 'ts-pattern';
import { isOver } from '../kept_run.ts';
import type { Compared } from './compare_worlds.ts';

export type ComparedVerdict = 'fault' | 'differs' | 'equivalent' | 'passed on' | 'incomplete' | 'not called';

/** `passed on`: what differs was called, and passed every call on to what both have. */
export const verdictOf = (one: Compared): ComparedVerdict =>
  match<Compared, ComparedVerdict>(one)
    .with({ fault: P.nonNullable }, () => 'fault')
    .with({ asked: true, together: P.nonNullable }, ({ together }) => together.verdict)
    .with({ together: { verdict: 'equivalent' }, decided: [] }, () => 'passed on')
    .with({ together: P.nonNullable }, ({ together }) => together.verdict)
    .with({ cutShort: true }, () => 'incomplete')
    .otherwise(({ called }) => (Object.keys(called).length > 0 ? 'passed on' : 'not called'));

/** All searches that this comparison takes have come to their end. */
export const isWhole = ({ fault, cutShort = false, before, after, together }: Compared): boolean =>
  fault === undefined && !cutShort && [before, after, together].every((one) => one === undefined || isOver(one));

/** A search of it was cut short, be it by a limit of depth. */
export const isCut = ({ cutShort = false, before, after, together }: Compared): boolean =>
  cutShort || [before, after, together].some((one) => one?.cut !== undefined && one.cut !== 'assertion');

const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].toSorted();

/** Functions that decided something, and those that were called and passed every call on. */
export const callsOf = (all: readonly Compared[]) => {
  const decided = sorted(all.flatMap((one) => one.decided ?? Object.keys(one.called)));
  const called = sorted(all.flatMap((one) => Object.keys(one.called)));
  return { decided, passedOn: called.filter((name) => !decided.includes(name)) };
};
