/** What of two states is compared, and what differs, in words. */
import { hugetlbObservedByUser } from '../../spec/hugetlb/observed.ts';
import { observedByUser } from '../../spec/observed.ts';
import type { Observable } from '../../spec/observed/observable.ts';
import { Pmd } from '../../model/state/pgtable_types.ts';
import type { AnyWorld } from '../outcomes.ts';
import type { Rows, Words } from '../search/layout.ts';
import { sameWords } from './same_words.ts';

/**
 * `user`: what user space can find out. `mm`: all of the state, but for notes that no kernel has. `all`: these as well. Names that
 * mean nothing (which page is the first PTE table) are compared by none of them.
 */
export const OBSERVE = ['user', 'mm', 'all'] as const;
export type Observe = (typeof OBSERVE)[number];

export interface Difference {
  readonly aspect: string;
  readonly where: string;
  readonly a: string;
  readonly b: string;
}

export interface Observer {
  /** Of canonical states, with the scratch tables of the transitions that have made them. */
  readonly alike: (a: Words, b: Words) => boolean;
  readonly differences: (a: Words, b: Words) => readonly Difference[];
}

/** Scratch tables that the model keeps for the spec: nobody in a kernel could read them. */
const NOTES: ReadonlySet<string> = new Set([
  'failures',
  'pmdLocked',
  'unlockedWrite',
  'contended',
  'full',
  'missed',
  'handed',
  'handedLeaf',
]);

/** A row of the state as the kernel has it. */
const asKernel = (table: string, code: number): number => (table === 'pmd' ? Pmd.mkByRemap(code as Pmd, 0) : code);

type Tables = Readonly<Record<string, Rows>>;
const tablesOf = (view: unknown): Tables =>
  Object.fromEntries(
    Object.entries(view as Readonly<Record<string, unknown>>).filter(
      ([, one]) => typeof one === 'object' && one !== null && 'at' in one && 'rows' in one,
    ),
  ) as Tables;

/** The search compares the same two buffers again and again: what reads one is made once. */
const onceFor = <V>(make: (words: Words) => V): ((words: Words) => V) => {
  const made = new WeakMap<Words, V>();
  return (words) => {
    const before = made.get(words);
    if (before !== undefined) return before;
    const now = make(words);
    made.set(words, now);
    return now;
  };
};

/** Every row but notes. `hasNotes`: the entries have one, too. */
const mmObserver = ({ layout }: AnyWorld, hasNotes: boolean): Observer['alike'] => {
  const names = Object.keys(tablesOf(layout.viewOf(layout.zero()))).filter((name) => !NOTES.has(name));
  const tables = onceFor((words) => tablesOf(layout.viewOf(words)));
  return (a, b) => {
    const x = tables(a);
    const y = tables(b);
    return names.every((name) => {
      const [left, right] = [x[name]!, y[name]!];
      for (let row = 0; row < left.rows; row++) {
        const [p, q] = [left.at(row), right.at(row)];
        if (p !== q && (!hasNotes || asKernel(name, p) !== asKernel(name, q))) return false;
      }
      return true;
    });
  };
};

/** What differs, as rows of the state. */
const byRows =
  ({ layout, inWords = (text) => text }: AnyWorld): Observer['differences'] =>
  (a, b) =>
    layout.diff(a, b).map(({ where, after }, i) => ({
      aspect: 'state',
      where,
      a: inWords(layout.diff(b, a)[i]!.after),
      b: inWords(after),
    }));

const userObserver = ({ layout, inWords = (text) => text }: AnyWorld, hugetlb: boolean): Observer => {
  type Seen = Observable<unknown>;
  const view = layout.viewOf(layout.zero());
  const viewOf = onceFor((words) => layout.viewOf(words));
  const all = (hugetlb
    ? hugetlbObservedByUser(view as never)
    : observedByUser(view as never)) as unknown as readonly Seen[];
  return {
    alike: (a, b) => {
      const x = viewOf(a);
      const y = viewOf(b);
      return all.every(({ read }) => read(x) === read(y));
    },
    differences: (a, b) => {
      const [x, y] = [viewOf(a), viewOf(b)];
      return all
        .map(({ aspect, where, read, show }) => ({
          aspect,
          where,
          a: inWords(show(read(x))),
          b: inWords(show(read(y))),
        }))
        .filter((one) => one.a !== one.b);
    },
  };
};

/** How the states of a world are compared; both kernels have the same layout. */
export const observerOf = (world: AnyWorld, observe: Observe, model: string | undefined): Observer => {
  const hugetlb = model === 'hugetlb';
  if (observe === 'user') return userObserver(world, hugetlb);
  return {
    alike: observe === 'all' ? sameWords : mmObserver(world, !hugetlb),
    differences: byRows(world),
  };
};
