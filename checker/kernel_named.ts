/** A kernel in one word of the command line, as 'v6.11+huge-pfnmaps@v2+mine.ts+gup-fast-special=no'. */
import type { AskedKernel } from './plan.ts';

const isWhole = (path: string): boolean => /\.m?[jt]s$/.test(path);
const isFile = (part: string): boolean => part.includes('/') || isWhole(part);

/** The parts of the word; a '+' in the path of a file, as in /home/me/a+b/mine.ts, divides nothing. */
const partsOf = (asked: string): readonly string[] => {
  const parts: string[] = [];
  for (const part of asked.split('+')) {
    const before = parts.at(-1);
    if (before !== undefined && before.includes('/') && !isWhole(before)) parts[parts.length - 1] = `${before}+${part}`;
    else parts.push(part);
  }
  return parts.filter((part) => part !== '');
};

/** The flags that the word stands for: a release, versions of series, toggles, files of patches. */
export const kernelNamed = (asked: string): AskedKernel => {
  const parts = partsOf(asked);
  const files = parts.filter(isFile);
  const others = parts.filter((part) => !isFile(part));
  const set = others.filter((part) => part.includes('='));
  const series = others.filter((part) => part.includes('@') && !part.includes('='));
  return {
    kernel: others.filter((part) => !set.includes(part) && !series.includes(part)),
    series,
    set,
    patch: files,
  };
};
