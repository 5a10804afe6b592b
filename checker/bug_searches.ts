/** The searches that find bugs of the catalogue, and ask whether their fixes hold: world by world. */
import { fileURLToPath } from 'node:url';
import * as Effect from 'effect/Effect';
import { BUGS } from '../model/bugs/all.ts';
import type { Catalogue, KernelChoice, Size } from './catalogue.ts';
import type { FoundBug, PlannedBug } from './found_bug.ts';
import { jobOf, type KernelJob, kernelOf } from './kernel_job.ts';
import { kernelNamed } from './kernel_named.ts';
import { brokenOff, type FindsRest, type Told } from './narrate.ts';
import { kernelsOf, type PlannedKernel } from './plan.ts';
import { restFinder } from './rests_on.ts';
import type { Options } from './search/index.ts';
import { searchWorld } from './search_world.ts';

/** One search: all of a world on the kernel without a bug, or until the first violation on the one that has it. */
interface Search {
  readonly of: KernelJob;
  readonly properties: readonly string[];
  readonly first: boolean;
}

export interface WorldSearches {
  readonly world: string;
  readonly size: Size;
  readonly searches: readonly Search[];
}

const pathOf = (name: string): string => fileURLToPath(new URL(`../model/bugs/${name}.ts`, import.meta.url));

export const planBug = Effect.fnUntraced(function* (catalogue: Catalogue, name: string) {
  const one = BUGS[name]!;
  const { world, size = 'quick', arch } = one.bug;
  const machine = catalogue.worlds.find((each) => each.name === world)?.arch;
  const on = (kernel: PlannedKernel): PlannedKernel =>
    machine === undefined || kernel.exact !== undefined ? kernel : { ...kernel, arch: machine };
  const [mended] = yield* kernelsOf(catalogue, { ...kernelNamed(one.base ?? 'v7.1'), arch });
  const [kernel] = yield* kernelsOf(catalogue, { kernel: [], series: [], set: [], patch: [pathOf(name)], arch });
  return { ...one, name, size, kernel: on(kernel!), mended: on(mended!) } satisfies PlannedBug;
});

/** The bugs of one world each: who searches them builds the model once. */
export const byWorld = (planned: readonly PlannedBug[]): readonly (readonly PlannedBug[])[] =>
  Object.values(Object.groupBy(planned, ({ bug: { world }, size }) => `${world} ${size}`)).map((all = []) => all);

/** Where two bugs ask of one search whether a fix holds. */
const fixKey = ({ bug: { world }, size, mended }: PlannedBug): string => {
  const { kernel, series, settings, exact } = mended;
  return JSON.stringify([world, size, kernel, series, settings, exact]);
};

/** All bugs of one world: a search for each, and one for the fixes on each kernel that they are put on. */
export const searchesOf = (bugs: readonly PlannedBug[]): WorldSearches => {
  const [{ bug, size } = bugs[0]!] = bugs;
  const fixes = Object.values(Object.groupBy(bugs, fixKey)).map((all = []) => ({
    of: jobOf(all[0]!.mended),
    properties: [...new Set(all.map((one) => one.bug.violates))],
    first: false,
  }));
  const found = bugs.map((one) => ({ of: jobOf(one.kernel), properties: [one.bug.violates], first: true }));
  return { world: bug.world, size, searches: [...found, ...fixes] };
};

/** What the searches of a world told, bug by bug. */
export const foundBy = (bugs: readonly PlannedBug[], all: readonly Told[]): readonly FoundBug[] => {
  const keys = Object.keys(Object.groupBy(bugs, fixKey));
  return bugs.map((one, i) => ({ ...one, told: all[i]!, fix: all[bugs.length + keys.indexOf(fixKey(one))]! }));
};

export interface Making extends Options {
  /** Whether it is asked what each violation rests on. */
  readonly verbose?: boolean;
}

/** Makes the searches of a world, one after another. */
export const makeSearches = async (
  catalogue: Catalogue,
  { world, size, searches }: WorldSearches,
  { verbose = false, ...options }: Making,
): Promise<readonly Told[]> => {
  const { build } = catalogue.worlds.find(({ name }) => name === world)!;
  const restOf = (kernel: KernelChoice): FindsRest =>
    restFinder((settings, own) => build({ ...kernel, settings, own }, size), catalogue, { ...kernel, world });
  const kernels = await Promise.all(searches.map(({ of }) => kernelOf(of)));
  return searches.map(({ properties, first }, i) => {
    const kernel = kernels[i]!;
    const rest = verbose ? restOf(kernel) : undefined;
    try {
      const told = searchWorld(build(kernel, size), properties, { ...options, first }, rest);
      return 'nothing' in told ? brokenOff(`${world} asks nothing about ${properties.join(', ')}`) : told;
    } catch (error) {
      return brokenOff(error);
    }
  });
};
