/**
 * The set of states seen: numbered in the order of their discovery, compared whole.
 *
 * An arena keeps the words of state n; an index finds n from a hash. Both grow in pieces, so that growing
 * neither stops the search for long nor doubles what it holds: the arena by chunks that are never copied,
 * the index as 256 segments that each double on their own. Look-ups come in batches: the three passes over
 * a batch (first slot, first candidate, decision) are independent loads, so that their cache misses overlap.
 *
 * An index slot is 0 for free; otherwise its low 28 bits are the state's number + 1 and its high 4 bits
 * come from the hash, so that most false candidates are refused without a look at the arena.
 */
import type { Words } from './layout.ts';

const CHUNK_LOG2 = 18;
const CHUNK_MASK = 2 ** CHUNK_LOG2 - 1;
const SEGMENTS = 256;
const SEGMENT_SLOTS_MIN = 64;
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
  readonly #segments: Int32Array[] = Array.from({ length: SEGMENTS }, () => new Int32Array(SEGMENT_SLOTS_MIN));
  readonly #filled = new Int32Array(SEGMENTS);
  /** The batch: words, hashes, and what the first two passes found. */
  readonly batch: Words;
  readonly #hash = new Int32Array(BATCH);
  readonly #slot = new Int32Array(BATCH);
  /** For each state of the last batch: its number if it was new, else -1 - its number. */
  readonly result = new Int32Array(BATCH);

  constructor(width: number) {
    this.width = width;
    this.batch = new Int32Array(BATCH * width);
  }

  /** Bytes held by arena and index. */
  get bytes(): number {
    const index = this.#segments.reduce((sum, segment) => sum + segment.byteLength, 0);
    return index + this.#chunks.length * this.width * 4 * 2 ** CHUNK_LOG2;
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
    const { batch, width, result } = this;
    const hashes = this.#hash;
    const slots = this.#slot;
    const segments = this.#segments;
    const chunks = this.#chunks;
    for (let i = 0; i < size; i++) hashes[i] = hashAt(batch, i * width, width);
    for (let i = 0; i < size; i++) {
      const h = hashes[i]!;
      const segment = segments[h >>> 24]!;
      slots[i] = segment[h & (segment.length - 1)]!;
    }
    for (let i = 0; i < size; i++) {
      // Only a touch, so that the arena's line is on its way; `decide` compares.
      const slot = slots[i]!;
      if (slot === 0) continue;
      const n = (slot & NUMBER_MASK) - 1;
      result[i] = chunks[n >>> CHUNK_LOG2]![(n & CHUNK_MASK) * width]!;
    }
    for (let i = 0; i < size; i++) result[i] = this.#decide(i * width, hashes[i]!);
  }

  #decide(at: number, h: number): number {
    const index = h >>> 24;
    const tag = (h << 8) & TAG_MASK;
    const segment = this.#segments[index]!;
    const mask = segment.length - 1;
    let place = h & mask;
    for (let slot = segment[place]!; slot !== 0; slot = segment[place]!) {
      if ((slot & TAG_MASK) === tag) {
        const n = (slot & NUMBER_MASK) - 1;
        if (this.#equalAt(n, at)) return -1 - n;
      }
      place = (place + 1) & mask;
    }
    const n = this.#append(at);
    segment[place] = tag | (n + 1);
    if (++this.#filled[index]! * 4 > segment.length * 3) this.#growSegment(index);
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

  /** Doubles one segment; the hashes are computed again from the arena. */
  #growSegment(index: number): void {
    const old = this.#segments[index]!;
    const grown = new Int32Array(2 * old.length);
    const mask = grown.length - 1;
    for (let i = 0; i < old.length; i++) {
      const slot = old[i]!;
      if (slot === 0) continue;
      const n = (slot & NUMBER_MASK) - 1;
      let place = hashAt(this.#chunks[n >>> CHUNK_LOG2]!, (n & CHUNK_MASK) * this.width, this.width) & mask;
      while (grown[place] !== 0) place = (place + 1) & mask;
      grown[place] = slot;
    }
    this.#segments[index] = grown;
  }
}
