/** The operations of a world: those of the list that its alphabet has anything for. */
import { handle_mm_fault } from './access.ts';
import type { Alphabet } from './alphabet.ts';
import { revoke } from './devices.ts';
import { mmap, mprotect, mremap, munmap } from './mappings.ts';
import { type Op, PARENT } from './op.ts';
import { exit, fork } from './processes.ts';

const isPossible = ({ args }: Op): boolean => Object.values(args).every((values) => values.length > 0);

/** The operations of a world of `mms` processes; one that has nothing to be tried with is left out. */
export const operationsOf = (alphabet: Alphabet, mms: number): readonly Op[] =>
  [
    mmap([PARENT], alphabet.drivers),
    handle_mm_fault(alphabet),
    munmap(alphabet),
    mprotect(alphabet),
    mremap(alphabet),
    ...(alphabet.fork ? [fork] : []),
    exit(mms),
    ...(alphabet.revoke ? [revoke] : []),
  ].filter((one) => isPossible(one));
