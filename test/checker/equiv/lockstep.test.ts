/** Two kernels in lockstep, beside the plain twin that walks pairs of states. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KernelChoice, Setting } from '../../../checker/catalogue.ts';
import { Calls } from '../../../checker/equiv/calls.ts';
import { changesBetween } from '../../../checker/equiv/changes_between.ts';
import { lockstep, type Lockstep } from '../../../checker/equiv/lockstep.ts';
import { type Observe, observerOf } from '../../../checker/equiv/observer.ts';
import type { Going } from '../../../checker/equiv/product.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import type { AnyWorld } from '../../../checker/outcomes.ts';
import { type Recipe, recipe, worldOf } from '../search/worlds/random_world.ts';
import { slowLockstep } from './slow_lockstep.ts';

const kernel = (name: string, ...settings: readonly string[]): KernelChoice => ({
  kernel: name,
  arch: 'x86_64',
  series: [],
  settings: settings.map((one): Setting => {
    const [toggle = '', value = ''] = one.split('=');
    return { toggle, value, evidence: 'asked' };
  }),
});

const built = (world: string, a: KernelChoice, b: KernelChoice, observe: Observe) => {
  const entry = catalogue.worlds.find(({ name }) => name === world)!;
  const [left, right] = [entry.build(a, 'quick'), entry.build(b, 'quick')];
  return { left, right, observer: observerOf(left, observe, entry.model) };
};

const parts = ({ operations }: Lockstep): ReadonlyMap<string, number> =>
  new Map(operations.flatMap(({ name, parting }) => (parting === undefined ? [] : [[name, parting.length]])));

/** By operation: after how many operations it fails an assertion on the second kernel alone. */
const failures = ({ operations }: Lockstep): Readonly<Record<string, number>> =>
  Object.fromEntries(
    operations.flatMap(({ name, fails }) => (fails === undefined ? [] : [[name, fails.story.length]])),
  );

/** One action does what an action of another world does, with the arguments that it had. */
const withAction = (one: Recipe, { actions: others }: Recipe, number: number): Recipe => ({
  ...one,
  actions: one.actions.map((action, i) => {
    const { i: first, j } = action;
    return i === number % one.actions.length ? { ...others[0]!, i: first, j } : action;
  }),
});

const V7_1 = kernel('v7.1');
const CASES: readonly (readonly [world: string, a: KernelChoice, b: KernelChoice, observe: Observe])[] = [
  ['vfio-no-special', V7_1, kernel('v6.12'), 'user'],
  ['vfio-arm64', V7_1, kernel('v6.12'), 'all'],
  ['mixedmap', V7_1, kernel('v6.17'), 'mm'],
  ['mixedmap', kernel('v6.15'), V7_1, 'user'],
  ['pfnmap-install', V7_1, kernel('v7.1', 'remap-leaf=yes', 'remap-deposit=yes'), 'user'],
  ['hugetlb-move-far', V7_1, kernel('v7.3'), 'mm'],
  ['hugetlb-move-owner', kernel('v7.3'), V7_1, 'user'],
];

