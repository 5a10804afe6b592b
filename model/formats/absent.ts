/**
 * Shapes of entries that the hardware finds not present, as the kernel reads them: an empty entry, and a page all the same. What a
 * swap entry holds is of each architecture.
 */
import { type Field, maskOf, type Shape } from './format.ts';
import { join, not, type U64, ZERO } from './u64.ts';

/** What p??_none() takes for empty: one word, whatever the fields beside say that it looks past. */
export const noneShape = (value: U64 = ZERO, beside: readonly Field[] = []): Shape => ({
  name: 'none',
  mask: not(join(...beside.map(maskOf))),
  value,
  fields: beside,
});

/** A leaf whose present bit is clear; what the hardware has in the bit `as.was` then says `as.is` to the kernel. */
export const notPresentShape = (
  leaf: readonly Field[],
  present: string,
  as: { readonly was: string; readonly is: string },
): Shape => {
  const fields = leaf
    .filter(({ name }) => name !== present)
    .map((field): Field => (field.name === as.was ? { ...field, name: as.is, by: 'software' } : field));
  const mask = join(...leaf.filter(({ name }) => name === present).map(maskOf));
  return { name: 'not-present', mask, value: ZERO, fields };
};
