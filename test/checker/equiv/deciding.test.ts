/** What counts as a decision of a function that is replaced, on functions of one word. */
import { describe, expect, it } from 'vitest';
import { Deciding } from '../../../checker/equiv/deciding.ts';
import type { AnyWorld } from '../../../checker/outcomes.ts';

interface State {
  readonly words: Int32Array;
}
type Step = (s: State, by: number) => number;
type Replace = (base: Step) => Step;

/** Adds, tells the sum, and refuses 9. */
const add: Step = ({ words }, by) => {
  if (by === 9) throw new RangeError('nine');
  words[0]! += by;
  return words[0]!;
};

interface Asking {
  choose: () => number;
}
const chosen = (s: Asking): number => s.choose();

const world = { layout: { draftOf: (words: Int32Array): State => ({ words }) } } as unknown as AnyWorld;

/** Which functions decided something when the replaced one was called so. */
const decidedBy = (replace: Replace, by = 1, changes: readonly string[] = ['toggle']): readonly string[] => {
  const deciding = new Deciding(changes);
  const made = deciding.watch('toggle', { add: replace }).add(add);
  const s = deciding.seeing(world).layout.draftOf(new Int32Array(1)) as State;
  try {
    made(s, by);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return deciding.names;
};

describe('a function that is replaced', () => {
  it.each<readonly [what: string, replace: Replace, by: number]>([
    ['is the one before', (base) => base, 1],
    ['calls the one before', (base) => (s, by) => base(s, by), 1],
    ['does other things elsewhere', (base) => (s, by) => (by === 5 ? 0 : base(s, by)), 1],
    ['lets an exception through', (base) => (s, by) => base(s, by), 9],
  ])('decides nothing where it %s', (_what, replace, by) => {
    expect(decidedBy(replace, by)).toEqual([]);
  });
  it.each<readonly [what: string, replace: Replace, by: number]>([
    ['does not call the one before', () => () => 1, 1],
    ['calls it with another argument', (base) => (s, by) => base(s, by + 1), 1],
    ['calls it with another state', (base) => (s, by) => base({ ...s }, by), 1],
    ['calls it twice', (base) => (s, by) => base(s, by) && base(s, by), 1],
    ['gives another result', (base) => (s, by) => base(s, by) + 1, 1],
    ['changes the state first', (base) => (s, by) => ((s.words[0] = 7), base(s, by)), 1],
    [
      'changes the state afterwards',
      (base) => (s, by) => {
        const sum = base(s, by);
        s.words[0] = 0;
        return sum;
      },
      1,
    ],
    [
      'throws by itself',
      () => () => {
        throw new RangeError('mine');
      },
      1,
    ],
    ['does not come to an exception', (base) => (s, by) => (by === 9 ? 0 : base(s, by)), 9],
    [
      'swallows an exception',
      (base) => (s, by) => {
        try {
          return base(s, by);
        } catch {
          return undefined as never;
        }
      },
      9,
    ],
    ['leaves an argument out', (base) => (s) => Reflect.apply(base, undefined, [s]) as number, 1],
  ])('decides where it %s', (_what, replace, by) => {
    expect(decidedBy(replace, by)).toEqual(['add']);
  });
  it.each<
    readonly [what: string, replace: (base: (step: Record<string, number>) => Record<string, number>) => typeof base]
  >([
    ['an argument before the call', (base) => (step) => ((step['to'] = 7), base(step))],
    [
      'an argument behind the call',
      (base) => (step) => {
        const result = base(step);
        step['to'] = 7;
        return result;
      },
    ],
    ['the result', (base) => (step) => Object.assign(base(step), { to: 7 })],
  ])('decides where it changes %s in its place', (_what, replace) => {
    const deciding = new Deciding(['toggle']);
    const { walk } = deciding.watch('toggle', { walk: replace });
    walk((step) => ({ ...step }))({ from: 0, to: 1 });
    expect(deciding.names).toEqual(['walk']);
  });
  it('decides nothing where the one before changes an argument in its place', () => {
    const deciding = new Deciding(['toggle']);
    const { walk } = deciding.watch('toggle', {
      walk: (base: (step: { to: number }) => object) => (step: { to: number }) => base(step),
    });
    walk((step) => ((step.to = 7), step))({ to: 1 });
    expect(deciding.names).toEqual([]);
  });
  it('decides where it answers what is asked of the state', () => {
    const deciding = new Deciding(['toggle']);
    const { ask } = deciding.watch('toggle', {
      ask: (base: typeof chosen) => (s: Asking) => {
        s.choose = () => 0;
        return base(s);
      },
    });
    const s = deciding.seeing(world).layout.draftOf(new Int32Array(1)) as Asking;
    s.choose = () => 0;
    ask(chosen)(s);
    expect(deciding.names).toEqual(['ask']);
  });
  it('is not watched where both kernels have it', () => {
    expect(decidedBy(() => () => 0, 1, ['another toggle'])).toEqual([]);
  });
  it('is told apart in a call within a call', () => {
    const deciding = new Deciding(['toggle']);
    // The inner call passes on; the outer one passes on too, and adds.
    const kernel: { down: (n: number) => number } = { down: (n) => (n === 0 ? 0 : kernel.down(n - 1)) };
    const { down } = deciding.watch('toggle', { down: (base: (n: number) => number) => (n: number) => base(n) });
    kernel.down = down(kernel.down);
    kernel.down(3);
    expect(deciding.names).toEqual([]);
  });
});

const records = () => {
  const deciding = new Deciding(['toggle']);
  const before = { deposits: true, first: 1 };
  const { facts } = deciding.watch('toggle', { facts: (base: typeof before) => ({ ...base, first: 2 }) });
  return { deciding, made: facts(before) };
};

describe('a record that is replaced', () => {
  it('decides nothing where what is read is as before', () => {
    const { deciding, made } = records();
    expect([made.deposits, deciding.names]).toEqual([true, []]);
  });
  it('decides where another fact is read', () => {
    const { deciding, made } = records();
    expect([made.first, deciding.names]).toEqual([2, ['facts']]);
  });
});

interface Facts {
  readonly deposits: boolean;
  readonly first: number;
}
const FACTS: Facts = Object.freeze({ deposits: true, first: 1 });
const later = (base: Facts): Facts => ({ ...base, first: 2 });
const same = (base: Facts): Facts => base;
const copied = (base: Facts): Facts => ({ ...base });

/** What has decided once these patches were put on the record, in their order, and this fact was read; a patch of `both` is of both kernels. */
const decidedOnTop = (
  patches: readonly (readonly [by: 'changed' | 'changed too' | 'both', replace: (base: Facts) => Facts])[],
  read?: keyof Facts,
): readonly string[] => {
  const deciding = new Deciding(['changed', 'changed too']);
  const made = patches.reduce((base, [by, facts]) => deciding.watch(by, { facts }).facts(base), FACTS);
  if (read !== undefined) expect(made[read]).toBeDefined();
  return deciding.names;
};

describe('a record on top of one that is replaced', () => {
  it.each(['changed too', 'both'] as const)('decides nothing while the kernel is made: %s', (by) => {
    expect([
      decidedOnTop([
        ['changed', later],
        [by, copied],
      ]),
      decidedOnTop([
        ['changed', later],
        [by, same],
        [by, copied],
      ]),
    ]).toEqual([[], []]);
  });
  it.each(['changed too', 'both'] as const)('decides where the fact is read that came from below: %s', (by) => {
    const patches = [
      ['changed', later],
      [by, same],
      [by, copied],
    ] as const;
    expect([decidedOnTop(patches, 'first'), decidedOnTop(patches, 'deposits')]).toEqual([['facts'], []]);
  });
  it('decides nothing where what both have replaces the fact', () => {
    const patches = [
      ['changed', later],
      ['both', () => ({ ...FACTS, first: 3 })],
    ] as const;
    expect(decidedOnTop(patches, 'first')).toEqual([]);
  });
  it('decides where what both have makes another fact of it', () => {
    const patches = [
      ['changed', later],
      ['both', (base: Facts) => ({ ...base, deposits: base.first === 1 })],
    ] as const;
    expect(decidedOnTop(patches, 'deposits')).toEqual(['facts']);
  });
});
