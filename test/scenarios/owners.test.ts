/** Three processes that share a folio: what it remembers of its owners (CONFIG_MM_ID), whoever exits first. */
import { describe, expect, it } from '@effect/vitest';
import { anonMemory } from '../../model/drivers/driver.ts';
import { blocks, SMALL } from '../../model/state/geometry.ts';
import { folios } from './accounts.ts';
import { exit, fork, mmap, type Stage, perform, write } from './play.ts';

const leaf: Stage = { geometry: { ...SMALL, mms: 3, memory: blocks('anon', 2, 1) } };
/** Slots of 4 pages, and folios of 2: PTEs. */
const ptes: Stage = {
  geometry: { ...SMALL, mms: 3, puds: 1, ptrsPerPte: 4, memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 3)] },
};
const forked = [mmap(anonMemory('2 pages', { at: 0, pages: 2 })), write(0, 0), fork, fork];

const ofLeaf = (...exits: readonly number[]): readonly string[] =>
  folios(perform([...forked, ...exits.map(exit)], leaf).at);

describe('a THP of parent, child and second child', () => {
  it('remembers two of them, and that there are more', () => {
    expect(ofLeaf()).toEqual(['anon 16: ref 3 em 3 lm 3 npm E parent:1 child:1 S pm 0 0']);
  });
  it.each<[exits: readonly number[], left: string]>([
    [[0], 'child:1 S'],
    [[1], 'parent:1 S'],
    [[2], 'parent:1 child:1 S'],
  ])('after the exit of %o: %s', (exits, left) => {
    expect(ofLeaf(...exits)).toEqual([`anon 16: ref 2 em 2 lm 2 npm E ${left} pm 0 0`]);
  });
  // The second child was never remembered: it stays "shared" though it is alone. Wrong in that direction only.
  it.each<[exits: readonly number[], left: string]>([
    [[0, 1], 'S'],
    [[1, 0], 'S'],
    [[0, 2], 'child:1'],
    [[2, 0], 'child:1'],
    [[1, 2], 'parent:1'],
    [[2, 1], 'parent:1'],
  ])('after the exits of %o: %s', (exits, left) => {
    expect(ofLeaf(...exits)).toEqual([`anon 16: ref 1 em 1 lm 1 npm E ${left} pm 0 0`]);
  });
  it.each([[[0, 1, 2]], [[0, 2, 1]], [[1, 0, 2]], [[1, 2, 0]], [[2, 0, 1]], [[2, 1, 0]]])(
    'is free after %o',
    (exits) => {
      expect(ofLeaf(...exits)).toEqual([]);
    },
  );
});

const afterWrite = (...exits: readonly [number, number]): readonly string[] => {
  const last = 3 - exits[0] - exits[1];
  return folios(perform([...forked, ...exits.map(exit), write(last, 0)], ptes).at);
};

describe('a folio of PTEs, and a write of the last of three', () => {
  it.each<[exits: readonly [number, number], left: string]>([
    [[0, 2], 'child:2'],
    [[2, 0], 'child:2'],
    [[1, 2], 'parent:2'],
    [[2, 1], 'parent:2'],
  ])('after the exits of %o: reused, for it is known to be of one process', (exits, left) => {
    expect(afterWrite(...exits)).toEqual([`anon 16: ref 2 em 0 lm 2 npm 2 ${left} pm 1 1 AE 0`]);
  });
  it.each<[exits: readonly [number, number]]>([[[0, 1]], [[1, 0]]])(
    'after the exits of %o: copied, for the second child was never remembered',
    (exits) => {
      expect(afterWrite(...exits)).toEqual([
        'anon 16: ref 1 em 0 lm 1 npm 1 S pm 0 1 defer',
        'anon 18: ref 1 pm 1 AE 0',
      ]);
    },
  );
});
