import { describe, expect, it } from 'vitest';
import { Parents } from '../../../checker/search/parents.ts';

describe('Parents', () => {
  it('gives the way back to an initial state', () => {
    const parents = new Parents();
    [-1, -2, 1, 0, 2].forEach((parent, n) => parents.put(n, parent));
    expect(parents.pathTo(4)).toEqual({ initial: 1, states: [1, 2, 4] });
    expect(parents.pathTo(3)).toEqual({ initial: 0, states: [0, 3] });
    expect(parents.pathTo(0)).toEqual({ initial: 0, states: [0] });
  });

  it('keeps more than one chunk', () => {
    const parents = new Parents();
    const total = 600_000;
    for (let n = 0; n < total; n++) parents.put(n, n === 0 ? -1 : Math.floor(n / 2));
    const { states } = parents.pathTo(total - 1);
    expect(states.slice(0, 4)).toEqual([0, 1, 2, 4]);
    expect(states.at(-1)).toBe(total - 1);
    expect(parents.bytes).toBeGreaterThanOrEqual(4 * total);
  });
});
