/**
 * The fast search against the slow one, and with symmetry against without, on the worlds of high granularity and the versions that
 * have it, as far as some levels reach; releases: mm_worlds.test.ts.
 */
import { describe, expect, it } from '@effect/vitest';
import { HUGETLB_WORLD_ENTRIES } from '../../checker/hugetlb_catalogue.ts';
import type { AnyWorld } from '../../checker/outcomes.ts';
import { explore, type Verdict } from '../../checker/search/index.ts';
import { reference } from '../../checker/search/reference.ts';
import { HGM_VERSIONS } from '../../model/hugetlb/series/hgm.ts';

const lengths = ({ properties }: Verdict): readonly string[] =>
  properties.map(
    ({ name, verdict, exercised, trace }) => `${name} ${verdict} ${exercised} ${trace?.moves.length ?? '-'}`,
  );

const DEPTH = { depthMax: 7 };

const cases = HUGETLB_WORLD_ENTRIES.filter(({ name }) => name.startsWith('hgm')).flatMap(({ name, build }) =>
  HGM_VERSIONS.map(({ version, sets }) => ({
    name,
    version,
    build: (): AnyWorld =>
      build({ kernel: 'v6.1', arch: 'x86_64', series: [`hgm@${version}`], settings: sets }, 'quick'),
  })),
);

describe.each(cases)('$name on $version', ({ build }) => {
  it('is searched by the fast search as by the slow one', () => {
    const [fast, slow] = [explore(build(), DEPTH), reference(build(), DEPTH)];
    expect(lengths(fast)).toEqual(lengths(slow));
    expect([fast.states, fast.transitions, fast.depth]).toEqual([slow.states, slow.transitions, slow.depth]);
  });
  it('is found to be the same without symmetry', () => {
    const { canonical: _without, ...world } = build();
    const [plain, reduced] = [explore(world, DEPTH), explore(build(), DEPTH)];
    expect(lengths(plain)).toEqual(lengths(reduced));
    expect(plain.states).toBeGreaterThanOrEqual(reduced.states);
  });
});
