/** A kernel in one word of the command line. */
import { expect, it } from 'vitest';
import { kernelNamed } from '../../checker/kernel_named.ts';

it.each([
  ['v7.1', ['v7.1'], [], [], []],
  [
    'v6.11+huge-pfnmaps@v2+mine.ts+gup-fast-special=no',
    ['v6.11'],
    ['huge-pfnmaps@v2'],
    ['mine.ts'],
    ['gup-fast-special=no'],
  ],
  ['/home/me/a+b/mine.ts', [], [], ['/home/me/a+b/mine.ts'], []],
  ['v7.1+./a+b/c+d.mjs+mprotect-pud=bad+x.ts', ['v7.1'], [], ['./a+b/c+d.mjs', 'x.ts'], ['mprotect-pud=bad']],
])('%s', (word, kernel, series, patch, set) => {
  expect(kernelNamed(word)).toEqual({ kernel, series, set, patch });
});
