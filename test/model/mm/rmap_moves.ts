/** What can be done with folios, each thing to the model and to its twin. */
import type { RmapSys } from '../../../model/mm/large_mapcount.ts';
import { folio_try_share_anon_rmap } from '../../../model/mm/rmap.ts';
import {
  faultAnon,
  faultFsdax,
  forkPmd,
  forkPtes,
  intoCache,
  mapPmd,
  mapPtes,
  mapPud,
  outOfCache,
  pin,
  reuse,
  splitPmd,
  unmapPmd,
  unmapPtes,
  unmapPud,
  unpin,
} from '../../support/mappings.ts';
import {
  coverOf,
  type Folio,
  framesOf,
  isDevice,
  type Leaf,
  leavesOf,
  pinsOf,
  settle,
  take,
  type Twin,
} from './rmap_twin.ts';

export interface On {
  readonly s: RmapSys;
  readonly twin: Twin;
  /** One of some things, at random; there is one. */
  readonly pick: <T>(from: readonly T[]) => T;
}

/** What to do, or nothing when it is not possible now. `true`, it was refused, as it should be. */
type Move = (on: On) => (() => boolean | void) | undefined;

const MMS = [0, 1, 2];
/** No mm has more room than this. */
const LEAVES_MAX = 16;

const add = (twin: Twin, folio: Folio, leaves: readonly Leaf[]): void => {
  twin.allocated.add(folio);
  twin.leaves.push(...leaves);
};
const leavesFor = (twin: Twin, { frame, pages }: Folio, mm: number): readonly Leaf[] =>
  pages === twin.n
    ? [{ mm, level: 'PMD', page: frame }]
    : Array.from({ length: pages }, (_, i) => ({ mm, level: 'PTE', page: frame + i }));

const free = ({ folios, allocated }: Twin, ...kinds: readonly Folio['kind'][]): readonly Folio[] =>
  folios.filter((one) => !allocated.has(one) && kinds.includes(one.kind));
/** Files and devices that may be mapped once more. */
const mappable = (twin: Twin): readonly Folio[] =>
  twin.folios.filter(
    (one) => (twin.cached.has(one) || isDevice(one)) && leavesOf(twin, one).length + one.pages <= LEAVES_MAX,
  );
const folioOf = ({ folios }: Twin, { page }: Leaf): Folio =>
  folios.find(({ frame, pages }) => frame <= page && page < frame + pages)!;

/** One PTE, and those behind it by which the same mm maps the pages that follow in the folio; some of them. */
const batchOf = ({ twin, pick }: On): readonly Leaf[] => {
  const first = pick(ptes(twin));
  const { frame, pages } = folioOf(twin, first);
  const run = [first];
  for (let page = first.page + 1; page < frame + pages; page++) {
    const next = twin.leaves.find((one) => one.level === 'PTE' && one.mm === first.mm && one.page === page);
    if (next === undefined) break;
    run.push(next);
  }
  return run.slice(0, 1 + pick(run.map((_, i) => i)));
};
const ptes = ({ leaves }: Twin): readonly Leaf[] => leaves.filter(({ level }) => level === 'PTE');
const anonLeaves = (twin: Twin): readonly Leaf[] =>
  twin.leaves.filter((one) => one.level === 'PMD' && folioOf(twin, one).kind === 'anon');

/** fork() as the twin sees it: refused, or one more leaf for each, and nothing is exclusive. */
const forked = (twin: Twin, batch: readonly Leaf[], dst: number, hasPinned: boolean, done: boolean): boolean => {
  const folio = folioOf(twin, batch[0]!);
  const own = folio.kind === 'anon' && batch.some(({ page }) => twin.exclusive.has(page));
  const refused = hasPinned && own && pinsOf(twin, folio) > 0;
  if (done === refused) throw new Error(`fork() of folio ${folio.frame} is ${done ? 'not ' : ''}refused`);
  if (refused) return true;
  for (const { page } of batch) twin.exclusive.delete(page);
  twin.leaves.push(...batch.map((one) => ({ ...one, mm: dst })));
  return false;
};

