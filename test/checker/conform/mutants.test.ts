/**
 * The comparison can fail: a model with a mistake differs from the running kernel within the sequences that `mmcheck
 * conform` plays by default, and what is left to report is short; the model without a mistake does not differ.
 */
import * as Effect from 'effect/Effect';
import * as Exit from 'effect/Exit';
import * as Scope from 'effect/Scope';
import { afterAll, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../checker/conform/asked.ts';
import type { ConformScope } from '../../../checker/conform/scopes.ts';
import { amountEach, walksOn } from '../../../checker/conform/sequences.ts';
import { type Differing, shrunk } from '../../../checker/conform/shrink.ts';
import type { Walk } from '../../../checker/conform/walk.ts';
import { runningKernel } from './running_kernel.ts';
import { firstDiffering, LIVE, type Mistake, stagesWith } from './wrong_model.ts';
import { NOT_SEEN, type Shortest, WRONG_MODELS } from './wrong_models.ts';

const scope = Scope.makeUnsafe();
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)));
const running = await runningKernel(scope);
const why = typeof running === 'string' ? `, skipped: ${running}` : '';

/** Few: of most mistakes the first sequences tell. */
const AT_A_TIME = 40;

type Look = 'root' | 'user';

const shortest = ({ walk, at, differences }: Differing): Shortest => [
  at + 1,
  walk.steps[at]!.label,
  ...differences.map(({ where }) => where),
];

const named = (name: string): readonly ConformScope[] => LIVE.filter((one) => one.name === name);

/** What is left of the first sequence that differs; undefined where none does. */
const seen = (mistake: Mistake, scopes: readonly ConformScope[], look: Look): Promise<Shortest | undefined> => {
  if (typeof running === 'string') throw new Error(running);
  const { chosen, [look]: kernel } = running;
  const each = amountEach(DEFAULTS, LIVE.length);
  function* walks(): Generator<Walk> {
    for (const one of scopes) yield* walksOn(stagesWith(one, chosen, mistake, { frames: true }), each);
  }
  return Effect.runPromise(
    Effect.gen(function* () {
      const found = yield* firstDiffering(kernel, walks(), AT_A_TIME);
      return found === undefined ? undefined : shortest(yield* shrunk(kernel, found.first));
    }),
  );
};

const isBlind = typeof running !== 'string' && !running.isRoot;

describe.skipIf(why !== '')(`the running kernel${why}`, { timeout: 60_000 }, () => {
  // What root does not see, nobody else does.
  const look = isBlind ? 'user' : 'root';
  it('does not differ from the model as it is', async () => {
    expect(await seen({}, LIVE, look)).toBeUndefined();
  });
  it.each(NOT_SEEN)('does not tell that $says: $why', async ({ scope: name, ...mistake }) => {
    expect(await seen(mistake, named(name), look)).toBeUndefined();
  });
});

describe.skipIf(why !== '').each(['root', 'user'] as const)(`the running kernel, seen as %s${why}`, (look) => {
  const skips = look === 'root' && isBlind;
  describe.skipIf(skips)(skips ? 'skipped: only root sees frames' : 'tells', { timeout: 60_000 }, () => {
    it.each(WRONG_MODELS)('that it does not do so: $says', async ({ scope: name, root, user = root, ...mistake }) => {
      expect(await seen(mistake, named(name), look)).toEqual(look === 'root' ? root : user);
    });
  });
});
