import {
  action,
  END,
  explore,
  layoutOf,
  ModelBug,
  ModelFault,
  NEVER,
  type Action,
  type AtomicStep,
  type Draft,
  type Property,
  type StepResult,
  table,
  upTo,
  type View,
  type World,
} from 'mmcheck/search';
import { describe, expect, it } from 'vitest';

const tables = { n: table(1, upTo(9999)), told: table(1, upTo(3)) };
type V = View<typeof tables>;
type D = Draft<typeof tables>;

const to = (last: number): Action<V, D> =>
  action<V, D>({
    name: 'count',
    args: {},
    guard: (s) => s.n.at(0) < last,
    effect: (s) => s.n.put(0, s.n.at(0) + 1),
  });
const world = (actions: readonly Action<V, D>[], properties: readonly Property<V>[] = []): World<V, D> => ({
  name: 'counter',
  layout: layoutOf({ n: tables.n }, { told: tables.told }),
  initial: [() => {}],
  actions,
  properties,
});
const one = (effect: AtomicStep<D, object>['run'], guard: (s: V) => boolean = () => true): Action<V, D> =>
  action<V, D>({ name: 'act', args: {}, guard, effect });
const says = 'So it is said.';
const below = (limit: number): Property<V> => ({
  kind: 'always',
  name: `below ${limit}`,
  says,
  holds: (s) => s.n.at(0) < limit,
});

const sometimes = (n: number): Property<V> => ({
  kind: 'sometimes',
  name: `${n}`,
  says,
  holds: (s) => s.n.at(0) === n,
});
const stuckBut = (final: number): Property<V> => ({
  kind: 'never stuck',
  name: 'never stuck',
  says,
  final: (s) => s.n.at(0) === final,
});
const oops = (): never => {
  throw new TypeError('oops');
};

describe('a whole search', () => {
  it('holds, and counts states, transitions, depth and actions', () => {
    const never = action<V, D>({ name: 'never', args: {}, guard: () => false, effect: () => {} });
    const verdict = explore(world([to(10), never], [below(11)]));
    expect(verdict).toMatchObject({ verdict: 'holds', states: 11, transitions: 10, depth: 10, waiting: 0 });
    expect(verdict.cut).toBeUndefined();
    expect(verdict.actions).toEqual([
      { name: 'count', enabled: 10, fired: 10, newStates: 10 },
      { name: 'never', enabled: 0, fired: 0, newStates: 0 },
    ]);
  });

  it('finds for each property its own shortest trace in one pass', () => {
    const { verdict, properties } = explore(world([to(10)], [below(7), below(3), below(11)]));
    expect(verdict).toBe('violated');
    expect(properties.map((p) => [p.verdict, p.trace?.moves.length])).toEqual([
      ['violated', 7],
      ['violated', 3],
      ['holds', undefined],
    ]);
  });

  it('knows a world without initial states', () => {
    const verdict = explore({ ...world([to(3)], [below(1)]), initial: [] });
    expect(verdict).toMatchObject({ verdict: 'holds', states: 0, depth: 0 });
    expect(verdict.properties[0]).toMatchObject({ verdict: 'unexercised', exercised: false });
  });
});

