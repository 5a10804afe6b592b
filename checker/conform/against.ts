/** Which modelled kernel a real one is held against: the one that was named, or the one that calibration finds. */
import * as Effect from 'effect/Effect';
import { toggleIn } from '../own_patches.ts';
import { type AskedKernel, kernelsOf } from '../plan.ts';
import { kernelWith } from '../mm_catalogue.ts';
import type { Catalogue, KernelChoice, KernelEntry, Setting as ToggleSetting } from '../catalogue.ts';
import { ownValue } from '../catalogue.ts';
import { RELEASES } from '../../model/releases/releases.ts';
import type { Machine } from '../../model/state/machine.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { movesNamed } from '../replay_world.ts';
import type { Move } from '../search/index.ts';
import { type Asked, playWalks } from './batch.ts';
import { type Calibration, CALIBRATIONS, scopeOf } from './calibrate.ts';
import type { Judged } from './judge.ts';
import type { Sight } from './observe.ts';
import type { ConformScope } from './scope.ts';
import { walkOf } from './sequences.ts';
import { stagesOf } from './stage.ts';
import { versionOf } from './version.ts';
import type { Stage, Walk } from './walk.ts';

/** What a calibration found. `values`: those that agree with the kernel; none when no modelled one does. */
export interface Calibrated extends Calibration {
  readonly values: readonly string[];
  /** How the first value parts from the kernel, where none agrees. */
  readonly judged: Judged;
}

/** One kernel to hold a real one against, and how it was found. */
export interface Chosen {
  readonly choice: Pick<KernelChoice, 'kernel' | 'series' | 'settings'>;
  readonly calibrated: readonly Calibrated[];
  /** Other releases that nothing tells from it here. */
  readonly alike: readonly string[];
  /** Toggles that the real kernel has otherwise. */
  readonly unlike: readonly Calibrated[];
}

/** The swap of the virtual machine is zram. */
const MACHINE: Machine = { ...X86_64, syncSwap: true };

/** The stages of a scope for a kernel. */
export const stagesFor = (scope: ConformScope, { choice }: Pick<Chosen, 'choice'>, sight: Sight): readonly Stage[] =>
  stagesOf(scope, { kernel: kernelWith(choice.kernel, choice.settings), machine: MACHINE, sight });

const movesOf = ({ name, world }: Stage, steps: Calibration['moves']): readonly Move[] => {
  const moves = movesNamed(world, steps);
  if ('kind' in moves) throw new Error(`calibration: ${name} has no ${moves.kind} ${moves.asked}`);
  return moves;
};

const asked = (toggle: string, value: string): ToggleSetting => ({ toggle, value, evidence: 'asked' });

/** What the kernel must answer if it has this value of the toggle, and those of others that are known. */
const walkWith = (base: string, one: Calibration, settings: readonly ToggleSetting[], sight: Sight): Walk => {
  const scope = scopeOf(one);
  const choice = { kernel: base, series: [], settings };
  const stage = stagesFor({ ...scope, cuts: scope.cuts.slice(0, 1) }, { choice }, sight)[0]!;
  return walkOf(stage, movesOf(stage, one.moves));
};

/** The values that are found, where they are not those of the release. */
const settingsFound = (catalogue: Catalogue, release: string, found: readonly Calibrated[]): readonly ToggleSetting[] =>
  found.flatMap(({ toggle, values }) =>
    values.length === 0 || values.includes(ownValue(catalogue, release, toggle)!) ? [] : [asked(toggle, values[0]!)],
  );

/** Tries every value of each toggle on a release with the values that `known` has found. */
const trialsOf = (
  catalogue: Catalogue,
  base: string,
  open: readonly Calibration[],
  known: readonly Calibrated[],
  sight: Sight,
) => {
  const settings = settingsFound(catalogue, base, known);
  return open.flatMap((one) =>
    catalogue.toggles
      .find(({ name }) => name === one.toggle)!
      .values.map(({ value }) => ({
        one,
        value,
        walk: walkWith(base, one, [...settings, asked(one.toggle, value)], sight),
      })),
  );
};

type Trial = ReturnType<typeof trialsOf>[number] & { readonly judged: Judged };

const calibratedBy = (one: Calibration, trials: readonly Trial[]): Calibrated => {
  const own = trials.filter((trial) => trial.one === one);
  // What the model could not play to its end tells nothing.
  const same = own.filter(({ judged, walk }) => judged._tag === 'same' && walk.steps.length === one.moves.length);
  return { ...one, values: same.map(({ value }) => value), judged: own[0]!.judged };
};

