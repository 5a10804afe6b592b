import { explore } from 'mmcheck/search';
import { describe, expect, it } from 'vitest';
import { heap } from './worlds/heap.ts';

const STATE = 32;

describe('memory', () => {
  it('is at most 24 bytes a state beside the state itself, at every moment, growth included', () => {
    const total = 2 ** 22 + 1; // the index doubles behind 2^20, 2^21 and 2^22 states
    let worst = 0;
    const verdict = explore(heap(total), {
      onProgress: ({ states, bytes }) => {
        // Below a million, chunks that are not yet full weigh more.
        if (states > 1_000_000) worst = Math.max(worst, bytes / states - STATE);
        return false;
      },
    });
    expect(verdict.states).toBe(total);
    expect(worst).toBeGreaterThan(12);
    expect(worst).toBeLessThanOrEqual(24);
    expect(verdict.peakBytes / verdict.states - STATE).toBeLessThanOrEqual(24);
  });

  it('stops before it passes a limit', () => {
    const bytesMax = 100_000_000;
    const verdict = explore(heap(2 ** 22), { bytesMax });
    expect(verdict).toMatchObject({ verdict: 'incomplete', cut: 'memory' });
    expect(verdict.peakBytes).toBeLessThan(bytesMax);
    expect(verdict.states).toBeGreaterThan(bytesMax / (STATE + 24) / 1.2);
  });

  it('by default is what the machine has free', () => {
    expect(explore(heap(1000)).verdict).toBe('holds');
  });
});