describe('properties', () => {
  it('an always whose subject never occurs is unexercised, and holds is not asked', () => {
    const { properties, verdict } = explore(
      world([to(3)], [{ kind: 'always', name: 'a', says, subject: () => false, holds: oops }]),
    );
    expect([verdict, properties[0]!.verdict, properties[0]!.exercised]).toEqual(['holds', 'unexercised', false]);
  });

  it('a step sees before, move and after, scratch tables included', () => {
    const act = one(
      (s) => {
        s.told.put(0, s.n.at(0));
        s.n.put(0, s.n.at(0) + 1);
      },
      (s) => s.n.at(0) < 3,
    );
    const step: Property<V> = {
      kind: 'step',
      name: 'told',
      says,
      subject: (before, move) => move.name === 'act' && before.n.at(0) > 0,
      holds: (before, _, after) =>
        before.told.at(0) === 0 && after.told.at(0) === before.n.at(0) && after.n.at(0) !== 3,
    };
    const { properties, states } = explore(world([act], [step]));
    expect(states).toBe(4);
    expect([properties[0]!.verdict, properties[0]!.trace?.moves.length]).toEqual(['violated', 3]);
  });

  it('a sometimes carries its shortest witness, or is unexercised', () => {
    const { verdict, properties } = explore(world([to(3)], [sometimes(2), sometimes(4)]));
    expect(verdict).toBe('holds');
    expect(properties[0]).toMatchObject({ verdict: 'holds', exercised: true });
    expect(properties[0]!.trace?.moves).toHaveLength(2);
    expect(properties[1]).toEqual({ name: '4', kind: 'sometimes', verdict: 'unexercised', exercised: false });
  });

  it('never stuck allows final states only', () => {
    expect(explore(world([to(3)], [stuckBut(3)])).verdict).toBe('holds');
    const { properties } = explore(world([to(3)], [stuckBut(2)]));
    expect([properties[0]!.verdict, properties[0]!.trace?.moves.length]).toEqual(['violated', 3]);
  });

  it('a step that changes nothing, or fails, is no reason to be stuck', () => {
    const stuck: Property<V> = { kind: 'never stuck', name: 'never stuck', says };
    const fails = one(() => {
      throw new ModelBug('bug', 'always');
    });
    const bug: Property<V> = { kind: 'assertion', name: 'bug', says };
    expect(explore(world([one(() => {})], [stuck])).verdict).toBe('holds');
    expect(explore(world([fails], [stuck, bug])).properties.map((p) => p.verdict)).toEqual(['holds', 'violated']);
    expect(explore(world([one(() => NEVER)], [stuck])).verdict).toBe('violated');
  });

  it('an assertion of the model that fails is a verdict, and the search goes on', () => {
    const fails = one((s) => {
      if (s.n.at(0) === 2) throw new ModelBug('BUG_ON', 'n is 2');
    });
    const bug: Property<V> = { kind: 'assertion', name: 'BUG_ON', says };
    const verdict = explore(world([to(5), fails], [bug]));
    expect(verdict).toMatchObject({ verdict: 'violated', states: 6 });
    expect(verdict.properties[0]!.trace?.moves).toHaveLength(3);
  });
});

describe('outcomes of an action', () => {
  it('are as many as its answers allow', () => {
    const act = one(
      (s, _, choose): StepResult => {
        const tens = choose('tens', ['0', '1', '2']);
        if (tens === 1) return NEVER;
        s.n.put(0, 1 + 10 * tens + (tens === 2 ? choose('ones', ['0', '1']) : 0));
      },
      (s) => s.n.at(0) === 0,
    );
    const verdict = explore(world([act]));
    expect(verdict).toMatchObject({ states: 4, transitions: 3 });
    expect(verdict.actions[0]).toMatchObject({ enabled: 1, fired: 3, newStates: 3 });
  });

  it('take the steps back to back, and END leaves the rest out', () => {
    const add = (n: number, result?: typeof END) => ({
      name: `add ${n}`,
      run: (s: D) => {
        s.n.put(0, s.n.at(0) + n);
        return result;
      },
    });
    const act = action<V, D>({
      name: 'act',
      args: {},
      guard: (s) => s.n.at(0) === 0,
      steps: [add(1), add(10, END), add(100)],
    });
    const verdict = explore(world([act], [{ kind: 'sometimes', name: 'both', says, holds: (s) => s.n.at(0) === 11 }]));
    expect(verdict).toMatchObject({ states: 2, transitions: 1 });
    expect(verdict.properties[0]!.verdict).toBe('holds');
  });
});

