/** From what the command line asks to the runs that answer it. */
import * as Effect from 'effect/Effect';
import { prefixOf } from '../model/series/patch.ts';
import {
  type ArchitectureEntry,
  type Catalogue,
  findingsOf,
  isModelledOn,
  isGuess,
  type KernelChoice,
  type KernelEntry,
  type Placed,
  type Setting,
  type Size,
  SIZES,
  ownValue,
  repairOf,
} from './catalogue.ts';
import { find, matching } from './named.ts';
import { needsArch } from './needs_arch.ts';
import { readPatch } from './own_file/patch_file.ts';
import { onTheirBase, settingsOfOwn } from './own_patches.ts';
import { type LeftOut, worldsFor } from './plan_worlds.ts';
import type { Limits } from './search/index.ts';
import { BadValue, NoWorld, UnknownName } from './unusable.ts';

/** The flags as they were typed. */
export interface AskedKernel {
  readonly kernel: readonly string[];
  readonly series: readonly string[];
  readonly set: readonly string[];
  /** Files with patches of somebody's own. */
  readonly patch?: readonly string[];
  /** With the repair of every finding of the kernel. */
  readonly repaired?: boolean;
  /** The architecture whose entries worlds are to carry bit for bit. */
  readonly arch?: string | undefined;
}

export interface Asked extends AskedKernel {
  readonly world: readonly string[];
  readonly size?: string | undefined;
  readonly property: readonly string[];
  readonly first: boolean;
  readonly statesMax?: string | undefined;
  readonly depthMax?: string | undefined;
  readonly secondsMax?: string | undefined;
  /** In MiB. */
  readonly memoryMax?: string | undefined;
}

/** A kernel, and the `--set` flags that made it, which can also undo what a series sets. */
export interface PlannedKernel extends KernelChoice {
  /** Series that were written on another kernel than this one, and on which. */
  readonly elsewhere?: readonly string[];
  readonly set: readonly string[];
  readonly repaired?: boolean;
  /** What the frames stand for, of a kernel with the entries of an architecture, and which of its functions nobody has read. */
  readonly frames?: string;
  readonly inferred?: readonly string[];
}

export interface PlannedRun {
  readonly kernel: PlannedKernel;
  readonly world: string;
  readonly size: Size;
}

export interface Plan {
  readonly runs: readonly PlannedRun[];
  /** Empty: all properties. */
  readonly properties: readonly string[];
  readonly limits: Limits;
  /** Worlds that were asked for by a pattern, or as all, and cannot be: of another machine, or another release. */
  readonly leftOut: readonly LeftOut[];
}

/** One version of a series, with its settings. */
interface Picked {
  readonly label: string;
  readonly settings: readonly Placed[];
}

/** Every version that `name` or `name@version` stands for. */
export const versionsOf = Effect.fnUntraced(function* (catalogue: Catalogue, asked: string) {
  const at = asked.lastIndexOf('@');
  const entry = yield* find('series', at < 0 ? asked : asked.slice(0, at), catalogue.series);
  const picked = (version: string, sets: readonly Setting[]): Picked & { readonly version: string } => {
    const label = `${entry.name}@${version}`;
    return { version, label, settings: sets.map((one) => ({ ...one, by: label })) };
  };
  const picks = entry.versions.map(({ version, sets }) => picked(version, sets));
  if (at < 0) return { name: entry.name, picks, all: true };
  const version = asked.slice(at + 1);
  const prefixes = entry.versions.flatMap((one) =>
    Array.from({ length: one.patches.length + 1 }, (_, count) =>
      picked(`${one.version}.${count}`, prefixOf(one, count)),
    ),
  );
  const some = version.endsWith('.*')
    ? prefixes.filter((one) => one.version.startsWith(version.slice(0, -1)))
    : [...picks, ...prefixes].filter((one) => one.version === version);
  if (some.length > 0) return { name: entry.name, picks: some, all: false };
  const known = [
    ...picks.map((one) => one.version),
    ...entry.versions.flatMap((one) =>
      one.patches.length < 2 ? [] : [`${one.version}.0 .. ${one.version}.${one.patches.length}`],
    ),
  ];
  return yield* new UnknownName({ kind: 'version', asked: version, known, of: entry.name });
});

/**
 * The stacks of series to run, one a list. Versions of one series exclude each other, different series stack;
 * a series named without a version is compared with the base kernel, so that comes first.
 */
const stacksOf = Effect.fnUntraced(function* (catalogue: Catalogue, asked: readonly string[]) {
  const bySeries = new Map<string, readonly Picked[]>();
  let base = false;
  for (const one of asked) {
    const { name, picks, all } = yield* versionsOf(catalogue, one);
    const before = bySeries.get(name) ?? [];
    bySeries.set(name, [...before, ...picks.filter(({ label }) => before.every((other) => other.label !== label))]);
    base ||= all;
  }
  const stacks = [...bySeries.values()].reduce<readonly (readonly Picked[])[]>(
    (made, picks) => made.flatMap((stack) => picks.map((pick) => [...stack, pick])),
    [[]],
  );
  return base ? [[], ...stacks] : stacks;
});

