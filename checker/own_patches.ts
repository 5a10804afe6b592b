/** Patches of somebody's own, as the plan of a run has them: what they are put on, what they set, and what they can change. */
import * as Effect from 'effect/Effect';
import type { Catalogue, Placed, ToggleEntry } from './catalogue.ts';
import { kernelNamed } from './kernel_named.ts';
import { lineOf } from './own_file/place.ts';
import type { OwnPatch } from './own_file/patch_file.ts';
import { didYouMean } from './own_file/words.ts';
import type { AskedKernel } from './plan.ts';
import { BadFile } from './unusable.ts';

/** Of 'toggle=value'. */
export const toggleIn = (setting: string): string => setting.split('=', 1)[0]!;

/** Of the toggles of a base those that no patch sets: what is put on a base wins. */
export const notSetBy = (own: readonly Pick<OwnPatch, 'sets'>[], set: readonly string[]): readonly string[] => {
  const changed = new Set(own.flatMap(({ sets = {} }) => Object.keys(sets)));
  return set.filter((one) => !changed.has(toggleIn(one)));
};

/** What is asked for, on the kernel that the first patch with a base is made for, unless another one is named. */
export const onTheirBase = (asked: AskedKernel, own: readonly OwnPatch[]): AskedKernel => {
  const base = own.find((one) => one.base !== undefined)?.base;
  if (base === undefined || asked.kernel.length > 0) return asked;
  const { kernel, series, set } = kernelNamed(base);
  return {
    ...asked,
    kernel,
    series: asked.series.length > 0 ? asked.series : series,
    set: [...notSetBy(own, set), ...asked.set],
  };
};

const wrongIn = ({ path }: OwnPatch, word: string, why: string, hint: string): BadFile =>
  new BadFile({ path: `${path}${lineOf(path, word)}`, why, hint });

/** The toggles that patches set. */
export const settingsOfOwn = Effect.fnUntraced(function* (
  { toggles }: Pick<Catalogue, 'toggles'>,
  own: readonly OwnPatch[],
) {
  const settings: Placed[] = [];
  for (const one of own)
    for (const [name, value] of Object.entries(one.sets ?? {})) {
      const toggle = toggles.find((each) => each.name === name);
      const names = toggles.map((each) => each.name);
      if (toggle === undefined)
        return yield* wrongIn(
          one,
          name,
          `sets ${name}, which is no toggle${didYouMean(name, names)}`,
          'try: npx mmcheck list toggles',
        );
      const values = toggle.values.map((each) => each.value);
      if (!values.includes(value))
        return yield* wrongIn(
          one,
          name,
          `sets ${name} to ${value}${didYouMean(value, values)}`,
          `it takes: ${values.join(', ')}`,
        );
      settings.push({ toggle: name, value, evidence: one.evidence ?? 'asked', by: one.name });
    }
  return settings;
});

/** The functions that patches replace. */
export const replacedBy = (own: readonly OwnPatch[]): readonly string[] => [
  ...new Set(own.flatMap(({ mm, hugetlb }) => [mm, hugetlb].flatMap((one) => Object.keys(one ?? {})))),
];

/** What patches change of each model, by the name of their files. */
export const changedByOwn = (
  { toggles }: Pick<Catalogue, 'toggles'>,
  own: readonly OwnPatch[],
): readonly Pick<ToggleEntry, 'name' | 'model'>[] =>
  own.flatMap(({ name, mm, entries, hugetlb, sets = {} }) => [
    ...(mm === undefined && entries === undefined ? [] : [{ name, model: 'mm' }]),
    ...(hugetlb === undefined ? [] : [{ name, model: 'hugetlb' }]),
    ...toggles
      .filter((toggle) => toggle.name in sets)
      .map(({ model }) => ({ name, ...(model === undefined ? {} : { model }) })),
  ]);
