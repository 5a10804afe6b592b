/** Which kernel a real one is held against: with the model in its place, at every release and every value of a toggle. */
import { describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import { type Chosen, chosenKernel } from '../../../checker/conform/against.ts';
import type { Asked, Play } from '../../../checker/conform/batch.ts';
import { CALIBRATIONS, scopeOf } from '../../../checker/conform/calibrate.ts';
import type { Sight } from '../../../checker/conform/observe.ts';
import { ownValue } from '../../../checker/catalogue.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import type { Kernel } from '../../../model/mm/kernel.ts';
import { RELEASES } from '../../../model/releases/releases.ts';
import { kernelOf, modelPlay, tampered } from '../../support/model_runner.ts';

const ALL: Sight = { frames: true, entries: true };
const NONE: Sight = { frames: false, entries: false };
/** With their first cuts: no others are used. */
const scopes = [...new Set(CALIBRATIONS.map(scopeOf))].map((scope) =>
  Object.assign({}, scope, { cuts: scope.cuts.slice(0, 1) }),
);

/** What is chosen for a kernel that is played so. */
const chosenBy = (play: Play<never>, sight: Sight, uname: string, against = 'auto', set: readonly string[] = []) => {
  const asked: Asked<never> = { play, eye: { quirks: [], sight } };
  return Effect.runPromise(chosenKernel(catalogue, { against, series: [], set }, asked, sight, uname));
};
const chosenFor = (kernel: Kernel, sight: Sight, uname: string) =>
  chosenBy(modelPlay({ kernel, sight, scopes }), sight, uname);

/** The value that the chosen kernel has of a toggle. */
const valueIn = ({ choice: { kernel, settings } }: Chosen, toggle: string): string | undefined =>
  settings.find((one) => one.toggle === toggle)?.value ?? ownValue(catalogue, kernel, toggle);

describe('auto', () => {
  it.each(RELEASES.flatMap((release) => [ALL, NONE].map((sight) => [release, sight] as const)))(
    'finds %s by what it does and by its name, seeing %o',
    async (release, sight) => {
      const { choice, calibrated } = await chosenFor(kernelOf(release), sight, release.slice(1));
      expect(choice).toEqual({ kernel: release, series: [], settings: [] });
      for (const { toggle, values } of calibrated) expect(values).toContain(ownValue(catalogue, release, toggle));
    },
  );

  const values = CALIBRATIONS.flatMap(({ toggle }) =>
    catalogue.toggles.find(({ name }) => name === toggle)!.values.map(({ value }) => [toggle, value] as const),
  );
  it.each(values)('finds %s=%s, whatever the kernel is called', async (toggle, value) => {
    const kernel = kernelOf('v6.18', { [toggle]: value });
    const chosen = await chosenFor(kernel, ALL, '5.4.0-nobody-knows');
    expect(valueIn(chosen, toggle)).toBe(value);
    const { values: found } = chosen.calibrated.find((one) => one.toggle === toggle)!;
    expect(found).toEqual([value]);
  });
  it('sets what the nearest release has otherwise, and nothing else', async () => {
    const { choice } = await chosenFor(kernelOf('v6.18', { 'pt-reclaim': 'no' }), ALL, '6.18.1');
    expect(choice).toEqual({
      kernel: 'v6.18',
      series: [],
      settings: [{ toggle: 'pt-reclaim', value: 'no', evidence: 'asked' }],
    });
  });
  it('takes the name for no more than it is: what a kernel does goes first', async () => {
    const { choice } = await chosenFor(kernelOf('v6.12'), NONE, '7.1.0');
    expect(choice.kernel).toBe('v6.12.117');
  });
  it('asks nothing for which entries must be seen where they are not', async () => {
    const { calibrated } = await chosenFor(kernelOf('v6.18'), NONE, '6.18');
    expect(calibrated.map(({ toggle }) => toggle)).toEqual(
      CALIBRATIONS.filter(({ entries }) => entries !== true).map(({ toggle }) => toggle),
    );
  });
});

describe('a calibration', () => {
  it('can be played to its end for every value on every release', async () => {
    const model = modelPlay({ kernel: kernelOf('v6.18'), sight: ALL, scopes });
    const cut: string[] = [];
    const play: Play<never> = (text, onLine) => {
      for (const one of text.split(/^seq /m).slice(1)) cut.push(one);
      return model(text, onLine);
    };
    await chosenBy(play, ALL, '6.18');
    const operations = cut.map(
      (one) => one.split('\n').filter((line) => line !== '' && !/^(s\d+|watch .*)$/.test(line)).length,
    );
    const moves = RELEASES.flatMap(() =>
      CALIBRATIONS.flatMap((one) =>
        catalogue.toggles.find(({ name }) => name === one.toggle)!.values.map(() => one.moves.length),
      ),
    );
    // A second round asks again what a first one has not told.
    expect(operations.slice(0, moves.length)).toEqual(moves);
  });
});

describe('a behaviour that no modelled kernel has', () => {
  const wrong = tampered(modelPlay({ kernel: kernelOf('v6.18'), sight: ALL, scopes }), (done, seen) =>
    done.some((line) => line.includes('fork'))
      ? { ...seen, processes: new Map([...seen.processes].map(([worker, one]) => [worker, { ...one, pt: 9 }])) }
      : seen,
  );
  it('is found to be unknown, and says how it differs; the others are found as ever', async () => {
    const { choice, calibrated } = await chosenBy(wrong, ALL, '6.18');
    expect(choice.kernel).toBe('v6.18');
    expect(calibrated.map(({ toggle, values }) => `${toggle}: ${values.join(' or ') || 'unknown'}`))
      .toMatchInlineSnapshot(`
        [
          "huge-zero-write: thp",
          "pt-reclaim: yes",
          "vma-merge-anon: unknown",
          "huge-zero-special: yes",
          "split-pmd-dirty: entry",
          "mprotect-pmd-writable: yes",
          "pmd-modify-dirty: drops",
          "folio-owners: unknown",
        ]
      `);
    for (const { values, judged } of calibrated) expect(values.length > 0 || judged._tag === 'differs').toBe(true);
  });
  it('leaves the value that the release has', async () => {
    const { choice } = await chosenBy(wrong, ALL, '6.18');
    expect(choice.settings).toEqual([]);
  });
});

const never: Play<never> = () => Effect.die('nothing is to be played');

describe('a kernel that is named', () => {
  it('is taken, whatever the kernel is found to be; what it has otherwise is told', async () => {
    const play = modelPlay({ kernel: kernelOf('v6.18', {}), sight: ALL, scopes });
    const { choice, unlike } = await chosenBy(play, ALL, '6.18', 'v6.12', ['pt-reclaim=yes']);
    expect(choice.kernel).toBe('v6.12');
    expect(choice.settings.map(({ toggle, value }) => `${toggle}=${value}`)).toEqual(['pt-reclaim=yes']);
    const told = unlike.map(({ toggle, values }) => `${toggle}=${values.join('|')}`);
    expect(told).toContain('huge-zero-write=thp');
    expect(told).not.toContain('pt-reclaim=yes');
  });
  it('by hand goes before what is found', async () => {
    const play = modelPlay({ kernel: kernelOf('v6.18', { 'pt-reclaim': 'no' }), sight: ALL, scopes });
    const chosen = await chosenBy(play, ALL, '6.18', 'auto', ['pt-reclaim=yes', 'huge-zero-write=split']);
    expect(valueIn(chosen, 'pt-reclaim')).toBe('yes');
    expect(valueIn(chosen, 'huge-zero-write')).toBe('split');
  });
  it('and does not exist is refused', async () => {
    const error = await Effect.runPromise(
      Effect.flip(
        chosenKernel(
          catalogue,
          { against: 'v6.13', series: [], set: [] },
          { play: never, eye: { quirks: [], sight: ALL } },
          ALL,
          '6.18',
        ),
      ),
    );
    expect(error.message).toContain('there is no kernel "v6.13"');
  });
});
