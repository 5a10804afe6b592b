/** The functions that a patch can replace, as entries of the catalogue. */
import type { FunctionEntry, ToggleEntry } from '../catalogue.ts';
import { readModelIndex, REPLACEABLE } from './model_index.ts';

export const functionEntries = (toggles: readonly ToggleEntry[]): readonly FunctionEntry[] => {
  const { says, declared } = readModelIndex();
  return [...REPLACEABLE]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, model]) => ({
      name,
      model,
      says: says.get(name) ?? `as in the kernel: model/${declared.get(name)?.join(', model/') ?? model}`,
      toggles: toggles.flatMap((one) => (one.replaces.includes(name) ? [one.name] : [])),
    }));
};
