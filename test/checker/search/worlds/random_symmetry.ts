/**
 * Small symmetric worlds made by chance: three interchangeable items and a place that they share. What an
 * action does depends, by a random table, on its item and the place alone, so that items differ in name only.
 */
import fc from 'fast-check';
import {
  action,
  type Action,
  type Draft,
  layoutOf,
  ModelBug,
  NEVER,
  type Property,
  type StepResult,
  table,
  upTo,
  type View,
  type World,
} from 'mmcheck/search';

const ITEMS = [0, 1, 2];
const VALUES = 3;
/** By item's value and place: nothing, or what both are set to, by each answer; 9 is a bug, 10 no outcome. */
type Outcomes = readonly (readonly number[])[];
interface SymmetricRecipe {
  readonly alone: readonly Outcomes[];
  readonly meets: Outcomes;
  readonly start: readonly number[];
  /** By place and sum of the items. */
  readonly allowed: readonly boolean[];
  readonly wanted: readonly boolean[];
  readonly kept: readonly boolean[];
}

const PLACES = VALUES * VALUES;
const outcomes: fc.Arbitrary<Outcomes> = fc.array(fc.array(fc.nat({ max: 10 }), { maxLength: 2 }), {
  minLength: PLACES,
  maxLength: PLACES,
});
const SUMS = VALUES * (ITEMS.length * (VALUES - 1) + 1);
const mostly = fc.array(
  fc.nat({ max: 9 }).map((n) => n > 0),
  { minLength: SUMS, maxLength: SUMS },
);
export const symmetricRecipe: fc.Arbitrary<SymmetricRecipe> = fc.record({
  alone: fc.array(outcomes, { minLength: 1, maxLength: 3 }),
  meets: outcomes,
  start: fc.array(fc.nat({ max: 2 }), { minLength: 4, maxLength: 4 }),
  allowed: mostly,
  wanted: mostly,
  kept: mostly,
});

const tables = { item: table(ITEMS.length, upTo(VALUES - 1)), place: table(1, upTo(VALUES - 1)) };
type V = View<typeof tables>;
type D = Draft<typeof tables>;

const sumAt = (s: V): number =>
  s.place.at(0) * (ITEMS.length * (VALUES - 1) + 1) + ITEMS.reduce((n, i) => n + s.item.at(i), 0);

/** Sets item `i` and the place, or fails, as the table says. */
const apply = (s: D, i: number, code: number): StepResult => {
  if (code === 10) return NEVER;
  if (code === 9) throw new ModelBug('bug', 'by chance');
  s.item.put(i, code % VALUES);
  s.place.put(0, Math.floor(code / VALUES));
};

const actionsOf = ({ alone, meets }: SymmetricRecipe): readonly Action<V, D>[] => [
  ...alone.map((outcome, number) => {
    const at = (s: V, i: number) => outcome[s.item.at(i) * VALUES + s.place.at(0)]!;
    return action<V, D, { i: number }>({
      name: `alone ${number}`,
      args: { i: ITEMS },
      guard: (s, { i }) => at(s, i).length > 0,
      effect: (s, { i }, choose) => apply(s, i, at(s, i)[choose('which', at(s, i).map(String))]!),
    });
  }),
  action<V, D, { i: number; j: number }>({
    name: 'meets',
    args: { i: ITEMS, j: ITEMS },
    guard: (s, { i, j }) => i !== j && meets[s.item.at(i) * VALUES + s.item.at(j)]!.length > 0,
    effect: (s, { i, j }) => apply(s, j, meets[s.item.at(i) * VALUES + s.item.at(j)]![0]!),
  }),
];

const propertiesOf = ({ allowed, wanted, kept }: SymmetricRecipe): readonly Property<V>[] => [
  { kind: 'always', name: 'allowed', says: 'By chance.', holds: (s) => allowed[sumAt(s)]! },
  { kind: 'sometimes', name: 'wanted', says: 'By chance.', holds: (s) => !wanted[sumAt(s)]! },
  {
    kind: 'step',
    name: 'kept',
    says: 'By chance.',
    subject: (_, { name }) => name === 'meets',
    holds: (before, { args }, after) => kept[sumAt(after)]! || before.item.at(args['i'] as number) === 0,
  },
  { kind: 'never stuck', name: 'never stuck', says: 'By chance.' },
  { kind: 'assertion', name: 'bug', says: 'By chance.' },
];

/** The world, and the same one with its symmetry declared. */
export const symmetricWorldOf = (
  recipe: SymmetricRecipe,
): { readonly plain: World<V, D>; readonly folded: World<V, D> } => {
  const plain: World<V, D> = {
    name: 'symmetric by chance',
    layout: layoutOf(tables),
    initial: [
      (s) => [...ITEMS, -1].forEach((i, at) => (i < 0 ? s.place : s.item).put(Math.max(i, 0), recipe.start[at]!)),
    ],
    actions: actionsOf(recipe),
    properties: propertiesOf(recipe),
  };
  const canonical = (s: D): void => {
    const sorted = ITEMS.map((i) => s.item.at(i)).toSorted((a, b) => a - b);
    for (const i of ITEMS) s.item.put(i, sorted[i]!);
  };
  return { plain, folded: { ...plain, canonical } };
};
