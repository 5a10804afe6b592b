import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BATCH, hashAt, StateSet } from '../../../checker/search/state_set.ts';

/** A state of `width` words that is number `n` of its kind; all words depend on it, and none is `n`. */
const stateOf = (n: number, width: number): Int32Array =>
  Int32Array.from({ length: width }, (_, i) => Math.imul(n >>> (i % 3), 0x9e3779b1) ^ (n % (i + 2)));

/** What each state of a list is found to be: a number, or nothing when it was seen so lately that it was not staged. */
const addAll = (set: StateSet, states: readonly Int32Array[]): readonly (number | undefined)[] => {
  const results: (number | undefined)[] = [];
  let batch: number[] = [];
  const flush = (): void => {
    set.addBatch();
    batch.forEach((at, i) => (results[at] = set.result[i]!));
    batch = [];
  };
  states.forEach((words, at) => {
    results.push(undefined);
    if (set.stage(words)) batch.push(at);
    if (set.staged === BATCH) flush();
  });
  flush();
  return results;
};

describe('a set of states', () => {
  it('numbers states as a map would, at any width, and gives them back', () => {
    const numbers = fc.array(fc.nat({ max: 3000 }), { maxLength: 4000, size: 'max' });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 40 }), (list, width) => {
        const states = list.map((n) => stateOf(n, width));
        const map = new Map<string, number>();
        const expected = states.map((words) => {
          const known = map.get(words.join());
          if (known !== undefined) return -1 - known;
          map.set(words.join(), map.size);
          return map.size - 1;
        });
        const set = new StateSet(width);
        const results = addAll(set, states);
        // Only a state that is known may be passed over.
        const passed = expected.map((number, i) => (number < 0 && results[i] === undefined ? undefined : number));
        expect(results).toEqual(passed);
        expect(set.count).toBe(map.size);
        const out = new Int32Array(width);
        for (const [text, n] of map) {
          set.load(n, out);
          expect(out.join()).toBe(text);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('tells apart states that differ in one bit', () => {
    const width = 3;
    const zero = new Int32Array(width);
    const states = Array.from({ length: 32 * width }, (_, bit) => {
      const words = zero.slice();
      words[bit >>> 5] = 1 << (bit & 31);
      return words;
    });
    const set = new StateSet(width);
    expect(addAll(set, [zero].concat(states))).toEqual([...states.keys(), states.length]);
    expect(new Set(states.map((words) => hashAt(words, 0, width))).size).toBe(states.length);
  });

  it('finds a state again after the index has grown many times', () => {
    const width = 2;
    const set = new StateSet(width);
    const words = new Int32Array(width);
    const total = 300_000;
    for (let n = 0; n < total; n++) {
      words[0] = n;
      words[1] = n >>> 7;
      set.stage(words);
      if (set.staged === BATCH) set.addBatch();
    }
    set.addBatch();
    expect(set.count).toBe(total);
    words[0] = 123_456;
    words[1] = 123_456 >>> 7;
    expect(set.stage(words)).toBe(true);
    set.addBatch();
    expect(set.result[0]).toBe(-1 - 123_456);
  });

  it('passes over a state that it has just seen, and never one of zeros that it has not', () => {
    for (let width = 1; width <= 40; width++) {
      const set = new StateSet(width);
      const zeros = new Int32Array(width);
      expect([set.stage(zeros), set.stage(zeros), set.staged]).toEqual([true, false, 1]);
      set.addBatch();
      expect([set.count, set.stage(zeros)]).toEqual([1, false]);
      // What the table was filled with at first does not count as seen either.
      const fresh = new StateSet(width);
      const filled = Array.from({ length: 9 }, (_, i) => new Int32Array(width).fill(-i, 0, 1));
      expect(filled.map((words) => fresh.stage(words))).toEqual(filled.map(() => true));
    }
  });
});
