/**
 * German's cache coherence protocol: clients share a line of memory through a directory ("home").
 *
 * After murphi2ocaml/murphi/german.m of github.com/paraVerifier/paraVerifier (5de62b43), the model of Chou,
 * Mannava and Park (FMCAD 2004), in our own words; two values of data. What Murphi leaves undefined is code 0
 * here, and the data of a message that has been taken stays where it was, as there.
 *
 * No published count of this file is known to us. Rumur 2022.08.20 (Debian's package), run on it with
 * --symmetry-reduction=off --deadlock-detection=off, reports 43,422 states and 126,844 rules fired for two
 * clients, 4,727,700 and 18,684,522 for three; the search agrees with both (the second was tried by hand).
 */
import { action, type Draft, entry, flag, layoutOf, oneOf, table, upTo, type View, type World } from 'mmcheck/search';
import { known } from './known_world.ts';

const Cmd = oneOf('empty', 'reqS', 'reqE', 'inv', 'invAck', 'gntS', 'gntE');
const Cached = oneOf('I', 'S', 'E');
const VALUES = [1, 2];

const Client = entry('Client')({
  state: Cached,
  data: upTo(2),
  request: Cmd, // the channel to home
  answer: Cmd, // the channel from home, with the data it carries
  answerData: upTo(2),
  ack: Cmd, // the channel of acknowledgements
  ackData: upTo(2),
  invalidate: flag, // home has yet to invalidate it
  shares: flag, // home thinks that it has a copy
});
const Home = entry('Home')({ exclusive: flag, command: Cmd, client: upTo(7), memory: upTo(2), newest: upTo(2) });

const tables = (n: number) => ({ client: table(n, Client), home: table(1, Home) });
type V = View<ReturnType<typeof tables>>;
type D = Draft<ReturnType<typeof tables>>;
type ClientWord = ReturnType<V['client']['at']>;
type HomeWord = ReturnType<V['home']['at']>;
type Is = (client: ClientWord, home: HomeWord, i: number, s: V) => boolean;
type Does = (
  client: ClientWord,
  home: HomeWord,
  i: number,
  s: D,
) => { readonly client?: ClientWord; readonly home?: HomeWord };

/** A rule for each client: what it looks like, and what it and home are then. */
const rule = (n: number) => (name: string, is: Is, does: Does) =>
  action<V, D, { i: number }>({
    name,
    args: { i: Array.from({ length: n }, (_, i) => i) },
    guard: (s, { i }) => is(s.client.at(i), s.home.at(0), i, s),
    effect: (s, { i }) => {
      const { client, home } = does(s.client.at(i), s.home.at(0), i, s);
      if (client !== undefined) s.client.put(i, client);
      if (home !== undefined) s.home.put(0, home);
    },
  });

const store = (n: number) =>
  action<V, D, { i: number; value: number }>({
    name: 'Store',
    args: { i: Array.from({ length: n }, (_, i) => i), value: VALUES },
    guard: (s, { i }) => Client.state(s.client.at(i)) === Cached.E,
    effect: (s, { i, value }) => {
      s.client.put(i, Client.mkData(s.client.at(i), value));
      s.home.put(0, Home.mkNewest(s.home.at(0), value));
    },
  });

const anySharer = (s: V): boolean => {
  for (let j = 0; j < s.client.rows; j++) if (Client.shares(s.client.at(j)) === 1) return true;
  return false;
};

/** Home takes a request: every sharer is to be invalidated. */
const receive =
  (command: number): Does =>
  (_, home, i, s) => {
    for (let j = 0; j < s.client.rows; j++) {
      const other = s.client.at(j);
      s.client.put(j, Client.mkInvalidate(other, Client.shares(other)));
    }
    return {
      client: Client.mkRequest(s.client.at(i), Cmd.empty),
      home: Home.mkClient(Home.mkCommand(home, command), i + 1),
    };
  };

const requestRules = (n: number) => {
  const of = rule(n);
  const idle: Is = (client) => Client.request(client) === Cmd.empty;
  const asks =
    (command: number): Is =>
    (client, home) =>
      Home.command(home) === Cmd.empty && Client.request(client) === command;
  return [
    of(
      'SendReqS',
      (...at) => idle(...at) && Client.state(at[0]) === Cached.I,
      (client) => ({ client: Client.mkRequest(client, Cmd.reqS) }),
    ),
    of(
      'SendReqE',
      (...at) => idle(...at) && Client.state(at[0]) !== Cached.E,
      (client) => ({ client: Client.mkRequest(client, Cmd.reqE) }),
    ),
    of('RecvReqS', asks(Cmd.reqS), receive(Cmd.reqS)),
    of('RecvReqE', asks(Cmd.reqE), receive(Cmd.reqE)),
  ];
};

