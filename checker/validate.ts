/**
 * `mmcheck validate`: what a series, or a patch of one's own, mends and breaks: every world that calls what it changes is searched
 * without and with it, and both in lockstep.
 */
import * as Effect from 'effect/Effect';
import type { ExitCode, Setting } from './check.ts';
import { casesOfChanges } from './ci_reports/cases.ts';
import { type CiAsked, prepareCi, writeCi } from './ci_reports/write.ts';
import { compareIn } from './equiv/compare_in.ts';
import type { Compared } from './equiv/compare_worlds.ts';
import { isCut, verdictOf } from './equiv/verdict.ts';
import { matching } from './named.ts';
import { type Asked, limitsOf, sizeOf } from './plan.ts';
import { interruptedNote, keepingIn } from './resume.ts';
import { note, numbered } from './progress.ts';
import { paintFor } from './report/paint.ts';
import { eachText } from './report/validate_each_text.ts';
import { validateJson } from './report/validate_json.ts';
import { validateText } from './report/validate_text.ts';
import { uncalledBeside } from './report/uncalled_text.ts';
import { BadValue, NothingToCheck, type Unusable } from './unusable.ts';
import { sayingSoFar } from './validate/found_so_far.ts';
import { type Judgement, judgementsOf } from './validate/status.ts';
import { type Pair, pairsOf } from './validate/pairs.ts';
import { type Change, changeAsked, eachPatch } from './validate/targets.ts';
import type { Limits } from './search/index.ts';
import type { Size } from './catalogue.ts';

