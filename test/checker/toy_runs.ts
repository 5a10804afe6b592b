/** Kernels of the toy catalogue, and finished runs of its worlds on them. */
import type { Placed } from '../../checker/catalogue.ts';
import type { Finished } from '../../checker/finished.ts';
import type { FindsRest, Told } from '../../checker/narrate.ts';
import type { PlannedKernel } from '../../checker/plan.ts';
import { restFinder } from '../../checker/rests_on.ts';
import type { Options } from '../../checker/search/index.ts';
import { searchWorld } from '../../checker/search_world.ts';
import { catalogue } from './toy_catalogue.ts';

export const base: PlannedKernel = { kernel: 'v6.18-x86', arch: 'x86-64', series: [], settings: [], set: [] };
export const lazy: PlannedKernel = {
  ...base,
  series: ['lazy-reserve@v1'],
  settings: [{ toggle: 'zap-reserve', value: 'keep', evidence: 'inferred', by: 'lazy-reserve@v1' }],
};
export const fresh: PlannedKernel = {
  ...base,
  settings: [{ toggle: 'split-table', value: 'fresh', evidence: 'asked', by: '--set' }],
  set: ['split-table=fresh'],
};
export const faulty: PlannedKernel = {
  ...base,
  settings: [{ toggle: 'khugepaged', value: 'faulty', evidence: 'asked', by: '--set' }],
  set: ['khugepaged=faulty'],
};

export const finish = (
  kernel: PlannedKernel,
  world: string,
  properties: readonly string[],
  options: Options = {},
): Finished => {
  const { build } = catalogue.worlds.find(({ name }) => name === world)!;
  const buildWith = (settings: readonly Placed[]) => build({ ...kernel, settings }, 'quick');
  const rest: FindsRest = restFinder(buildWith, catalogue, { ...kernel, world });
  const told = searchWorld(build(kernel, 'quick'), properties, options, rest) as Told;
  return { kernel, world, size: 'quick', told: { ...told, seconds: 0 }, traces: {} };
};
