import { describe, expect, it } from '@effect/vitest';
import { add_mm_counter, mm_counter, mod_node_page_state } from '../../../model/mm/vmstat.ts';
import { prep_folio } from '../../../model/mm/page_ref.ts';
import { counter } from '../../../model/state/counter.ts';
import { PageKind, Rss, rssBits, rssMax, Vmstat, vmstatMax } from '../../../model/state/memmap.ts';
import { blockAt, folioState, statistics } from '../../support/folio_state.ts';

describe('the counter of an mm for a folio', () => {
  it.each([
    ['anon', 'MM_ANONPAGES'],
    ['shmem', 'MM_SHMEMPAGES'],
    ['file', 'MM_FILEPAGES'],
    ['dax', 'MM_FILEPAGES'],
    ['fsdax', 'MM_FILEPAGES'],
    ['driver', 'MM_FILEPAGES'],
  ] as const)('is, for %s, %s', (kind, name) => {
    const { s, frames } = folioState({ n: 2, want: [{ use: 'driver', pages: 1 }] });
    prep_folio(s, blockAt(s, frames[0]!), PageKind[kind]);
    expect(Rss.names[mm_counter(s, frames[0]!)]).toBe(name);
  });

  it('is its own of every mm', () => {
    const { s } = folioState({ n: 2, want: [{ use: 'anon', pages: 2 }] });
    const { valueOf } = rssBits(s.geometry);
    add_mm_counter(s, 1, Rss.MM_SHMEMPAGES, 2);
    add_mm_counter(s, 2, Rss.MM_FILEPAGES, -1);
    const all = Array.from({ length: s.rss.rows }, (_, row) => valueOf(s.rss.at(row)));
    expect(all).toEqual([0, 0, 0, 0, 0, 2, -1, 0, 0]);
  });
});

describe('a counter that goes wrong', () => {
  it('falls below zero, and sticks at its ends', () => {
    const { s } = folioState({ n: 4, want: [{ use: 'anon', pages: 4 }] });
    const { valueOf } = rssBits(s.geometry);
    for (const by of [-3, -100, 1]) {
      add_mm_counter(s, 0, Rss.MM_ANONPAGES, by);
      mod_node_page_state(s, Vmstat.NR_ANON_MAPPED, by);
    }
    expect(valueOf(s.rss.at(Rss.MM_ANONPAGES))).toBe(1 - rssMax(s.geometry));
    expect(statistics(s).NR_ANON_MAPPED).toBe(1 - vmstatMax(s.memmap));
    for (let i = 0; i < 3; i++) add_mm_counter(s, 0, Rss.MM_ANONPAGES, 15);
    expect(valueOf(s.rss.at(Rss.MM_ANONPAGES))).toBe(rssMax(s.geometry));
  });

  it.each([1, 3, 15, 16, 100])('adds as the whole numbers do, within -%i and that', (largest) => {
    const { valueOf, add, max } = counter(largest);
    for (let value = -largest; value <= largest; value++) {
      for (const by of [-1, 0, 1, largest]) {
        const code = add(add(0, value), by);
        expect(valueOf(code)).toBe(Math.max(-largest, Math.min(largest, value + by)));
        expect(code).toBeLessThanOrEqual(max);
      }
    }
  });
});
