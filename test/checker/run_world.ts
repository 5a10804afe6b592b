/** A run as `check` makes it, without a thread of its own, which takes longer to start than most worlds to search. */
import type { Placed, Size } from '../../checker/catalogue.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { restFinder } from '../../checker/rests_on.ts';
import type { Options } from '../../checker/search/index.ts';
import { searchWorld } from '../../checker/search_world.ts';
import type { Run } from './run_summary.ts';

export const runWorld = (kernel: string, name: string, size: Size = 'quick', options: Options = {}): Run => {
  const world = catalogue.worlds.find((one) => one.name === name)!;
  const choice = (settings: readonly Placed[]) => ({
    kernel,
    arch: world.arch ?? 'x86_64',
    series: [],
    settings,
  });
  const build = (settings: readonly Placed[]) => world.build(choice(settings), size);
  const told = searchWorld(build([]), [], options, restFinder(build, catalogue, { kernel, settings: [], world: name }));
  if ('nothing' in told) throw new Error(`${name} asks for nothing on ${kernel}`);
  const properties = told.properties.map((one) => ({
    ...one,
    findings: (one.counterexample?.rest?.findings ?? []).map((finding) => ({ name: finding })),
  }));
  return { ...told, kernel, series: [], world: name, properties };
};

/** Violations that no finding explains, as `WORLD PROPERTY`. */
export const unexplained = (runs: readonly Run[]): readonly string[] =>
  runs.flatMap(({ world, properties }) =>
    properties.flatMap(({ name, verdict, findings = [] }) =>
      verdict === 'violated' && findings.length === 0 ? [`${world} ${name}`] : [],
    ),
  );
