/** The worlds that a command line stands for, and those of them that cannot be searched on its kernels, or need not be. */
import * as Effect from 'effect/Effect';
import { type Catalogue, isModelledOn, touches, type WorldEntry } from './catalogue.ts';
import { matching } from './named.ts';
import { changedByOwn } from './own_patches.ts';
import type { Asked, AskedKernel, PlannedKernel } from './plan.ts';
import { NoWorldFits } from './unusable.ts';

/** Worlds that are not searched, and what they are not made for: 'modelled on v6.1'. */
export interface LeftOut {
  readonly worlds: readonly string[];
  readonly why: string;
}

const isOn = ({ exactOn = [] }: WorldEntry, arch: string | undefined): boolean =>
  arch === undefined || exactOn.includes(arch);

/** What is asked for by name, of series and toggles. */
const namedChanges = ({ series, toggles }: Catalogue, asked: AskedKernel, planned: readonly PlannedKernel[]) => [
  ...series.filter(({ name }) => asked.series.some((one) => one === name || one.startsWith(`${name}@`))),
  ...toggles.filter(({ name }) => asked.set.some((one) => one.startsWith(`${name}=`))),
  ...changedByOwn({ toggles }, planned[0]?.own ?? []),
];

/** What a world must be made for; without it, it says nothing of what is asked. */
interface Demand {
  /** 'modelled on v6.1' */
  readonly why: string;
  readonly fits: (one: WorldEntry) => boolean;
}

/** Those that are named or fit a pattern, without those that are left out, each for the first reason that it has on a kernel. */
export const worldsFor = Effect.fnUntraced(function* (
  catalogue: Catalogue,
  asked: Asked,
  planned: readonly PlannedKernel[],
) {
  const kernels = [...new Set(planned.map(({ kernel }) => kernel))];
  const changes = namedChanges(catalogue, asked, planned);
  const machine: Demand = { why: `made for the machine of ${asked.arch}`, fits: (one) => isOn(one, asked.arch) };
  const change: Demand = {
    why: `changed by ${[...new Set(changes.map(({ name }) => name))].join(', ')}`,
    fits: (one) => changes.length === 0 || changes.some((each) => touches(each, one)),
  };
  const releases = kernels.map((kernel): Demand => ({
    why: `modelled on ${kernel}`,
    fits: (one) => isModelledOn(one, kernel),
  }));
  const fit = (one: WorldEntry): boolean =>
    machine.fits(one) && change.fits(one) && releases.some(({ fits }) => fits(one));
  const named = yield* matching('world', asked.world, catalogue.worlds);
  const ofMachine = named.filter(machine.fits);
  const changed = ofMachine.filter(change.fits);
  const left = (all: readonly WorldEntry[], { why, fits }: Demand): LeftOut => ({
    why,
    worlds: all.filter((one) => !fits(one)).map(({ name }) => name),
  });
  const leftOut = [left(named, machine), left(ofMachine, change), ...releases.map((one) => left(changed, one))].filter(
    ({ worlds }) => worlds.length > 0,
  );
  const worlds = named.filter(fit);
  if (worlds.length > 0) return { worlds, leftOut };
  const modelled = catalogue.kernels.filter(({ name }) => changed.some((one) => isModelledOn(one, name)));
  return yield* new NoWorldFits({
    leftOut,
    modelledOn: modelled.map(({ name }) => name),
    fitting: catalogue.worlds.filter(fit).map(({ name }) => name),
  });
});
