/** Allocations that may fail: the search tries both. Shared by all that allocates, whatever the state of the machine is. */
import type { Choose } from '../checker/search/index.ts';

/** The answers to whether something succeeds. */
export const SUCCEEDS_OR_FAILS = ['succeeds', 'fails'] as const;

interface MayFail {
  /** Allocations that have failed in this operation, and how many may. */
  readonly failures: { readonly at: (row: number) => number; readonly put: (row: number, count: number) => void };
  readonly failuresMax: number;
  readonly choose: Choose;
}

/** Whether an allocation succeeds, as long as failures are left. */
export const alloc_succeeds = (s: MayFail, what: string): boolean => {
  const failures = s.failures.at(0);
  if (failures >= s.failuresMax || s.choose(what, SUCCEEDS_OR_FAILS) === 0) return true;
  s.failures.put(0, failures + 1);
  return false;
};