/** Where a sequence shows two toggles, the second is found once the first one is. */
const ROUNDS = 2;

/** Asks the kernel for each toggle that a short sequence tells, taking it for each release in turn as far as the others go. */
const calibrate = Effect.fnUntraced(function* <E>(catalogue: Catalogue, kernel: Asked<E>, sight: Sight) {
  const possible = CALIBRATIONS.filter(({ entries = false }) => sight.entries || !entries);
  const found = new Map(catalogue.kernels.map(({ name }): [string, readonly Calibrated[]] => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    const trials = [...found].flatMap(([base, known]) => {
      const open = possible.filter(({ toggle }) =>
        known.every((one) => one.toggle !== toggle || one.values.length === 0),
      );
      return trialsOf(catalogue, base, open, known, sight).map((trial) => ({ base, ...trial }));
    });
    if (trials.length === 0) break;
    const judged = yield* playWalks(
      kernel,
      trials.map(({ walk }) => walk),
    );
    const tried = trials.map((trial, i) => ({ ...trial, judged: judged[i]! }));
    for (const [base, known] of found) {
      const own = tried.filter((trial) => trial.base === base);
      found.set(
        base,
        possible.map((one) =>
          own.some((trial) => trial.one === one)
            ? calibratedBy(one, own)
            : known.find(({ toggle }) => toggle === one.toggle)!,
        ),
      );
    }
  }
  return found;
});

/**
 * The releases that have most of the values found. The first is taken: the name of the kernel decides among them, the last
 * that is not later than it comes first.
 */
const nearest = (
  catalogue: Catalogue,
  found: ReadonlyMap<string, readonly Calibrated[]>,
  uname: string,
): readonly string[] => {
  const agreeing = ({ name }: KernelEntry): number =>
    found.get(name)!.filter(({ toggle, values }) => values.includes(ownValue(catalogue, name, toggle)!)).length;
  const most = Math.max(...catalogue.kernels.map(agreeing));
  const best = catalogue.kernels.filter((one) => agreeing(one) === most).map(({ name }) => name);
  const [own] = best
    .filter((name) => versionOf(name) <= versionOf(uname))
    .toSorted((one, other) => versionOf(other) - versionOf(one));
  return own === undefined ? best : [own, ...best.filter((name) => name !== own)];
};

/** What the user named: a kernel, or auto, a series, and toggles. */
export type Against = Pick<AskedKernel, 'series' | 'set'> & { readonly against: string };

/** The kernels of which mm is modelled, and not hugetlb alone. */
const ofMm = (all: Catalogue): Catalogue => ({
  ...all,
  kernels: all.kernels.filter(({ name }) => RELEASES.some((one) => one === name)),
});

/** The kernel to compare with, and what the real one was found to do. */
export const chosenKernel = Effect.fnUntraced(function* <E>(
  all: Catalogue,
  { against, series, set }: Against,
  kernel: Asked<E>,
  sight: Sight,
  uname: string,
) {
  const catalogue = ofMm(all);
  const auto = against === 'auto';
  const named: AskedKernel = { kernel: auto ? [] : [against], series, set };
  // Before anything is played: a name that there is not is told at once.
  yield* kernelsOf(catalogue, named);
  const found = yield* calibrate(catalogue, kernel, sight);
  const [release, ...alike] = auto ? nearest(catalogue, found, uname) : [against];
  const [planned] = yield* kernelsOf(catalogue, { ...named, kernel: [release!] });
  const calibrated = found.get(release!)!;
  // Also where it is set to what the release has: then it is not among the settings.
  const byHand = new Set(planned!.set.map(toggleIn));
  const ofCalibration = auto ? settingsFound(catalogue, release!, calibrated) : [];
  const settings = [...ofCalibration.filter(({ toggle }) => !byHand.has(toggle)), ...planned!.settings];
  const valueOf = (toggle: string): string =>
    settings.find((one) => one.toggle === toggle)?.value ?? ownValue(catalogue, release!, toggle)!;
  const chosen: Chosen = {
    choice: { kernel: planned!.kernel, series: planned!.series, settings },
    alike,
    calibrated,
    unlike: calibrated.filter(({ toggle, values }) => values.length > 0 && !values.includes(valueOf(toggle))),
  };
  return chosen;
});
