/**
 * Small worlds made by chance: a few cells, actions that are little programs over them, properties of every
 * kind. A recipe is plain data, so that a failing one can be read and shrunk; `worldOf` makes the world.
 */
import fc from 'fast-check';
import {
  action,
  type Action,
  type Choose,
  type Draft,
  END,
  layoutOf,
  ModelBug,
  type Move,
  NEVER,
  type Property,
  type StepResult,
  table,
  upTo,
  type View,
  type World,
} from 'mmcheck/search';

/** A cell's value plus `plus` (and the argument) is, or is not, at least `least`. */
interface Test {
  readonly cell: number;
  readonly plus: number;
  readonly least: number;
  readonly not: boolean;
}
type Instruction =
  | { readonly do: 'set'; readonly cell: number; readonly from: number; readonly plus: number; readonly ways: number }
  | { readonly do: 'count'; readonly cell: number }
  | { readonly do: 'tell'; readonly code: number }
  | { readonly do: 'leave'; readonly when: Test; readonly how: 'end' | 'never' | 'first bug' | 'second bug' };
interface ActionRecipe {
  readonly i: number;
  readonly j: number;
  readonly when: Test | undefined;
  readonly guard: Test;
  readonly steps: readonly (readonly Instruction[])[];
}
interface PropertyRecipe {
  readonly kind: 'always' | 'step' | 'sometimes' | 'never stuck';
  readonly subject: Test | undefined;
  readonly holds: Test;
  readonly told: number;
}
export interface Recipe {
  /** The largest value of each cell, and what a value is multiplied with when it is stored. */
  readonly cells: readonly { readonly max: number; readonly scale: number }[];
  readonly initial: readonly (readonly number[])[];
  readonly actions: readonly ActionRecipe[];
  readonly properties: readonly PropertyRecipe[];
}