/** The settings of `--set TOGGLE=VALUE`. */
const settingsOf = Effect.fnUntraced(function* (catalogue: Catalogue, asked: readonly string[]) {
  const settings = new Map<string, Placed>();
  for (const one of asked) {
    const equals = one.indexOf('=');
    const toggle = yield* find('toggle', equals < 0 ? one : one.slice(0, equals), catalogue.toggles);
    const known = toggle.values.map((each) => each.value);
    if (equals < 0) {
      const takes = `TOGGLE=VALUE, here ${known.map((each) => `${one}=${each}`).join(' or ')}`;
      return yield* new BadValue({ flag: '--set', asked: one, takes });
    }
    const value = one.slice(equals + 1);
    if (!known.includes(value))
      return yield* new UnknownName({ kind: 'value', asked: value, known, of: `toggle ${toggle.name}` });
    const earlier = settings.get(toggle.name);
    if (earlier !== undefined && earlier.value !== value)
      return yield* new BadValue({
        flag: '--set',
        asked: one,
        takes: `one value of a toggle (${earlier.value} before)`,
      });
    settings.set(toggle.name, { toggle: toggle.name, value, evidence: 'asked', by: '--set' });
  }
  return [...settings.values()];
});

/**
 * What differs from the base kernel when all is said: a later setting of a toggle replaces an earlier one. One that
 * does not differ stays where it is a guess, since a verdict may rest on it all the same, and where it takes an earlier
 * one back, since the report names that one.
 */
const effective = (catalogue: Catalogue, kernel: string, settings: readonly Placed[]): readonly Placed[] => {
  const last = new Map(settings.map((one) => [one.toggle, one]));
  const changed = new Set(
    settings.flatMap(({ toggle, value }) => (value === ownValue(catalogue, kernel, toggle) ? [] : [toggle])),
  );
  return [...last.values()].filter(({ toggle, evidence }) => changed.has(toggle) || isGuess(evidence));
};

/** Every kernel of the catalogue. */
const ALL = 'all';

/** The base kernels: those named, else the one that the first series was written on, else the first of the catalogue. */
const basesOf = Effect.fnUntraced(function* (catalogue: Catalogue, { kernel, series }: AskedKernel) {
  if (kernel.includes(ALL)) return catalogue.kernels;
  const entries = series.map((one) => catalogue.series.find(({ name }) => name === one.split('@', 1)[0]));
  const fallback = entries.find((one) => one?.base !== undefined)?.base ?? catalogue.kernels[0]?.name ?? '';
  const found: KernelEntry[] = [];
  for (const one of kernel.length === 0 ? [fallback] : kernel)
    found.push(yield* find('kernel', one, catalogue.kernels));
  return [...new Set(found)];
});

/** 'huge-pfnmaps@v2 is on v6.11', for each series that is put on another kernel than its own. */
const elsewhereOf = ({ series, kernels }: Catalogue, kernel: string, labels: readonly string[]): readonly string[] =>
  labels.flatMap((label) => {
    const own = series.find(({ name }) => label.startsWith(`${name}@`))?.base ?? kernels[0]!.name;
    return own === kernel ? [] : [`${label} is on ${own}`];
  });

/** The architecture of --arch, if worlds can carry its entries, and the kernels are some whose entries are known. */
const exactOf = Effect.fnUntraced(function* (
  catalogue: Catalogue,
  arch: string | undefined,
  kernels: readonly string[],
) {
  if (arch === undefined) return undefined;
  const able = catalogue.architectures.filter(({ frames }) => frames !== undefined);
  if (catalogue.architectures.some(({ name, frames }) => name === arch && frames === undefined))
    return yield* new NoWorld({ arch, known: able.map(({ name }) => name) });
  const found = yield* find('architecture', arch, able);
  for (const kernel of kernels)
    if (!found.releases.includes(kernel))
      return yield* new UnknownName({
        kind: 'kernel',
        asked: kernel,
        known: found.releases,
        of: `${arch}, bit for bit`,
      });
  return found;
});

/** What a kernel is told by to carry the entries of an architecture. */
const carrying = (
  entry: ArchitectureEntry | undefined,
  kernel: string,
  settings: readonly Setting[],
): Pick<PlannedKernel, 'exact' | 'frames' | 'inferred'> & { readonly arch?: string } => {
  if (entry === undefined) return {};
  const { name, frames = '', inferredIn } = entry;
  const inferred = inferredIn?.(kernel, settings) ?? [];
  return { arch: name, exact: name, frames, ...(inferred.length === 0 ? {} : { inferred }) };
};

