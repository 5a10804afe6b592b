/** What the model of hugetlb leaves out, so that no kernel is asked: what it would do is not what the model says. */
import type { Sys } from '../../../model/hugetlb/kernel.ts';
import type { HugetlbAlphabet } from '../../../model/hugetlb/operations/alphabet.ts';
import { vma_lookup } from '../../../model/hugetlb/vma.ts';
import { PmdTable, Vma } from '../../../model/state/hugetlb/hugetlb_types.ts';
import type { Move } from '../../search/index.ts';
import { isOfPuds } from './stage.ts';

export interface HugetlbGap {
  readonly name: string;
  readonly says: string;
  /** Whether a move, behind those that were made, would show it. */
  readonly shows: (s: Sys, move: Move, made: readonly Move[]) => boolean;
}

/** After these a row of the table of VMAs may be one that is used again. */
const FREES_ROWS: ReadonlySet<string> = new Set(['hugetlb_munmap', 'hugetlb_mremap', 'hugetlb_exit']);
const WALKS_MAPPINGS: ReadonlySet<string> = new Set(['hugetlb_truncate', 'hugetlbfs_punch_hole']);

const isAnyShared = ({ pmdTable }: Sys): boolean =>
  Array.from({ length: pmdTable.rows }, (_, table) => pmdTable.at(table)).some((e) => PmdTable.shares(e) > 0);

/** fork() puts a child's mapping right behind that of its parent, and not behind all. */
const mixesRows = ({ vma, geometry }: Sys, made: readonly Move[]): boolean =>
  made.some(({ name }) => name === 'hugetlb_fork') &&
  Array.from({ length: geometry.vmas }, (_, row) => vma.at(row)).filter((one) => Vma.file(one) !== 0).length > 1;

/** A VMA of the parent whose entries fork() copies. */
const isAnyCopied = ({ vma, geometry }: Sys): boolean =>
  Array.from({ length: geometry.vmas }, (_, row) => vma.at(row)).some(
    (one) => Vma.wp(one) === 1 || Vma.anonVma(one) === 1,
  );

/** Whether mremap() moves a part of a private mapping that has been promised hugepages. */
const losesPromise = (s: Sys, args: Move['args']): boolean => {
  const { from, pages } = args['move'] as HugetlbAlphabet['mremaps'][number];
  const row = vma_lookup(s, args['mm'] as number, from);
  if (row < 0) return false;
  const vma = s.vma.at(row);
  return Vma.owner(vma) === 1 && Vma.end(vma) - Vma.start(vma) > pages;
};

export const HUGETLB_GAPS: readonly HugetlbGap[] = [
  {
    name: 'promise-lost-for-good',
    says: 'mremap() of a part of a private mapping: the kernel loses what was promised to the rest (hugetlb-mremap-loses-reservation), and the pool never gets it back, so that nothing behind it could be compared',
    shows: (s, { name, args }) => name === 'hugetlb_mremap' && losesPromise(s, args),
  },
  {
    name: 'share-count-of-pud',
    says: 'whether fork() copies entries of hugepages of 1G: that is up to what the page of the PUD table was before (hugetlb-fork-skips-gigantic)',
    shows: (s, { name }) => name === 'hugetlb_fork' && isOfPuds(s.geometry) && isAnyCopied(s),
  },
  {
    name: 'i-mmap-order',
    says: 'which of the mappings that share a PMD table loses it to a truncation: the first in i_mmap, where the oldest of those that begin alike comes first, and those of a child right behind those of its parent; the model takes rows, process by process, which are used again',
    shows: (s, { name }, made) =>
      WALKS_MAPPINGS.has(name) &&
      isAnyShared(s) &&
      (made.some((one) => FREES_ROWS.has(one.name)) || mixesRows(s, made)),
  },
];
