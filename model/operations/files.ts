/** Truncation of a file as an operation of the search. */
import { action } from '../../checker/search/index.ts';
import { file_has_page } from '../mm/filemap.ts';
import type { Sys } from '../mm/kernel.ts';
import { truncate_setsize } from '../mm/truncate.ts';
import type { Alphabet, Truncation } from './alphabet.ts';
import type { Op } from './op.ts';
import { OPERATIONS } from './operations.ts';

export const truncate = ({ truncates }: Alphabet): Op =>
  action<Sys, Sys, { part: Truncation }>({
    ...OPERATIONS.truncate,
    args: { part: truncates },
    show: ({ part: { file, from } }) => `the ${file} file, from page ${from} on`,
    guard: (s, { part: { file, from } }) => file_has_page(s, file, from),
    effect: (s, { part: { file, from } }) => truncate_setsize(s, file, from),
  });
