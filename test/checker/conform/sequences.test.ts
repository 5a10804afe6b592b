/** Random walks that a seed gives again, and all walks of a length. */
import { describe, expect, it } from '@effect/vitest';
import { SCOPES } from '../../../checker/conform/scopes.ts';
import { allWalks, randomWalks, walkOf } from '../../../checker/conform/sequences.ts';
import type { Stage, Walk } from '../../../checker/conform/walk.ts';
import { isEnabled, type Move, movesOf } from '../../../checker/search/index.ts';
import { allStages, stageOf, walkThrough } from '../../support/walks.ts';

const stages = allStages();
const linesOf = ({ steps }: Walk): readonly string[] => steps.map(({ line }) => line);
const scripts = (walks: Iterable<Walk>): readonly string[] => [...walks].map((walk) => linesOf(walk).join('\n'));

const preludeOf = (stage: Stage): readonly Move[] => movesOf(stage.world).filter(({ name }) => name === 'mmap');

describe('random walks', () => {
  it('are the same for the same seed, and others for another one', () => {
    const made = [1, 1, 2].map((seed) => scripts(randomWalks(stages, seed, 40, 8)));
    expect(made[0]).toEqual(made[1]);
    const same = made[0]!.filter((one, i) => one === made[2]![i]);
    expect(same.length).toBeLessThan(4);
  });
  it('of more are the same ones, and some more', () => {
    expect(scripts(randomWalks(stages, 3, 20, 6))).toEqual(scripts(randomWalks(stages, 3, 40, 6)).slice(0, 20));
  });
  it('take turns on the stages', () => {
    const names = [...randomWalks(stages, 1, stages.length + 1, 2)].map(({ stage }) => stage.name);
    expect(names).toEqual([...stages.map(({ name }) => name), stages[0]!.name]);
  });
  it('begin with all that the stage maps, and are no longer than asked', () => {
    for (const walk of randomWalks(stages, 1, 60, 7)) {
      const prelude = preludeOf(walk.stage);
      expect(walk.steps.slice(0, prelude.length).map(({ move }) => move)).toEqual(prelude);
      expect(walk.steps.length).toBeLessThanOrEqual(prelude.length + 7);
    }
  });
  it('never end the last process', () => {
    for (const { steps } of randomWalks(stages, 1, 300, 10))
      for (const { seen } of steps) expect(seen.processes.size).toBeGreaterThan(0);
  });
  it('come to every operation of every scope', () => {
    for (const { name } of SCOPES) {
      const stage = stageOf(name);
      // Nobody waits for a truncation where no pin is for long.
      const names = movesOf(stage.world).map((move) => move.name);
      const possible = new Set(names.filter((one) => one !== 'dax_layout_wakes'));
      const walks = [...randomWalks([stage], 1, 80, 10)];
      expect([name, ...walks.flatMap(({ steps }) => steps.map(({ move }) => move.name))]).toEqual(
        expect.arrayContaining([name, ...possible]),
      );
    }
  });
});

/** Every sequence that can be taken, by trying all there are: no order, no cleverness. */
const slowly = (stage: Stage, length: number): readonly string[] => {
  const moves = movesOf(stage.world);
  const prelude = preludeOf(stage);
  let all: readonly (readonly Move[])[] = [[]];
  const ended: (readonly Move[])[] = [];
  for (let n = 0; n < length; n++) {
    const longer: (readonly Move[])[] = [];
    for (const one of all) {
      const before = walkOf(stage, [...prelude, ...one]);
      const next = moves.filter(
        (move) =>
          isEnabled(stage.world.actions[move.action]!, before.state, move.args) &&
          walkOf(stage, [...prelude, ...one, move]).steps.length === prelude.length + one.length + 1,
      );
      if (next.length === 0) ended.push(one);
      for (const move of next) longer.push(one.concat(move));
    }
    all = longer;
  }
  return [...ended, ...all].map((one) => linesOf(walkOf(stage, [...prelude, ...one])).join('\n'));
};

describe('all walks', () => {
  it.each([
    ['anon', 0],
    ['anon', 1],
    ['anon', 2],
    ['shmem', 1],
    ['pins', 1],
    ['vfio-1G', 2],
  ] as const)('of %s, %i operations long, are all sequences, each once', (scope, length) => {
    const stage = stageOf(scope);
    const walks = scripts(allWalks(stage, length));
    expect(new Set(walks).size).toBe(walks.length);
    expect(walks.toSorted()).toEqual([...slowly(stage, length)].toSorted());
  });
  it('are so many', () => {
    const counts = SCOPES.map(({ name }) => `${name} ${[...allWalks(stageOf(name), 1)].length}`);
    expect(counts).toMatchInlineSnapshot(`
      [
        "anon 21",
        "anon-three 8",
        "anon-free 12",
        "moves 13",
        "moves-4M 12",
        "shmem 14",
        "truncate 7",
        "truncate-part 7",
        "soft-dirty 11",
        "mthp 14",
        "pins 13",
        "uffd-move 14",
        "uffd-move-pins 9",
        "vfio 23",
        "vfio-1G 10",
        "device-dax 24",
        "collapse 20",
        "collapse-shmem 16",
        "collapse-pins 13",
        "swap 18",
        "swap-pages 11",
        "swap-moved 15",
        "swap-pins 11",
        "fs-dax 25",
        "fs-dax-private 15",
        "fs-dax-hole 8",
        "fs-dax-unwritten 8",
        "fs-dax-pins 9",
        "guest 19",
        "guest-off 11",
        "guest-1G 12",
        "readers 13",
        "mbind 14",
        "mlock 18",
        "mem 15",
        "references 11",
        "vfio-readers 12",
        "vfio-readers-1G 10",
      ]
    `);
  });
});

describe('a walk of given moves', () => {
  it('ends where the first one is refused, and says why', () => {
    const stage = stageOf('anon');
    const { steps } = walkThrough(stage, 'mmap(parent, anon 2M)', 'munmap(parent, pages 0..1)');
    const [map, munmap] = steps.map(({ move }) => move);
    const walk = walkOf(stage, [map!, munmap!, munmap!, map!]);
    expect(linesOf(walk)).toEqual(['map 261632 512 anon hugepage', 'munmap 261632 512']);
    expect(walk.refused).toEqual({ why: 'not enabled', detail: 'munmap' });
  });
});
