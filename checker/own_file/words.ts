/** What errors say of a file of one's own. */
import { inspect } from 'node:util';
import * as entries from '../../model/entries.ts';
import * as patch from '../../model/patch.ts';
import { nearest } from '../nearest.ts';

/** A value as an error shows it. */
export const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : inspect(value, { depth: 1, breakLength: Infinity });

export const didYouMean = (asked: string, known: readonly string[]): string => {
  const close = nearest(asked, known);
  return close === undefined ? '' : `; did you mean ${close}?`;
};

/** What a file can import of mmcheck by name, and what each has. */
export const EXPORTED: Readonly<Record<string, readonly string[]>> = {
  'mmcheck/entries': Object.keys(entries),
  'mmcheck/patch': Object.keys(patch),
};

/** What an exception says, and which name was meant where the file imports one that is not there. */
export const messageOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message.split('\n')[0]! : shown(error);
  const [, from = '', name] = /'(mmcheck\/\w+)' does not provide an export named '(\w+)'/.exec(message) ?? [];
  return name === undefined ? message : `${message}${didYouMean(name, EXPORTED[from] ?? [])}`;
};
