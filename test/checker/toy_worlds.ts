/** The worlds `counters`, `mirror` and `alley` of the toy catalogue. */
import { action, layoutOf, table, upTo, type World } from '../../checker/search/index.ts';

/** (`top` + 1)^4 states, so that a search can be made as long as a test needs it. */
export const countersWorld = (top: number) => {
  const layout = layoutOf({ count: table(4, upTo(top)) });
  type Counts = ReturnType<typeof layout.viewOf>;
  type Ticking = ReturnType<typeof layout.draftOf>;
  const tick = action<Counts, Ticking, { of: number }>({
    name: 'tick',
    mirrors: 'kernel/time/tick-common.c tick_periodic()',
    args: { of: [0, 1, 2, 3] },
    guard: (s, args) => s.count.at(args.of) < top,
    effect: (s, args) => s.count.put(args.of, s.count.at(args.of) + 1),
  });
  const world: World<Counts, Ticking> = {
    name: 'counters',
    layout,
    initial: [() => undefined],
    actions: [tick],
    properties: [
      {
        kind: 'sometimes',
        name: 'everyCount',
        says: 'The last count is reached.',
        holds: (s) => [0, 1, 2, 3].every((i) => s.count.at(i) === top),
      },
      {
        kind: 'step',
        name: 'ordered',
        says: 'A count never runs backwards.',
        holds: (before, _, after) => after.count.at(0) >= before.count.at(0),
      },
    ],
  };
  return world as unknown as World<unknown, unknown>;
};

const seen = layoutOf({ events: table(2, upTo(3)) });
type V = ReturnType<typeof seen.viewOf>;
type D = ReturnType<typeof seen.draftOf>;

const mirrored: World<V, D> = {
  name: 'mirror',
  layout: seen,
  initial: [() => undefined],
  actions: [
    action<V, D, { by: number }>({
      name: 'wake',
      args: { by: [0, 1] },
      guard: (s, { by }) => s.events.at(by) < 3,
      effect: (s, { by }) => s.events.put(by, s.events.at(by) + 1),
    }),
  ],
  properties: [
    {
      kind: 'always',
      name: 'firstComesFirst',
      says: 'No process has seen three events.',
      holds: (s) => s.events.at(0) < 3 && s.events.at(1) < 3,
      explain: (s) => `${s.events.at(0)} and ${s.events.at(1)} seen`,
    },
  ],
  // The process that has seen fewer events comes first.
  canonical: (s) => {
    const [a, b] = [s.events.at(0), s.events.at(1)];
    if (a <= b) return;
    s.events.put(0, b);
    s.events.put(1, a);
  },
};
export const mirrorWorld = mirrored as unknown as World<unknown, unknown>;

const place = layoutOf({ place: table(1, upTo(3)) });
type Place = ReturnType<typeof place.viewOf>;
type Walk = ReturnType<typeof place.draftOf>;

const alley: World<Place, Walk> = {
  name: 'alley',
  layout: place,
  initial: [() => undefined],
  actions: [
    action<Place, Walk>({
      name: 'walk',
      args: {},
      guard: (s) => s.place.at(0) < 3,
      effect: (s, _, choose) => s.place.put(0, Math.min(3, s.place.at(0) + 1 + choose('pace', ['a step', 'a jump']))),
    }),
  ],
  properties: [
    {
      kind: 'step',
      name: 'noJump',
      says: 'Nobody jumps.',
      holds: (before, _, after) => after.place.at(0) - before.place.at(0) < 2,
      explain: (before, { name }, after) => `${name} from ${before.place.at(0)} to ${after.place.at(0)}`,
    },
    { kind: 'never stuck', name: 'goesOn', says: 'There is always a way on.' },
  ],
};
/** On some kernels nobody asks for a way on. */
export const alleyWorld = (goesOn: boolean): World<unknown, unknown> => {
  const properties = alley.properties.filter(({ kind }) => goesOn || kind !== 'never stuck');
  return { ...alley, properties } as unknown as World<unknown, unknown>;
};
