/** A small subject for the passes of the shrinker: a page is mapped, by either of two processes, and touched until it wears out. */
import {
  action,
  layoutOf,
  ModelBug,
  movesOf,
  table,
  type Trace,
  upTo,
  type World,
} from '../../../checker/search/index.ts';

const layout = layoutOf({ page: table(1, upTo(3)), touched: table(1, upTo(7)), odd: table(1, upTo(3)) });
type V = ReturnType<typeof layout.viewOf>;
type D = ReturnType<typeof layout.draftOf>;

const PAGES = [1, 2, 3];
const mapped = (s: V): number => s.page.at(0);

/** Pages stand in the alphabet with the largest first, so that their order there is not that of their numbers. */
const world: World<V, D> = {
  name: 'steps',
  layout,
  initial: [() => undefined],
  actions: [
    action<V, D, { mm: number; page: number }>({
      name: 'mmap',
      args: { mm: [0, 1], page: PAGES.toReversed() },
      guard: (s) => mapped(s) === 0,
      effect: (s, { page }) => s.page.put(0, page),
    }),
    action<V, D, { page: number }>({
      name: 'handle_mm_fault',
      args: { page: PAGES.toReversed() },
      guard: (s, { page }) => mapped(s) === page && s.touched.at(0) < 7,
      effect: (s, _, choose) => {
        const fails = choose('pte_alloc_one', ['works', 'fails']) === 1;
        if (fails) s.odd.put(0, Math.min(3, s.odd.at(0) + 1));
        s.touched.put(0, s.touched.at(0) + 1);
        if (s.touched.at(0) === 7) throw new ModelBug('worn', 'touched seven times');
      },
    }),
    action<V, D>({
      name: 'munmap',
      args: {},
      guard: (s) => mapped(s) > 0,
      effect: (s) => s.page.put(0, 0),
    }),
    action<V, D>({
      name: 'shrink_folio_list',
      args: {},
      guard: (s) => mapped(s) > 0 && s.touched.at(0) < 6,
      effect: (s) => s.touched.put(0, s.touched.at(0) + 1),
    }),
    action<V, D>({
      name: 'smaps',
      args: {},
      guard: (s) => mapped(s) > 0 && s.touched.at(0) < 5,
      effect: (s) => s.touched.put(0, s.touched.at(0) + 2),
    }),
  ],
  properties: [
    { kind: 'always', name: 'fresh', says: 'No page is touched twice.', holds: (s) => s.touched.at(0) < 2 },
    { kind: 'always', name: 'even', says: 'Nothing odd has come up.', holds: (s) => s.odd.at(0) === 0 },
    {
      kind: 'step',
      name: 'kept',
      says: 'What is unmapped has not been touched.',
      holds: (before, { name }) => name !== 'munmap' || before.touched.at(0) === 0,
    },
    { kind: 'assertion', name: 'worn', says: 'No page wears out.' },
  ],
};
export const stepsWorld = world as unknown as World<unknown, unknown>;

const moves = movesOf(stepsWorld);

/** 'mmap 0 2', 'handle_mm_fault 2 fails', 'munmap': an operation, its arguments, and an answer that is not plain. */
export const traceOf = (...lines: readonly string[]): Trace => ({
  initial: 0,
  moves: lines.map((line) => {
    const [name, ...words] = line.split(' ');
    const fails = words.at(-1) === 'fails';
    const args = words.filter((word) => word !== 'fails').join(' ');
    const move = moves.findIndex((one) => one.name === name && Object.values(one.args).join(' ') === args);
    if (move < 0) throw new Error(`no such move: ${line}`);
    return { move, answers: name === 'handle_mm_fault' ? [fails ? 1 : 0] : [] };
  }),
});

export const linesOf = (trace: Trace): readonly string[] =>
  trace.moves.map(({ move, answers }) =>
    [moves[move]!.name, ...Object.values(moves[move]!.args), ...(answers.includes(1) ? ['fails'] : [])].join(' '),
  );