describe('lockstep', () => {
  for (const going of ['together', 'behind b'] satisfies readonly Going[])
    for (const [world, a, b, observe] of CASES)
      it(`finds what its plain twin finds, ${going}: ${world}, ${a.kernel} and ${b.kernel}, ${observe}`, () => {
        const { left, right, observer } = built(world, a, b, observe);
        const fast = lockstep(left, right, observer, going, {});
        const slow = slowLockstep(left, right, observer, going === 'behind b');
        expect(Object.fromEntries(parts(fast))).toEqual(Object.fromEntries(slow.parts));
        expect(fast.verdict).toBe(slow.parts.size === 0 ? 'equivalent' : 'differs');
        expect(fast.states).toBe(slow.states);
      });

  it.each(['together', 'behind b'] satisfies readonly Going[])(
    'finds what its plain twin finds, %s, in worlds made by chance',
    (going) => {
      const seen = { parted: 0, bothFail: 0, fails: 0 };
      fc.assert(
        fc.property(recipe, recipe, fc.nat({ max: 4 }), (one, other, number) => {
          const [a, b] = [worldOf(one), worldOf(withAction(one, other, number))] as unknown as [AnyWorld, AnyWorld];
          const observer = observerOf(a, 'all', undefined);
          const fast = lockstep(a, b, observer, going, {});
          const slow = slowLockstep(a, b, observer, going === 'behind b');
          expect(Object.fromEntries(parts(fast))).toEqual(Object.fromEntries(slow.parts));
          expect(failures(fast)).toEqual(going === 'behind b' ? Object.fromEntries(slow.fails) : failures(fast));
          expect([fast.states, fast.bothFail]).toEqual([slow.states, slow.bothFail]);
          expect(fast.brokeOff).toBe(slow.fails.size > 0);
          seen.parted += slow.parts.size;
          seen.bothFail += slow.bothFail ? 1 : 0;
          seen.fails += slow.fails.size;
        }),
        { numRuns: 150, seed: 20_261_122 },
      );
      // What is compared here has happened.
      expect(Math.min(seen.parted, seen.bothFail, seen.fails)).toBeGreaterThan(10);
    },
  );

  it('tells the steps before, the last one on both, and what differs', () => {
    const { left, right, observer } = built('mixedmap', kernel('v6.17'), V7_1, 'user');
    const { operations } = lockstep(left, right, observer, 'together', {});
    const [first] = operations.filter(({ parting }) => parting !== undefined);
    const { name, parting } = first!;
    expect(parting!.common).toHaveLength(parting!.length - 1);
    expect([parting!.a!.op, parting!.b!.op]).toEqual([name, name]);
    expect(parting!.differences.length).toBeGreaterThan(0);
    expect(parting!.differences.every(({ a, b }) => a !== b)).toBe(true);
  });

  it('is incomplete where it was cut short before it met a difference', () => {
    const { left, right, observer } = built('vfio-dontfork', V7_1, V7_1, 'all');
    expect(lockstep(left, right, observer, 'together', { statesMax: 20 })).toMatchObject({
      verdict: 'incomplete',
      cut: 'states',
    });
  });

  it('says of a kernel and itself that they are equivalent, in as many states as it has', () => {
    const { left, right, observer } = built('vfio-dontfork', V7_1, V7_1, 'all');
    expect(lockstep(left, right, observer, 'together', {})).toMatchObject({ verdict: 'equivalent', states: 737 });
  });
});

describe('what user space observes', () => {
  it('is less than what mm has: a dirty bit that is kept is nothing to it', () => {
    const [a, b] = [V7_1, kernel('v7.1', 'pmd-modify-dirty=keeps')];
    const verdicts = (['user', 'mm'] as const).map((observe) => {
      const { left, right, observer } = built('vfio-parts', a, b, observe);
      return lockstep(left, right, observer, 'together', {}).verdict;
    });
    expect(verdicts).toEqual(['equivalent', 'differs']);
  });
});

describe('the calls of what is changed', () => {
  it('are counted, by the functions that toggles of different values replace', () => {
    const [a, b] = [V7_1, kernel('v7.1', 'mprotect-pud=bad')];
    const { by, functions: names } = changesBetween(catalogue, a, b);
    expect([by, names]).toEqual([['mprotect-pud'], ['change_pud_leaf']]);
    const calls = new Calls(names);
    const entry = catalogue.worlds.find(({ name }) => name === 'vfio-parts')!;
    const { left, observer } = built('vfio-parts', a, b, 'mm');
    lockstep(left, entry.build({ ...b, through: calls.through }, 'quick'), observer, 'together', {});
    expect(calls.any).toBe(true);
    expect(Object.keys(calls.counts)).toEqual(['change_pud_leaf']);
  });
  it('are none in a world that does not get there', () => {
    const b = kernel('v7.1', 'mprotect-pud=bad');
    const calls = new Calls(changesBetween(catalogue, V7_1, b).functions);
    const entry = catalogue.worlds.find(({ name }) => name === 'vfio-arm64')!;
    const { left, observer } = built('vfio-arm64', V7_1, b, 'mm');
    lockstep(left, entry.build({ ...b, through: calls.through }, 'quick'), observer, 'together', {});
    expect(calls.any).toBe(false);
  });
});
