/**
 * Each search that is said to show a law that fails does show it, and the law fails with the functions of the kernel that is
 * searched. And each law that fails on v7.1 has a search, or a reason why there is none.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as Effect from 'effect/Effect';
import { describe, expect, it } from 'vitest';
import { ownValue } from '../../../checker/catalogue.ts';
import { fewCasesOf } from '../../../checker/laws/cases.ts';
import { judge } from '../../../checker/laws/judge.ts';
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

/** The exit code of a command, and what it printed. */
const run = async (flags: readonly string[]): Promise<{ readonly code: number; readonly out: string }> =>
  promisify(execFile)(at('../../../node_modules/.bin/node'), [at('../../../checker/bin.mjs'), 'check', ...flags]).then(
    ({ stdout }) => ({ code: 0, out: stdout }),
    ({ code, stdout }: { readonly code: number; readonly stdout: string }) => ({ code, out: stdout }),
  );

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

/** Those of the laws that fail on the kernel of these flags. */
const failingWith = async (architecture: Architecture, flags: readonly string[], names: readonly string[]) => {
  const t = await searched(architecture, flags);
  const laws = LAWS.filter(({ name }) => names.includes(name));
  const judged = judge(laws, { architecture, t, mmu: MMUS[architecture.name]! }, fewCasesOf(architecture, t));
  return names.filter((name) => judged.some(({ law, result }) => law.name === name && result.verdict === 'fails'));
};

const EACH = SHOWN.flatMap((one) =>
  CARRIED.filter(({ architecture }) => fits(one.arch, architecture.name)).map(
    ({ architecture }) => [`${one.laws.join(' ')} on ${architecture.name}`, one, architecture] as const,
  ),
);

describe('what shows a law that fails', { timeout: 120_000 }, () => {
  it.each(EACH)('%s', async (_, { laws, flags }, architecture) => {
    const { code, out } = await run(['--arch', architecture.name, '--first', ...flags]);
    const property = valuesOf(flags, '--property').at(-1)!;
    expect([code, out.includes(`${property} (`)]).toEqual([1, true]);
    expect(await failingWith(architecture, flags, laws)).toEqual(laws);
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
