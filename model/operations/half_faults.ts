/** A fault of another thread as two operations of the search: others may fault between them. */
import { action, NEVER } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { fault_goes_on as go_on, fault_to_pmd } from '../mm/memory_half_fault.ts';
import { vma_lookup } from '../mm/vma.ts';
import { HalfFault } from '../state/mm_types.ts';
import type { Alphabet } from './alphabet.ts';
import { is_alive, type Op, PARENT, returningOrNever, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

const is_half_way = (s: Sys): boolean => s.halfFault.rows > 0 && HalfFault.taken(s.halfFault.at(0)) === 1;

export const fault_begins = ({ mms, halfFaults }: Alphabet, most: number): Op =>
  action<Sys, Sys, { mm: number; page: number; access: 'read' | 'write' }>({
    ...OPERATIONS.fault_begins,
    args: { mm: mms, page: most > 0 ? halfFaults : [], access: ['read', 'write'] },
    show: ({ mm, page, access }) => `${who(mm)}, page ${page}, ${access}`,
    when: (s) => !is_half_way(s),
    guard: (s, { mm, page }) => is_alive(s, mm) && vma_lookup(s, mm, page) >= 0,
    effect: (s, { mm, page, access }, choose) => {
      s.choose = choose;
      // One that ends here is an access like any other.
      if (!fault_to_pmd(s, mm, vma_lookup(s, mm, page), page, access === 'write')) return NEVER;
      return undefined;
    },
  });

export const fault_goes_on = (most: number): Op =>
  action<Sys, Sys, { thread: number }>({
    ...OPERATIONS.fault_goes_on,
    args: { thread: Array.from({ length: most }, (_, thread) => thread) },
    show: () => 'the other thread',
    guard: is_half_way,
    effect: (s, _args, choose) => {
      s.choose = choose;
      return returningOrNever(s, go_on(s));
    },
  });

/** What takes the mmap lock of a process for writing; the others run beside its faults. */
const WRITERS: ReadonlySet<string> = new Set([
  'mmap',
  'munmap',
  'mprotect',
  'mremap',
  'madvise',
  'fork',
  'exit',
  'clear_refs',
]);

/** The same operation, which waits, where it takes the mmap lock, until the fault that is half-way through has ended. */
export const under_mmap_lock = (one: Op): Op =>
  WRITERS.has(one.name)
    ? {
        ...one,
        guard: (s, args) =>
          !(is_half_way(s) && HalfFault.mm(s.halfFault.at(0)) === (args['mm'] ?? PARENT)) && one.guard(s, args),
      }
    : one;