/** The kernels that `--kernel`, `--series` and `--set` stand for, in the order of their runs. */
export const kernelsOf = Effect.fnUntraced(function* (catalogue: Catalogue, flags: AskedKernel) {
  const own = yield* Effect.forEach(flags.patch ?? [], (file) => readPatch(file));
  const ofOwn = yield* settingsOfOwn(catalogue, own);
  const asked = onTheirBase(flags, own);
  const bases = yield* basesOf(catalogue, asked);
  const stacks = yield* stacksOf(catalogue, asked.series);
  const byHand = yield* settingsOf(catalogue, asked.set);
  yield* needsArch(catalogue, own, [...ofOwn, ...byHand], asked.arch);
  const { repaired = false } = asked;
  const exact = yield* exactOf(
    catalogue,
    asked.arch,
    bases.map(({ name }) => name),
  );
  return bases.flatMap(({ name, arch }) =>
    stacks.map((stack): PlannedKernel => {
      const labels = stack.map(({ label }) => label);
      const elsewhere = elsewhereOf(catalogue, name, labels);
      const settings = effective(catalogue, name, [
        ...(repaired ? findingsOf(catalogue, { kernel: name, exact: exact?.name }).flatMap(repairOf) : []),
        ...stack.flatMap((one) => one.settings),
        ...ofOwn,
        ...byHand,
      ]);
      return {
        kernel: name,
        arch,
        series: labels,
        settings,
        ...(own.length === 0 ? {} : { own }),
        ...carrying(exact, name, settings),
        ...(repaired ? { repaired } : {}),
        set: byHand.map(({ toggle, value }) => `${toggle}=${value}`),
        ...(elsewhere.length === 0 ? {} : { elsewhere }),
      };
    }),
  );
});

export const wholeNumber = (
  flag: string,
  asked: string | undefined,
  least: number,
): Effect.Effect<number | undefined, BadValue> => {
  if (asked === undefined) return Effect.succeed(undefined);
  const number = /^[0-9][0-9_]*$/.test(asked) ? Number(asked.replaceAll('_', '')) : Number.NaN;
  return Number.isSafeInteger(number) && number >= least
    ? Effect.succeed(number)
    : Effect.fail(new BadValue({ flag, asked, takes: `a whole number of at least ${least}` }));
};

const seconds = (asked: string | undefined): Effect.Effect<number | undefined, BadValue> => {
  if (asked === undefined) return Effect.succeed(undefined);
  const number = /^[0-9]+(\.[0-9]+)?$/.test(asked) ? Number(asked) : Number.NaN;
  return number > 0
    ? Effect.succeed(number)
    : Effect.fail(new BadValue({ flag: '--seconds-max', asked, takes: 'a number of seconds above 0' }));
};

export const limitsOf = Effect.fnUntraced(function* (
  asked: Pick<Asked, 'first' | 'statesMax' | 'depthMax' | 'secondsMax' | 'memoryMax'>,
) {
  const statesMax = yield* wholeNumber('--states-max', asked.statesMax, 1);
  const depthMax = yield* wholeNumber('--depth-max', asked.depthMax, 0);
  const secondsMax = yield* seconds(asked.secondsMax);
  const memoryMax = yield* wholeNumber('--memory-max', asked.memoryMax, 1);
  const limits: Limits = {
    first: asked.first,
    ...(statesMax === undefined ? {} : { statesMax }),
    ...(depthMax === undefined ? {} : { depthMax }),
    ...(secondsMax === undefined ? {} : { secondsMax }),
    ...(memoryMax === undefined ? {} : { bytesMax: memoryMax * 2 ** 20 }),
  };
  return limits;
});

export const sizeOf = Effect.fnUntraced(function* (asked: string | undefined) {
  const size = SIZES.find((one) => one === (asked ?? 'quick'));
  return size ?? (yield* new UnknownName({ kind: 'size', asked: asked ?? '', known: SIZES }));
});

export const planOf = Effect.fnUntraced(function* (catalogue: Catalogue, asked: Asked) {
  const kernels = yield* kernelsOf(catalogue, asked);
  const { worlds, leftOut } = yield* worldsFor(catalogue, asked, kernels);
  const size = yield* sizeOf(asked.size);
  const properties =
    asked.property.length === 0 ? [] : yield* matching('property', asked.property, catalogue.properties);
  const limits = yield* limitsOf(asked);
  const runs = kernels.flatMap((kernel) =>
    worlds
      .filter((one) => isModelledOn(one, kernel.kernel))
      .map(({ name, arch }): PlannedRun => ({
        kernel: arch === undefined || kernel.exact !== undefined ? kernel : { ...kernel, arch },
        world: name,
        size,
      })),
  );
  const plan: Plan = { runs, properties: properties.map(({ name }) => name), limits, leftOut };
  return plan;
});
