/**
 * Two-phase commit: a coordinator and `n` resource managers agree to commit or to abort.
 *
 * After specifications/transaction_commit/TwoPhase.tla of github.com/tlaplus/Examples (32a32c7b), in our own
 * words. Published sizes: 288 states for three managers, with 1,146 generated and a depth of 11 as TLC counts
 * (it counts the initial state in both; manifest.json there); 8,832 for five (examples/2pc.rs of
 * github.com/stateright/stateright); 50,816 for six (the last comment of TwoPhase.tla). For seven and more we
 * found no published figure: there the search agrees with test/bench/two_phase_by_hand.ts. With symmetry
 * stateright gives 665 for five; its representative keeps some states apart that ours, a full one, joins.
 *
 * Messages are never lost or taken away: they are a set. Each manager's row says whether its "prepared" is
 * in that set, and whether the coordinator has heard it.
 */
import { action, type Draft, entry, flag, layoutOf, oneOf, table, type View, type World } from 'mmcheck/search';
import { known } from './known_world.ts';

const Vote = oneOf('working', 'prepared', 'committed', 'aborted');
const Decision = oneOf('init', 'committed', 'aborted');
const Message = entry('Message')({ prepared: flag, heard: flag });
const Order = entry('Order')({ commit: flag, abort: flag });

const tables = (n: number) => ({
  rm: table(n, Vote),
  messages: table(n, Message),
  tm: table(1, Decision),
  order: table(1, Order),
});
export type V = View<ReturnType<typeof tables>>;
export type D = Draft<ReturnType<typeof tables>>;

const coordinatorActions = (rms: readonly number[]) => [
  action<V, D, { rm: number }>({
    name: 'TMRcvPrepared',
    args: { rm: rms },
    when: (s) => s.tm.at(0) === Decision.init,
    guard: (s, { rm }) => Message.prepared(s.messages.at(rm)) === 1,
    effect: (s, { rm }) => s.messages.put(rm, Message.mkHeard(s.messages.at(rm), 1)),
  }),
  action<V, D>({
    name: 'TMCommit',
    args: {},
    guard: (s) => {
      if (s.tm.at(0) !== Decision.init) return false;
      for (let rm = 0; rm < s.messages.rows; rm++) if (Message.heard(s.messages.at(rm)) === 0) return false;
      return true;
    },
    effect: (s) => {
      s.tm.put(0, Decision.committed);
      s.order.put(0, Order.mkCommit(s.order.at(0), 1));
    },
  }),
  action<V, D>({
    name: 'TMAbort',
    args: {},
    guard: (s) => s.tm.at(0) === Decision.init,
    effect: (s) => {
      s.tm.put(0, Decision.aborted);
      s.order.put(0, Order.mkAbort(s.order.at(0), 1));
    },
  }),
];

const managerActions = (rms: readonly number[]) => [
  action<V, D, { rm: number }>({
    name: 'RMPrepare',
    args: { rm: rms },
    guard: (s, { rm }) => s.rm.at(rm) === Vote.working,
    effect: (s, { rm }) => {
      s.rm.put(rm, Vote.prepared);
      s.messages.put(rm, Message.mkPrepared(s.messages.at(rm), 1));
    },
  }),
  action<V, D, { rm: number }>({
    name: 'RMChooseToAbort',
    args: { rm: rms },
    guard: (s, { rm }) => s.rm.at(rm) === Vote.working,
    effect: (s, { rm }) => s.rm.put(rm, Vote.aborted),
  }),
  action<V, D, { rm: number }>({
    name: 'RMRcvCommitMsg',
    args: { rm: rms },
    when: (s) => Order.commit(s.order.at(0)) === 1,
    guard: () => true,
    effect: (s, { rm }) => s.rm.put(rm, Vote.committed),
  }),
  action<V, D, { rm: number }>({
    name: 'RMRcvAbortMsg',
    args: { rm: rms },
    when: (s) => Order.abort(s.order.at(0)) === 1,
    guard: () => true,
    effect: (s, { rm }) => s.rm.put(rm, Vote.aborted),
  }),
];

/** The votes cast, one bit each. */
const votes = (s: V): number => {
  let cast = 0;
  for (let rm = 0; rm < s.rm.rows; rm++) cast |= 1 << s.rm.at(rm);
  return cast;
};
const BOTH = (1 << Vote.committed) | (1 << Vote.aborted);

/** The two-phase commit of `n` resource managers. */
export const twoPhase = (n: number): World<V, D> => {
  const rms = Array.from({ length: n }, (_, rm) => rm);
  return {
    name: `two-phase commit, ${n} managers`,
    layout: layoutOf(tables(n)),
    initial: [() => {}],
    actions: [...coordinatorActions(rms), ...managerActions(rms)],
    properties: [
      {
        kind: 'always',
        name: 'TCConsistent',
        says: 'No manager has committed while another has aborted.',
        holds: (s) => (votes(s) & BOTH) !== BOTH,
      },
      {
        kind: 'sometimes',
        name: 'AllCommit',
        says: 'All managers can commit.',
        holds: (s) => s.tm.at(0) === Decision.committed && votes(s) === 1 << Vote.committed,
      },
    ],
  };
};

/** Managers are interchangeable: of states that differ in their order only, the one in ascending order. */
export const twoPhaseSorted = (n: number): World<V, D> => {
  const sort = (s: D): void => {
    const pairs = Array.from({ length: n }, (_, rm) => [s.rm.at(rm), s.messages.at(rm)] as const);
    pairs.sort(([voteA, messageA], [voteB, messageB]) => voteA - voteB || messageA - messageB);
    for (const [rm, [vote, message]] of pairs.entries()) {
      s.rm.put(rm, vote);
      s.messages.put(rm, message);
    }
  };
  return { ...twoPhase(n), name: `two-phase commit, ${n} interchangeable managers`, canonical: sort };
};

export const twoPhases = [
  known(twoPhase(3), { states: 288, transitions: 1145, depth: 10, source: 'tlaplus/Examples transaction_commit' }),
  known(twoPhase(5), { states: 8832, source: 'stateright examples/2pc.rs' }),
  known(twoPhase(6), { states: 50_816, source: 'tlaplus/Examples TwoPhase.tla' }),
  known(twoPhase(7), {
    states: 296_448,
    transitions: 2_744_705,
    large: true,
    source: 'test/bench/two_phase_by_hand.ts',
  }),
  known(twoPhaseSorted(5), { states: 314, source: 'explore and reference agree' }),
];
