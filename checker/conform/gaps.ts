/**
 * What the model says itself that it leaves out, where a sequence can come to it: such a move is not made, and the report
 * counts it by its name.
 */
import { extent_at, file_of } from '../../model/fs/extents.ts';
import { is_cached } from '../../model/mm/filemap.ts';
import { is_huge_zero_pmd } from '../../model/mm/huge_memory_zero.ts';
import type { Sys } from '../../model/mm/kernel.ts';
import { pmd_none, pmd_offset, pmd_trans_huge, slot_of } from '../../model/mm/pgtable.ts';
import { can_merge, vma_lookup } from '../../model/mm/vma.ts';
import type { DaxCut, Moving, PageRange, Truncation } from '../../model/operations/alphabet.ts';
import { type Pmd, Vma, VmaKind } from '../../model/state/mm_types.ts';
import { Extent, ExtentKind } from '../../model/state/dax.ts';
import { frameOf } from '../../model/state/memmap.ts';
import type { Move } from '../search/index.ts';

export interface Gap {
  readonly name: string;
  readonly says: string;
  /** A move that comes to it. */
  readonly comesTo?: (s: Sys, move: Move) => boolean;
  /** A state of which it is not known whether the kernel is in it. */
  readonly leaves?: (s: Sys) => boolean;
}

const pmdAt = (s: Sys, mm: number, page: number): Pmd =>
  s.pmd.at(pmd_offset(s.geometry, mm, slot_of(s.geometry, page)));

const isLeaf = (s: Sys, mm: number, page: number): boolean => pmd_trans_huge(pmdAt(s, mm, page));

const pagesFrom = (from: number, count: number): readonly number[] => Array.from({ length: count }, (_, i) => from + i);

/** The pages whose VMAs a move may merge with others. */
const mergesIn = (name: string, args: Move['args']): PageRange | undefined => {
  if (name === 'mprotect' || name === 'mbind' || name === 'mlock' || name === 'munlock')
    return args['range'] as PageRange;
  if (name === 'madvise' && (args['advice'] as string).endsWith('FORK')) return args['range'] as PageRange;
  if (name !== 'mremap') return undefined;
  const { to, pages } = args['move'] as Moving;
  return { from: to, to: to + pages };
};

/** Whether two VMAs meet in these pages, or at their ends, that may have different anon_vmas. */
const hasDoubtfulBorder = (s: Sys, mm: number, { from, to }: PageRange): boolean =>
  pagesFrom(from, to - from + 1).some((border) => {
    const rows = [border === 0 ? -1 : vma_lookup(s, mm, border - 1), vma_lookup(s, mm, border)] as const;
    if (rows[0] === rows[1] || rows[0] < 0 || rows[1] < 0) return false;
    const [low, high] = [s.vma.at(rows[0]), s.vma.at(rows[1])];
    if (mm > 0) return Vma.anonVma(low) === 1 || Vma.anonVma(high) === 1;
    return Vma.dontcopy(low) !== Vma.dontcopy(high) && Vma.anonVma(low) === 1 && Vma.anonVma(high) === 1;
  });

/** Neighbours that are alike in all but whether they have had anonymous pages. */
const differInAnonVmaOnly = (low: Vma, high: Vma): boolean =>
  Vma.anonVma(low) !== Vma.anonVma(high) && can_merge(low, high);

/** Whether some pages of a file on DAX have blocks that were written, and others not. */
const hasMixedBlocks = (s: Sys, file: number): boolean =>
  new Set(pagesFrom(0, s.geometry.daxFilePages).map((index) => Extent.kind(extent_at(s, file, index)))).size > 1;

export const GAPS: readonly Gap[] = [
  {
    name: 'uffd-move-huge-zero',
    says: 'a leaf of the huge zero folio that UFFDIO_MOVE brings is uncounted by zap in v6.18: no running kernel is to be harmed',
    comesTo: (s, { name, args }) => {
      if (name !== 'UFFDIO_MOVE') return false;
      const [mm, { from, pages }] = [args['mm'] as number, args['move'] as Moving];
      return pagesFrom(from, pages).some((page) => isLeaf(s, mm, page) && is_huge_zero_pmd(s, pmdAt(s, mm, page)));
    },
  },
  {
    name: 'file-not-there-yet',
    says: 'truncation of a part of a file that nobody has touched: its folio comes with the first fault here, and is there from the beginning in the kernel',
    comesTo: (s, { name, args }) => {
      if (name !== 'truncate') return false;
      const { file, from } = args['part'] as Truncation;
      return from > 0 && !is_cached(s, frameOf(s.memmap, file, 0));
    },
  },
  {
    name: 'ext4-faults-twice',
    says: 'ext4 has no ->map_pages: under the lock of a VMA a fault that got blocks for a hole, and no leaf, is made again, and may get one; XFS, which the model mirrors, has it',
    comesTo: (s, { name, args }) => {
      if (name !== 'handle_mm_fault' || args['access'] !== 'write') return false;
      const [mm, page] = [args['mm'] as number, args['page'] as number];
      const row = vma_lookup(s, mm, page);
      if (row < 0 || Vma.kind(s.vma.at(row)) !== VmaKind.fsdax) return false;
      return pmd_none(pmdAt(s, mm, page)) && hasMixedBlocks(s, file_of(s.vma.at(row)));
    },
  },
  {
    name: 'ext4-two-holes',
    says: 'a hole beside another is cut: ext4 remembers them as two (its extent status tree), and has no leaf of zeroes for both',
    comesTo: (s, { name, args }) => {
      if (name !== 'dax_truncate') return false;
      const { file, from, to } = args['cut'] as DaxCut;
      const left = pagesFrom(0, s.geometry.daxFilePages).filter((index) => index < from || index >= to);
      return left.some((index) => Extent.kind(extent_at(s, file, index)) === ExtentKind.hole);
    },
  },
  {
    name: 'soft-dirty-entries',
    says: 'mprotect makes an entry writable at once if it is soft-dirty; entries have no such bit here',
    comesTo: (s, { name, args }) => {
      if (name !== 'mprotect' || args['prot'] !== 'RW') return false;
      const [mm, { from, to }] = [args['mm'] as number, args['range'] as PageRange];
      // The move may not be enabled: nothing need be mapped.
      const rows = pagesFrom(from, to - from).map((page) => vma_lookup(s, mm, page));
      return rows.some((row) => row >= 0 && Vma.softClean(s.vma.at(row)) === 1);
    },
  },
  {
    name: 'which-anon-vma',
    says: 'VMAs merge if they have the same anon_vma; known is whether, not which: each that fork copies has its own, and so have those on both sides of MADV_DONTFORK',
    comesTo: (s, { name, args }) => {
      const mm = (args['mm'] as number | undefined) ?? 0;
      const range = mergesIn(name, args);
      return range !== undefined && hasDoubtfulBorder(s, mm, range);
    },
    leaves: (s) => {
      const { mms, vmas } = s.geometry;
      return pagesFrom(vmas, (mms - 1) * vmas).some((row) => {
        const low = s.vma.at(row);
        if (Vma.kind(low) === VmaKind.none) return false;
        const above = vma_lookup(s, Math.floor(row / vmas), Vma.end(low));
        return above >= 0 && differInAnonVmaOnly(low, s.vma.at(above));
      });
    },
  },
];

export const gapOf = (s: Sys, move: Move): Gap | undefined => GAPS.find(({ comesTo }) => comesTo?.(s, move));
export const gapIn = (s: Sys): Gap | undefined => GAPS.find(({ leaves }) => leaves?.(s));
