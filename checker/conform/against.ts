/** Which modelled kernel a real one is held against: the one that was named, or the one that calibration finds. */
import * as Effect from 'effect/Effect';
import { type AskedKernel, kernelsOf } from '../plan.ts';
import { kernelWith } from '../mm_catalogue.ts';
import type { Catalogue, KernelChoice, Setting as ToggleSetting } from '../catalogue.ts';
import { ownValue } from '../catalogue.ts';
import type { Machine } from '../../model/state/machine.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { movesNamed } from '../replay_world.ts';
import type { Move } from '../search/index.ts';
import { type Asked, playWalks } from './batch.ts';
import { type Calibration, CALIBRATIONS, scopeOf } from './calibrate.ts';
import type { Judged } from './judge.ts';
import type { Sight } from './observe.ts';
import type { ConformScope } from './scopes.ts';
import { walkOf } from './sequences.ts';
import { stagesOf } from './stage.ts';
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
}

const MACHINE: Machine = X86_64;

/** The stages of a scope for a kernel. */
export const stagesFor = (scope: ConformScope, { choice }: Pick<Chosen, 'choice'>, sight: Sight): readonly Stage[] =>
  stagesOf(scope, { kernel: kernelWith(choice.kernel, choice.settings), machine: MACHINE, sight });

const movesOf = ({ name, world }: Stage, steps: Calibration['moves']): readonly Move[] => {
  const moves = movesNamed(world, steps);
  if ('kind' in moves) throw new Error(`calibration: ${name} has no ${moves.kind} ${moves.asked}`);
  return moves;
};

const asked = (toggle: string, value: string): ToggleSetting => ({ toggle, value, evidence: 'asked' });

/** What the kernel must answer if it has this value of the toggle. */
const walkWith = (base: string, one: Calibration, value: string, sight: Sight): Walk => {
  const choice = { kernel: base, series: [], settings: [asked(one.toggle, value)] };
  const stage = stagesFor(scopeOf(one), { choice }, sight)[0]!;
  return walkOf(stage, movesOf(stage, one.moves));
};

/** Asks the kernel for each toggle that a short sequence tells. `base`: the values of all the others. */
const calibrate = Effect.fnUntraced(function* <E>(
  { toggles }: Catalogue,
  base: string,
  kernel: Asked<E>,
  sight: Sight,
) {
  const trials = CALIBRATIONS.flatMap((one) =>
    toggles
      .find(({ name }) => name === one.toggle)!
      .values.map(({ value }) => ({ one, value, walk: walkWith(base, one, value, sight) })),
  );
  const judged = yield* playWalks(
    kernel,
    trials.map(({ walk }) => walk),
  );
  return CALIBRATIONS.map((one): Calibrated => {
    const own = trials.flatMap((trial, i) => (trial.one === one ? [{ ...trial, judged: judged[i]! }] : []));
    const values = own.filter((trial) => trial.judged._tag === 'same').map(({ value }) => value);
    return { ...one, values, judged: own[0]!.judged };
  });
});

/** The release that has most of the values found; of several the one that is listed first. */
const nearest = (catalogue: Catalogue, found: readonly Calibrated[]): string => {
  const agreeing = (kernel: string): number =>
    found.filter(({ toggle, values }) => values.includes(ownValue(catalogue, kernel, toggle) ?? '')).length;
  return catalogue.kernels
    .map(({ name }) => name)
    .reduce((best, name) => (agreeing(name) > agreeing(best) ? name : best));
};

/** `auto`: the nearest release, with every value that the kernel showed. */
const calibratedKernel = Effect.fnUntraced(function* <E>(catalogue: Catalogue, kernel: Asked<E>, sight: Sight) {
  const calibrated = yield* calibrate(catalogue, catalogue.kernels[0]!.name, kernel, sight);
  const release = nearest(catalogue, calibrated);
  const settings = calibrated.flatMap(({ toggle, values }) => {
    const own = ownValue(catalogue, release, toggle)!;
    return values.length === 0 || values.includes(own) ? [] : [asked(toggle, values[0]!)];
  });
  const chosen: Chosen = { choice: { kernel: release, series: [], settings }, calibrated };
  return chosen;
});

/** The kernel to compare with. */
export const chosenKernel = Effect.fnUntraced(function* <E>(
  catalogue: Catalogue,
  { against, set }: { readonly against: string; readonly set: readonly string[] },
  kernel: Asked<E>,
  sight: Sight,
) {
  const auto = against === 'auto' ? yield* calibratedKernel(catalogue, kernel, sight) : undefined;
  const named: AskedKernel = { kernel: [auto?.choice.kernel ?? against], series: [], set };
  const [planned] = yield* kernelsOf(catalogue, named);
  const ofCalibration = (auto?.choice.settings ?? []).filter(
    ({ toggle }) => planned!.settings.every((one) => one.toggle !== toggle),
  );
  const chosen: Chosen = {
    choice: { kernel: planned!.kernel, series: planned!.series, settings: [...ofCalibration, ...planned!.settings] },
    calibrated: auto?.calibrated ?? [],
  };
  return chosen;
});
