/** Batches of walks: those that were disturbed are played again, and each gets one verdict. */
import { describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import { type Asked, type Play, playWalks } from '../../../checker/conform/batch.ts';
import type { Judged } from '../../../checker/conform/judge.ts';
import { readRunnerLine, type RunnerLine } from '../../../checker/conform/read_seen.ts';
import { SCOPES } from '../../../checker/conform/scopes.ts';
import { randomWalks } from '../../../checker/conform/sequences.ts';
import { stagesOf } from '../../../checker/conform/stage.ts';
import { X86_64 } from '../../../model/state/machine.ts';
import { kernelOf, modelPlay, tampered } from '../../support/model_runner.ts';

const kernel = kernelOf('v6.18');
const sight = { frames: true, entries: false };
const scopes = SCOPES.filter(({ name }) => name === 'anon' || name === 'shmem');
const stages = scopes.flatMap((scope) => stagesOf(scope, { kernel, machine: X86_64, sight }));
const walks = [...randomWalks(stages, 1, 6, 6)];
const model = modelPlay({ kernel, sight, scopes });

const asking = (play: Play<never>): Asked<never> => ({ play, eye: { quirks: [], sight } });
const judgedBy = (play: Play<never>): Promise<readonly Judged[]> => Effect.runPromise(playWalks(asking(play), walks));
const tags = (judged: readonly Judged[]) => judged.map(({ _tag }) => _tag).join(' ');

/** Lets the lines of the model through as `change` makes them; nothing where it makes none. */
const changed =
  (change: (line: RunnerLine) => RunnerLine | undefined): Play<never> =>
  (text, onLine) =>
    model(text, (line) => {
      const made = change(line);
      if (made !== undefined) onLine(made);
    });

/** The model, disturbed in the n-th sequence that is played, counted over all texts. */
const disturbedIn = (noisy: (n: number) => boolean) => {
  const texts: number[] = [];
  const play = modelPlay({ kernel, sight, scopes, noise: (n) => (noisy(n) ? ['khugepaged'] : []) });
  const counted: Play<never> = (text, onLine) => {
    texts.push(text.split(/^seq /m).length - 1);
    return play(text, onLine);
  };
  return { play: counted, texts };
};

describe('a batch', () => {
  it('gets one verdict each, in order', async () => {
    const judged = await judgedBy(model);
    expect(judged.map(({ walk }) => walk)).toEqual(walks);
    expect(tags(judged)).toBe('same same same same same same');
    expect(judged.map(({ steps }) => steps)).toEqual(walks.map(({ steps }) => steps.length));
  });
  it('plays again what was disturbed, and that alone', async () => {
    const { play, texts } = disturbedIn((n) => n === 1 || n === 4 || n === 6);
    expect(tags(await judgedBy(play))).toBe('same same same same same same');
    expect(texts).toEqual([6, 2, 1]);
  });
  it('gives up what is disturbed every time, after the third time again', async () => {
    const { play, texts } = disturbedIn(() => true);
    const judged = await judgedBy(play);
    expect(texts).toEqual([6, 6, 6, 6]);
    expect(judged[0]).toMatchObject({ _tag: 'disturbed', by: ['khugepaged'] });
    expect(new Set(tags(judged).split(' '))).toEqual(new Set(['disturbed']));
  });
  it('of nothing plays nothing', async () => {
    const { play, texts } = disturbedIn(() => true);
    expect(await Effect.runPromise(playWalks(asking(play), []))).toEqual([]);
    expect(texts).toEqual([]);
  });
  it('takes no difference from a sequence that was disturbed, unless it differs each time', async () => {
    const { play } = disturbedIn(() => true);
    const wrong = tampered(play, (_, seen) => ({ ...seen, processes: new Map() }));
    expect(new Set(tags(await judgedBy(wrong)).split(' '))).toEqual(new Set(['differs']));
    let plays = 0;
    const once: typeof play = (text, onLine, knobs) =>
      plays++ === 0 ? wrong(text, onLine, knobs) : play(text, onLine, knobs);
    expect(new Set(tags(await judgedBy(once)).split(' '))).toEqual(new Set(['disturbed']));
  });
  it('hands on the knobs of its walks', async () => {
    const knobs = [{ path: '/nowhere', value: '1' }];
    const seen: unknown[] = [];
    const play: Play<never> = (text, onLine, ...more) => {
      seen.push(...more);
      return model(text, onLine);
    };
    const turning = scopes.flatMap((scope) => stagesOf({ ...scope, knobs }, { kernel, machine: X86_64, sight }));
    await Effect.runPromise(playWalks(asking(play), [...randomWalks(turning, 1, 2, 3)]));
    expect(seen).toEqual([knobs]);
  });
});

describe('a sequence', () => {
  it('that the runner does not come to the end of is cut, and so are those behind it', async () => {
    let begun = 0;
    const play = changed((line) => {
      if (line._tag === 'begin') begun++;
      return begun > 3 || (begun === 3 && line._tag === 'end') ? undefined : line;
    });
    const judged = await judgedBy(play);
    expect(tags(judged)).toBe('same same cut cut cut cut');
    expect(judged.map(({ steps }) => steps)).toEqual([...walks.slice(0, 3).map(({ steps }) => steps.length), 0, 0, 0]);
  });
  it('of which steps are missing is cut, though it has an end', async () => {
    const play = changed((line) => (line._tag === 'step' && line.op.startsWith('map ') ? undefined : line));
    const without = changed((line) => (line._tag === 'step' ? undefined : line));
    expect(tags(await judgedBy(without))).toBe('cut cut cut cut cut cut');
    expect(tags(await judgedBy(play))).not.toContain('same');
  });
  it('that differs before it is cut differs', async () => {
    const wrong = tampered(
      changed((line) => (line._tag === 'end' ? undefined : line)),
      (done, seen) => (done.length > 2 ? { ...seen, processes: new Map() } : seen),
    );
    expect(tags(await judgedBy(wrong))).toBe('differs differs differs differs differs differs');
  });
  it('without its object is not available, and says which', async () => {
    const play = changed((line) =>
      line._tag === 'step' && line.op.startsWith('object')
        ? { ...line, seen: { ...line.seen, answer: { ok: false, errno: 22 } } }
        : line,
    );
    const judged = await judgedBy(play);
    for (const one of judged)
      expect(one).toMatchObject(
        one.walk.stage.name.startsWith('shmem')
          ? { _tag: 'unavailable', what: 'object 0 memfd-huge 512: errno 22' }
          : { _tag: 'same' },
      );
  });
  it('whose worker is lost differs there', async () => {
    const play = changed((line) =>
      line._tag === 'step' && !/^(object|map)/.test(line.op) ? { ...line, lost: true } : line,
    );
    const [one] = await judgedBy(play);
    expect(one).toMatchObject({
      _tag: 'differs',
      at: 1,
      differences: [{ where: 'the worker', expected: 'answers', observed: 'does not end its operation, or has died' }],
    });
  });
  it('is judged as far as it is alike, no further', async () => {
    const wrong = tampered(model, (done, seen) => (done.length === 4 ? { ...seen, processes: new Map() } : seen));
    for (const one of await judgedBy(wrong)) {
      const objects = one.walk.stage.name.startsWith('shmem') ? 1 : 0;
      expect(one).toMatchObject({ _tag: 'differs', at: 3 - objects, steps: 3 - objects });
    }
  });
});

describe('an answer of the runner', () => {
  it.each([
    ['{"i":0,"op":"read 0 1","r":3,"p":{}}', { ok: true, value: 3 }],
    ['{"i":0,"op":"p1 read 0 1","r":0,"p":{}}', { ok: true, value: 0 }],
    ['{"i":0,"op":"write 0 1 3","r":0,"p":{}}', { ok: true }],
    ['{"i":0,"op":"read 0 1","r":-1,"sig":7,"p":{}}', { ok: false, signal: 7 }],
    ['{"i":0,"op":"write 0 2 3","r":0,"sig":11,"at":1,"p":{}}', { ok: false, signal: 11, at: 1 }],
    ['{"i":0,"op":"munmap 0 1","r":-1,"e":12,"p":{}}', { ok: false, errno: 12 }],
  ])('%s', (line, answer) => {
    const read = readRunnerLine(line);
    expect(read).toMatchObject({ _tag: 'step', lost: false, seen: { answer } });
    expect(Object.keys((read as RunnerLine & { _tag: 'step' }).seen.answer)).toEqual(Object.keys(answer));
  });
});

describe('a line that is none of the runner', () => {
  it.each([
    ['no JSON', '{"seq":', SyntaxError],
    ['something else', '{"sequence":1}', TypeError],
  ])('%s is refused', (_, line, error) => {
    expect(() => readRunnerLine(line)).toThrow(error);
  });
});
