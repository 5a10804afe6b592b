/**
 * How good the shrinker is: what random walks of up to 60 operations came across, each line with its seed, how long the walk was
 * by then, what it was shrunk to, and how long the shortest trace is. A line that changes is a model, or a way of drawing, that
 * changed; then the seed is to be replaced by one with a long walk. Of the series some mistakes show soon on any walk.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explore } from '../../../checker/search/index.ts';
import { shrink } from '../../../checker/shrink/shrink.ts';
import { longestWay, worldOn } from './walked.ts';

const rows = readFileSync(new URL('walked.pinned.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const parts = /^(\S+) on (\S+), (.*), seed (\d+): (\d+) -> (\d+), shortest (\d+)$/.exec(line)!;
    const [, world = '', kernel = '', property = ''] = parts;
    const [seed = 0, walked = 0, shrunk = 0, shortest = 0] = parts.slice(4).map(Number);
    return { line, world, kernel, property, seed, walked, shrunk, shortest };
  });

describe('a walk is shrunk', () => {
  it.each(rows)('$line', ({ world: name, kernel, property, seed, walked, shrunk, shortest }) => {
    const world = worldOn(name, kernel);
    const way = longestWay(world, property, seed)!;
    const judged = world.properties.filter((one) => one.name === property || one.kind === 'assertion');
    const { properties } = explore({ ...world, properties: judged }, { depthMax: shortest });
    expect({
      walked: way.moves.length,
      shrunk: shrink(world, property, way).moves.length,
      shortest: properties.find((one) => one.name === property)!.trace?.moves.length,
    }).toEqual({ walked, shrunk, shortest });
  });
  it('to the shortest trace in most cases, and to one step more at most', () => {
    expect(rows.length).toBeGreaterThanOrEqual(20);
    expect(rows.filter(({ walked }) => walked >= 30).length).toBeGreaterThanOrEqual(16);
    expect(rows.filter(({ shrunk, shortest }) => shrunk > shortest + 1)).toEqual([]);
    const best = rows.filter(({ shrunk, shortest }) => shrunk === shortest);
    expect(best.length / rows.length).toBeGreaterThan(0.8);
  });
});
