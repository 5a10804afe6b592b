/** What happens to hugetlbfs files themselves, as operations of the search. */
import { action } from '../../../checker/search/index.ts';
import { fallocate_hugepage } from '../hugetlbfs.ts';
import { filemap_get } from '../folio.ts';
import type { Sys } from '../kernel.ts';
import type { HugetlbAlphabet } from './alphabet.ts';
import { HUGETLB_OPERATIONS } from './described.ts';
import { type HugetlbOp, returning } from './op.ts';

export const fallocate = ({ fallocates }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { at: HugetlbAlphabet['fallocates'][number] }>({
    ...HUGETLB_OPERATIONS.hugetlbfs_fallocate,
    args: { at: fallocates },
    show: ({ at: { file, index } }) => `hugepage ${index} of file ${file}`,
    guard: (s, { at: { file, index } }) => index < s.isize.at(file) && filemap_get(s, file, index) < 0,
    effect: (s, { at: { file, index } }) => returning(s, fallocate_hugepage(s, file, index)),
  });
