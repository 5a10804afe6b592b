/**
 * A guest of the parent that reads or writes a page: the look-up by KVM from its start to the use of what it has found, with
 * nothing between, and nothing at all where the second stage has the page already.
 */
import type { Sys } from '../../model/mm/kernel.ts';
import { begin, lock, use } from '../../model/mm/lookup.ts';
import type { Alphabet, LookingUp } from '../../model/operations/alphabet.ts';
import { type Op, returningOrNever } from '../../model/operations/op.ts';
import { LookupUser } from '../../model/state/lookups.ts';
import { Result } from '../../model/state/mm_types.ts';
import { guest_maps } from '../../model/virt/kvm.ts';
import type { TraceFileStep } from '../read_trace.ts';
import { type Move, type World } from '../search/index.ts';
import type { Answered } from './seen.ts';

/** The operation that stands for all of it, and those that are no longer done by themselves. */
const START = 'follow_pfnmap_start';
const REST = ['follow_pfnmap_lock', 'follow_pfnmap_end', 'use_of_lookup'] as const;

/** KVM_PFN_ERR_RO_FAULT: KVM carries the write out for the guest, or, as it may not, leaves it to user space (KVM_EXIT_MMIO). */
const LEFT_TO_USER_SPACE = Result.EACCES;
const ERRNO_OF_MMIO = 13;

/** Returns a code of `Result`, or WAITS. */
const look_up = (s: Sys, page: number, write: boolean): number => {
  const begun = begin(s, LookupUser.kvm, page, 1, write);
  if (begun !== Result.ok) return begun;
  const found = lock(s);
  if (found !== Result.ok) return found;
  return s.kernel.lookup_end(s) === Result.ok ? use(s) : LEFT_TO_USER_SPACE;
};

/** What was invalidated meanwhile is looked up again (RET_PF_RETRY). */
const guest_access = (s: Sys, page: number, write: boolean): number => {
  if (guest_maps(s, page, write)) return Result.ok;
  const result = look_up(s, page, write);
  return result === Result.EAGAIN ? guest_access(s, page, write) : result;
};

const atOnce = (start: Op): Op => ({
  ...start,
  steps: [
    {
      name: start.name,
      run: (s, args, choose) => {
        const { page, access } = args['at'] as LookingUp;
        s.choose = choose;
        return returningOrNever(s, guest_access(s, page, access === 'write'));
      },
    },
  ],
});

/** The operations of the model that a move has gone through: of a look-up those up to where it ended, or none at all. */
export const operationsIn = (before: Sys, { name, args }: Move, { ok, errno }: Answered): readonly string[] => {
  if (name !== START) return [name];
  const { page, access } = args['at'] as LookingUp;
  if (guest_maps(before, page, access === 'write')) return [];
  if (ok) return [START, ...REST];
  return errno === ERRNO_OF_MMIO ? [START, ...REST.slice(0, 2)] : [START];
};

/** Whether a world has a guest, and nobody else who looks up frames. */
export const hasGuest = ({ lookups }: Alphabet): boolean =>
  lookups.length > 0 && lookups.every(({ by }) => by === 'kvm');

/** A world in which a guest accesses a page in one operation. */
export const withGuest = (world: World<Sys, Sys>, alphabet: Alphabet): World<Sys, Sys> =>
  hasGuest(alphabet)
    ? {
        ...world,
        actions: world.actions
          .filter(({ name }) => !REST.some((one) => one === name))
          .map((one) => (one.name === START ? atOnce(one) : one)),
      }
    : world;

/** The steps of a trace, a look-up without anything between its own as one. */
export const joinedLookups = <A extends Pick<TraceFileStep, 'op'>>(steps: readonly A[]): readonly A[] => {
  const isJoined = (at: number): boolean => {
    const part = REST.findIndex((one) => one === steps[at]!.op);
    if (part < 0) return false;
    return steps[at - 1]?.op === (part === 0 ? START : REST[part - 1]);
  };
  return steps.filter((_, at) => !isJoined(at));
};
