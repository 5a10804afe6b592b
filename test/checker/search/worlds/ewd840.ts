/**
 * EWD 840: a token goes round a ring of `n` nodes to find out whether all of them have come to rest.
 *
 * After specifications/ewd840/EWD840.tla of github.com/tlaplus/Examples (32a32c7b), by Stephan Merz, in our
 * own words. manifest.json there gives 302 distinct states and 2,001 generated for three nodes (EWD840.cfg),
 * 1,566 and 15,986 for four (EWD840_json.cfg). TLC counts the initial states (2^n activities, 2^n colours, n
 * places of the token) as generated, and makes a successor for every disjunct of a guard that is true; that is
 * the argument `because` below. So we pin 2,001 - 192 and 15,986 - 1,024 transitions. The depth of 12 given
 * for four nodes counts the initial state; for three, 10 is given and both our searches find 9.
 */
import { action, type Draft, entry, flag, layoutOf, table, upTo, type View, type World } from 'mmcheck/search';
import { known } from './known_world.ts';

const Node = entry('Node')({ active: flag, black: flag });
const Token = entry('Token')({ at: upTo(7), black: flag });

const tables = (n: number) => ({ node: table(n, Node), token: table(1, Token) });
type V = View<ReturnType<typeof tables>>;
type D = Draft<ReturnType<typeof tables>>;

const active = (s: V, i: number): boolean => Node.active(s.node.at(i)) === 1;
const black = (s: V, i: number): boolean => Node.black(s.node.at(i)) === 1;

const tokenActions = (nodes: readonly number[]) => [
  action<V, D, { because: 'token is black' | 'node is black' }>({
    name: 'InitiateProbe',
    args: { because: ['token is black', 'node is black'] },
    guard: (s, { because }) => {
      const token = s.token.at(0);
      return Token.at(token) === 0 && (because === 'node is black' ? black(s, 0) : Token.black(token) === 1);
    },
    effect: (s) => {
      s.token.put(0, Token.of({ at: nodes.length - 1, black: 0 }));
      s.node.put(0, Node.mkBlack(s.node.at(0), 0));
    },
  }),
  action<V, D, { i: number; because: 'node is passive' | 'node is black' | 'token is black' }>({
    name: 'PassToken',
    args: { i: nodes.slice(1), because: ['node is passive', 'node is black', 'token is black'] },
    guard: (s, { i, because }) => {
      const token = s.token.at(0);
      if (Token.at(token) !== i) return false;
      if (because === 'node is passive') return !active(s, i);
      return because === 'node is black' ? black(s, i) : Token.black(token) === 1;
    },
    effect: (s, { i }) => {
      const stained = black(s, i) ? 1 : Token.black(s.token.at(0));
      s.token.put(0, Token.of({ at: i - 1, black: stained }));
      s.node.put(i, Node.mkBlack(s.node.at(i), 0));
    },
  }),
];

const nodeActions = (nodes: readonly number[]) => [
  action<V, D, { i: number; j: number }>({
    name: 'SendMsg',
    args: { i: nodes, j: nodes },
    guard: (s, { i, j }) => i !== j && active(s, i),
    effect: (s, { i, j }) => {
      s.node.put(j, Node.mkActive(s.node.at(j), 1));
      if (j > i) s.node.put(i, Node.mkBlack(s.node.at(i), 1));
    },
  }),
  action<V, D, { i: number }>({
    name: 'Deactivate',
    args: { i: nodes },
    guard: (s, { i }) => active(s, i),
    effect: (s, { i }) => s.node.put(i, Node.mkActive(s.node.at(i), 0)),
  }),
];

/** Any activity and colour of the nodes, any place of the token; the token is black. */
const initial = (n: number): readonly ((s: D) => void)[] =>
  Array.from({ length: n * 4 ** n }, (_, code) => (s: D): void => {
    s.token.put(0, Token.of({ at: code % n, black: 1 }));
    for (let i = 0; i < n; i++) {
      const word = Math.floor(code / n) >>> (2 * i);
      s.node.put(i, Node.of({ active: word & 1, black: (word >>> 1) & 1 }));
    }
  });

const detected = (s: V): boolean => s.token.at(0) === Token.of({ at: 0, black: 0 }) && !black(s, 0) && !active(s, 0);

/** The ring of `n` nodes. */
export const ewd840 = (n: number): World<V, D> => {
  const nodes = Array.from({ length: n }, (_, i) => i);
  return {
    name: `EWD 840, ${n} nodes`,
    layout: layoutOf(tables(n)),
    initial: initial(n),
    actions: [...tokenActions(nodes), ...nodeActions(nodes)],
    properties: [
      {
        kind: 'always',
        name: 'TerminationDetection',
        says: 'When node 0 takes the ring to be at rest, every node is.',
        subject: detected,
        holds: (s) => nodes.every((i) => !active(s, i)),
      },
      {
        kind: 'always',
        name: 'TokenAlwaysBlack',
        says: 'The token is black.',
        holds: (s) => Token.black(s.token.at(0)) === 1,
      },
      {
        kind: 'step',
        name: 'NeverChangeColor',
        says: 'No node changes its colour.',
        holds: (before, _, after) => nodes.every((i) => black(before, i) === black(after, i)),
      },
      { kind: 'sometimes', name: 'detected', says: 'Termination can be detected.', holds: detected },
    ],
  };
};

const source = 'tlaplus/Examples ewd840/manifest.json';
const violated = { TokenAlwaysBlack: 1, NeverChangeColor: 1 };
export const ewd840s = [
  known(ewd840(3), { states: 302, transitions: 2001 - 192, depth: 8, source, violated }),
  known(ewd840(4), { states: 1566, transitions: 15_986 - 1024, depth: 11, source, violated }),
];
