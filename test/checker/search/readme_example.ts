import { action, explore, layoutOf, NEVER, oneOf, retrace, table, type Draft, type View } from 'mmcheck/search';

// A farmer takes a wolf, a goat and a cabbage across a river, one at a time.
const [FARMER, WOLF, GOAT, CABBAGE] = [0, 1, 2, 3];
const tables = { bank: table(4, oneOf('left', 'right'), (who) => ['farmer', 'wolf', 'goat', 'cabbage'][who]!) };
type V = View<typeof tables>;

const together = ({ bank }: V, a: number, b: number) => bank.at(a) === bank.at(b);
const eaten = (s: V) => !together(s, GOAT, FARMER) && (together(s, GOAT, WOLF) || together(s, GOAT, CABBAGE));
const across = ({ bank }: V) => [FARMER, WOLF, GOAT, CABBAGE].every((who) => bank.at(who) === 1);

const cross = action<V, Draft<typeof tables>, { cargo: number }>({
  name: 'cross',
  args: { cargo: [FARMER, WOLF, GOAT, CABBAGE] }, // himself: he crosses alone
  guard: (s, { cargo }) => together(s, cargo, FARMER),
  effect: (s, { cargo }) => {
    const there = 1 - s.bank.at(FARMER);
    for (const who of [FARMER, cargo]) s.bank.put(who, there);
    return eaten(s) ? NEVER : undefined; // he would not do that
  },
});
const river = {
  name: 'river',
  layout: layoutOf(tables),
  initial: [() => {}], // nothing to write: all rows are 0, everyone is on the left bank
  actions: [cross],
  properties: [{ kind: 'sometimes', name: 'across', says: 'All can get across.', holds: across }] as const,
};

const { verdict, states, properties } = explore(river);
console.log(`${verdict}, ${states} states`);
for (const { changes } of retrace(river, properties[0]!.trace!))
  console.log(changes.map(({ where, before, after }) => `${where} ${before} -> ${after}`).join(', '));
