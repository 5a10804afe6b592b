/** What happens to hugetlbfs files themselves, as operations of the search. */
import { action } from '../../../checker/search/index.ts';
import { fallocate_hugepage } from '../hugetlbfs.ts';
import { filemap_get } from '../folio.ts';
import type { Sys } from '../kernel.ts';
import { hugetlbfs_punch_hole, hugetlbfs_setattr_size } from '../truncate.ts';
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

/** ftruncate() to whole hugepages; a file grows by it too. */
export const truncate = ({ truncates }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { at: HugetlbAlphabet['truncates'][number] }>({
    ...HUGETLB_OPERATIONS.hugetlb_truncate,
    args: { at: truncates },
    show: ({ at: { file, to } }) => `file ${file} to ${to} ${to === 1 ? 'hugepage' : 'hugepages'}`,
    guard: (s, { at: { to } }) => to <= s.geometry.fileHugepages,
    effect: (s, { at: { file, to } }, choose) => {
      s.choose = choose;
      return returning(s, hugetlbfs_setattr_size(s, file, to * s.geometry.hugepage));
    },
  });

/** fallocate() with FALLOC_FL_PUNCH_HOLE of whole hugepages. */
export const punch = ({ punches }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { at: HugetlbAlphabet['punches'][number] }>({
    ...HUGETLB_OPERATIONS.hugetlbfs_punch_hole,
    args: { at: punches },
    show: ({ at: { file, from, to } }) =>
      to - from === 1 ? `hugepage ${from} of file ${file}` : `hugepages ${from}..${to - 1} of file ${file}`,
    guard: (s, { at: { to } }) => to <= s.geometry.fileHugepages,
    effect: (s, { at: { file, from, to } }, choose) => {
      s.choose = choose;
      return returning(s, hugetlbfs_punch_hole(s, file, from * s.geometry.hugepage, to * s.geometry.hugepage));
    },
  });
