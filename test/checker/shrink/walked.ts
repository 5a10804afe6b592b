/** Violations that random walks come across, on a kernel by its name or as NAME@VERSION of a series. */
import { catalogue } from '../../../checker/mm_catalogue.ts';
import type { AnyWorld } from '../../../checker/outcomes.ts';
import { kernelsOf } from '../../../checker/plan.ts';
import type { Trace } from '../../../checker/search/index.ts';
import { drawsOfWalks } from '../../../checker/walk/draws.ts';
import { Walker } from '../../../checker/walk/walker.ts';
import * as Effect from 'effect/Effect';

export const worldOn = (name: string, kernel: string): AnyWorld => {
  const entry = catalogue.worlds.find((one) => one.name === name)!;
  const asked = kernel.includes('@') ? { kernel: [], series: [kernel] } : { kernel: [kernel], series: [] };
  const [choice] = Effect.runSync(kernelsOf(catalogue, { ...asked, set: [] }));
  return entry.build({ ...choice!, ...(entry.arch === undefined ? {} : { arch: entry.arch }) }, 'quick');
};

const WALKS = 20;
const LENGTH = 60;

/** The longest way to a violation on some walks with this seed; undefined where none of them comes across it. */
export const longestWay = (world: AnyWorld, property: string, seed: number): Trace | undefined => {
  const walker = new Walker(world);
  for (const draws of drawsOfWalks(seed, WALKS)) walker.walk(draws, LENGTH);
  const found = walker.found.find(({ name, verdict }) => name === property && verdict === 'violated');
  return found?.ways.toSorted((a, b) => b.moves.length - a.moves.length)[0];
};
