/** Plays moves on the model, and says for each what a runner is to do and what it must see. */
import { free_pin } from '../../model/mm/gup.ts';
import { vma_lookup } from '../../model/mm/vma.ts';
import type { Kernel, Sys } from '../../model/mm/kernel.ts';
import type { Alphabet, DaxCut, LookingUp, Moving, PageRange, Truncation } from '../../model/operations/alphabet.ts';
import { LOOKUP_MM } from '../../model/mm/ptl.ts';
import { pagesOf } from '../../model/state/geometry.ts';
import { Mm, Pmd, PmdKind, Result, Vma, VmaKind } from '../../model/state/mm_types.ts';
import { initialState, isEnabled, makeMove, type Move, movesOf, type Words, type World } from '../search/index.ts';
import { gapIn, gapOf } from './gaps.ts';
import { operationsIn } from './guest_access.ts';
import { Image } from './image.ts';
import { type Cast, type Line, runnerLine } from './lines.ts';
import { observe, type Sight } from './observe.ts';
import type { Placement } from './placement.ts';
import type { Asserted, Expected, Played, PlayedStage, Refused, Wrap } from './played.ts';
import type { Answered, ProcessSeen } from './seen.ts';
import type { Contents } from './zeroes.ts';

/** A device whose BARs are mapped: bus, device and function, as in "0000:00:02.0", and the number of the BAR. */
export interface Device {
  readonly bdf: string;
  readonly bar: number;
  /** What is written to it can be read again. */
  readonly keeps?: true;
}

/** A world of the model, and how it lies in a real address space. */
export interface Stage extends PlayedStage {
  readonly world: World<Sys, Sys>;
  readonly alphabet: Alphabet;
  readonly placement: Placement;
  readonly sight: Sight;
  /** What its BARs are mapped of. */
  readonly device: Device | undefined;
  /** What the kernel of the world may ask of memory; the walk that goes on answers. */
  readonly contents: Contents;
  /** The same with another kernel. */
  readonly instead?: (change: (kernel: Kernel) => Kernel) => Stage;
}

const notEnabled = ({ name }: Move): Refused => ({ why: 'not enabled', detail: name });

const ERRNO: Readonly<Record<string, number>> = {
  ENOMEM: 12,
  EINVAL: 22,
  EACCES: 13,
  EBUSY: 16,
  EAGAIN: 11,
  EEXIST: 17,
  ENOENT: 2,
  EIO: 5,
  EOPNOTSUPP: 95,
  EFAULT: 14,
};
const SIGNAL: Readonly<Record<string, number>> = { SIGSEGV: 11, SIGBUS: 7 };

const answered = (result: number): Answered => {
  const name = Result.names[result]!;
  if (name in SIGNAL) return { ok: false, signal: SIGNAL[name]! };
  return name in ERRNO ? { ok: false, errno: ERRNO[name]! } : { ok: true };
};

/** Byte that step `i` writes; never 0, which is what memory begins with. */
const valueOf = (i: number): number => 1 + (i % 250);

const isMapped = (s: Sys, mm: number, page: number): boolean => {
  const { puds, ptrsPerPmd, ptrsPerPte } = s.geometry;
  const e = s.pmd.at(mm * puds * ptrsPerPmd + Math.floor(page / ptrsPerPte));
  if (Pmd.kind(e) !== PmdKind.table) return Pmd.kind(e) !== PmdKind.none;
  return s.pte.at(Pmd.pfn(e) * ptrsPerPte + (page % ptrsPerPte)) !== 0;
};

/** All pages of the VMAs that a move goes to; undefined where there is none. */
const vmasAt = (s: Sys, mm: number, { to, pages }: Moving): PageRange | undefined => {
  const rows = Array.from({ length: pages }, (_, i) => vma_lookup(s, mm, to + i));
  if (rows.some((row) => row < 0)) return undefined;
  const vmas = rows.map((row) => s.vma.at(row));
  return { from: Math.min(...vmas.map(Vma.start)), to: Math.max(...vmas.map(Vma.end)) };
};

