/**
 * DieHard: measure four gallons with jugs of three and five.
 *
 * After specifications/DieHard/DieHard.tla of github.com/tlaplus/Examples (32a32c7b), in our own words. That
 * the jugs reach 16 states is easily counted: one of them is always empty or full, which leaves 2*4 + 2*6 - 4.
 * In each of them six actions are possible, and the shortest way to four gallons has six steps.
 */
import { action, type Draft, layoutOf, table, upTo, type View, type World } from 'mmcheck/search';
import { known } from './known_world.ts';

const SMALL = 3;
const BIG = 5;

const jugs = { big: table(1, upTo(BIG)), small: table(1, upTo(SMALL)) };
type V = View<typeof jugs>;
type D = Draft<typeof jugs>;

const always = (): boolean => true;
const fill = (jug: 'big' | 'small', gallons: number) =>
  action<V, D>({
    name: `${gallons === 0 ? 'empty' : 'fill'} ${jug}`,
    args: {},
    guard: always,
    effect: (s) => s[jug].put(0, gallons),
  });
const pour = (from: 'big' | 'small', to: 'big' | 'small', room: number) =>
  action<V, D>({
    name: `${from} to ${to}`,
    args: {},
    guard: always,
    effect: (s) => {
      const poured = Math.min(s[from].at(0), room - s[to].at(0));
      s[from].put(0, s[from].at(0) - poured);
      s[to].put(0, s[to].at(0) + poured);
    },
  });

export const dieHard: World<V, D> = {
  name: 'DieHard',
  layout: layoutOf(jugs),
  initial: [() => {}],
  actions: [
    fill('small', SMALL),
    fill('big', BIG),
    fill('small', 0),
    fill('big', 0),
    pour('small', 'big', BIG),
    pour('big', 'small', SMALL),
  ],
  properties: [
    {
      kind: 'always',
      name: 'NotSolved',
      says: 'The big jug never holds four gallons.',
      holds: (s) => s.big.at(0) !== 4,
      explain: (s) => `big holds ${s.big.at(0)}`,
    },
    {
      kind: 'always',
      name: 'OneIsEmptyOrFull',
      says: 'One of the jugs is empty or full.',
      holds: (s) => s.big.at(0) % BIG === 0 || s.small.at(0) % SMALL === 0,
    },
    { kind: 'never stuck', name: 'never stuck', says: 'Something can always be done.' },
  ],
};

export const dieHards = [
  known(dieHard, { states: 16, transitions: 96, source: 'tlaplus/Examples DieHard', violated: { NotSolved: 6 } }),
];
