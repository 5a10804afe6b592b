/**
 * Two-phase commit for `n` resource managers, searched by code written for this one model: the yardstick of
 * the general search. A state is two words, kept in the hash table itself; successors are looked up in
 * batches of 64, so that their cache misses overlap. It keeps no parents and names no actions.
 */

const WORKING = 0;
const PREPARED = 1;
const COMMITTED = 2;
const ABORTED = 3;
const BATCH = 64;

/** Mixes two words into a table position. */
const mix = (lo: number, hi: number): number => {
  let h = Math.imul(lo ^ (lo >>> 15), 0x2c1b3c6d) ^ Math.imul(hi, 0x297a2d39);
  h = Math.imul(h ^ (h >>> 13), 0x7feb352d);
  return (h ^ (h >>> 16)) >>> 0;
};

/**
 * Explores everything; `log2Slots` sizes the table once and for all.
 * lo: 2 bits a manager, then 2 bits of the coordinator, commit message, abort message; hi: prepared
 * messages, then what the coordinator knows to be prepared.
 */
export const twoPhaseByHand = (n: number, log2Slots: number): { states: number; transitions: number } => {
  const slots = (1 << log2Slots) | 0;
  const mask = slots - 1;
  const table = new Int32Array(2 * slots); // lo + 1 with bit 31 set as "taken", hi
  const queueLo = new Int32Array(slots >>> 1);
  const queueHi = new Int32Array(slots >>> 1);
  const batchLo = new Int32Array(BATCH);
  const batchHi = new Int32Array(BATCH);
  const batchAt = new Int32Array(BATCH);
  const batchSeen = new Int32Array(BATCH);
  const TAKEN = 1 << 31;
  const tmAt = 2 * n;
  const commitBit = 1 << (tmAt + 2);
  const abortBit = 1 << (tmAt + 3);
  const tmMask = 3 << tmAt;
  const everyone = ((1 << n) - 1) << n;
  let states = 0;
  let transitions = 0;
  let waiting = 0;

  const flush = (): void => {
    transitions += waiting;
    for (let i = 0; i < waiting; i++) {
      const at = 2 * (mix(batchLo[i]!, batchHi[i]!) & mask);
      batchAt[i] = at;
      batchSeen[i] = table[at]!; // a load for its side effect: the line is in the cache when it is compared
    }
    for (let i = 0; i < waiting; i++) {
      const lo = batchLo[i]! | TAKEN;
      const hi = batchHi[i]!;
      let at = batchAt[i]!;
      for (;;) {
        const seen = table[at]!;
        if (seen === 0) {
          table[at] = lo;
          table[at + 1] = hi;
          queueLo[states] = lo & ~TAKEN;
          queueHi[states++] = hi;
          break;
        }
        if (seen === lo && table[at + 1] === hi) break;
        at = (at + 2) & (2 * mask + 1);
      }
    }
    waiting = 0;
  };
  const emit = (lo: number, hi: number): void => {
    batchLo[waiting] = lo;
    batchHi[waiting] = hi;
    if (++waiting === BATCH) flush();
  };

  emit(0, 0);
  flush();
  transitions = 0;
  for (let head = 0; ; head++) {
    if (head === states) flush();
    if (head === states) break;
    const lo = queueLo[head]!;
    const hi = queueHi[head]!;
    if ((lo & tmMask) === 0) {
      if ((hi & everyone) === everyone) emit(lo | (1 << tmAt) | commitBit, hi);
      emit(lo | (2 << tmAt) | abortBit, hi);
      for (let r = 0; r < n; r++) if ((hi & (1 << r)) !== 0) emit(lo, hi | (1 << (n + r)));
    }
    for (let r = 0; r < n; r++) {
      const shift = 2 * r;
      const rm = (lo >>> shift) & 3;
      const without = lo & ~(3 << shift);
      if (rm === WORKING) {
        emit(without | (PREPARED << shift), hi | (1 << r));
        emit(without | (ABORTED << shift), hi);
      }
      if ((lo & commitBit) !== 0) emit(without | (COMMITTED << shift), hi);
      if ((lo & abortBit) !== 0) emit(without | (ABORTED << shift), hi);
    }
  }
  return { states, transitions };
};
