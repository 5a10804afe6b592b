/** `mmcheck check FILE.litmus …`: runs scenarios that are written down, and says which come out otherwise than they say. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import type { ExitCode, Setting } from './check.ts';
import { readLitmus, type Scenario, SUFFIX } from './litmus/read_litmus.ts';
import { scenarioLines, scenariosJson } from './litmus/report.ts';
import { type RanScenario, runScenario } from './litmus/run_litmus.ts';
import type { AskedKernel } from './plan.ts';
import { trying } from './replay.ts';
import { paintFor } from './report/paint.ts';
import { nothingSaidAbout, uncalledIn } from './report/uncalled_text.ts';
import { BadFile, BadValue } from './unusable.ts';
import { reason } from './write_trace.ts';

/** The files of a path: itself, or those of a directory, in the order of their names. */
const filesAt = (path: string) =>
  Effect.tryPromise({
    try: async () => {
      if (!(await stat(path)).isDirectory()) return [path];
      const names = await readdir(path);
      return names
        .filter((name) => name.endsWith(SUFFIX))
        .toSorted()
        .map((name) => join(path, name));
    },
    catch: (error) => new BadFile({ path, why: `cannot be read: ${reason(error)}` }),
  }).pipe(
    Effect.filterOrFail(
      (files) => files.length > 0,
      () => new BadFile({ path, why: `has no file *${SUFFIX}` }),
    ),
  );

/** Flags that say what a search is to do; a file says all of that. */
const OF_SEARCHES = {
  arch: '--arch',
  world: '--world',
  size: '--size',
  property: '--property',
  repaired: '--repaired',
  first: '--first',
  statesMax: '--states-max',
  depthMax: '--depth-max',
  secondsMax: '--seconds-max',
  memoryMax: '--memory-max',
  verbose: '--verbose',
  table: '--table',
  traceDir: '--trace-dir',
  traceForm: '--trace-form',
  resume: '--resume',
  junit: '--junit',
  sarif: '--sarif',
} as const;

type Flags = Partial<Readonly<Record<keyof typeof OF_SEARCHES, unknown>>>;

/** A flag that would be passed over. */
const uselessIn = (flags: Flags): string | undefined => {
  const given = Object.entries(OF_SEARCHES).find(([key]) => {
    const value = flags[key as keyof Flags];
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
  });
  return given?.[1];
};

type Ran = readonly (readonly [Scenario, RanScenario])[];

const countOf = (all: Ran, verdict: RanScenario['verdict']): number =>
  all.filter(([, ran]) => ran.verdict === verdict).length;

const totals = (all: Ran): string => {
  const [alike, idle] = [countOf(all, 'as expected'), countOf(all, 'not exercised')];
  const come = `${alike} of ${all.length} ${all.length === 1 ? 'scenario comes' : 'scenarios come'} out as expected`;
  return idle === 0 ? come : `${come}, ${idle} not exercised`;
};

/**
 * Exit code 0 when every scenario comes out as its file says, 1 when one differs, and when none does 3 where one is not exercised, or
 * none calls anything of a patch of somebody's own.
 */
export const checkLitmus = Effect.fnUntraced(function* (
  setting: Setting,
  paths: readonly string[],
  { json, kernel, series, set, patch = [], ...others }: AskedKernel & Flags & { readonly json: boolean },
) {
  const { out, version } = setting;
  const useless = uselessIn(others);
  if (useless !== undefined)
    return yield* new BadValue({
      flag: useless,
      asked: paths.join(', '),
      takes: 'a search; a litmus file says itself what it runs',
    });
  const asked: AskedKernel = { kernel, series, set, patch };
  const files = (yield* Effect.forEach(paths, filesAt)).flat();
  // All are read before one is run: a file that cannot be read ends the command.
  const scenarios = yield* Effect.forEach(files, (path) => readLitmus(setting, path, asked));
  const all: Ran[number][] = [];
  for (const scenario of scenarios) {
    const ran = yield* trying(() => runScenario(scenario));
    all.push([scenario, ran]);
    if (!json) out.write(`${scenarioLines(scenario, ran, paintFor(out)).join('\n')}\n`);
  }
  const uncalled = uncalledIn(all.map(([scenario, ran]) => ({ kernel: scenario.kernel, uncalled: ran.uncalled })));
  const text = [totals(all), ...uncalled.flatMap((one) => nothingSaidAbout(one, 'on the way'))];
  out.write(json ? `${scenariosJson(version, all)}\n` : `\n${text.join('\n')}\n`);
  const idle: ExitCode = countOf(all, 'not exercised') > 0 || uncalled.length > 0 ? 3 : 0;
  const code: ExitCode = countOf(all, 'differs') > 0 ? 1 : idle;
  return code;
});
