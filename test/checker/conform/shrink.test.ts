/** From a sequence that differs to one that says why: with a kernel that goes wrong behind certain operations. */
import { describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import { type Asked, playWalks } from '../../../checker/conform/batch.ts';
import { SCOPES } from '../../../checker/conform/scopes.ts';
import { randomWalks, walkOf } from '../../../checker/conform/sequences.ts';
import { type Differing, shrunk } from '../../../checker/conform/shrink.ts';
import { stagesOf } from '../../../checker/conform/stage.ts';
import { X86_64 } from '../../../model/state/machine.ts';
import { kernelOf, modelPlay, tampered } from '../../support/model_runner.ts';

const kernel = kernelOf('v6.18');
const sight = { frames: true, entries: false };
const scopes = SCOPES.filter(({ name }) => name === 'anon');
const stages = scopes.flatMap((scope) => stagesOf(scope, { kernel, machine: X86_64, sight }));

/** A kernel that has one page table too many as soon as these operations have been played, in this order. */
const wrongAfter = (...operations: readonly string[]) => {
  const pattern = new RegExp(operations.join('.*\n(.*\n)*?'));
  const texts: string[] = [];
  const play = tampered(modelPlay({ kernel, sight, scopes }), (done, seen) => {
    const processes = [...seen.processes].map(([worker, one]) => [worker, { ...one, pt: one.pt + 1 }] as const);
    return pattern.test(`${done.join('\n')}\n`) ? { ...seen, processes: new Map(processes) } : seen;
  });
  const asked: Asked<never> = {
    play: (text, onLine) => Effect.tap(play(text, onLine), () => Effect.sync(() => texts.push(text))),
    eye: { quirks: [], sight },
  };
  return { asked, texts };
};

const foundBy = async (asked: Asked<never>, seed = 1): Promise<readonly Differing[]> =>
  (await Effect.runPromise(playWalks(asked, [...randomWalks(stages, seed, 40, 12)]))).filter(
    (one): one is Differing => one._tag === 'differs',
  );
const shrink = (asked: Asked<never>, one: Differing) => Effect.runPromise(shrunk(asked, one));
const linesOf = ({ walk }: Differing): readonly string[] => walk.steps.map(({ line }) => line);

describe('a sequence that differs', () => {
  it('is shrunk to what makes it differ, whatever it was', async () => {
    const { asked } = wrongAfter('write', 'fork', 'mprotect');
    const found = await foundBy(asked);
    expect(found.length).toBeGreaterThan(3);
    expect(Math.max(...found.map(({ at }) => at))).toBeGreaterThan(7);
    const small = await Promise.all(found.map((one) => shrink(asked, one)));
    for (const one of small) {
      expect(
        linesOf(one)
          .map((line) => /(map|write|fork|mprotect) ?/.exec(line)![1])
          .join(' '),
      ).toBe('map write fork mprotect');
      expect(one.at).toBe(3);
      expect(one.differences.map(({ where }) => where)).toContain('worker 0 page-table pages');
    }
  });
  it('has nothing behind the step that differs, even if nothing can be left out before it', async () => {
    const { asked } = wrongAfter('fork');
    const walk = walkOf(
      stages[0]!,
      (await foundBy(asked))[0]!.walk.steps.map(({ move }) => move),
    );
    const [one] = (await Effect.runPromise(playWalks(asked, [walk]))) as readonly Differing[];
    const small = await shrink(asked, one!);
    expect(small.walk.steps.length).toBe(small.at + 1);
    expect(linesOf(small).at(-1)).toBe('fork');
  });
  it('is minimal: without any one or two of its moves it is alike, or cannot be played', async () => {
    const { asked } = wrongAfter('write', 'madvise', 'read');
    const small = await shrink(asked, (await foundBy(asked)).toSorted((a, b) => b.at - a.at)[0]!);
    const moves = small.walk.steps.map(({ move }) => move);
    const stage = stages.find(({ name }) => name === small.walk.stage.name)!;
    const others = moves
      .slice(0, -1)
      .flatMap((_, i) => Array.from({ length: i + 1 }, (__, k) => moves.filter((___, at) => at !== i && at !== k)));
    const shorter = others
      .map((some) => walkOf(stage, some))
      .filter(({ steps }, i) => steps.length === others[i]!.length);
    const judged = await Effect.runPromise(playWalks(asked, shorter));
    expect(judged.map(({ _tag }) => _tag)).toEqual(shorter.map(() => 'same'));
  });
  it('is shrunk to the same again, by the same attempts', async () => {
    const [one, two] = [wrongAfter('write', 'munmap'), wrongAfter('write', 'munmap')];
    const made = await Promise.all([one, two].map(async ({ asked }) => shrink(asked, (await foundBy(asked, 7))[0]!)));
    expect(linesOf(made[0]!)).toEqual(linesOf(made[1]!));
    expect(one.texts).toEqual(two.texts);
    const again = await shrink(one.asked, made[0]!);
    expect(linesOf(again)).toEqual(linesOf(made[0]!));
  });
  it('ends where the kernel does not do it again', async () => {
    const { asked } = wrongAfter('fork');
    const [one] = await foundBy(asked);
    const honest: Asked<never> = { ...asked, play: modelPlay({ kernel, sight, scopes }) };
    expect(linesOf(await shrink(honest, one!))).toEqual(one!.walk.steps.slice(0, one!.at + 1).map(({ line }) => line));
  });
});
