/** A world of as many states of 32 bytes as one likes: from n a step leads to 2n + 1 and to 2n + 2. */
import { action, type Draft, layoutOf, table, upTo, type View, type World } from 'mmcheck/search';

const tables = { word: table(8, upTo(2 ** 31 - 1)) };
type V = View<typeof tables>;
type D = Draft<typeof tables>;

export const heap = (states: number): World<V, D> => ({
  name: `a heap of ${states} states`,
  layout: layoutOf(tables),
  initial: [() => {}],
  actions: [
    action<V, D, { side: number }>({
      name: 'down',
      args: { side: [1, 2] },
      guard: (s, { side }) => 2 * s.word.at(0) + side < states,
      effect: (s, { side }) => {
        const n = 2 * s.word.at(0) + side;
        for (let i = 0; i < 8; i++) s.word.put(i, n >>> i);
      },
    }),
  ],
  properties: [],
});
