/** `mmcheck walk`: random walks through worlds, one world after another. */
import * as Effect from 'effect/Effect';
import { type ExitCode, finish, nothingToCheck, type Setting } from './check.ts';
import { type Finished, kernelLabel } from './finished.ts';
import { type AskedKernel, type Plan, type PlannedRun, planOf, wholeNumber } from './plan.ts';
import { note, watch } from './progress.ts';
import { paintFor } from './report/paint.ts';
import { walkJson, walkProgress, walkSummary, walkText } from './report/walk_text.ts';
import { runSearch } from './run_search.ts';
import { someWorlds } from './unusable.ts';
import type { Walks } from './walk/walk_world.ts';
import { prepareDirectory } from './write_trace.ts';

/** Unless another number is asked for. */
export const WALKS = 1000;
export const LENGTH = 50;
export const SEED = 1;

export interface WalkAsked extends AskedKernel {
  readonly world: readonly string[];
  readonly size?: string | undefined;
  readonly property: readonly string[];
  readonly walks?: string | undefined;
  readonly length?: string | undefined;
  readonly seed?: string | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly traceDir?: string | undefined;
}

const walksOf = Effect.fnUntraced(function* (asked: WalkAsked) {
  const walks: Walks = {
    walks: (yield* wholeNumber('--walks', asked.walks, 1)) ?? WALKS,
    length: (yield* wholeNumber('--length', asked.length, 1)) ?? LENGTH,
    seed: (yield* wholeNumber('--seed', asked.seed, 0)) ?? SEED,
  };
  return walks;
});

const walkThrough = (setting: Setting, { properties, limits }: Plan, run: PlannedRun, walks: Walks) => {
  const { module, cells, err } = setting;
  const label = `${kernelLabel(run.kernel)} ${run.world}`;
  const progress = watch(err, (elapsed) => walkProgress(label, walks, cells.shown, elapsed));
  return runSearch(run, { module, properties, limits, walks, cells }).pipe(Effect.ensuring(Effect.sync(progress.done)));
};

/** Never 0: that nothing was found does not say that all holds. */
const exitCodeOf = (runs: readonly Finished[], interrupted: boolean): ExitCode => {
  if (interrupted) return 130;
  if (runs.some(({ told }) => told.cut === 'fault')) return 2;
  return runs.some(({ told }) => told.verdict === 'violated') ? 1 : 3;
};

export const walk = Effect.fnUntraced(function* (setting: Setting, asked: WalkAsked) {
  const { catalogue, cells, out, err, version } = setting;
  const walks = yield* walksOf(asked);
  const plan = yield* planOf(catalogue, { ...asked, first: false });
  if (asked.traceDir !== undefined) yield* prepareDirectory(asked.traceDir, '--trace-dir');
  for (const { worlds, why } of plan.leftOut) note(err, `left out, not ${why}: ${someWorlds(worlds)}`);
  const finished: Finished[] = [];
  let begun = 0;
  for (const run of plan.runs) {
    if (cells.stopAsked) break;
    begun++;
    const told = yield* walkThrough(setting, plan, run, walks);
    if ('nothing' in told) continue;
    const done = yield* finish(setting, plan, run, told, asked.traceDir);
    finished.push(done);
    if (!asked.json) out.write(`${walkText(done, walks, { paint: paintFor(out), verbose: asked.verbose })}\n`);
  }
  if (finished.length === 0 && !cells.stopAsked)
    return yield* nothingToCheck(setting, plan, { ...asked, first: false });
  out.write(`${asked.json ? walkJson(version, finished, walks) : walkSummary(finished, plan.runs.slice(begun))}\n`);
  if (cells.stopAsked) note(err, 'interrupted; what is printed is what was found until then');
  return exitCodeOf(finished, cells.stopAsked);
});
