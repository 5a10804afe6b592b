/** Each search that is said to show a law that fails does show it, and the law does fail there. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SHOWN } from '../../../checker/laws/shown.ts';
import { underTest } from '../../../checker/laws/under_test.ts';
import { fewCasesOf } from '../../../checker/laws/cases.ts';
import { judge } from '../../../checker/laws/judge.ts';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import { LAWS } from '../../../spec/laws/all.ts';
import { failingOnBase, pinnedLines } from './table.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const failing = failingOnBase(pinnedLines('table'));

/** The exit code of a command, and what it printed. */
const run = async (flags: readonly string[]): Promise<{ readonly code: number; readonly out: string }> =>
  promisify(execFile)(at('../../../node_modules/.bin/node'), [at('../../../checker/bin.mjs'), 'check', ...flags]).then(
    ({ stdout }) => ({ code: 0, out: stdout }),
    ({ code, stdout }: { readonly code: number; readonly stdout: string }) => ({ code, out: stdout }),
  );

/** The laws that fail on v7.1, and those that fail with the series of these flags. */
const failingWith = (arch: string, flags: readonly string[]): readonly string[] => {
  const series = flags[flags.indexOf('--series') + 1];
  if (!flags.includes('--series') || series === undefined) return failing.get(arch)!;
  const under = underTest(
    ARCHITECTURES.find(({ name }) => name === arch)!,
    'v7.1',
    [series],
  );
  const some = judge(LAWS, under, fewCasesOf(under.architecture, under.t));
  return [
    ...failing.get(arch)!,
    ...some.flatMap(({ law, level, result }) => (result.verdict === 'fails' ? [`${law.name} ${level}`] : [])),
  ];
};

describe('what shows a law that fails', { timeout: 120_000 }, () => {
  it.each(SHOWN.map((one) => [`${one.laws.join(' ')} on ${one.arch}`, one] as const))('%s', async (_, shown) => {
    const { code, out } = await run(['--arch', shown.arch, '--first', ...shown.flags]);
    const property = shown.flags.at(-1)!;
    expect([code, out.includes(`${property} (`)]).toEqual([1, true]);
    const fails = failingWith(shown.arch, shown.flags);
    for (const law of shown.laws) expect(fails.some((one) => one.startsWith(`${law} `))).toBe(true);
  });
});
