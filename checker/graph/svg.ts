/**
 * Lays a graph out: Graphviz, as WebAssembly. It places ranks by distance from the initial state, routes edges around states,
 * has room for their labels, and gives the same drawing for the same text.
 */
import * as Effect from 'effect/Effect';

/** Loaded only when something is to be drawn: it takes a megabyte. */
export const svgOfDot = (dot: string): Effect.Effect<string> =>
  Effect.promise(async () => {
    const { instance } = await import('@viz-js/viz');
    const viz = await instance();
    return viz.renderString(dot, { format: 'svg', engine: 'dot' });
  });
