/**
 * Every world on every release: how many states, and what is violated after how many operations, of which a finding must be
 * the cause. A count that changes is a model that changed, and the difference must say so. `PIN=write npm test` writes the
 * counts anew. Worlds that take long are searched on the release that the others are told from alone; `PIN=all npm test` compares
 * them on all.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@effect/vitest';
import { isModelledOn } from '../../checker/catalogue.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { pinnedLines, takesAll } from './pinned_line.ts';
import { summary } from './run_summary.ts';
import { runWorld, unexplained } from './run_world.ts';

const PINNED = fileURLToPath(new URL('mm_releases.pinned.txt', import.meta.url));
/** Transitions of a search that takes long. */
const MANY = 10_000;
/** Where even the worlds that take long are searched. */
const ALWAYS = 'v7.1';

const kernels = catalogue.kernels.map(({ name }) => name);
/** Names of the worlds that are modelled on a kernel. */
const worldsOn = (kernel: string): readonly string[] =>
  catalogue.worlds.filter((one) => isModelledOn(one, kernel)).map(({ name }) => name);

const writes = process.env['PIN'] === 'write';
const pinned = pinnedLines('mm_releases.pinned.txt');
const long = new Set(pinned.flatMap(({ world, transitions }) => (transitions > MANY ? [world] : [])));
const isSearched = (kernel: string, world: string): boolean => takesAll || kernel === ALWAYS || !long.has(world);
const linesOf = (kernel: string): readonly string[] =>
  pinned.filter((one) => one.kernel === kernel && isSearched(kernel, one.world)).map(({ line }) => line);

const written: string[] = [];

it.each(kernels)(
  'every quick world on %s is as it was, and what is violated is a finding',
  { timeout: 900_000 },
  (kernel) => {
    const searched = worldsOn(kernel).filter((world) => isSearched(kernel, world));
    const runs = searched.map((world) => runWorld({ kernel, world }));
    const lines = runs.map(summary);
    written.push(...lines);
    expect(lines).toEqual(writes ? lines : linesOf(kernel));
    expect(unexplained(runs)).toEqual([]);
  },
);

it('the table has a line for each world on each release', () => {
  if (writes) writeFileSync(PINNED, `${written.join('\n')}\n`);
  expect(writes ? written : pinned).toHaveLength(kernels.flatMap((kernel) => worldsOn(kernel)).length);
});
