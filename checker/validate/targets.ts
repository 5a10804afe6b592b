/** From what `mmcheck validate` is asked to the pairs of kernels that it compares. */
import * as Effect from 'effect/Effect';
import type { Catalogue, SeriesEntry, SeriesVersion } from '../catalogue.ts';
import type { Setting } from '../check.ts';
import { kernelName } from '../finished.ts';
import { find } from '../named.ts';
import { kernelNamed } from '../kernel_named.ts';
import { readPatch } from '../own_file/patch_file.ts';
import { notSetBy } from '../own_patches.ts';
import { type AskedKernel, kernelsOf, type PlannedKernel } from '../plan.ts';
import { BadValue, UnknownName } from '../unusable.ts';

/** A kernel without and with a change. */
export interface Change {
  readonly base: PlannedKernel;
  readonly patched: PlannedKernel;
  /** What is changed: '[7/19] mm/fork: accept huge pfnmap entries'. */
  readonly title: string;
}

const joined = (a: AskedKernel, b: AskedKernel): AskedKernel => ({
  kernel: a.kernel.length > 0 ? a.kernel : b.kernel,
  series: [...a.series, ...b.series],
  set: [...a.set, ...b.set],
  patch: [...(a.patch ?? []), ...(b.patch ?? [])],
});

/** A series without a version stands for its last one. */
const withVersion = ({ series }: Catalogue, target: string): string => {
  const entry = series.find(({ name }) => name === target);
  return entry === undefined ? target : `${entry.name}@${entry.versions.at(-1)!.version}`;
};

/** What the targets stand for together, in their order: series, files of patches, toggles. */
const changeOf = ({ catalogue }: Setting, targets: readonly string[]): AskedKernel =>
  targets
    .map((one) => kernelNamed(withVersion(catalogue, one)))
    .reduce(joined, { kernel: [], series: [], set: [], patch: [] });

/** The kernel that the targets are put on: --base, or that of the first series or file which names one. */
const baseOf = Effect.fnUntraced(function* ({ catalogue }: Setting, change: AskedKernel, asked: string | undefined) {
  if (asked !== undefined) return kernelNamed(asked);
  for (const name of change.series) {
    const { base } = yield* find('series', name.split('@', 1)[0]!, catalogue.series);
    if (base !== undefined) return kernelNamed(base);
  }
  for (const file of change.patch ?? []) {
    const { base } = yield* readPatch(file);
    if (base !== undefined) return kernelNamed(base);
  }
  return kernelNamed(catalogue.kernels[0]!.name);
});

const single = Effect.fnUntraced(function* (setting: Setting, asked: AskedKernel, flag: string) {
  const kernels = yield* kernelsOf(setting.catalogue, asked);
  if (kernels.length === 1) return kernels[0]!;
  const shown = [...asked.kernel, ...asked.series].join(' ');
  return yield* new BadValue({ flag, asked: shown, takes: 'one kernel, and of each series one version' });
});

/** Base and patched kernel. */
export const changeAsked = Effect.fnUntraced(function* (
  setting: Setting,
  targets: readonly string[],
  asked: { readonly base?: string | undefined; readonly arch?: string | undefined },
) {
  const change = changeOf(setting, targets);
  if (change.kernel.length > 0)
    return yield* new UnknownName({
      kind: 'series',
      asked: change.kernel[0]!,
      known: setting.catalogue.series.map(({ name }) => name),
    });
  const base = yield* baseOf(setting, change, asked.base);
  const kernel = yield* single(setting, { ...base, arch: asked.arch }, '--base');
  const own = yield* Effect.forEach(change.patch ?? [], (file) => readPatch(file));
  const bySeries = yield* kernelsOf(setting.catalogue, { kernel: [kernel.kernel], series: change.series, set: [] });
  const sets = new Set(bySeries.at(-1)!.settings.map(({ toggle }) => toggle));
  const left = notSetBy(own, base.set).filter((one) => !sets.has(one.split('=', 1)[0]!));
  // A patch may name another base: it is put on this one.
  const on = { ...base, kernel: [kernel.kernel], set: left };
  const patched = yield* single(setting, { ...joined(on, change), arch: asked.arch }, 'validate');
  return { base: kernel, patched, title: targets.join(', ') } satisfies Change;
});

const versionNamed = (entry: SeriesEntry, version: string): SeriesVersion | undefined =>
  entry.versions.find((one) => one.version === version);

/** One change for each patch of a series: from what stands before it to what stands with it. */
export const eachPatch = Effect.fnUntraced(function* (
  setting: Setting,
  targets: readonly string[],
  asked: { readonly base?: string | undefined; readonly arch?: string | undefined },
  flag: string,
) {
  const [target = ''] = targets;
  const [name = '', version = ''] = withVersion(setting.catalogue, target).split('@', 2);
  if (targets.length !== 1 || target.includes('=') || target.includes('.ts') || target.includes('+'))
    return yield* new BadValue({ flag, asked: targets.join(' '), takes: 'one series, as huge-pfnmaps@v2' });
  const entry = yield* find('series', name, setting.catalogue.series);
  const of = versionNamed(entry, version);
  const known = entry.versions.map((one) => one.version);
  if (of === undefined) return yield* new UnknownName({ kind: 'version', asked: version, known, of: name });
  const { patches } = of;
  const base =
    asked.base === undefined ? kernelNamed(entry.base ?? setting.catalogue.kernels[0]!.name) : kernelNamed(asked.base);
  const upTo = (count: number) =>
    single(
      setting,
      { ...joined(base, { kernel: [], series: [`${name}@${version}.${count}`], set: [] }), arch: asked.arch },
      flag,
    );
  const changes: Change[] = [];
  for (const [i, { title }] of patches.entries())
    changes.push({
      base: yield* upTo(i),
      patched: yield* upTo(i + 1),
      title: `[${i + 1}/${patches.length}] ${title}`,
    });
  return changes;
});

const settingsText = ({ settings }: PlannedKernel): string =>
  JSON.stringify(settings.map(({ toggle, value }) => `${toggle}=${value}`).toSorted());

/** Whether a patch changes anything that is modelled. */
export const changesNothing = ({ base, patched }: Change): boolean =>
  base.kernel === patched.kernel &&
  settingsText(base) === settingsText(patched) &&
  (base.own ?? []).length === (patched.own ?? []).length;

export const changeLabel = ({ base, patched }: Change): string => `${kernelName(base)} -> ${kernelName(patched)}`;
