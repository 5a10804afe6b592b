/** Goes through a runner's answers beside the walks that asked for them, and says of each walk whether they agree. */
import { type Difference, differencesOf, type Eye, Side } from './compare.ts';
import type { Expected, Played } from './played.ts';
import type { RunnerLine } from './read_seen.ts';

/** The first step at which the two sides part, counted from 0, and how. */
interface Found {
  readonly at: number;
  readonly differences: readonly Difference[];
}

/** What became of one sequence. `steps`: how many were compared and found alike. */
export type Judged = { readonly walk: Played; readonly steps: number } & (
  | { readonly _tag: 'same' }
  | ({ readonly _tag: 'differs' } & Found)
  /** Something else moved meanwhile: khugepaged, or memory ran short. It says nothing. */
  | {
      readonly _tag: 'disturbed';
      readonly by: readonly string[];
      /** What differed meanwhile: if it does so each time, it was not that. */
      readonly found: Found | undefined;
    }
  /** An object that the sequence needs is not to be had here. */
  | { readonly _tag: 'unavailable'; readonly what: string }
  /** The runner stopped before its end. */
  | { readonly _tag: 'cut' }
);

/** Of one sequence: feed it lines, then ask. */
class Judge {
  readonly #walk: Played;
  readonly #expected: Side;
  readonly #observed: Side;
  #objects: number;
  #at = 0;
  #found: Found | undefined;
  #missing: string | undefined;

  constructor(walk: Played, objects: number, eye: Eye) {
    this.#walk = walk;
    this.#objects = objects;
    const { folioPages: pages, quirks } = walk.stage;
    const own = { ...eye, quirks: [...eye.quirks, ...quirks] };
    this.#expected = new Side(own, pages);
    this.#observed = new Side(own, pages);
  }

  step({ op, lost, seen }: RunnerLine & { _tag: 'step' }): void {
    if (this.#objects > 0) {
      this.#objects--;
      if (!seen.answer.ok) this.#missing ??= `${op}: errno ${seen.answer.errno ?? '?'}`;
      return;
    }
    const step = this.#walk.steps[this.#at];
    if (this.#found !== undefined || this.#missing !== undefined || step === undefined) return;
    const differences = this.#differences(step, { op, lost, seen });
    if (differences.length > 0) this.#found = { at: this.#at, differences };
    else this.#at++;
  }

  #differences(step: Expected, { op, lost, seen }: Omit<RunnerLine & { _tag: 'step' }, '_tag'>): readonly Difference[] {
    if (lost)
      return [{ where: 'the worker', expected: 'answers', observed: 'does not end its operation, or has died' }];
    if (op !== step.line) return [{ where: 'the runner', expected: step.line, observed: op }];
    return differencesOf(
      { seen: step.seen, lines: this.#expected.linesOf(step.seen) },
      { seen, lines: this.#observed.linesOf(seen) },
    );
  }

  /** `heard`: what the runner says of the sequence at its end; undefined when it never came to it. */
  verdict(heard: readonly string[] | undefined): Judged {
    const of = { walk: this.#walk, steps: this.#at };
    const noise = heard?.filter((one) => !this.#walk.stage.usual.includes(one));
    if (this.#missing !== undefined) return { ...of, _tag: 'unavailable', what: this.#missing };
    if (noise !== undefined && noise.length > 0) return { ...of, _tag: 'disturbed', by: noise, found: this.#found };
    if (this.#found !== undefined) return { ...of, _tag: 'differs', ...this.#found };
    return { ...of, _tag: noise === undefined || this.#at < this.#walk.steps.length ? 'cut' : 'same' };
  }
}

/** Judges a batch: sequence `i` of the text is walk `i`. `objects`: answers of the runner before a walk's first move. */
export const judging = (walks: readonly Played[], objects: (walk: Played) => number, eye: Eye) => {
  const judged: Judged[] = [];
  let now: Judge | undefined;
  const close = (noise: readonly string[] | undefined): void => {
    if (now !== undefined) judged.push(now.verdict(noise));
    now = undefined;
  };
  return {
    line: (line: RunnerLine): void => {
      if (line._tag === 'begin') {
        close(undefined);
        const walk = walks[judged.length]!;
        now = new Judge(walk, objects(walk), eye);
      } else if (line._tag === 'step') now?.step(line);
      else if (line._tag === 'end') close(line.noise);
    },
    /** After the last line: one verdict for each walk. */
    done: (): readonly Judged[] => {
      close(undefined);
      return [...judged, ...walks.slice(judged.length).map((walk): Judged => ({ walk, steps: 0, _tag: 'cut' }))];
    },
  };
};
