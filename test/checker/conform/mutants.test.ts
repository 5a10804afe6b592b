/**
 * The comparison can fail: a model with a mistake differs from the running kernel within the sequences that `mmcheck
 * conform` plays by default; the model without a mistake does not. What is left to report is pinned: `PIN=write` writes it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as Effect from 'effect/Effect';
import * as Exit from 'effect/Exit';
import * as Scope from 'effect/Scope';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { DEFAULTS } from '../../../checker/conform/asked.ts';
import type { ConformScope } from '../../../checker/conform/scope.ts';
import { amountEach, walksOn } from '../../../checker/conform/sequences.ts';
import { type Differing, shrunk } from '../../../checker/conform/shrink.ts';
import type { Walk } from '../../../checker/conform/walk.ts';
import { ROOT, type RunningKernel, runningKernel } from './running_kernel.ts';
import { firstDiffering, type Mistake, stagesWith } from './wrong_model.ts';
import { NOT_SEEN, WRONG_MODELS } from './wrong_models.ts';

const scope = Scope.makeUnsafe();
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)));
const running = await runningKernel(scope);

/** Of most mistakes the first sequences tell; where none is to, many are played at a time. */
const FEW = 40;
const MANY = 200;

type Look = 'root' | 'user';

const inWords = ({ walk, at, differences }: Differing): string =>
  `${at + 1} operations to ${walk.steps[at]!.label}: ${differences.map(({ where }) => where).join(', ')}`;

/** What is left of the first sequence that differs; undefined where none does. */
const seen = (
  { chosen, scopes, root, user }: RunningKernel,
  look: Look,
  mistake: Mistake,
  within = scopes,
  size = FEW,
): Promise<string | undefined> => {
  const kernel = look === 'root' ? root : user;
  const each = amountEach(DEFAULTS, scopes.length);
  function* walks(): Generator<Walk> {
    for (const one of within) yield* walksOn(stagesWith(one, chosen, mistake, ROOT), each);
  }
  return Effect.runPromise(
    Effect.gen(function* () {
      const found = yield* firstDiffering(kernel, walks(), size);
      return found === undefined ? undefined : inWords(yield* shrunk(kernel, found));
    }),
  );
};

/** The running kernel as it is looked at; a test that cannot be made is skipped, and says why. */
const asSeenBy = (skip: TestContext['skip'], look: Look): RunningKernel => {
  if (typeof running === 'string') return skip(running);
  return look === 'root' && !running.isRoot ? skip('only root sees frames') : running;
};

const named = (skip: TestContext['skip'], { scopes }: RunningKernel, name: string): readonly ConformScope[] => {
  const found = scopes.filter((one) => one.name === name);
  return found.length === 0 ? skip(`${name} is not played on this kernel`) : found;
};

describe('the running kernel', { timeout: 60_000 }, () => {
  // What root does not see, nobody else does.
  const most: Look = typeof running === 'string' || running.isRoot ? 'root' : 'user';

  it('does not differ from the model as it is', async ({ skip }) => {
    expect(await seen(asSeenBy(skip, most), most, {}, undefined, MANY)).toBeUndefined();
  });

  it.for(NOT_SEEN)('does not tell that $says: $why', async ({ scope: name, ...mistake }, { skip }) => {
    const kernel = asSeenBy(skip, most);
    expect(await seen(kernel, most, mistake, named(skip, kernel, name), MANY)).toBeUndefined();
  });
});

const PATH = fileURLToPath(new URL('wrong_models.pinned.txt', import.meta.url));
const writes = process.env['PIN'] === 'write';
const pinned = writes ? [] : readFileSync(PATH, 'utf8').trimEnd().split('\n');
const told: string[] = [];

describe.each(['root', 'user'] as const)('the running kernel, seen as %s', { timeout: 60_000 }, (look) => {
  it.for(WRONG_MODELS)('does not do so: $says', async ({ says, scope: name, ...mistake }, { skip }) => {
    const kernel = asSeenBy(skip, look);
    const found = await seen(kernel, look, mistake, named(skip, kernel, name));
    expect(found).toBeDefined();
    const row = `${says} (${name}, ${look}): ${found}`;
    told.push(row);
    expect(writes ? told : pinned).toContain(row);
  });
});

afterAll(() => {
  if (writes) writeFileSync(PATH, `${told.join('\n')}\n`);
});

it('nothing else is pinned', () => {
  const names = (['root', 'user'] as const).flatMap((look) =>
    WRONG_MODELS.map(({ says, scope: name }) => `${says} (${name}, ${look})`),
  );
  expect(pinned.map((row) => row.replace(/: \d+ operations to .*/, ''))).toEqual(writes ? [] : names);
});
