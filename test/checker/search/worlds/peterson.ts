/**
 * Peterson's mutual exclusion of two processes.
 *
 * After specifications/locks_auxiliary_vars/Peterson.tla of github.com/tlaplus/Examples (32a32c7b), by Jarod
 * Differdange, in our own words. manifest.json there gives 42 distinct states, 77 generated, depth 11; TLC
 * counts the initial state in the last two.
 */
import { action, type Draft, entry, flag, layoutOf, oneOf, table, type View, type World } from 'mmcheck/search';
import { known } from './known_world.ts';

const Pc = oneOf('a0', 'a1', 'a2', 'a3', 'cs', 'a4');
const Process = entry('Process')({ pc: Pc, wants: flag });
const tables = { process: table(2, Process), turn: table(1, oneOf('first', 'second')) };
type V = View<typeof tables>;
type D = Draft<typeof tables>;

const pcOf = (s: V, self: number): number => Process.pc(s.process.at(self));
const wants = (s: V, self: number): boolean => Process.wants(s.process.at(self)) === 1;

/** The action at one label: what it does, and where it goes. */
const at = (
  name: 'a0' | 'a1' | 'a2' | 'a3' | 'cs' | 'a4',
  next: number,
  effect: (s: D, self: number) => void = () => {},
  when: (s: V, self: number) => boolean = () => true,
) =>
  action<V, D, { self: number }>({
    name,
    args: { self: [0, 1] },
    guard: (s, { self }) => pcOf(s, self) === Pc[name] && when(s, self),
    effect: (s, { self }) => {
      effect(s, self);
      s.process.put(self, Process.mkPc(s.process.at(self), next));
    },
  });

const setWants = (code: 0 | 1) => (s: D, self: number) =>
  s.process.put(self, Process.mkWants(s.process.at(self), code));

export const peterson: World<V, D> = {
  name: 'Peterson',
  layout: layoutOf(tables),
  initial: [() => {}],
  actions: [
    at('a0', Pc.a1),
    at('a1', Pc.a2, setWants(1)),
    at('a2', Pc.a3, (s, self) => s.turn.put(0, 1 - self)),
    at('a3', Pc.cs, undefined, (s, self) => !wants(s, 1 - self) || s.turn.at(0) === self),
    at('cs', Pc.a4),
    at('a4', Pc.a0, setWants(0)),
  ],
  properties: [
    {
      kind: 'always',
      name: 'mutual exclusion',
      says: 'Two processes are never in the critical section together.',
      subject: (s) => pcOf(s, 0) === Pc.cs,
      holds: (s) => pcOf(s, 1) !== Pc.cs,
    },
    { kind: 'never stuck', name: 'never stuck', says: 'Some process can always go on.' },
    {
      kind: 'sometimes',
      name: 'both wait',
      says: 'Both can wait at once.',
      holds: (s) => pcOf(s, 0) === Pc.a3 && pcOf(s, 1) === Pc.a3,
    },
  ],
};

export const petersons = [
  known(peterson, {
    states: 42,
    transitions: 76,
    depth: 10,
    source: 'tlaplus/Examples locks_auxiliary_vars/manifest.json',
  }),
];
