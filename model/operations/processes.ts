/** fork() and exit() as operations of the search. */
import { action } from '../../checker/search/index.ts';
import { copy_process } from '../mm/fork.ts';
import type { Sys } from '../mm/kernel.ts';
import { exit_mmap } from '../mm/mmap.ts';
import { is_alive, type Op, PARENT, returning, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

/** The first mm that a child can have, or -1. Children are told apart by their numbers only. */
const free_mm = (s: Sys): number => {
  for (let mm = PARENT + 1; mm < s.geometry.mms; mm++) if (!is_alive(s, mm)) return mm;
  return -1;
};

export const fork: Op = action<Sys, Sys>({
  ...OPERATIONS.fork,
  args: {},
  guard: (s) => is_alive(s, PARENT) && free_mm(s) >= 0,
  effect: (s, _none, choose) => {
    s.choose = choose;
    returning(s, copy_process(s, PARENT, free_mm(s)));
  },
});

export const exit = (mms: number): Op =>
  action<Sys, Sys, { mm: number }>({
    ...OPERATIONS.exit,
    args: { mm: Array.from({ length: mms }, (_, mm) => mm) },
    show: ({ mm }) => who(mm),
    guard: (s, { mm }) => is_alive(s, mm),
    effect: (s, { mm }) => exit_mmap(s, mm),
  });
