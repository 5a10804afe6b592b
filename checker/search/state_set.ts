/**
 * The set of states seen: numbered in the order of their discovery, compared whole.
 *
 * An arena keeps the words of state n, an index finds n from a hash. The arena grows by chunks that are never
 * copied. The index doubles: it is freed first and made anew from the arena, so that there is never an old
 * one beside a new one. Look-ups come in batches: the three passes over a batch (hash and first slot, first
 * candidate, decision) are independent loads, so that their cache misses overlap.
 *
 * An index slot is 0 for free; otherwise its low 28 bits are the state's number + 1 and its high 4 bits
 * come from the hash, so that most false candidates are refused without a look at the arena.
 */
import type { Words } from './layout.ts';

const CHUNK_LOG2 = 18;
const CHUNK_MASK = 2 ** CHUNK_LOG2 - 1;
const SLOTS_MIN = 2 ** 10;
const NUMBER_MASK = 2 ** 28 - 1;
const TAG_MASK = ~NUMBER_MASK;
/** The most states that a slot can number. */
export const STATES_MAX = NUMBER_MASK - 1;
/** Successors that are looked up together. */
export const BATCH = 128;

/** Mixes all words; a change of any bit reaches every bit of the result. */
export const hashAt = (words: Words, at: number, width: number): number => {
  let h = 0x9e3779b9 | 0;
  for (let i = at; i < at + width; i++) {
    h = Math.imul(h ^ words[i]!, 0x2c1b3c6d);
    h ^= h >>> 15;
  }
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return h ^ (h >>> 15);
};

export class StateSet {
  count = 0;
  readonly width: number;
  readonly #chunks: Words[] = [];
  #index = new Int32Array(SLOTS_MIN);
  /** The batch: words, hashes, and the place in the index that each pass has come to. */
  readonly batch: Words;
  readonly #hash = new Int32Array(BATCH);
  readonly #place = new Int32Array(BATCH);
  /** For each state of the last batch: its number if it was new, else -1 - its number. */
  readonly result = new Int32Array(BATCH);

  constructor(width: number) {
    this.width = width;
    this.batch = new Int32Array(BATCH * width);
  }

  /** Bytes held by arena and index. */
  get bytes(): number {
    return this.#index.byteLength + this.#chunks.length * this.width * 4 * 2 ** CHUNK_LOG2;
  }

  /** Copies the words of state `n` to the front of `out`. */
  load(n: number, out: Words): void {
    const chunk = this.#chunks[n >>> CHUNK_LOG2]!;
    const from = (n & CHUNK_MASK) * this.width;
    for (let i = 0; i < this.width; i++) out[i] = chunk[from + i]!;
  }

  /** Puts the front of `words` into place `i` of the batch. */
  stage(i: number, words: Words): void {
    const { width, batch } = this;
    const to = i * width;
    for (let k = 0; k < width; k++) batch[to + k] = words[k]!;
  }

  /** Looks up the first `size` states of the batch, adds the new ones, and fills `result`. */
  addBatch(size: number): void {
    if ((this.count + size) * 4 > this.#index.length * 3) this.#grow();
    const { batch, width, result } = this;
    const hashes = this.#hash;
    const places = this.#place;
    const index = this.#index;
    const mask = index.length - 1;
    const chunks = this.#chunks;
    // Touch the first slot.
    for (let i = 0; i < size; i++) {
      const h = hashAt(batch, i * width, width);
      hashes[i] = h;
      result[i] = index[h & mask]!;
    }
    // Find the first candidate, and touch its words.
    for (let i = 0; i < size; i++) {
      const h = hashes[i]!;
      const tag = h & TAG_MASK;
      let place = h & mask;
      let slot = result[i]!;
      while (slot !== 0 && (slot & TAG_MASK) !== tag) {
        place = (place + 1) & mask;
        slot = index[place]!;
      }
      places[i] = place;
      if (slot === 0) continue;
      const n = (slot & NUMBER_MASK) - 1;
      result[i] = chunks[n >>> CHUNK_LOG2]![(n & CHUNK_MASK) * width]!;
    }
    for (let i = 0; i < size; i++) result[i] = this.#decide(i * width, places[i]!, hashes[i]! & TAG_MASK);
  }

  #decide(at: number, from: number, tag: number): number {
    const index = this.#index;
    const mask = index.length - 1;
    let place = from;
    for (let slot = index[place]!; slot !== 0; slot = index[place]!) {
      if ((slot & TAG_MASK) === tag) {
        const n = (slot & NUMBER_MASK) - 1;
        if (this.#equalAt(n, at)) return -1 - n;
      }
      place = (place + 1) & mask;
    }
    const n = this.#append(at);
    index[place] = tag | (n + 1);
    return n;
  }

  #equalAt(n: number, at: number): boolean {
    const chunk = this.#chunks[n >>> CHUNK_LOG2]!;
    const { batch, width } = this;
    const from = (n & CHUNK_MASK) * width;
    for (let i = 0; i < width; i++) if (chunk[from + i] !== batch[at + i]) return false;
    return true;
  }

  #append(at: number): number {
    const n = this.count;
    if (n === STATES_MAX) throw new RangeError(`more than ${STATES_MAX} states`);
    if ((n & CHUNK_MASK) === 0) this.#chunks.push(new Int32Array(this.width * 2 ** CHUNK_LOG2));
    const chunk = this.#chunks[n >>> CHUNK_LOG2]!;
    const { batch, width } = this;
    const to = (n & CHUNK_MASK) * width;
    for (let i = 0; i < width; i++) chunk[to + i] = batch[at + i]!;
    this.count = n + 1;
    return n;
  }

  /** Doubles the index: gives the old one back, and enters all states again, in the order of the arena. */
  #grow(): void {
    const slots = 2 * this.#index.length;
    this.#index.buffer.transfer(0);
    const index = new Int32Array(slots);
    const mask = slots - 1;
    const { width } = this;
    for (let n = 0; n < this.count; n++) {
      const h = hashAt(this.#chunks[n >>> CHUNK_LOG2]!, (n & CHUNK_MASK) * width, width);
      let place = h & mask;
      while (index[place] !== 0) place = (place + 1) & mask;
      index[place] = (h & TAG_MASK) | (n + 1);
    }
    this.#index = index;
  }
}
