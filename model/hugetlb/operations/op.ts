/** What the definitions of operations on hugetlb share: how they are shown, and which processes can take them. */
import { type Action, NEVER } from '../../../checker/search/index.ts';
import { party } from '../../state/party.ts';
import type { Sys } from '../kernel.ts';
import { WAITS } from '../fault.ts';
import { vma_lookup } from '../vma.ts';
import type { PageRange } from './alphabet.ts';

export type HugetlbOp = Action<Sys, Sys>;
export const PARENT = 0;

export const is_alive = (s: Sys, mm: number): boolean => s.mm.at(mm) === 1;
export const all_mapped = (s: Sys, mm: number, { from, to }: PageRange): boolean => {
  for (let page = from; page < to; page++) if (vma_lookup(s, mm, page) < 0) return false;
  return true;
};
export const who = party;
export const pagesOf = ({ from, to }: PageRange): string =>
  to - from === 1 ? `page ${from}` : `pages ${from}..${to - 1}`;

/** What an operation returns stands in the scratch row; one that waits for somebody else is made later. */
export const returning = (s: Sys, result: number): typeof NEVER | undefined => {
  if (result === WAITS) return NEVER;
  s.result.put(0, result);
  return undefined;
};
