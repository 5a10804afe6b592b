/** A world of the search: a machine, a kernel, what may happen, and what must hold. */
import type { Choose, Property, Words, World } from '../../checker/search/index.ts';
import type { Geometry } from '../state/geometry.ts';
import type { Machine } from '../state/machine.ts';
import { Mm, mmLayout } from '../state/mm_types.ts';
import type { Kernel, Sys } from './kernel.ts';
import { type Alphabet, operationsOf } from './operations.ts';
import { canonicalFor } from './symmetry.ts';

export interface MmWorld {
  readonly name: string;
  readonly geometry: Geometry;
  readonly machine: Machine;
  readonly kernel: Kernel;
  readonly alphabet: Alphabet;
  /** Allocations that may fail in one operation. */
  readonly failuresMax: number;
  readonly properties: readonly Property<Sys>[];
}

const nothingFails: Choose = () => 0;

/** Starts with one process that maps nothing. */
export const mmWorld = (of: MmWorld): World<Sys, Sys> => {
  const { geometry, machine, kernel, failuresMax } = of;
  const layout = mmLayout(geometry);
  const draftOf = (words: Words): Sys => ({
    ...layout.draftOf(words),
    geometry,
    machine,
    kernel,
    failuresMax,
    choose: nothingFails,
  });
  return {
    name: of.name,
    layout: { ...layout, draftOf, viewOf: draftOf },
    initial: [(s) => s.mm.put(0, Mm.of({ alive: 1 }))],
    actions: operationsOf(of.alphabet),
    properties: of.properties,
    canonical: canonicalFor(geometry),
  };
};
