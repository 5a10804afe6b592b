/** The state from which each state was first reached, in chunks that are never copied. */
import { CHUNK_LOG2, type Chunked } from './checkpoint.ts';

const CHUNK_MASK = 2 ** CHUNK_LOG2 - 1;

export class Parents {
  #chunks: Int32Array[] = [];

  get bytes(): number {
    return this.#chunks.length * 4 * 2 ** CHUNK_LOG2;
  }

  /** `parent` is a state's number, or -1 - i for the i-th initial state. States come in order. */
  put(n: number, parent: number): void {
    if (n >>> CHUNK_LOG2 === this.#chunks.length) this.#chunks.push(new Int32Array(2 ** CHUNK_LOG2));
    this.#chunks[n >>> CHUNK_LOG2]![n & CHUNK_MASK] = parent;
  }

  /** The parents of the first `count` states; not a copy. */
  saved(count: number): Chunked {
    return { width: 1, count, chunks: this.#chunks };
  }

  restore({ chunks }: Chunked): void {
    this.#chunks = [...chunks];
  }

  #of(n: number): number {
    return this.#chunks[n >>> CHUNK_LOG2]![n & CHUNK_MASK]!;
  }

  /** The states from an initial one to `n`, both included. */
  pathTo(n: number): { readonly initial: number; readonly states: readonly number[] } {
    const states = [n];
    let parent = this.#of(n);
    for (; parent >= 0; parent = this.#of(parent)) states.push(parent);
    return { initial: -1 - parent, states: states.toReversed() };
  }
}
