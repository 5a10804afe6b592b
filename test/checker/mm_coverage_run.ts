/**
 * Searches every quick world on v7.1 as far as a limit of states reaches, and prints as JSON which functions of the
 * model were never called. A script of its own: Node strips types in place, so that V8 knows functions by the names of
 * the source, and the counting begins before the model is loaded.
 */
import { Session } from 'node:inspector/promises';

const STATES_MAX = 2_500;
const MODEL = new URL('../../model/', import.meta.url).href;

const session = new Session();
session.connect();
await session.post('Profiler.enable');
// Whether, not how often: counting calls takes many times as long.
await session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: false });

const { catalogue } = await import('../../checker/mm_catalogue.ts');
const { explore } = await import('../../checker/search/index.ts');

const kernel = { kernel: 'v7.1', arch: 'x86_64', series: [], settings: [] };
for (const world of catalogue.worlds) explore(world.build(kernel, 'quick'), { statesMax: STATES_MAX });

const { result } = await session.post('Profiler.takePreciseCoverage');
session.disconnect();

const scripts = result.flatMap(({ url, functions }) => {
  const path = url.startsWith(MODEL) ? url.slice(MODEL.length) : '';
  return path.startsWith('mm/') || path.startsWith('drivers/') ? [{ path, functions }] : [];
});
const never = scripts.flatMap(({ path, functions }) =>
  functions
    .filter(({ ranges }) => ranges.every(({ count }) => count === 0))
    .map(({ functionName }) => `${path} ${functionName}`),
);
console.log(JSON.stringify({ never: never.toSorted(), scripts: scripts.map(({ path }) => path).toSorted() }));
