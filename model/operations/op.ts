/** What the definitions of operations share: how they are shown, and which processes can take them. */
import { type Action, NEVER } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { vma_lookup } from '../mm/vma.ts';
import { WAITS } from '../mm/vm_fault.ts';
import { Mm } from '../state/mm_types.ts';
import { party } from '../state/party.ts';
import type { PageRange } from './alphabet.ts';

export type Op = Action<Sys, Sys>;
export const PARENT = 0;

export const is_alive = (s: Sys, mm: number): boolean => Mm.alive(s.mm.at(mm)) === 1;
export const all_mapped = (s: Sys, mm: number, { from, to }: PageRange): boolean => {
  for (let page = from; page < to; page++) if (vma_lookup(s, mm, page) < 0) return false;
  return true;
};

export const who = party;
export const pagesOf = ({ from, to }: PageRange): string =>
  to - from === 1 ? `page ${from}` : `pages ${from}..${to - 1}`;

/** The operation, which is not made where, as it turns out then, it could not be: whatever went wrong does not go wrong. */
export const notMadeIf = (one: Op, isImpossible: (s: Sys) => boolean): Op => ({
  ...one,
  steps: one.steps.map(({ name, run }) => ({
    name,
    run: (s, args, choose) => {
      try {
        const result = run(s, args, choose);
        return isImpossible(s) ? NEVER : result;
      } catch (error) {
        if (isImpossible(s)) return NEVER;
        throw error;
      }
    },
  })),
});

/** What an operation returns stands in the scratch row. */
export const returning = (s: Sys, result: number): void => s.result.put(0, result);
/** The same of one that may wait for somebody else (WAITS): then it is made later. */
export const returningOrNever = (s: Sys, result: number): typeof NEVER | undefined => {
  if (result === WAITS) return NEVER;
  returning(s, result);
  return undefined;
};
