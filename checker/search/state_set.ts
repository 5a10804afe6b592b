/**
 * The set of states seen: numbered in the order of their discovery, compared whole.
 *
 * An arena keeps the words of state n, an index finds n from a hash. The arena grows by chunks that are never
 * copied. The index doubles when it is half full: it is freed first and made anew from the arena, so that
 * there is never an old one beside a new one. So a state costs its words and 8 to 16 bytes of index.
 *
 * Both are large, and nearly every access misses the cache. Two things are done about that. States that were
 * seen lately are kept in a small table as well; in a breadth-first search half the successors or more are
 * found there. The others are looked up in batches: the three passes over a batch (first slot, first
 * candidate, decision) are independent loads, so that their misses overlap.
 *
 * An index slot is 0 for free; otherwise its low 28 bits are the state's number + 1 and its high 4 bits
 * come from the hash, so that most false candidates are refused without a look at the arena.
 */
import { CHUNK_LOG2, type Chunked } from './checkpoint.ts';
import type { Words } from './layout.ts';

const CHUNK_MASK = 2 ** CHUNK_LOG2 - 1;
const SLOTS_MIN = 2 ** 10;
const NUMBER_MASK = 2 ** 28 - 1;
const TAG_MASK = ~NUMBER_MASK;
/** The most states that a slot can number. */
export const STATES_MAX = NUMBER_MASK - 1;
/** The size of the table of states seen lately, in words. */
const RECENT_WORDS_LOG2 = 14;
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
  /** How many states are in the batch. */
  staged = 0;
  readonly width: number;
  #chunks: Words[] = [];
  #index = new Int32Array(SLOTS_MIN);
  /** The state last seen of those whose hash ends in i, at place i. */
  readonly #recent: Words;
  readonly #recentMask: number;
  readonly #batch: Words;
  readonly #hash = new Int32Array(BATCH);
  readonly #place = new Int32Array(BATCH);
  /** For each state of the last batch: its number if it was new, else -1 - its number. */
  readonly result = new Int32Array(BATCH);

  constructor(width: number) {
    this.width = width;
    this.#batch = new Int32Array(BATCH * width);
    const places = 2 ** Math.max(4, RECENT_WORDS_LOG2 - Math.ceil(Math.log2(width)));
    const recent = new Int32Array(places * width);
    this.#recentMask = places - 1;
    this.#recent = recent;
    // At first all places hold the state of zeros. Where that one belongs there must be one that does not.
    const zeros = hashAt(recent, 0, width) & this.#recentMask;
    do recent[zeros * width]!--;
    while ((hashAt(recent, zeros * width, width) & this.#recentMask) === zeros);
  }

  /** Bytes held by arena and index. */
  get bytes(): number {
    return this.#index.byteLength + this.#chunks.length * this.width * 4 * 2 ** CHUNK_LOG2;
  }

  /** The same, with the next doubling of the index when that is near. */
  get bytesSoon(): number {
    return this.count * 2.2 > this.#index.length ? this.bytes + this.#index.byteLength : this.bytes;
  }

  /** All states; not a copy. */
  get saved(): Chunked {
    return { width: this.width, count: this.count, chunks: this.#chunks };
  }

  /** Takes over saved states; the set is new. */
  restore({ count, chunks }: Chunked): void {
    this.#chunks = [...chunks];
    this.count = count;
    let slots = SLOTS_MIN;
    while ((count + BATCH) * 2 > slots) slots *= 2;
    this.#reindex(slots);
  }

  /** Copies the words of state `n` to the front of `out`. */
  load(n: number, out: Words): void {
    const chunk = this.#chunks[n >>> CHUNK_LOG2]!;
    const from = (n & CHUNK_MASK) * this.width;
    for (let i = 0; i < this.width; i++) out[i] = chunk[from + i]!;
  }

  /** Puts the front of `words` into the batch, unless that state was put there lately; says whether it did. */
  stage(words: Words): boolean {
    const { width, staged } = this;
    const recent = this.#recent;
    const batch = this.#batch;
    const h = hashAt(words, 0, width);
    const known = (h & this.#recentMask) * width;
    let differing = 0;
    for (let i = 0; i < width; i++) differing |= recent[known + i]! ^ words[i]!;
    if (differing === 0) return false;
    const to = staged * width;
    for (let i = 0; i < width; i++) {
      const word = words[i]!;
      recent[known + i] = word;
      batch[to + i] = word;
    }
    this.#hash[staged] = h;
    this.staged = staged + 1;
    return true;
  }

  /** Looks up the states of the batch, adds the new ones, fills `result`, and empties the batch. */
  addBatch(): void {
    const size = this.staged;
    if ((this.count + size) * 2 > this.#index.length) this.#reindex(2 * this.#index.length);
    const { width, result } = this;
    const hashes = this.#hash;
    const places = this.#place;
    const index = this.#index;
    const mask = index.length - 1;
    const chunks = this.#chunks;
    // Touch the first slot.
    for (let i = 0; i < size; i++) result[i] = index[hashes[i]! & mask]!;
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
    this.staged = 0;
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
    const { width } = this;
    const batch = this.#batch;
    const from = (n & CHUNK_MASK) * width;
    for (let i = 0; i < width; i++) if (chunk[from + i] !== batch[at + i]) return false;
    return true;
  }

  #append(at: number): number {
    const n = this.count;
    if (n === STATES_MAX) throw new RangeError(`more than ${STATES_MAX} states`);
    if ((n & CHUNK_MASK) === 0) this.#chunks.push(new Int32Array(this.width * 2 ** CHUNK_LOG2));
    const chunk = this.#chunks[n >>> CHUNK_LOG2]!;
    const { width } = this;
    const batch = this.#batch;
    const to = (n & CHUNK_MASK) * width;
    for (let i = 0; i < width; i++) chunk[to + i] = batch[at + i]!;
    this.count = n + 1;
    return n;
  }

  /** Makes the index anew: gives the old one back, and enters all states again, in the order of the arena. */
  #reindex(slots: number): void {
    this.#index.buffer.transfer(0);
    const index = new Int32Array(slots);
    const mask = slots - 1;
    const { width, result, count } = this;
    const hashes = this.#place; // free until the next batch
    for (let first = 0; first < count; first += BATCH) {
      // BATCH states, which lie in one chunk. Touching is a loop of its own, so that many misses fit in flight.
      const chunk = this.#chunks[first >>> CHUNK_LOG2]!;
      const size = Math.min(BATCH, count - first);
      for (let i = 0; i < size; i++) hashes[i] = hashAt(chunk, ((first + i) & CHUNK_MASK) * width, width);
      for (let i = 0; i < size; i++) result[i] = index[hashes[i]! & mask]!;
      for (let i = 0; i < size; i++) {
        const h = hashes[i]!;
        let place = h & mask;
        while (index[place] !== 0) place = (place + 1) & mask;
        index[place] = (h & TAG_MASK) | (first + i + 1);
      }
    }
    this.#index = index;
  }
}