describe('a search that is cut short', () => {
  const long = world(
    [to(9999)],
    [below(9000), { kind: 'sometimes', name: 'far', says, holds: (s) => s.n.at(0) === 9999 }],
  );

  it.for([
    ['states', { statesMax: 100 }, 101],
    ['depth', { depthMax: 50 }, 51],
    ['seconds', { secondsMax: 0 }, 1],
    ['memory', { bytesMax: 1 }, 1],
  ] as const)('by a limit of %s is incomplete, and tells what it is', ([cut, limit, states]) => {
    const verdict = explore(long, limit);
    expect(verdict).toMatchObject({ verdict: 'incomplete', cut, states });
    expect(verdict.properties.map((p) => p.verdict)).toEqual(['unknown', 'unknown']);
    expect(verdict.waiting).toBe(1);
  });

  it('by its user', () => {
    const seen: number[] = [];
    const verdict = explore(long, { onProgress: ({ states }) => seen.push(states) === 3 });
    expect(verdict).toMatchObject({ verdict: 'incomplete', cut: 'interrupted' });
    expect(seen).toHaveLength(3);
    expect(verdict.states).toBeGreaterThanOrEqual(seen[2]!);
  });

  it('at the first violation is violated', () => {
    const verdict = explore(long, { first: true });
    expect(verdict).toMatchObject({ verdict: 'violated', cut: 'first' });
    expect(verdict.states).toBeLessThan(9100);
    expect(verdict.properties[0]!.trace?.moves).toHaveLength(9000);
  });

  it('is violated all the same when a violation was found before', () => {
    expect(explore(long, { statesMax: 9500 })).toMatchObject({ verdict: 'violated', cut: 'states' });
  });

  it('is not cut by a limit that it just meets', () => {
    expect(explore(world([to(99)]), { statesMax: 100, depthMax: 100 })).toMatchObject({
      verdict: 'holds',
      states: 100,
    });
    expect(explore(world([to(99)]), { depthMax: 99 })).toMatchObject({ verdict: 'incomplete', cut: 'depth' });
  });

  it('is not cut when only known states come beyond the limit', () => {
    const total = 40_001;
    const sides = [1, 2, 3].map((side) => {
      const next = (s: V): number => (side < 3 ? 2 * s.n.at(0) + side : Math.floor(s.n.at(0) / 2));
      return one(
        (s) => s.n.put(0, next(s)),
        (s) => next(s) < total,
      );
    });
    const layout = layoutOf({ n: table(1, upTo(total)) }, { told: tables.told });
    const heap = { ...world(sides), layout };
    expect(explore(heap, { statesMax: total })).toMatchObject({ verdict: 'holds', states: total });
    expect(explore(heap, { statesMax: total - 1 })).toMatchObject({ verdict: 'incomplete', cut: 'states' });
  });

  it('keeps a witness that it had found', () => {
    const early: Property<V> = { kind: 'sometimes', name: 'early', says, holds: (s) => s.n.at(0) === 1 };
    const { verdict, properties } = explore(world([to(99)], [early]), { depthMax: 5 });
    expect([verdict, properties[0]!.verdict]).toEqual(['incomplete', 'holds']);
  });
});

const faultOf = (broken: World<V, D>): ModelFault => {
  try {
    explore(broken);
  } catch (error) {
    if (error instanceof ModelFault) return error;
    throw error;
  }
  throw new Error('no fault');
};

describe('a fault of the model', () => {
  const at3 = (s: V): boolean => s.n.at(0) === 3 && oops();

  it.for([
    ['act', [to(9), one((s) => void at3(s))], []],
    ['the guard of act', [to(9), one(() => {}, at3)], []],
    ['the guard of act', [to(9), { ...one(() => {}), when: at3 }], []],
    ['property p', [to(9)], [{ kind: 'always', name: 'p', says, holds: (s: V) => !at3(s) }]],
    ['property p', [to(9)], [{ kind: 'sometimes', name: 'p', says, holds: at3 }]],
    ['property p', [to(3)], [{ kind: 'never stuck', name: 'p', says, final: at3 }]],
    ['a property of steps or the symmetry', [to(9)], [{ kind: 'step', name: 'p', says, holds: (s: V) => !at3(s) }]],
  ] satisfies [string, Action<V, D>[], Property<V>[]][])(
    'in %s says so, with the trace to it',
    ([where, actions, properties]) => {
      const fault = faultOf(world(actions, properties));
      expect(fault.message).toBe(`${where} threw TypeError: oops`);
      expect(fault.cause).toBeInstanceOf(TypeError);
      expect(fault.trace.moves).toHaveLength(3);
    },
  );

  it('in an initial state says which', () => {
    const fault = faultOf({ ...world([to(3)]), initial: [() => {}, oops] });
    expect([fault.message, fault.trace]).toEqual(['initial state 1 threw TypeError: oops', { initial: 1, moves: [] }]);
  });

  it('is an assertion that no property declares', () => {
    const fails = one(() => {
      throw new ModelBug('WARN_ON', 'unheard of');
    });
    expect(faultOf(world([fails])).message).toBe('act threw WARN_ON: unheard of');
  });

  it('is a value that does not fit', () => {
    expect(faultOf(world([to(20_000)])).message).toBe('count threw RangeError: n[0] = 10000 is not in 0..9999');
  });

  it('properties of steps see a state before symmetry renames it', () => {
    const sees: Property<V> = {
      kind: 'step',
      name: 'sees',
      says,
      holds: (_before, _move, after) => after.n.at(0) !== 2,
    };
    const renamed = { ...world([to(3)], [sees]), canonical: (s: D) => s.n.put(0, s.n.at(0) % 2) };
    expect(explore(renamed).properties[0]).toMatchObject({ verdict: 'violated', trace: { moves: [{}, {}] } });
  });
});