export const MOVES = {
  'fault anonymous memory': ({ s, twin, pick }) => {
    const folios = free(twin, 'anon');
    if (folios.length === 0) return undefined;
    return () => {
      const [folio, mm] = [pick(folios), pick(MMS)];
      faultAnon(s, folio.frame, mm);
      add(twin, folio, leavesFor(twin, folio, mm));
      for (const { page } of leavesOf(twin, folio)) twin.exclusive.add(page);
    };
  },
  'read a file into the cache': ({ s, twin, pick }) => {
    const folios = free(twin, 'shmem', 'file');
    if (folios.length === 0) return undefined;
    return () => {
      const folio = pick(folios);
      intoCache(s, folio.frame, folio.kind === 'shmem' ? 'shmem' : 'file');
      add(twin, folio, []);
      twin.cached.add(folio);
    };
  },
  'truncate a file': ({ s, twin, pick }) => {
    const folios = [...twin.cached].filter((one) => leavesOf(twin, one).length === 0);
    if (folios.length === 0) return undefined;
    return () => {
      const folio = pick(folios);
      outOfCache(s, folio.frame);
      twin.cached.delete(folio);
    };
  },
  'map by PTEs': ({ s, twin, pick }) => {
    const folios = mappable(twin);
    if (folios.length === 0) return undefined;
    return () => {
      const [folio, mm] = [pick(folios), pick(MMS)];
      const from = pick(framesOf(folio));
      const nr =
        1 +
        pick(
          framesOf(folio)
            .slice(from - folio.frame)
            .map((_, i) => i),
        );
      const map = (): void => mapPtes(s, from, nr, mm);
      if (folio.kind === 'fsdax') faultFsdax(s, folio.frame, map);
      else map();
      add(
        twin,
        folio,
        Array.from({ length: nr }, (_, i) => ({ mm, level: 'PTE', page: from + i })),
      );
    };
  },
  'map by a leaf': ({ s, twin, pick }) => {
    const folios = mappable(twin).filter(({ pages, kind }) => pages === twin.n || (kind === 'dax' && pages > twin.n));
    if (folios.length === 0) return undefined;
    return () => {
      const [folio, mm] = [pick(folios), pick(MMS)];
      const level = folio.pages === twin.n ? 'PMD' : 'PUD';
      const map = (): void => (level === 'PMD' ? mapPmd : mapPud)(s, folio.frame, mm);
      if (folio.kind === 'fsdax') faultFsdax(s, folio.frame, map);
      else map();
      add(twin, folio, [{ mm, level, page: folio.frame }]);
    };
  },
  'unmap PTEs': (on) => {
    const { s, twin } = on;
    if (ptes(twin).length === 0) return undefined;
    return () => {
      const batch = batchOf(on);
      const [{ mm, page }] = batch as [Leaf];
      const folio = folioOf(twin, batch[0]!);
      unmapPtes(s, page, batch.length, mm);
      take(twin, folio, batch);
    };
  },
  'unmap a leaf': ({ s, twin, pick }) => {
    const leaves = twin.leaves.filter(({ level }) => level !== 'PTE');
    if (leaves.length === 0) return undefined;
    return () => {
      const leaf = pick(leaves);
      const folio = folioOf(twin, leaf);
      (leaf.level === 'PMD' ? unmapPmd : unmapPud)(s, leaf.page, leaf.mm);
      take(twin, folio, [leaf]);
    };
  },
  'split a leaf': ({ s, twin, pick }) => {
    const leaves = anonLeaves(twin);
    if (leaves.length === 0) return undefined;
    return () => {
      const leaf = pick(leaves);
      const folio = folioOf(twin, leaf);
      splitPmd(s, leaf.page, leaf.mm);
      add(
        twin,
        folio,
        framesOf(folio).map((page) => ({ mm: leaf.mm, level: 'PTE', page })),
      );
      if (twin.exclusive.has(leaf.page)) for (const frame of framesOf(folio)) twin.exclusive.add(frame);
      take(twin, folio, [leaf]);
    };
  },
  'fork PTEs': (on) => {
    const { s, twin, pick } = on;
    if (ptes(twin).length === 0) return undefined;
    return () => {
      const batch = batchOf(on);
      const { mm, page } = batch[0]!;
      if (leavesOf(twin, folioOf(twin, batch[0]!)).length + batch.length > LEAVES_MAX) return false;
      const [dst, hasPinned] = [pick(MMS.filter((other) => other !== mm)), pick([true, false])];
      return forked(twin, batch, dst, hasPinned, forkPtes(s, page, batch.length, dst, hasPinned));
    };
  },
  'fork a leaf': ({ s, twin, pick }) => {
    const leaves = anonLeaves(twin);
    if (leaves.length === 0) return undefined;
    return () => {
      const leaf = pick(leaves);
      const [dst, hasPinned] = [pick(MMS.filter((mm) => mm !== leaf.mm)), pick([true, false])];
      return forked(twin, [leaf], dst, hasPinned, forkPmd(s, leaf.page, dst, hasPinned));
    };
  },
  'reuse a page': ({ s, twin, pick }) => {
    const leaves = twin.leaves.filter((one) => {
      const folio = folioOf(twin, one);
      if (folio.kind !== 'anon') return false;
      return one.level === 'PMD' ? leavesOf(twin, folio).length === 1 : coverOf(twin, folio, one.page) === 1;
    });
    if (leaves.length === 0) return undefined;
    return () => {
      const { page } = pick(leaves);
      reuse(s, page);
      twin.exclusive.add(page);
    };
  },
  'share a page': ({ s, twin, pick }) => {
    const leaves = twin.leaves.filter((one) => folioOf(twin, one).kind === 'anon');
    if (leaves.length === 0) return undefined;
    return () => {
      const leaf = pick(leaves);
      const refused = twin.exclusive.has(leaf.page) && pinsOf(twin, folioOf(twin, leaf)) > 0;
      if (folio_try_share_anon_rmap(s, leaf.page) === refused)
        throw new Error(`the share of frame ${leaf.page} is ${refused ? 'not ' : ''}refused`);
      if (!refused) twin.exclusive.delete(leaf.page);
      return refused;
    };
  },
  pin: ({ s, twin, pick }) => {
    const folios = twin.folios.filter((one) => leavesOf(twin, one).length > 0 && pinsOf(twin, one) < 2);
    if (folios.length === 0) return undefined;
    return () => {
      const folio = pick(folios);
      pin(s, folio.frame);
      twin.pins.push(folio);
    };
  },
  unpin: ({ s, twin, pick }) => {
    if (twin.pins.length === 0) return undefined;
    return () => {
      const folio = pick(twin.pins);
      unpin(s, folio.frame);
      twin.pins.splice(twin.pins.indexOf(folio), 1);
    };
  },
} as const satisfies Readonly<Record<string, Move>>;
export type MoveName = keyof typeof MOVES;

/** Makes a move, if it is possible. Says what came of it, '' for nothing. */
export const make = (name: MoveName, on: On): string => {
  const move: Move = MOVES[name];
  const does = move(on);
  if (does === undefined) return '';
  const refused = does() === true;
  settle(on.twin);
  return refused ? `${name}, refused` : name;
};
