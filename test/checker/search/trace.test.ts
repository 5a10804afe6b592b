import {
  action,
  explore,
  initialState,
  layoutOf,
  makeMove,
  ModelBug,
  movesOf,
  NEVER,
  oneOf,
  retrace,
  table,
  upTo,
  type Draft,
  type View,
  type World,
} from 'mmcheck/search';
import { describe, expect, it } from 'vitest';

const Light = oneOf('red', 'green');
const stored = { light: table(2, Light), crossings: table(1, upTo(3)) };
const scratch = { told: table(1, upTo(7)) };
type V = View<typeof stored & typeof scratch>;
type D = Draft<typeof stored & typeof scratch>;

const crossing: World<V, D> = {
  name: 'crossing',
  layout: layoutOf(stored, scratch),
  initial: [() => {}, (s) => s.crossings.put(0, 2)],
  actions: [
    action<V, D, { road: number }>({
      name: 'switch',
      args: { road: [0, 1] },
      guard: () => true,
      effect: (s, { road }) => s.light.put(road, 1 - s.light.at(road)),
    }),
    action<V, D, { road: number }>({
      name: 'cross',
      args: { road: [0, 1] },
      guard: (s, { road }) => s.light.at(road) === Light.green && s.told.at(0) === 0,
      steps: [
        { name: 'look', run: (s, _, choose) => (choose('clear?', ['yes', 'no']) === 1 ? NEVER : s.told.put(0, 5)) },
        {
          name: 'go',
          run: (s) => {
            if (s.crossings.at(0) === 3) throw new ModelBug('full', 'three have crossed');
            s.crossings.put(0, s.crossings.at(0) + 1);
          },
        },
      ],
    }),
  ],
  properties: [{ kind: 'assertion', name: 'full', says: 'Three are enough.' }],
};
const moves = movesOf(crossing);

describe('retrace', () => {
  it('tells every step of a counterexample: move, answers, changes, and the bug at its end', () => {
    const trace = explore(crossing).properties[0]!.trace!;
    const steps = retrace(crossing, trace);
    expect(trace.initial).toBe(1);
    expect(
      steps.map(({ move: { name, args }, changes, answers, bug }) => ({ name, args, changes, answers, bug })),
    ).toEqual([
      {
        name: 'switch',
        args: { road: 0 },
        changes: [{ where: 'light[0]', before: 'red', after: 'green' }],
        answers: [],
        bug: undefined,
      },
      {
        name: 'cross',
        args: { road: 0 },
        changes: [
          { where: 'crossings', before: '2', after: '3' },
          { where: 'told', before: '', after: '5' },
        ],
        answers: [{ question: 'clear?', answer: 'yes' }],
        bug: undefined,
      },
      {
        name: 'cross',
        args: { road: 0 },
        changes: [{ where: 'told', before: '', after: '5' }],
        answers: [{ question: 'clear?', answer: 'yes' }],
        bug: { name: 'full', message: 'three have crossed' },
      },
    ]);
    expect(steps[1]!.steps).toEqual(['look', 'go']);
  });

  it('refuses a trace that the world does not allow', () => {
    const wrong = { initial: 0, moves: [{ move: 2, answers: [] }] };
    expect(() => retrace(crossing, wrong)).toThrow('crossing: step 1, cross, is not enabled');
  });
});

describe('makeMove', () => {
  const start = initialState(crossing, 0);

  it('is not enabled where the guard is false, or where there is no such outcome', () => {
    expect(makeMove(crossing, moves[2]!, [], start)).toEqual({ enabled: false });
    const green = crossing.layout.zero();
    crossing.layout.draftOf(green).light.put(0, Light.green);
    expect(makeMove(crossing, moves[2]!, [1], green)).toEqual({ enabled: false });
    expect(makeMove(crossing, moves[2]!, [0], green).enabled).toBe(true);
  });

  it('leaves the state it starts from alone, and what its scratch tables hold aside', () => {
    const from = start.slice();
    crossing.layout.draftOf(from).light.put(0, Light.green);
    crossing.layout.draftOf(from).told.put(0, 1);
    const copy = from.slice();
    const made = makeMove(crossing, moves[2]!, [], from);
    expect(from).toEqual(copy);
    expect(made.enabled && crossing.layout.viewOf(made.step.before).told.at(0)).toBe(0);
  });
});

describe('a trace', () => {
  it('is not to be had of a model that reads what is no part of the state', () => {
    let calls = 0;
    const moody: World<V, D> = {
      ...crossing,
      actions: [
        action<V, D>({
          name: 'drift',
          args: {},
          guard: (s) => s.crossings.at(0) < 3,
          effect: (s) => s.crossings.put(0, calls++ === 0 ? 3 : 1),
        }),
      ],
      initial: [() => {}],
      properties: [{ kind: 'sometimes', name: 'three', says: 'Three cross.', holds: (s) => s.crossings.at(0) === 3 }],
    };
    expect(() => explore(moody)).toThrow('does the model read something outside the state?');
  });
});
