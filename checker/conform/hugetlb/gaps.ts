/** What the model of hugetlb leaves out, so that no kernel is asked: what it would do is not what the model says. */
import { page_folio } from '../../../model/hugetlb/folio.ts';
import type { Sys } from '../../../model/hugetlb/kernel.ts';
import { Folio, HugePte, HugePteKind, PmdTable, Vma } from '../../../model/state/hugetlb/hugetlb_types.ts';
import type { Move } from '../../search/index.ts';
import { entryAt } from './observe.ts';

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

/** A private VMA of the parent with a page table and no page of its own: it may have no anon_vma yet. */
const mayLackAnonVma = (s: Sys): boolean =>
  Array.from({ length: s.geometry.vmas }, (_, row) => s.vma.at(row)).some((vma) => {
    if (Vma.file(vma) === 0 || Vma.mayShare(vma) === 1) return false;
    const found = Array.from({ length: Vma.end(vma) - Vma.start(vma) }, (_, i) => entryAt(s, 0, Vma.start(vma) + i));
    const isOwn = ({ e }: (typeof found)[number]): boolean =>
      HugePte.kind(e) === HugePteKind.leaf && Folio.anon(s.folio.at(page_folio(s, HugePte.pfn(e)))) === 1;
    return found.some(({ e, pmdTable }) => pmdTable >= 0 || HugePte.kind(e) !== HugePteKind.none) && !found.some(isOwn);
  });

export const HUGETLB_GAPS: readonly HugetlbGap[] = [
  {
    name: 'anon-vma',
    says: 'that fork() copies nothing of a private VMA that has no anon_vma, since no page of its own was ever mapped there (vma_needs_copy()); the model always copies',
    shows: (s, { name }) => name === 'hugetlb_fork' && mayLackAnonVma(s),
  },
  {
    name: 'i-mmap-order',
    says: 'which of the mappings that share a PMD table loses it to a truncation: the first in i_mmap, where the oldest of those that begin alike comes first; the model takes rows, which are used again',
    shows: (s, { name }, made) =>
      WALKS_MAPPINGS.has(name) && isAnyShared(s) && made.some((one) => FREES_ROWS.has(one.name)),
  },
];
