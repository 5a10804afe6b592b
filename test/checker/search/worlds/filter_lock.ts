/**
 * Peterson's algorithm for `n` processes: n - 1 gates, each of which holds one process back.
 *
 * After ex/mux/n_peterson.m of CMurphi (github.com/melver/cmurphi, 5d4a4267), by C. Norris Ip, in our own
 * words. Its last comment gives, for three processes under Murphi 2.73S, 882 states and 2,646 rules fired
 * without symmetry, 172 and 516 with it; for five, 628,868 and 3,144,340. A gate's turn is undefined until it
 * is first written, and a process that waits in vain fires its rule and stays where it is.
 */
import { action, type Draft, entry, layoutOf, oneOf, table, upTo, type View, type World } from 'mmcheck/search';
import { known } from './known_world.ts';

const Label = oneOf('L0', 'L1', 'L2', 'L3', 'L4');
const Process = entry('Process')({ label: Label, level: upTo(7), gate: upTo(7) });

const tables = (n: number) => ({ process: table(n, Process), turn: table(n, upTo(7)) });
type V = View<ReturnType<typeof tables>>;
type D = Draft<ReturnType<typeof tables>>;

const mayPass = (s: V, self: number): boolean => {
  const gate = Process.gate(s.process.at(self));
  if (s.turn.at(gate) !== self + 1) return true;
  for (let k = 0; k < s.process.rows; k++) if (k !== self && Process.level(s.process.at(k)) >= gate) return false;
  return true;
};

/** The rule at one label: from a process's word to its next. */
const at = (
  label: number,
  n: number,
  next: (word: ReturnType<V['process']['at']>, s: D, self: number) => ReturnType<V['process']['at']>,
) =>
  action<V, D, { self: number }>({
    name: Label.names[label]!,
    args: { self: Array.from({ length: n }, (_, self) => self) },
    guard: (s, { self }) => Process.label(s.process.at(self)) === label,
    effect: (s, { self }) => s.process.put(self, next(s.process.at(self), s, self)),
  });

/** `n` processes before `n - 1` gates; `turn[gate]` is 0 while undefined, else a process's number + 1. */
export const filterLock = (n: number): World<V, D> => ({
  name: `Peterson, ${n} processes`,
  layout: layoutOf(tables(n)),
  initial: [() => {}],
  actions: [
    at(Label.L0, n, (word) => Process.mkLabel(Process.mkGate(word, 1), Label.L1)),
    at(Label.L1, n, (word) => Process.mkLabel(Process.mkLevel(word, Process.gate(word)), Label.L2)),
    at(Label.L2, n, (word, s, self) => {
      s.turn.put(Process.gate(word), self + 1);
      return Process.mkLabel(word, Label.L3);
    }),
    at(Label.L3, n, (word, s, self) => {
      if (!mayPass(s, self)) return word;
      const gate = Process.gate(word) + 1;
      return Process.mkLabel(Process.mkGate(word, gate), gate < n ? Label.L1 : Label.L4);
    }),
    at(Label.L4, n, (word) => Process.mkLabel(Process.mkLevel(word, 1), Label.L0)),
  ],
  properties: [
    {
      kind: 'always',
      name: 'mutual exclusion',
      says: 'Two processes are never in the critical section together.',
      holds: (s) => {
        let inside = 0;
        for (let i = 0; i < n; i++) if (Process.label(s.process.at(i)) === Label.L4) inside++;
        return inside < 2;
      },
    },
    { kind: 'never stuck', name: 'never stuck', says: 'Some process can always go on.' },
  ],
});

const permutations = (items: readonly number[]): readonly (readonly number[])[] =>
  items.length === 0
    ? [[]]
    : items.flatMap((one) => permutations(items.filter((other) => other !== one)).map((rest) => [one].concat(rest)));

/** Processes are interchangeable: of all ways to number them, the one whose rows come first. */
export const filterLockSorted = (n: number): World<V, D> => {
  const ways = permutations(Array.from({ length: n }, (_, i) => i));
  const canonical = (s: D): void => {
    const renamed = ways.map((order) =>
      order
        .map((old): number => s.process.at(old))
        .concat(Array.from({ length: n }, (_, gate) => order.indexOf(s.turn.at(gate) - 1) + 1)),
    );
    const least = renamed.reduce((a, b) => {
      const differs = a.findIndex((code, i) => code !== b[i]);
      return differs < 0 || a[differs]! < b[differs]! ? a : b;
    });
    for (let i = 0; i < n; i++) {
      s.process.put(i, least[i]! as ReturnType<V['process']['at']>);
      s.turn.put(i, least[n + i]!);
    }
  };
  return { ...filterLock(n), name: `Peterson, ${n} interchangeable processes`, canonical };
};

const source = 'CMurphi ex/mux/n_peterson.m';
export const filterLocks = [
  known(filterLock(3), { states: 882, transitions: 2646, source }),
  known(filterLockSorted(3), { states: 172, transitions: 516, source }),
  known(filterLock(5), { states: 628_868, transitions: 3_144_340, large: true, source }),
];
