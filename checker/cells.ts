/**
 * The memory that a search shares with the thread that watches it: what the search shows of itself, and one
 * cell that asks it to stop. Runs come one after another and use the same memory.
 */
import type { Progress } from './search/index.ts';

const SHOWN = 5;

export class Cells {
  readonly shared: SharedArrayBuffer;
  readonly #shown: Float64Array;
  readonly #stop: Int32Array;

  constructor(shared = new SharedArrayBuffer(SHOWN * 8 + 8)) {
    this.shared = shared;
    this.#shown = new Float64Array(shared, 0, SHOWN);
    this.#stop = new Int32Array(shared, SHOWN * 8, 1);
  }

  show({ states, transitions, depth, waiting, bytes }: Progress): void {
    this.#shown.set([states, transitions, depth, waiting, bytes]);
  }

  get shown(): Progress {
    const [states = 0, transitions = 0, depth = 0, waiting = 0, bytes = 0] = this.#shown;
    return { states, transitions, depth, waiting, bytes };
  }

  clear(): void {
    this.#shown.fill(0);
  }

  askToStop(): void {
    Atomics.store(this.#stop, 0, 1);
  }

  get stopAsked(): boolean {
    return Atomics.load(this.#stop, 0) !== 0;
  }
}