const digit = fc.nat({ max: 3 });
const cell = fc.nat({ max: 5 });
const test: fc.Arbitrary<Test> = fc.record({
  cell,
  plus: digit,
  least: fc.integer({ min: 1, max: 3 }),
  not: fc.boolean(),
});
const leave = fc.constantFrom('end', 'never', 'first bug', 'second bug');
const instruction: fc.Arbitrary<Instruction> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('set'), cell, from: cell, plus: digit, ways: digit }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('count'), cell }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tell'), code: digit }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave'), when: test, how: leave }) },
);
const someAction: fc.Arbitrary<ActionRecipe> = fc.record({
  i: fc.integer({ min: 0, max: 3 }),
  j: fc.integer({ min: 1, max: 2 }),
  when: fc.option(test, { nil: undefined }),
  guard: test,
  steps: fc.array(fc.array(instruction, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
});
const property: fc.Arbitrary<PropertyRecipe> = fc.record({
  kind: fc.constantFrom('always', 'step', 'sometimes', 'never stuck'),
  subject: fc.option(test, { nil: undefined }),
  holds: test,
  told: digit,
});
/** Scales put a value into the low, the middle and all bits of its row; states have one to several words. */
export const recipe: fc.Arbitrary<Recipe> = fc.record({
  cells: fc.array(fc.record({ max: fc.integer({ min: 1, max: 3 }), scale: fc.constantFrom(1, 0x55, 0x1555_5555) }), {
    minLength: 1,
    maxLength: 6,
    size: 'max',
  }),
  initial: fc.array(fc.array(digit, { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
  actions: fc.array(someAction, { minLength: 1, maxLength: 5, size: 'max' }),
  properties: fc.array(property, { maxLength: 6 }),
});

const tables = { cell: table(0, upTo(1)), told: table(1, upTo(3)) };
type V = View<typeof tables> & { readonly read: (cell: number) => number };
type D = Draft<typeof tables> & V & { readonly write: (cell: number, value: number) => void };

/** The layout of the cells, one table each, with views and drafts that read and write values of cells. */
const layoutFor = (cells: Recipe['cells']): World<V, D>['layout'] => {
  const stored = Object.fromEntries(cells.map(({ max, scale }, i) => [`c${i}`, table(1, upTo(max * scale))]));
  const layout = layoutOf(stored, { told: table(1, upTo(3)) });
  const at = (i: number) => i % cells.length;
  return {
    ...layout,
    viewOf: (words) => {
      const view = layout.viewOf(words);
      return { ...view, read: (i) => view[`c${at(i)}`]!.at(0) / cells[at(i)]!.scale } as V;
    },
    draftOf: (words) => {
      const draft = layout.draftOf(words);
      const read = (i: number) => draft[`c${at(i)}`]!.at(0) / cells[at(i)]!.scale;
      const write = (i: number, value: number) => {
        const { max, scale } = cells[at(i)]!;
        draft[`c${at(i)}`]!.put(0, (value % (max + 1)) * scale);
      };
      return { ...draft, read, write } as unknown as D;
    },
  };
};

const passes = (s: V, one: Test, argument: number): boolean =>
  (s.read(one.cell) + one.plus + argument) % 4 >= one.least !== one.not;

const run = (s: D, program: readonly Instruction[], { i, j }: { i: number; j: number }, choose: Choose): StepResult => {
  for (const one of program) {
    if (one.do === 'tell') s.told.put(0, one.code);
    if (one.do === 'count') s.write(one.cell + i, s.read(one.cell + i) + 1);
    if (one.do === 'set') {
      const answers = Array.from({ length: one.ways }, (_, way) => `${way}`);
      const chosen = one.ways === 0 ? 0 : choose('how much more', answers);
      s.write(one.cell + j, s.read(one.from) + one.plus + i + chosen);
    }
    if (one.do !== 'leave' || !passes(s, one.when, i)) continue;
    if (one.how === 'end') return END;
    if (one.how === 'never') return NEVER;
    throw new ModelBug(one.how, 'by chance');
  }
};

const actionOf = ({ i, j, when, guard, steps }: ActionRecipe, number: number): Action<V, D> =>
  action<V, D, { i: number; j: number }>({
    name: `action ${number}`,
    args: { i: [0, 1, 2].slice(0, i), j: [0, 1].slice(0, j) },
    ...(when === undefined ? {} : { when: (s: V) => passes(s, when, 0) || passes(s, when, 1) }),
    guard: (s, args) => passes(s, guard, args.i),
    steps: steps.map((program, step) => ({
      name: `step ${step}`,
      run: (s: D, args: { i: number; j: number }, choose: Choose) => run(s, program, args, choose),
    })),
  });

const propertyOf = ({ kind, subject, holds, told }: PropertyRecipe, number: number): Property<V> => {
  const said = { name: `property ${number}`, says: 'By chance.' };
  const state = subject === undefined ? {} : { subject: (s: V) => passes(s, subject, 0) };
  const rarely = (s: V): boolean => [0, 1, 2].every((i) => passes(s, { ...holds, cell: holds.cell + i }, i));
  if (kind === 'always') return { ...said, kind, ...state, holds: (s) => !rarely(s) };
  if (kind === 'sometimes') return { ...said, kind, holds: rarely };
  if (kind === 'never stuck')
    return subject === undefined ? { ...said, kind } : { ...said, kind, final: (s) => passes(s, subject, 0) };
  const move =
    subject === undefined ? {} : { subject: (s: V, { action: by }: Move) => by === told || passes(s, subject, 0) };
  const kept = (before: V, _: Move, after: V) =>
    passes(before, holds, 0) || passes(after, holds, 1) || after.told.at(0) !== told;
  return { ...said, kind, ...move, holds: kept };
};

export const worldOf = ({ cells, initial, actions, properties }: Recipe): World<V, D> => ({
  name: 'by chance',
  layout: layoutFor(cells),
  initial: initial.map((values) => (s: D) => cells.forEach((_, i) => s.write(i, values[i]!))),
  actions: actions.map(actionOf),
  properties: [
    ...properties.map(propertyOf),
    { kind: 'assertion', name: 'first bug', says: 'The first bug does not happen.' },
    { kind: 'assertion', name: 'second bug', says: 'The second bug does not happen.' },
  ],
});
