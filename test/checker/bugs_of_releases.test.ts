/**
 * Which modelled releases violate the property of a bug by themselves, in its world: where those that had the bug do not, the bug
 * says why. `PIN=write npm test` asks all of them and writes the table, `PIN=all npm test` compares it; without it the table stands.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import { makeSearches } from '../../checker/bug_searches.ts';
import { jobOf } from '../../checker/kernel_job.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { kernelsOf } from '../../checker/plan.ts';
import { BUGS } from '../../model/bugs/all.ts';
import type { Bug } from '../../model/bugs/bug.ts';
import { pinnedLines, takesAll } from './pinned_line.ts';

const FILE = 'bugs_of_releases.pinned.txt';
const STATES = 200_000;

/** 'v7.1' if it is violated there, 'v7.1?' if an assertion or a limit hides it. */
const shownBy = async ({ bug: { world, size = 'quick', arch, violates } }: Bug): Promise<readonly string[]> => {
  const { kernels = [], arch: machine } = catalogue.worlds.find(({ name }) => name === world)!;
  const known = catalogue.kernels.filter(({ name }) => kernels.includes(name));
  const shown: string[] = [];
  for (const { name } of known) {
    const asked = { kernel: [name], series: [], set: [], arch };
    const planned = await Effect.runPromise(kernelsOf(catalogue, asked)).catch(() => []);
    for (const kernel of planned) {
      const on = machine === undefined || kernel.exact !== undefined ? kernel : { ...kernel, arch: machine };
      const searches = [{ of: jobOf(on), properties: [violates], first: true }];
      const [told] = await makeSearches(catalogue, { world, size, searches }, { statesMax: STATES });
      const verdict = told!.properties[0]?.verdict;
      if (verdict === 'violated') shown.push(name);
      if (verdict === 'unknown') shown.push(`${name}?`);
    }
  }
  return shown;
};

const asked = async (): Promise<readonly string[]> => {
  const lines: string[] = [];
  for (const [name, one] of Object.entries(BUGS)) lines.push(`${name}: ${(await shownBy(one)).join(' ') || 'none'}`);
  return lines.toSorted();
};

const numberOf = (release: string): number => {
  const [, major, minor] = /v(\d+)\.(\d+)/.exec(release)!;
  return Number(major) * 1000 + Number(minor);
};

/** Whether a release is one of those that a bug names: 'until v6.11', 'v6.12 to v7.3', 'v6.15, v6.16', 'since v6.13'. */
const isNamed = (release: string, releases: string): boolean => {
  const [words = ''] = releases.split(/; | \(/);
  if (/-rc|stable/.test(words)) return false;
  const named = [...words.matchAll(/v\d+\.\d+/g)].map(([one]) => numberOf(one));
  const n = numberOf(release);
  if (words.startsWith('until')) return n <= named[0]!;
  if (words.startsWith('since')) return n >= named[0]!;
  return words.includes(' to ') ? named[0]! <= n && n <= named[1]! : named.includes(n);
};

describe('the releases that had a bug', () => {
  const table = new Map(
    process.env['PIN'] === 'write'
      ? []
      : pinnedLines(FILE).map(({ line }) => line.split(': ', 2) as unknown as readonly [string, string]),
  );

  it('are those that show it, as far as they are modelled', { timeout: 900_000 }, async ({ skip }) => {
    expect(process.env['PIN'] === 'write' || table.size === Object.keys(BUGS).length).toBe(true);
    skip(!takesAll, 'it searches the world of each bug on every release; PIN=all asks');
    const lines = await asked();
    const writes = process.env['PIN'] === 'write';
    if (writes) writeFileSync(fileURLToPath(new URL(FILE, import.meta.url)), `${lines.join('\n')}\n`);
    expect(lines).toEqual(writes ? lines : [...table].map(([name, shown]) => `${name}: ${shown}`));
  });

  it.each(Object.entries(BUGS).filter(([name]) => table.has(name)))('or %s says why they do not', (name, { bug }) => {
    const { kernels = [] } = catalogue.worlds.find((one) => one.name === bug.world)!;
    // Of a stable series one looks in its texts.
    const had = kernels.filter((one) => /^v\d+\.\d+$/.test(one) && isNamed(one, bug.releases ?? 'none'));
    const shown = table.get(name)!.replaceAll('?', '').split(' ');
    const explained = bug.there !== undefined || had.length === 0;
    expect({ name, had, explained: explained || had.some((one) => shown.includes(one)) }).toEqual({
      name,
      had,
      explained: true,
    });
  });
});
