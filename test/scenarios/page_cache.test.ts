import { describe, expect, it } from '@effect/vitest';
import { account } from './accounted.ts';
import { PAGE_CACHE } from './page_cache.ts';

describe('pages of a file, collapsed', () => {
  it.each(PAGE_CACHE)('$name: $says', (one) => {
    const { outcome, counts, state } = account(one);
    expect(outcome).toBe(one.outcome ?? 'ok');
    expect(counts).toEqual(one.counts);
    expect(state).toEqual(expect.arrayContaining([...(one.has ?? [])]));
  });
});
