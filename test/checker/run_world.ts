/**
 * A run as `check` makes it, without a thread of its own, which takes longer to start than most worlds to search. Of what a
 * violation rests on only the findings are asked: the other toggles take longer than the search.
 */
import * as Effect from 'effect/Effect';
import type { Placed, Size } from '../../checker/catalogue.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { explainedBy } from '../../checker/explained_by.ts';
import { remembering, type Way } from '../../checker/harm.ts';
import type { Options } from '../../checker/search/index.ts';
import { type AskedKernel, kernelsOf, type PlannedKernel } from '../../checker/plan.ts';
import { searchWorld } from '../../checker/search_world.ts';
import type { Run } from './run_summary.ts';

interface Asked {
  readonly kernel: string;
  readonly world: string;
  readonly size?: Size;
  readonly exact?: string;
}

/** With `exact`, on the entries of that architecture. @throws Error where the model itself breaks off. */
export const runWorld = ({ kernel, world: name, size = 'quick', exact }: Asked, options: Options = {}): Run => {
  const world = catalogue.worlds.find((one) => one.name === name)!;
  const choice = {
    kernel,
    arch: exact ?? world.arch ?? 'x86_64',
    series: [],
    ...(exact === undefined ? {} : { exact }),
  };
  const build = remembering((settings: readonly Placed[]) => world.build({ ...choice, settings }, size));
  const explain = explainedBy(build, catalogue, { ...choice, world: name });
  const find = (way: Way) => ({ base: false, on: [], mendedBy: [], findings: explain(way) });
  const told = searchWorld(build([]), [], options, find);
  if ('nothing' in told) throw new Error(`${name} asks for nothing on ${kernel}`);
  if (told.fault !== undefined) throw new Error(`${name} on ${kernel}: ${told.fault.message}`);
  const properties = told.properties.map((one) => ({
    ...one,
    findings: (one.counterexample?.rest?.findings ?? []).map((finding) => ({ name: finding })),
  }));
  return { ...told, kernel, series: [], world: name, properties };
};

/** The kernels that names stand for: a release, or versions of a series on theirs. */
export const kernelsNamed = (asked: Pick<AskedKernel, 'kernel' | 'series'>): readonly PlannedKernel[] =>
  Effect.runSync(kernelsOf(catalogue, { ...asked, set: [] }));

/** The same on a kernel of a series, without what its violations rest on, which takes longer than the search. */
export const runOn = (planned: PlannedKernel, name: string, size: Size = 'quick'): Run => {
  const world = catalogue.worlds.find((one) => one.name === name)!;
  const told = searchWorld(world.build(planned, size), [], {});
  if ('nothing' in told) throw new Error(`${name} asks for nothing on ${planned.kernel}`);
  if (told.fault !== undefined) throw new Error(`${name} on ${planned.kernel}: ${told.fault.message}`);
  return { ...told, kernel: planned.kernel, series: planned.series, world: name };
};

/** Violations that no finding explains, as `WORLD PROPERTY`. */
export const unexplained = (runs: readonly Run[]): readonly string[] =>
  runs.flatMap(({ world, properties }) =>
    properties.flatMap(({ name, verdict, findings = [] }) =>
      verdict === 'violated' && findings.length === 0 ? [`${world} ${name}`] : [],
    ),
  );