const invalidationRules = (n: number) => {
  const of = rule(n);
  return [
    of(
      'SendInv',
      (client, home) => {
        if (Client.answer(client) !== Cmd.empty || Client.invalidate(client) === 0) return false;
        return Home.command(home) === Cmd.reqE || (Home.command(home) === Cmd.reqS && Home.exclusive(home) === 1);
      },
      (client) => ({ client: Client.mkInvalidate(Client.mkAnswer(client, Cmd.inv), 0) }),
    ),
    of(
      'SendInvAck',
      (client) => Client.answer(client) === Cmd.inv && Client.ack(client) === Cmd.empty,
      (client) => {
        const acked = Client.mkAck(Client.mkAnswer(client, Cmd.empty), Cmd.invAck);
        const dirty = Client.state(client) === Cached.E;
        const told = dirty ? Client.mkAckData(acked, Client.data(client)) : acked;
        return { client: Client.mkState(told, Cached.I) };
      },
    ),
    of(
      'RecvInvAck',
      (client, home) => Client.ack(client) === Cmd.invAck && Home.command(home) !== Cmd.empty,
      (client, home) => ({
        client: Client.mkShares(Client.mkAck(client, Cmd.empty), 0),
        home: Home.exclusive(home) === 1 ? Home.mkMemory(Home.mkExclusive(home, 0), Client.ackData(client)) : home,
      }),
    ),
  ];
};

/** A client that has been sent the line. */
const grant = (client: ClientWord, home: HomeWord, command: number): ClientWord =>
  Client.mkShares(Client.mkAnswerData(Client.mkAnswer(client, command), Home.memory(home)), 1);

const grantRules = (n: number) => {
  const of = rule(n);
  const next =
    (command: number): Is =>
    (client, home, i) =>
      Home.command(home) === command &&
      Home.client(home) === i + 1 &&
      Client.answer(client) === Cmd.empty &&
      Home.exclusive(home) === 0;
  const take =
    (state: number): Does =>
    (client) => ({
      client: Client.mkAnswer(Client.mkData(Client.mkState(client, state), Client.answerData(client)), Cmd.empty),
    });
  return [
    of('SendGntS', next(Cmd.reqS), (client, home) => ({
      client: grant(client, home, Cmd.gntS),
      home: Home.mkCommand(home, Cmd.empty),
    })),
    of(
      'SendGntE',
      (...at) => next(Cmd.reqE)(...at) && !anySharer(at[3]),
      (client, home) => ({
        client: grant(client, home, Cmd.gntE),
        home: Home.mkExclusive(Home.mkCommand(home, Cmd.empty), 1),
      }),
    ),
    of('RecvGntS', (client) => Client.answer(client) === Cmd.gntS, take(Cached.S)),
    of('RecvGntE', (client) => Client.answer(client) === Cmd.gntE, take(Cached.E)),
  ];
};

/** How many clients are in a state. */
const count = (s: V, state: number): number => {
  let clients = 0;
  for (let i = 0; i < s.client.rows; i++) if (Client.state(s.client.at(i)) === state) clients++;
  return clients;
};

/** German's protocol with `n` clients. */
export const german = (n: number): World<V, D> => ({
  name: `German's protocol, ${n} clients`,
  layout: layoutOf(tables(n)),
  initial: VALUES.map((value) => (s: D) => s.home.put(0, Home.of({ memory: value, newest: value }))),
  actions: [store(n), ...requestRules(n), ...invalidationRules(n), ...grantRules(n)],
  properties: [
    {
      kind: 'always',
      name: 'CntrlProp',
      says: 'A client that has the line for itself is the only one that has it.',
      subject: (s) => count(s, Cached.E) > 0,
      holds: (s) => count(s, Cached.E) === 1 && count(s, Cached.S) === 0,
    },
    {
      kind: 'always',
      name: 'DataProp',
      says: 'Memory, unless granted away, and every copy hold what was last stored.',
      holds: (s) => {
        const home = s.home.at(0);
        const newest = Home.newest(home);
        if (Home.exclusive(home) === 0 && Home.memory(home) !== newest) return false;
        for (let i = 0; i < s.client.rows; i++) {
          const client = s.client.at(i);
          if (Client.state(client) !== Cached.I && Client.data(client) !== newest) return false;
        }
        return true;
      },
    },
    { kind: 'sometimes', name: 'all share', says: 'All clients can share.', holds: (s) => count(s, Cached.S) === n },
  ],
});

export const germans = [known(german(2), { states: 43_422, transitions: 126_844, source: 'Rumur 2022.08.20' })];
