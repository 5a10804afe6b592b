/**
 * Who waits for a look-up in flight: whoever wants the mmap lock of the parent for writing, which the look-up holds for
 * reading, and whoever wants the page-table lock that it holds (model/mm/ptl.ts). Such an operation is made later.
 */
import { holds_mmap_lock } from '../mm/lookup.ts';
import type { Sys } from '../mm/kernel.ts';
import { LOOKUP_MM } from '../mm/ptl.ts';
import { Lookup, LookupStage } from '../state/lookups.ts';
import { notMadeIf, type Op } from './op.ts';

/** Operations under mmap_write_lock(), of the process that they name; fork() of the parent. */
const WRITERS: ReadonlySet<string> = new Set(['mmap', 'munmap', 'mprotect', 'mremap', 'fork', 'clear_refs']);
const is_writer = (name: string, args: Readonly<Record<string, unknown>>): boolean =>
  WRITERS.has(name) || (name === 'madvise' && (args['advice'] === 'DONTFORK' || args['advice'] === 'DOFORK'));

/** Whoever looks up has a reference to the mm: it does not end meanwhile. */
const waits_for_mm = (s: Sys, name: string, args: Readonly<Record<string, unknown>>): boolean => {
  const { mm = LOOKUP_MM } = args;
  if (mm !== LOOKUP_MM) return false;
  if (name === 'exit') return Lookup.stage(s.lookup.at(0)) !== LookupStage.none;
  return is_writer(name, args) && holds_mmap_lock(s);
};

const is_contended = (s: Sys): boolean => s.contended.at(0) === 1;

/** The operation in a world with look-ups. */
export const waiting = (one: Op): Op => ({
  ...notMadeIf(one, is_contended),
  guard: (s, args) => !waits_for_mm(s, one.name, args) && one.guard(s, args),
});
