/** What two kernels may differ in: toggles of different values, and patches of somebody's own. */
import { type Catalogue, type KernelChoice, ownValue } from '../catalogue.ts';
import { replacedBy } from '../own_patches.ts';

export interface ChangesBetween {
  /** Toggles, and paths of files. */
  readonly by: readonly string[];
  /** The functions that these replace. */
  readonly functions: readonly string[];
}

export const changesBetween = (catalogue: Catalogue, a: KernelChoice, b: KernelChoice): ChangesBetween => {
  const valueOn = ({ kernel, settings }: KernelChoice, toggle: string): string | undefined =>
    settings.find((one) => one.toggle === toggle)?.value ?? ownValue(catalogue, kernel, toggle);
  const toggles = catalogue.toggles.filter(({ name }) => valueOn(a, name) !== valueOn(b, name));
  const [pathsA, pathsB] = [a, b].map(({ own = [] }) => own.map(({ path }) => path).join('+'));
  const all = [...(a.own ?? []), ...(b.own ?? [])];
  const once = all.filter(({ path }) => all.filter((one) => one.path === path).length === 1);
  // The same ones in another order may do something else.
  const inOtherOrder = once.length === 0 ? all : once;
  const own = pathsA === pathsB ? [] : inOtherOrder;
  return {
    by: [...toggles.map(({ name }) => name), ...own.map(({ path }) => path)],
    functions: [...new Set([...toggles.flatMap(({ replaces }) => replaces), ...replacedBy(own)])],
  };
};
