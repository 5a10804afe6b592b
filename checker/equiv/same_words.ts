import type { Words } from '../search/layout.ts';

export const sameWords = (a: Words, b: Words): boolean => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};
