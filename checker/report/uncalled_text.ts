/** What is said of patches that nothing calls. */
import type { KernelChoice } from '../catalogue.ts';
import type { Compared } from '../equiv/compare_worlds.ts';
import type { Finished } from '../finished.ts';
import type { Uncalled } from '../own_file/called_files.ts';
import { hang } from './columns.ts';

/** 'mine.ts (pfn_pmd)' */
export const uncalledText = (files: readonly Uncalled[]): string =>
  files.map(({ file, functions }) => `${file} (${functions.join(', ')})`).join(', ');

/** `where`: 'here', 'on the way'. */
export const nothingSaidAbout = ({ file, functions }: Uncalled, where: string): readonly string[] => {
  const called = `its ${functions.join(', ')} ${functions.length === 1 ? 'is' : 'are'} never called ${where}`;
  return hang(
    '',
    `Nothing is said about ${file}: ${functions.length === 0 ? 'it changes nothing of this kernel' : called}.`,
  );
};

/** What ran on a kernel. */
interface Ran {
  readonly kernel: Pick<KernelChoice, 'own'>;
  readonly uncalled?: readonly Uncalled[] | undefined;
}

const isIn = ({ path }: Uncalled, files: readonly { readonly path: string }[]): boolean =>
  files.some((one) => one.path === path);

/** Files of which nothing was called in any run that has them. */
export const uncalledIn = (runs: readonly Ran[]): readonly Uncalled[] => {
  const all = new Map(runs.flatMap(({ uncalled = [] }) => uncalled.map((one) => [one.path, one] as const)));
  return [...all.values()].filter((one) =>
    runs.every(({ kernel: { own = [] }, uncalled = [] }) => !isIn(one, own) || isIn(one, uncalled)),
  );
};

/** The same of comparisons, of what the second kernel has alone. A file that stands alone is all of the change: its verdict says it. */
export const uncalledBeside = (
  [a, b]: readonly [Ran['kernel'], Ran['kernel']],
  all: readonly { readonly compared: Compared }[],
): readonly Uncalled[] => {
  const own = (b.own ?? []).filter(({ path }) => (a.own ?? []).every((one) => one.path !== path));
  const files = uncalledIn(all.map(({ compared: { uncalled } }) => ({ kernel: b, uncalled })));
  return own.length < 2 ? [] : files.filter((one) => isIn(one, own));
};

/** The same of searches. */
export const uncalledBy = (runs: readonly Pick<Finished, 'kernel' | 'told'>[]): readonly Uncalled[] =>
  uncalledIn(runs.map(({ kernel, told: { uncalled } }) => ({ kernel, uncalled })));
