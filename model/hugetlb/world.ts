/** A world of hugetlb: a shape, a kernel, what may happen, and what must hold. */
import type { Choose, Property, Words, World } from '../../checker/search/index.ts';
import type { HugetlbGeometry } from '../state/hugetlb/geometry.ts';
import { hugetlbLayout } from '../state/hugetlb/hugetlb_types.ts';
import type { HugetlbKernel, Sys } from './kernel.ts';
import type { HugetlbAlphabet } from './operations/alphabet.ts';
import { hugetlbOperationsOf } from './operations/world_operations.ts';
import { canonicalHugetlb } from './symmetry.ts';

export interface HugetlbWorld {
  readonly name: string;
  readonly geometry: HugetlbGeometry;
  readonly kernel: HugetlbKernel;
  readonly alphabet: HugetlbAlphabet;
  /** Allocations that may fail in one operation. */
  readonly failuresMax: number;
  readonly properties: readonly Property<Sys>[];
}

const nothingFails: Choose = () => 0;

/** One process that maps nothing, a pool of free hugepages, and empty files. */
const boot = (s: Sys): void => s.mm.put(0, 1);

export const hugetlbWorld = (of: HugetlbWorld): World<Sys, Sys> => {
  const { geometry, kernel, failuresMax } = of;
  const layout = hugetlbLayout(geometry);
  const draftOf = (words: Words): Sys => ({
    ...layout.draftOf(words),
    geometry,
    kernel,
    failuresMax,
    choose: nothingFails,
  });
  return {
    name: of.name,
    layout: { ...layout, draftOf, viewOf: draftOf },
    initial: [boot],
    actions: hugetlbOperationsOf(of.alphabet, geometry),
    properties: of.properties,
    canonical: canonicalHugetlb(geometry),
  };
};
