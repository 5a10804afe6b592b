/** What a patch of a series changes in the model: the settings that differ behind it, and the functions that they replace. */
import { prefixOf } from '../model/series/patch.ts';
import { type Catalogue, ownValue, type SeriesEntry, type SeriesVersion, type Setting } from './catalogue.ts';

/** A version of a series. */
export interface OfSeries {
  readonly series: SeriesEntry;
  readonly version: SeriesVersion;
}

/** The kernel that a series was written on. */
export const baseOf = ({ kernels }: Pick<Catalogue, 'kernels'>, { base }: Pick<SeriesEntry, 'base'>): string =>
  base ?? kernels[0]?.name ?? '';

export interface PatchChange {
  readonly setting: Setting;
  /** The value before. */
  readonly before: string | undefined;
  /** The model functions that differ; none where the value was there before. */
  readonly functions: readonly string[];
}

/** What patch `number`, from 1 on, changes behind those before it, on the base of its series. */
export const changesOfPatch = (
  catalogue: Pick<Catalogue, 'kernels' | 'toggles'>,
  { series, version }: OfSeries,
  number: number,
): readonly PatchChange[] => {
  const earlier = prefixOf(version, number - 1);
  return version.patches[number - 1]!.sets.map((setting) => {
    const { toggle, value } = setting;
    const had = earlier.find((one) => one.toggle === toggle)?.value;
    const before = had ?? ownValue(catalogue, baseOf(catalogue, series), toggle);
    const values = catalogue.toggles.find(({ name }) => name === toggle)?.values ?? [];
    // What a value replaces is not replaced any more where another one takes its place.
    const differing = before === value ? [] : values.filter((one) => one.value === value || one.value === before);
    return { setting, before, functions: [...new Set(differing.flatMap(({ replaces = [] }) => replaces))] };
  });
};
