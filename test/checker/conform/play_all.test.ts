/** Everything in batches: none mixes walks with different knobs, and ^C ends it between two of them. */
import { describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import { Cells } from '../../../checker/cells.ts';
import type { Asked } from '../../../checker/conform/batch.ts';
import { type Lot, playAll } from '../../../checker/conform/play_all.ts';
import { randomWalks } from '../../../checker/conform/sequences.ts';
import { Tally } from '../../../checker/conform/tally.ts';
import type { Walk } from '../../../checker/conform/walk.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { modelGround, modelPlay } from '../../support/model_runner.ts';
import { ALL, stageOf, V6_18 } from '../../support/walks.ts';
import { capture } from '../command_line.ts';

const runner = { kernel: V6_18, sight: ALL };

/** The sizes of the texts that are played of some lots, and what is told of it. */
const played = async (lots: readonly Lot[], size: number, isTTY = false, stopAfter = Infinity) => {
  const cells = new Cells();
  const play = modelPlay(runner);
  const sizes: number[] = [];
  const kernel: Asked<never> = {
    play: (text, onLine) => {
      sizes.push(text.split(/^seq /m).length - 1);
      if (sizes.length >= stopAfter) cells.askToStop();
      return play(text, onLine);
    },
    eye: { quirks: [], sight: ALL },
  };
  const tally = new Tally();
  const [out, err] = [capture(), capture(isTTY)];
  const setting = { catalogue, module: '', version: '0', out, err, cells };
  await Effect.runPromise(playAll(setting, tally, { ...modelGround(runner), batch: size }, kernel, lots));
  const counts = [...tally.scopes].map(([name, { sequences, steps }]) => ({ name, sequences, steps }));
  return { sizes, counts, err: err.text() };
};
const walksOf = (scope: string, count: number): Walk[] => [...randomWalks([stageOf(scope)], 1, count, 3)];

const stepsOf = (walks: readonly Walk[]): number => walks.reduce((sum, one) => sum + one.steps.length, 0);

describe('lots of walks', () => {
  it('are played in batches of no more than the size, and counted by their names', async () => {
    const [a, b] = [walksOf('anon', 5), walksOf('shmem', 4)];
    const { sizes, counts, err } = await played(
      [
        { name: 'anon', walks: a },
        { name: 'shmem', walks: b },
      ],
      4,
    );
    expect(sizes).toEqual([4, 1, 4]);
    expect(counts).toEqual([
      { name: 'anon', sequences: 5, steps: stepsOf(a) },
      { name: 'shmem', sequences: 4, steps: stepsOf(b) },
    ]);
    expect(err).toBe('');
  });
  it('with different knobs are played apart', async () => {
    const { sizes } = await played(
      ['anon', 'truncate', 'mthp', 'moves'].map((name) => ({ name, walks: walksOf(name, 2) })),
      100,
    );
    expect(sizes).toEqual([2, 2, 2, 2]);
  });
  it('are not played on once somebody has asked to stop', async () => {
    const { sizes, counts } = await played([{ name: 'anon', walks: walksOf('anon', 9) }], 2, false, 2);
    expect(sizes).toEqual([2, 2]);
    expect(counts.map(({ sequences }) => sequences)).toEqual([4]);
  });
  it('are made no sooner than they are played', async () => {
    let made = 0;
    function* lazily() {
      for (const walk of walksOf('anon', 9)) {
        made++;
        yield walk;
      }
    }
    await played([{ name: 'anon', walks: lazily() }], 2, false, 1);
    expect(made).toBeLessThanOrEqual(5);
  });
  it('that are none are nothing to play', async () => {
    expect(await played([{ name: 'anon', walks: [] }], 2)).toEqual({ sizes: [], counts: [], err: '' });
  });
  it('are told of on a terminal, in one line that goes in the end', async () => {
    const { err } = await played([{ name: 'anon', walks: walksOf('anon', 3) }], 2, true);
    expect(err.split('\r\u001B[2K')).toEqual([
      '',
      'anon: 2 sequences played, 0 differ',
      'anon: 3 sequences played, 0 differ',
      '',
    ]);
  });
});
