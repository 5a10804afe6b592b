/** From what `mmcheck validate` is asked to the pairs of kernels that it compares. */
import * as Effect from 'effect/Effect';
import type { Catalogue, SeriesEntry } from '../catalogue.ts';
import type { Setting } from '../check.ts';
import { kernelName } from '../finished.ts';
import { find } from '../named.ts';
import { kernelNamed } from '../kernel_named.ts';
import { readPatch } from '../own_file/patch_file.ts';
import { notSetBy, toggleIn } from '../own_patches.ts';
import { type AskedKernel, kernelsOf, type PlannedKernel, versionsOf } from '../plan.ts';
import { BadValue, UnknownName } from '../unusable.ts';

/** A kernel without and with a change. */
export interface Change {
  readonly base: PlannedKernel;
  readonly patched: PlannedKernel;
  /** What is changed: '[7/19] mm/fork: accept huge pfnmap entries'. */
  readonly title: string;
  /** Of a series of which each patch is a change: '7/19'. */
  readonly patch?: string;
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

/** Files stand on top of series: what one of a base sets would cover what a series sets. */
const refuseCovered = Effect.fnUntraced(function* ({ patch = [] }: AskedKernel, sets: ReadonlySet<string>) {
  for (const file of patch)
    for (const [toggle, value] of Object.entries((yield* readPatch(file)).sets ?? {}))
      if (sets.has(toggle))
        return yield* new BadValue({
          flag: '--base',
          asked: file,
          takes: `no file that sets ${toggle}, as the series does; a toggle of the base gives way to it (+${toggle}=${value})`,
        });
});

/** A kernel with a change on top, which wins over what the kernel had set. */
const putOn = Effect.fnUntraced(function* (
  setting: Setting,
  base: AskedKernel,
  change: AskedKernel,
  { arch, flag }: { readonly arch: string | undefined; readonly flag: string },
) {
  const { kernel } = yield* single(setting, { ...base, arch }, '--base');
  const own = yield* Effect.forEach(change.patch ?? [], (file) => readPatch(file));
  const series = yield* Effect.forEach(change.series, (one) => versionsOf(setting.catalogue, one));
  const ofSeries = series.flatMap(({ picks }) => picks.flatMap(({ settings }) => settings));
  // Also one that it sets to what the release has.
  const sets = new Set([...ofSeries.map(({ toggle }) => toggle), ...change.set.map((one) => toggleIn(one))]);
  yield* refuseCovered(base, new Set(ofSeries.map(({ toggle }) => toggle)));
  const left = notSetBy(own, base.set).filter((one) => !sets.has(toggleIn(one)));
  // A patch may name another base: it is put on this one.
  return yield* single(setting, { ...joined({ ...base, kernel: [kernel], set: left }, change), arch }, flag);
});

interface OnBase {
  readonly base?: string | undefined;
  readonly arch?: string | undefined;
}

/** Base and patched kernel. */
export const changeAsked = Effect.fnUntraced(function* (setting: Setting, targets: readonly string[], asked: OnBase) {
  const change = changeOf(setting, targets);
  if (change.kernel.length > 0)
    return yield* new UnknownName({
      kind: 'series',
      asked: change.kernel[0]!,
      known: setting.catalogue.series.map(({ name }) => name),
    });
  const on = yield* baseOf(setting, change, asked.base);
  const base = yield* single(setting, { ...on, arch: asked.arch }, '--base');
  const patched = yield* putOn(setting, on, change, { arch: asked.arch, flag: 'validate' });
  return { base, patched, title: targets.join(', ') } satisfies Change;
});

/** The version of a series that a name stands for, and how many of its patches: 'v2' all, 'v2.5' the first five. */
const patchesNamed = Effect.fnUntraced(function* (entry: SeriesEntry, asked: string) {
  const known = entry.versions.map(({ version }) => version);
  for (const { version, patches } of entry.versions) {
    if (asked === version) return { version, patches, of: patches.length };
    const count = asked.startsWith(`${version}.`) ? Number(asked.slice(version.length + 1)) : 0;
    if (Number.isInteger(count) && count > 0 && count <= patches.length)
      return { version, patches: patches.slice(0, count), of: patches.length };
  }
  return yield* new UnknownName({ kind: 'version', asked, known, of: entry.name });
});

/** One change for each patch of a series: from what stands before it to what stands with it. */
export const eachPatch = Effect.fnUntraced(function* (
  setting: Setting,
  targets: readonly string[],
  { base: asked, arch }: OnBase,
  flag: string,
) {
  const { catalogue } = setting;
  const [target = ''] = targets;
  const [name = '', named = ''] = withVersion(catalogue, target).split('@', 2);
  if (targets.length !== 1 || target.includes('=') || target.includes('.ts') || target.includes('+'))
    return yield* new BadValue({ flag, asked: targets.join(' '), takes: 'one series, as huge-pfnmaps@v2' });
  const entry = yield* find('series', name, catalogue.series);
  const { version, patches, of } = yield* patchesNamed(entry, named);
  const base = kernelNamed(asked ?? entry.base ?? catalogue.kernels[0]!.name);
  const upTo = (count: number) =>
    putOn(setting, base, { kernel: [], series: [`${name}@${version}.${count}`], set: [] }, { arch, flag });
  const changes: Change[] = [];
  for (const [i, { title }] of patches.entries())
    changes.push({
      base: yield* upTo(i),
      patched: yield* upTo(i + 1),
      title: `[${i + 1}/${of}] ${title}`,
      patch: `${i + 1}/${of}`,
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
