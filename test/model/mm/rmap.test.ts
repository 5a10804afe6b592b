/** The counters of folios: along golden ways of mapping them, their owners, and what rmap refuses to do. */
import { describe, expect, it } from '@effect/vitest';
import type { Use } from '../../../model/state/geometry.ts';
import type { Machine } from '../../../model/state/machine.ts';
import { folioState, type FolioState, statistics } from '../../support/folio_state.ts';
import { type Chain, CHAINS, REAL_SIZES, type Row, rowFor, type Sizes } from './rmap_golden.ts';

const REAL: Sizes = { n: 512, p: 512 * 512, e: 2 ** 20, m: 16, q: 4, b: 3 };
const SMALL: Sizes = { n: 4, p: 8, e: 2 ** 5, m: 2, q: 1, b: 3 };
/** Too small for a folio between a page and a leaf. */
const LEAST: Sizes = { n: 2, p: 4, e: 2 ** 4, m: 0, q: 0, b: 1 };

const USE: Readonly<Record<string, Use>> = { anon: 'anon', file: 'file', dax: 'dax', fsdax: 'dax' };
const stateFor = ({ kind, pages }: Chain, sizes: Sizes, facts: Partial<Machine>): FolioState =>
  folioState({
    n: sizes.n,
    pmds: sizes.p / sizes.n,
    pins: kind === 'fsdax' ? 1 : 0,
    want: [{ use: USE[kind]!, pages: pages(sizes) }],
    facts,
  });

/** The folio's row; nothing else is in the statistics. */
const rowOf = ({ s, frames }: FolioState, { kind, pages }: Chain, sizes: Sizes): Row => {
  const found = rowFor(s, frames[0]!, pages(sizes), kind === 'anon');
  const all = Object.values(statistics(s)).reduce((sum, count) => sum + count, 0);
  expect(all).toBe(found.mapped + found.huge);
  return found;
};

describe.each([
  ['the real sizes', REAL],
  ['leaves of 4 and 8 pages', SMALL],
  ['leaves of 2 and 4 pages', LEAST],
])('the counters of a folio, with %s', (_sizes, sizes) => {
  const chains = CHAINS.filter(({ pages }) => pages(sizes) > 0);

  it.each(chains)('$name, with page mapcounts', (chain) => {
    const state = stateFor(chain, sizes, { pageMapcount: true });
    expect(state.s.memmap.entirelyMapped).toBe(sizes.e);
    for (const { id, does, gives } of chain.vectors) {
      does(state.s, state.frames[0]!, sizes);
      expect({ id, ...rowOf(state, chain, sizes) }).toEqual({ id, ...gives(sizes) });
    }
  });

  it.each(chains)('$name, without', (chain) => {
    const state = stateFor(chain, sizes, { pageMapcount: false });
    for (const { id, does, gives, coarse } of chain.vectors) {
      does(state.s, state.frames[0]!, sizes);
      const expected = { ...gives(sizes), npm: 0, pm: [0], ...coarse?.(sizes) };
      expect({ id, ...rowOf(state, chain, sizes) }).toEqual({ id, ...expected });
    }
  });
});

const npmShown = (npm: number): string => {
  if (npm < REAL.e) return `${npm}`;
  return npm === REAL.e ? 'E' : `E+${npm - REAL.e}`;
};
const shown = (id: string, { ref, em, lm, npm, pm, mapped, huge, deferred }: Row): string =>
  [id, ref, em, lm, npmShown(npm), pm.join(','), mapped, huge, deferred ? 'D' : ''].join(' ').trim();

describe('the formulas', () => {
  it('give for the real sizes what is known of them', () => {
    const found = CHAINS.flatMap(({ vectors }) => vectors.map(({ id, gives }) => shown(id, gives(REAL))));
    const known = REAL_SIZES.trim().split('\n');
    expect(new Set(found)).toEqual(new Set(known.map((line) => line.split(/ +/).join(' '))));
    expect(known).toHaveLength(21);
  });
});
