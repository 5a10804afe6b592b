/** Plays moves on the model of hugetlb, and says for each what a runner is to do and what it must see. */
import type { Sys } from '../../../model/hugetlb/kernel.ts';
import { Result } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { initialState, isEnabled, makeMove, type Move, movesOf, type Words } from '../../search/index.ts';
import type { Line } from '../lines.ts';
import type { Asserted, Expected, Played, Refused, Wrap } from '../played.ts';
import type { Answered, ProcessSeen } from '../seen.ts';
import { HUGETLB_GAPS } from './gaps.ts';
import { hugetlbLine } from './lines.ts';
import { observeHugetlb, poolOf } from './observe.ts';
import type { HugetlbStage } from './stage.ts';

const ERRNO: Readonly<Record<string, number>> = {
  EPERM: 1,
  ENOENT: 2,
  EIO: 5,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  EINVAL: 22,
  ENOSPC: 28,
  EHWPOISON: 133,
};
const SIGNAL: Readonly<Record<string, number>> = {
  SIGSEGV: 11,
  SIGBUS: 7,
  MCE: 7,
  // A userfaultfd of the runner has UFFD_FEATURE_SIGBUS: nobody waits, whoever would be made to gets a signal.
  USERFAULT: 7,
};

/** What user space gets. A fill that has done a part ends with EAGAIN (fs/userfaultfd.c userfaultfd_copy() and others). */
const answered = (s: Sys): Answered => {
  const name = Result.names[s.result.at(0)]!;
  if (name in SIGNAL) return { ok: false, signal: SIGNAL[name]! };
  if (!(name in ERRNO)) return { ok: true };
  return { ok: false, errno: s.done.at(0) > 0 ? ERRNO['EAGAIN']! : ERRNO[name]! };
};

/** Byte that step `i` writes; never 0, which is what memory begins with. */
const valueOf = (i: number): number => 1 + (i % 250);

export class HugetlbWalk implements Played {
  readonly stage: HugetlbStage;
  readonly steps: Expected[] = [];
  readonly asserted: Asserted[] = [];
  readonly refusals: Refused[] = [];
  readonly uncompared = undefined;
  #words: Words;
  readonly #workers = new Map([[0, 0]]);
  #nextWorker = 1;

  constructor(stage: HugetlbStage) {
    this.stage = stage;
    this.#words = initialState(stage.world, 0);
  }

  /** The state as it is; good until the next move. */
  get state(): Sys {
    return this.stage.world.layout.viewOf(this.#words);
  }

  get processes(): number {
    return this.#workers.size;
  }

  moves(): readonly Move[] {
    return movesOf(this.stage.world);
  }

  isEnabled({ action, args }: Move): boolean {
    return isEnabled(this.stage.world.actions[action]!, this.state, args);
  }

  again(): HugetlbWalk {
    return new HugetlbWalk(this.stage);
  }

  wrapped(wrap: Wrap): HugetlbWalk {
    return new HugetlbWalk(this.stage.instead(wrap));
  }

  take(move: Move): boolean {
    const taken = this.#try(move);
    if ('why' in taken) this.refusals.push(taken);
    return !('why' in taken);
  }

  #lineFor(move: Move): Line {
    const { placement, alphabet } = this.stage;
    const { mappings } = alphabet;
    return hugetlbLine(placement, move, { workers: this.#workers, mappings, value: valueOf(this.steps.length) });
  }

  #try(move: Move): Expected | Refused {
    const { world } = this.stage;
    if (!this.isEnabled(move)) return { why: 'not enabled', detail: move.name };
    const made = this.steps.map((step) => step.move);
    const gap = HUGETLB_GAPS.find(({ shows }) => shows(this.state, move, made));
    if (gap !== undefined) return { why: 'left out', detail: gap.name };
    const line = this.#lineFor(move);
    if ('cannot' in line) return { why: 'not possible', detail: line.cannot };
    const moved = makeMove(world, move, [], this.#words);
    // It waits for somebody else.
    if (!moved.enabled) return { why: 'not enabled', detail: move.name };
    const { step } = moved;
    if (step.bug !== undefined) {
      this.asserted.push({ move, at: this.steps.length, name: step.bug.name, line: line.line });
      return { why: 'assertion', detail: `${step.bug.name}: ${step.bug.message}` };
    }
    const after = world.layout.viewOf(step.after);
    if (after.result.at(0) === Result.OOM) return { why: 'no room', detail: 'the small machine has no table left' };
    const answer = answered(after);
    this.#follow(this.state, after);
    this.#words = step.after.slice();
    this.#words.fill(0, world.layout.width);
    const { show, name, mirrors = '' } = world.actions[move.action]!;
    const taken: Expected = {
      move,
      label: `${name}(${show?.(move.args) ?? ''})`,
      mirrors,
      line: line.line,
      operations: [name],
      seen: { answer, pool: poolOf(this.state), processes: this.#seen() },
    };
    this.steps.push(taken);
    return taken;
  }

  /** Who has been born, and who has died. */
  #follow(before: Sys, after: Sys): void {
    for (let mm = 0; mm < after.geometry.mms; mm++) {
      if (after.mm.at(mm) === 0) this.#workers.delete(mm);
      else if (before.mm.at(mm) === 0) this.#workers.set(mm, this.#nextWorker++);
    }
  }

  #seen(): ReadonlyMap<number, ProcessSeen> {
    const { placement, sight, world } = this.stage;
    const copy = world.layout.draftOf(this.#words.slice());
    const all = [...this.#workers].map(([mm, worker]) => [worker, observeHugetlb(copy, placement, mm, sight)] as const);
    return new Map(all.toSorted(([a], [b]) => a - b));
  }
}
