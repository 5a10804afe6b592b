/** A scenario with all the counters of its end: what the numbers of memory.ts and its neighbours look like. */
import type { Geometry } from '../../model/state/geometry.ts';
import { perform, type Played, type Stage } from './play.ts';

export interface Accounted {
  readonly name: string;
  readonly says: string;
  readonly plays: readonly Played[];
  readonly geometry: Partial<Geometry>;
  /** By default v7.1. */
  readonly kernel?: string;
  readonly patch?: Stage['patch'];
  /** What the operations returned that is not ok, and the assertion that failed; by default nothing. */
  readonly outcome?: string;
  /** Every counter that is not 0, owners of large folios left out: a line for each page, then rss, then statistics. */
  readonly counts: readonly string[];
  /** Other lines of the state at the end. */
  readonly has?: readonly string[];
}

const OF_FOLIO = /^(?:page|folio) (\d+) ((?:refcount|mapcount|pincount|entire|large|nr_pages).*)$/;

/** `16: refcount 3, mapcount 1`, and so on. */
const countsOf = (state: readonly string[]): readonly string[] => {
  const found = state.map((line) => OF_FOLIO.exec(line)).filter((match) => match !== null);
  const frames = [...new Set(found.map(([, frame]) => frame!))].toSorted();
  const folios = frames.map(
    (frame) =>
      `${frame}: ${found
        .filter((match) => match[1] === frame)
        .map((match) => match[2])
        .join(', ')}`,
  );
  const rss = state.filter((line) => /^[a-z ]+ MM_/.test(line));
  const all = state.filter((line) => line.startsWith('NR_'));
  return [...folios, rss.join(', '), all.join(', ')].filter((line) => line !== '');
};

export const account = ({ plays, geometry, kernel = 'v7.1', patch }: Accounted) => {
  const stage = { geometry, kernel, ...(patch === undefined ? {} : { patch }) };
  const { outcome, state } = perform(plays, stage);
  return { outcome, counts: countsOf(state), state };
};