export class Walk implements Played {
  readonly stage: Stage;
  readonly steps: Expected[] = [];
  /** Moves that were not made because of an assertion of the model. */
  readonly asserted: Asserted[] = [];
  /** Why the last move that was tried was not made. */
  refused: Refused | undefined;
  /** All moves that were not made. */
  readonly refusals: Refused[] = [];
  /** The line of the move that the model asserts against, where it is played all the same. */
  uncompared: string | undefined;
  #words: Words;
  readonly #image = new Image();
  readonly #workers = new Map([[0, 0]]);
  #nextWorker = 1;

  constructor(stage: Stage) {
    this.stage = stage;
    this.#words = initialState(stage.world, 0);
  }

  /** The state as it is; good until the next move. */
  get state(): Sys {
    return this.stage.world.layout.viewOf(this.#words);
  }

  /** How many processes live. */
  get processes(): number {
    return this.#workers.size;
  }

  moves(): readonly Move[] {
    return movesOf(this.stage.world);
  }

  again(): Walk {
    return new Walk(this.stage);
  }

  wrapped(wrap: Wrap): Walk | undefined {
    const stage = this.stage.instead?.(wrap);
    return stage === undefined ? undefined : new Walk(stage);
  }

  isEnabled({ action, args }: Move): boolean {
    return isEnabled(this.stage.world.actions[action]!, this.state, args);
  }

  /** What a runner is to do for a move, here and now. */
  lineFor(move: Move): Line {
    const s = this.state;
    const cast: Cast = {
      workers: this.#workers,
      pin: s.pin.rows === 0 ? -1 : free_pin(s),
      around:
        move.name === 'UFFDIO_MOVE' ? vmasAt(s, move.args['mm'] as number, move.args['move'] as Moving) : undefined,
      value: valueOf(this.steps.length),
    };
    return runnerLine(this.stage.placement, this.stage.alphabet, move, cast);
  }

  /** Makes the move, if model and runner both can. `last`: nothing comes after it that what it leaves could matter to. */
  take(move: Move, last = false): boolean {
    const taken = this.#try(move, last);
    this.refused = 'why' in taken ? taken : undefined;
    if (this.refused !== undefined) this.refusals.push(this.refused);
    return this.refused === undefined;
  }

  /** Has the move that an assertion kept it from played behind its steps; what the kernel says of it is all that is known. */
  playUncompared(): void {
    this.uncompared = this.asserted.at(-1)?.line;
  }

  #try(move: Move, last: boolean): Expected | Refused {
    const { world } = this.stage;
    if (!this.isEnabled(move)) return notEnabled(move);
    const gap = gapOf(this.state, move);
    if (gap !== undefined) return { why: 'left out', detail: gap.name };
    const line = this.lineFor(move);
    if ('cannot' in line) return { why: 'not possible', detail: line.cannot };
    this.stage.contents.isZero = (mm, page) => this.#image.read(this.state, mm, page) === 0;
    const made = makeMove(world, move, [], this.#words);
    // It waits for somebody else.
    if (!made.enabled) return notEnabled(move);
    const { step } = made;
    if (step.bug !== undefined) {
      this.asserted.push({ move, at: this.steps.length, name: step.bug.name, line: line.line });
      return { why: 'assertion', detail: `${step.bug.name}: ${step.bug.message}` };
    }
    const after = world.layout.viewOf(step.after);
    if (after.failures.at(0) > 0) return { why: 'no room', detail: 'the small machine is out of memory' };
    const left = last ? undefined : gapIn(after);
    if (left !== undefined) return { why: 'left out', detail: left.name };
    const answer = this.#answer(move, this.state, after);
    const operations = operationsIn(this.state, move, answer);
    this.#words = step.after.slice();
    this.#words.fill(0, world.layout.width);
    const { show, name, mirrors = '' } = world.actions[move.action]!;
    const taken: Expected = {
      move,
      label: `${name}(${show?.(move.args) ?? ''})`,
      mirrors,
      line: line.line,
      operations,
      seen: { answer, processes: this.#seen() },
    };
    this.steps.push(taken);
    return taken;
  }

  #seen(): ReadonlyMap<number, ProcessSeen> {
    const s = this.state;
    const seen = new Map<number, ProcessSeen>();
    for (const [mm, worker] of this.#workers) seen.set(worker, observe(s, this.stage.placement, mm, this.stage.sight));
    return new Map([...seen].toSorted(([a], [b]) => a - b));
  }

  /** What the move returns, once the image knows of it. */
  #answer(move: Move, before: Sys, after: Sys): Answered {
    const answer = answered(after.result.at(0));
    const { args } = move;
    const mm = (args['mm'] as number | undefined) ?? 0;
    const page = args['page'] as number;
    const range = args['range'] as PageRange;
    const image = this.#image;
    switch (move.name) {
      case 'handle_mm_fault':
      case 'access_remote_vm':
        return answer.ok ? this.#accessed(after, mm, page, args['access'] === 'write', answer) : answer;
      case 'follow_pfnmap_start': {
        const at = args['at'] as LookingUp;
        return answer.ok ? this.#accessed(after, LOOKUP_MM, at.page, at.access === 'write', answer) : answer;
      }
      case 'munmap':
        if (answer.ok) image.drop(mm, range);
        break;
      case 'madvise':
        if (args['advice'] === 'DONTNEED' && answer.ok) image.drop(mm, range);
        if (args['advice'] === 'PAGEOUT' || args['advice'] === 'FREE') this.#dropped(before, after);
        break;
      case 'mremap':
        if (answer.ok) image.move(mm, args['move'] as Moving);
        break;
      case 'UFFDIO_MOVE':
        this.#moved(before, after, mm, args['move'] as Moving);
        break;
      case 'truncate':
        image.truncate(after, args['part'] as Truncation);
        break;
      case 'dax_truncate':
        image.cut(after, args['cut'] as DaxCut);
        break;
      case 'fork':
        this.#forked(before, after);
        break;
      case 'exit':
        image.exit(mm);
        this.#workers.delete(mm);
        break;
      default:
    }
    return answer;
  }

  #accessed(s: Sys, mm: number, page: number, write: boolean, answer: Answered): Answered {
    const row = vma_lookup(s, mm, page);
    // A model that is wrong may let a guest have what its process maps no more.
    const kind = row < 0 ? VmaKind.none : Vma.kind(s.vma.at(row));
    const isDevice = kind === VmaKind.device || kind === VmaKind.mixed;
    if (kind === VmaKind.none || (isDevice && this.stage.device?.keeps !== true)) return answer;
    if (write) this.#image.write(s, mm, page, valueOf(this.steps.length));
    const value = write ? undefined : this.#image.read(s, mm, page);
    // Nobody knows what the memory of a device begins with.
    return value === undefined || (value === 0 && (isDevice || kind === VmaKind.dax)) ? answer : { ...answer, value };
  }

  /** What is neither mapped nor in swap any more had been given up. */
  #dropped(before: Sys, after: Sys): void {
    for (const mm of this.#workers.keys())
      for (let page = 0; page < pagesOf(after.geometry); page++)
        if (isMapped(before, mm, page) && !isMapped(after, mm, page))
          this.#image.drop(mm, { from: page, to: page + 1 });
  }

  /** It may have stopped half-way: what has left its place has arrived. */
  #moved(before: Sys, after: Sys, mm: number, { from, to, pages }: Moving): void {
    for (let i = 0; i < pages; i++)
      if (isMapped(before, mm, from + i) && !isMapped(after, mm, from + i))
        this.#image.move(mm, { from: from + i, to: to + i, pages: 1 });
  }

  #forked(before: Sys, after: Sys): void {
    for (let mm = 1; mm < after.geometry.mms; mm++) {
      if (Mm.alive(before.mm.at(mm)) === 1 || Mm.alive(after.mm.at(mm)) === 0) continue;
      this.#workers.set(mm, this.#nextWorker++);
      this.#image.fork(after, 0, mm);
    }
  }
}
