/**
 * Searches worlds at size quick and prints, in the form of checker/impact/called.txt, what is called in each: those that are named, or
 * all. A script of its own: Node strips types in place, so that V8 knows functions by the names of the source. Coverage is begun anew
 * for each world, and says whether a function is called, not how often: that would take many times as long. Functions of the kernel's
 * record are counted in front of it, since V8 knows only what stands there, often a `yes` or a `no`.
 */
import { Session } from 'node:inspector/promises';
import { Calls } from '../../../checker/equiv/calls.ts';
import { type MeasuredWorld, writeCalled } from '../../../checker/impact/called.ts';
import { isKernelName, readModelIndex, REPLACEABLE } from '../../../checker/impact/model_index.ts';
import type { KernelChoice, WorldEntry } from '../../../checker/catalogue.ts';

const MODEL = new URL('../../../model/', import.meta.url).href;

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: false });
const { catalogue } = await import('../../../checker/mm_catalogue.ts');
const { explore } = await import('../../../checker/search/index.ts');

const { declared } = readModelIndex();

/** On v7.1; worlds of high granularity on every version of the series that has it. */
const kernelsOf = ({ name }: WorldEntry): readonly KernelChoice[] => {
  if (!name.startsWith('hgm-')) return [{ kernel: 'v7.1', arch: 'x86_64', series: [], settings: [] }];
  const hgm = catalogue.series.find((one) => one.name === 'hgm')!;
  return hgm.versions.map(({ version, sets }) => ({
    kernel: hgm.base!,
    arch: 'x86_64',
    series: [`hgm@${version}`],
    settings: sets,
  }));
};

const calledNow = async (): Promise<readonly string[]> => {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return result.flatMap(({ url, functions }) => {
    const path = url.startsWith(MODEL) ? url.slice(MODEL.length) : undefined;
    if (path === undefined) return [];
    return functions
      .filter(({ functionName: name, ranges }) => ranges[0]!.count > 0 && isKernelName(name))
      .filter(({ functionName: name }) => declared.get(name)?.includes(path) === true)
      .map(({ functionName: name }) => `${path} ${name}`);
  });
};

const measure = async (world: WorldEntry): Promise<MeasuredWorld> => {
  const [functions, properties] = [new Set<string>(), new Set<string>()];
  let states = 0;
  for (const kernel of kernelsOf(world)) {
    const calls = new Calls([...REPLACEABLE.keys()]);
    const built = world.build({ ...kernel, through: calls.through }, 'quick');
    await session.post('Profiler.stopPreciseCoverage');
    await session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: false });
    // V8 optimizes nothing that it has not reported yet: most of it is called soon.
    explore(built, { statesMax: 300 });
    for (const name of await calledNow()) functions.add(name);
    const found = explore(built);
    for (const name of await calledNow()) functions.add(name);
    for (const name of Object.keys(calls.counts)) functions.add(`kernel ${name}`);
    for (const { name, kind, exercised } of found.properties)
      if (exercised && (kind === 'always' || kind === 'step')) properties.add(name);
    states = Math.max(states, found.states);
  }
  const kernel = world.name.startsWith('hgm-') ? 'hgm' : 'v7.1';
  return { name: world.name, kernel, states, properties: [...properties], functions: [...functions] };
};

const wanted = process.argv.slice(2);
const measured: MeasuredWorld[] = [];
for (const world of catalogue.worlds)
  if (wanted.length === 0 || wanted.includes(world.name)) {
    measured.push(await measure(world));
  }
session.disconnect();
process.stdout.write(writeCalled(measured));
