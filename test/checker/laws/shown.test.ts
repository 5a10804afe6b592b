/**
 * Each search that is said to show a law that fails does show it: the law fails with the functions of the kernel that is searched,
 * and a setting that mends what is found mends the law. And each law that fails on v7.1 has a search, or a reason why there is none.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as Effect from 'effect/Effect';
import { describe, expect, it } from 'vitest';
import { ownValue } from '../../../checker/catalogue.ts';
import { fewCasesOf } from '../../../checker/laws/cases.ts';
import { doesHarm, judge } from '../../../checker/laws/judge.ts';
import { SHOWN, shownOf } from '../../../checker/laws/shown.ts';
import { whyNotShown } from '../../../checker/laws/unshown.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { fits } from '../../../checker/pattern.ts';
import { kernelsOf } from '../../../checker/plan.ts';
import { CARRIED } from '../../../model/arch/carried_all.ts';
import { entryFunctions } from '../../../model/arch/entry_functions.ts';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import type { Architecture } from '../../../model/formats/architecture.ts';
import type { Pgtable } from '../../../model/formats/pgtable.ts';
import { LAWS } from '../../../spec/laws/all.ts';
import { MMUS } from '../../../spec/laws/mmus.ts';
import { failingOnBase, pinnedLines } from './table.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const failing = failingOnBase(pinnedLines('table'));

interface Violation {
  readonly name: string;
  readonly verdict: string;
  /** Settings without which it does not come up, as `TOGGLE=VALUE`. */
  readonly counterexample?: { readonly mendedBy: readonly string[] };
}

/** The exit code of a search, and what came of its properties. */
const run = async (
  flags: readonly string[],
): Promise<{ readonly code: number; readonly properties: readonly Violation[] }> => {
  const command = [at('../../../checker/bin.mjs'), 'check', '--json', ...flags];
  const { code, stdout } = await promisify(execFile)(at('../../../node_modules/.bin/node'), command, {
    maxBuffer: 2 ** 26,
  }).then(
    (done) => ({ code: 0, stdout: done.stdout }),
    (failed: { readonly code: number; readonly stdout: string }) => failed,
  );
  const { runs } = JSON.parse(stdout) as { readonly runs: readonly [{ readonly properties: readonly Violation[] }] };
  return { code, properties: runs[0].properties };
};

const valuesOf = (flags: readonly string[], name: string): readonly string[] =>
  flags.filter((_, i) => flags[i - 1] === name);

/** The functions of the kernel that these flags search, as a world carries them. */
const searched = async (architecture: Architecture, flags: readonly string[]): Promise<Pgtable> => {
  const [series, set] = [valuesOf(flags, '--series'), valuesOf(flags, '--set')];
  const kernels = await Effect.runPromise(
    kernelsOf(catalogue, { kernel: ['v7.1'], series, set, arch: architecture.name }),
  );
  const { settings } = kernels[0]!;
  return entryFunctions(
    architecture,
    'v7.1',
    (toggle) => settings.find((one) => one.toggle === toggle)?.value ?? ownValue(catalogue, 'v7.1', toggle),
  );
};

/** In how many cases each of the laws fails on the kernel of these flags, and does harm. */
const failuresWith = async (architecture: Architecture, flags: readonly string[], names: readonly string[]) => {
  const t = await searched(architecture, flags);
  const laws = LAWS.filter(({ name }) => names.includes(name));
  const judged = judge(laws, { architecture, t, mmu: MMUS[architecture.name]! }, fewCasesOf(architecture, t));
  return names.map((name) =>
    judged
      .filter((one) => one.law.name === name && doesHarm(one))
      .reduce((sum, { result }) => sum + (result.verdict === 'fails' ? result.failures : 0), 0),
  );
};

/** The flags, with a setting in the place of any other one of its toggle. */
const withSetting = (flags: readonly string[], setting: string): readonly string[] => {
  const [toggle] = setting.split('=');
  const place = flags.findIndex((flag, i) => flags[i - 1] === '--set' && flag.startsWith(`${toggle}=`));
  return place < 0 ? [...flags, '--set', setting] : flags.with(place, setting);
};

const EACH = SHOWN.flatMap((one) =>
  CARRIED.filter(({ architecture }) => fits(one.arch, architecture.name)).map(
    ({ architecture }) => [`${one.laws.join(' ')} on ${architecture.name}`, one, architecture] as const,
  ),
);

describe('what shows a law that fails', { timeout: 120_000 }, () => {
  it.each(EACH)('%s', async (_, { laws, flags }, architecture) => {
    const { code, properties } = await run(['--arch', architecture.name, '--first', ...flags]);
    const found = properties.find(({ name }) => name === valuesOf(flags, '--property').at(-1));
    expect([code, found?.verdict]).toEqual([1, 'violated']);
    expect(await failuresWith(architecture, flags, laws)).not.toContain(0);
    // PG7-any asks for every mode at once: of one that is mended it says nothing.
    const asked = laws.filter((name) => name !== 'PG7-any' || !laws.includes('PG7'));
    const failures = await failuresWith(architecture, flags, asked);
    const mended = await Promise.all(
      found!.counterexample!.mendedBy.map((setting) => failuresWith(architecture, withSetting(flags, setting), asked)),
    );
    expect(mended.filter((some) => some.every((left, i) => left < failures[i]!))).not.toEqual([]);
  });
  it('is found by a pattern that fits an architecture', () => {
    for (const { arch } of SHOWN) expect(CARRIED.some(({ architecture }) => fits(arch, architecture.name))).toBe(true);
  });
});

describe('a law that fails on v7.1', () => {
  it.each(ARCHITECTURES.map((architecture) => [architecture.name, architecture] as const))(
    'of %s is shown by a search, or it is said why by none',
    (name, architecture) => {
      const names = new Set(failing.get(name)!.map((one) => one.split(' ', 1)[0]!));
      const silent = [...names].filter(
        (law) => shownOf(law, { architecture }).length === 0 && whyNotShown(law, { architecture }) === undefined,
      );
      expect(silent).toEqual([]);
    },
  );
});