export interface ValidateAsked extends Omit<Asked, 'kernel' | 'series' | 'set' | 'patch' | 'first'>, CiAsked {
  readonly targets: readonly string[];
  readonly base?: string | undefined;
  readonly each: boolean;
  readonly bisect?: string | undefined;
  /** Where comparisons are kept, so that the next command goes on. */
  readonly resume?: string | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** A change, and what was found of it in each world. */
export interface Validated {
  readonly change: Change;
  readonly size: Size;
  readonly worlds: readonly { readonly world: string; readonly compared: Compared }[];
  readonly judgements: readonly Judgement[];
  /** Worlds that were not searched, since it was stopped. */
  readonly left: number;
}

interface Scope {
  readonly size: Size;
  readonly limits: Limits;
  /** Empty: all. */
  readonly properties: readonly string[];
}

/** Compares each pair, as long as nobody stops it. */
const compareAll = Effect.fnUntraced(function* (
  setting: Setting,
  pairs: readonly Pair[],
  { size, limits, properties }: Scope,
  resume: string | undefined,
) {
  const { cells, err, module } = setting;
  const keeps = resume === undefined ? undefined : yield* keepingIn(resume, module);
  const say = sayingSoFar(err, properties);
  const found: { readonly pair: Pair; readonly compared: Compared }[] = [];
  for (const [i, pair] of pairs.entries()) {
    if (cells.stopAsked) break;
    const { change, world } = pair;
    const compared = yield* compareIn(setting, {
      a: change.base,
      b: change.patched,
      world,
      size,
      observe: 'mm',
      judge: properties,
      limits,
      label: numbered(i, pairs.length, `${world}${change.patch === undefined ? '' : `, patch ${change.patch}`}`),
      keeps,
      soFar: (soFar) => say(pair, soFar),
    });
    found.push({ pair, compared });
  }
  return found;
});

const validateAll = Effect.fnUntraced(function* (
  setting: Setting,
  asked: ValidateAsked,
  changes: readonly Change[],
  scope: Scope,
) {
  const { size, properties } = scope;
  const pairs = yield* pairsOf(setting, asked, changes, {
    size,
    bisect: asked.bisect === undefined ? undefined : properties,
  });
  const found = yield* compareAll(setting, pairs, scope, asked.resume);
  return changes.map((change): Validated => {
    const worlds = found
      .filter(({ pair }) => pair.change === change)
      .map(({ pair: { world }, compared }) => ({ world, compared }));
    const all = pairs.filter((pair) => pair.change === change).length;
    return {
      change,
      size,
      worlds,
      judgements: worlds.flatMap(({ world, compared }) => judgementsOf(world, compared, properties)),
      left: all - worlds.length,
    };
  });
});

const isUndecided = ({ worlds, judgements }: Validated): boolean =>
  judgements.some(({ status }) => status === 'undecided' || status === 'violated') ||
  worlds.some(({ compared }) => isCut(compared));

/** As of `check`; what the base violates as well counts for nothing. */
const exitCodeOf = (all: readonly Validated[], interrupted: boolean): ExitCode => {
  if (interrupted) return 130;
  if (all.some(({ worlds }) => worlds.some(({ compared }) => compared.fault !== undefined))) return 2;
  if (all.some(({ judgements }) => judgements.some(({ status }) => status === 'newly violated'))) return 1;
  if (all.some((one) => isUndecided(one))) return 3;
  // Where nothing that is asked was ever exercised, or the change decides nothing, nothing was judged.
  const judged = all.flatMap(({ judgements }) => judgements);
  if (judged.length > 0 && judged.every(({ status }) => status === 'unexercised')) return 3;
  if (all.some(({ change, worlds }) => uncalledBeside([change.base, change.patched], worlds).length > 0)) return 3;
  const verdicts = new Set(all.flatMap(({ worlds }) => worlds.map(({ compared }) => verdictOf(compared))));
  return verdicts.has('equivalent') || verdicts.has('differs') ? 0 : 3;
};

/** The changes in their order; those that change nothing modelled are not searched. */
const changesAsked = Effect.fnUntraced(function* (setting: Setting, asked: ValidateAsked) {
  const { targets, each, bisect } = asked;
  if (targets.length === 0)
    return yield* new BadValue({
      flag: 'validate',
      asked: '',
      takes: 'a series, as huge-pfnmaps@v2, or a file with a patch',
    });
  if (each || bisect !== undefined) return yield* eachPatch(setting, targets, asked, each ? '--each' : '--bisect');
  return [yield* changeAsked(setting, targets, asked)];
});

export const validate = Effect.fnUntraced(function* (setting: Setting, asked: ValidateAsked) {
  const { out, cells, version, catalogue } = setting;
  const { bisect } = asked;
  const size = yield* sizeOf(asked.size);
  const limits = yield* limitsOf({ ...asked, first: false });
  const wanted = bisect === undefined ? asked.property : [bisect];
  const properties =
    wanted.length === 0 ? [] : (yield* matching('property', wanted, catalogue.properties)).map(({ name }) => name);
  yield* prepareCi(asked);
  const changes = yield* changesAsked(setting, asked);
  const found = yield* validateAll(setting, asked, changes, { size, limits, properties });
  const judged = found.some(({ judgements }) => judgements.length > 0);
  const searched = found.flatMap(({ worlds }) =>
    worlds.flatMap(({ world, compared }) => (compared.together === undefined ? [] : [world])),
  );
  if (properties.length > 0 && !judged && searched.length > 0)
    return yield* new NothingToCheck({ properties: wanted, worlds: [...new Set(searched)] });
  const how = { paint: paintFor(out), verbose: asked.verbose, catalogue };
  const perPatch = asked.each || bisect !== undefined;
  const text = perPatch ? eachText(found, bisect, how) : validateText(found[0]!, how);
  out.write(`${asked.json ? validateJson(version, found) : text}\n`);
  yield* writeCi(version, asked, () => casesOfChanges(found));
  if (cells.stopAsked) note(setting.err, interruptedNote(asked.resume));
  return exitCodeOf(found, cells.stopAsked);
}) satisfies (setting: Setting, asked: ValidateAsked) => Effect.Effect<ExitCode, Unusable>;
