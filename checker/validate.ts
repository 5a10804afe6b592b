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
import { verdictOf } from './equiv/verdict.ts';
import { worldsOfBoth } from './equiv/worlds_of_both.ts';
import { matching } from './named.ts';
import { type Asked, limitsOf, sizeOf } from './plan.ts';
import { paintFor } from './report/paint.ts';
import { eachText } from './report/validate_each_text.ts';
import { validateJson } from './report/validate_json.ts';
import { validateText } from './report/validate_text.ts';
import { BadValue, NothingToCheck, type Unusable } from './unusable.ts';
import { type Judgement, judgementsOf } from './validate/status.ts';
import { type Change, changeAsked, changesNothing, eachPatch } from './validate/targets.ts';
import type { Limits } from './search/index.ts';
import type { Size } from './catalogue.ts';

export interface ValidateAsked extends Omit<Asked, 'kernel' | 'series' | 'set' | 'patch' | 'first'>, CiAsked {
  readonly targets: readonly string[];
  readonly base?: string | undefined;
  readonly each: boolean;
  readonly bisect?: string | undefined;
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

const validateOne = Effect.fnUntraced(function* (
  setting: Setting,
  asked: Pick<Asked, 'world'>,
  change: Change,
  { size, limits, properties }: Scope,
) {
  const { base, patched } = change;
  const worlds = yield* worldsOfBoth(setting, asked, base, patched);
  const found: { readonly world: string; readonly compared: Compared }[] = [];
  for (const { name } of worlds) {
    if (setting.cells.stopAsked) break;
    const compared = yield* compareIn(setting, {
      a: base,
      b: patched,
      world: name,
      size,
      observe: 'mm',
      judge: properties,
      limits,
    });
    found.push({ world: name, compared });
  }
  const judgements = found.flatMap(({ world, compared }) => judgementsOf(world, compared, properties));
  return { change, size, worlds: found, judgements, left: worlds.length - found.length } satisfies Validated;
});

/** What a patch of a series that changes nothing modelled comes to. */
const nothingOf = (change: Change, size: Size): Validated => ({ change, size, worlds: [], judgements: [], left: 0 });

const isUndecided = ({ worlds, judgements }: Validated): boolean =>
  judgements.some(({ status }) => status === 'undecided') ||
  worlds.some(
    ({ compared }) =>
      compared.cutShort === true ||
      compared.together?.verdict === 'incomplete' ||
      compared.after?.verdict === 'incomplete',
  );

/** As of `check`; what the base violates as well counts for nothing. */
const exitCodeOf = (all: readonly Validated[], interrupted: boolean): ExitCode => {
  if (interrupted) return 130;
  if (all.some(({ worlds }) => worlds.some(({ compared }) => compared.fault !== undefined))) return 2;
  if (all.some(({ judgements }) => judgements.some(({ status }) => status === 'newly violated'))) return 1;
  if (all.some((one) => isUndecided(one))) return 3;
  // Where the change decides nothing it was not judged.
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
  const found: Validated[] = [];
  for (const change of yield* changesAsked(setting, asked)) {
    if (cells.stopAsked) break;
    found.push(
      changesNothing(change)
        ? nothingOf(change, size)
        : yield* validateOne(setting, asked, change, { size, limits, properties }),
    );
  }
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
  return exitCodeOf(found, cells.stopAsked);
}) satisfies (setting: Setting, asked: ValidateAsked) => Effect.Effect<ExitCode, Unusable>;
