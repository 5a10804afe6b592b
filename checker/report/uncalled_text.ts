/** What is said of patches that nothing calls. */
import type { Uncalled } from '../own_file/called_files.ts';
import { hang } from './columns.ts';

/** 'mine.ts (pfn_pmd)' */
export const uncalledText = (files: readonly Uncalled[]): string =>
  files.map(({ file, functions }) => `${file} (${functions.join(', ')})`).join(', ');

/** `where`: 'here', 'on the way'. */
export const nothingSaidAbout = ({ file, functions }: Uncalled, where: string): readonly string[] => {
  const called = functions.length === 1 ? 'is' : 'are';
  return hang('', `Nothing is said about ${file}: ${functions.join(', ')} ${called} never called ${where}.`);
};

/** Those that none of several runs has called anything of. */
export const uncalledIn = (runs: readonly { readonly uncalled?: readonly Uncalled[] }[]): readonly Uncalled[] => {
  const [first, ...others] = runs.map(({ uncalled = [] }) => uncalled);
  return (first ?? []).filter(({ file }) => others.every((each) => each.some((one) => one.file === file)));
};
