/** A kernel in one word of the command line, as 'v6.11+huge-pfnmaps@v2+mine.ts+gup-fast-special=no'. */
import type { AskedKernel } from './plan.ts';

const isFile = (part: string): boolean => part.includes('/') || /\.m?[jt]s$/.test(part);

/** The flags that the word stands for: a release, versions of series, toggles, files of patches. */
export const kernelNamed = (asked: string): AskedKernel => {
  const parts = asked.split('+').filter((part) => part !== '');
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
