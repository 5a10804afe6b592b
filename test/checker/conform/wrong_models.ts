/**
 * Wrong models, each of which a real kernel contradicts within what `mmcheck conform` plays when nothing is asked.
 */
import type { Patch } from '../../../model/mm/kernel.ts';
import { mm_dec_nr_ptes, mm_inc_nr_ptes } from '../../../model/mm/pgalloc.ts';
import { pmd_offset, pmd_trans_huge, pte_offset, slot_of } from '../../../model/mm/pgtable.ts';
import { pmd_huge_pte } from '../../../model/mm/pgtable_generic.ts';
import { Mm, Pmd, Pte, Result, Vma } from '../../../model/state/mm_types.ts';
import { MUTANTS } from '../../mutants/all.ts';
import { setting } from '../../mutants/mutant.ts';
import { keeping, type Mistake, rowsOf, type Run } from './wrong_model.ts';

export interface WrongModel extends Mistake {
  readonly says: string;
  /** The scope in which it is looked for. */
  readonly scope: string;
}

/** The mistake of a mutant of the properties. */
const mutant = (says: string): Mistake & Pick<WrongModel, 'says'> => {
  const { patch = {}, set = [] } = MUTANTS.find((one) => one.says === says)!;
  return { says, patch, set };
};

/** fork() leaves the parent's leaf as it was, writable. */
const forkKeepsLeaf: Patch = {
  copy_huge_pmd: (base) => (s, src, dst, vmaRow, slot) => {
    const row = pmd_offset(s.geometry, src, slot);
    const before = s.pmd.at(row);
    const copied = base(s, src, dst, vmaRow, slot);
    if (pmd_trans_huge(s.pmd.at(row))) s.pmd.put(row, before);
    return copied;
  },
};

/** fork() leaves the parent's PTEs as they were, writable. */
const forkKeepsPtes: Patch = {
  copy_pte_range: (base) => (s, src, dst, vma, start, end) => {
    const table = Pmd.pfn(s.pmd.at(pmd_offset(s.geometry, src, slot_of(s.geometry, start))));
    const rows = Array.from({ length: end - start }, (_, i) => pte_offset(s.geometry, table, start + i));
    const before = rows.map((row) => s.pte.at(row));
    const copied = base(s, src, dst, vma, start, end);
    for (const [i, row] of rows.entries()) s.pte.put(row, before[i]!);
    return copied;
  },
};

/** fork() shares a leaf as if its process had never pinned anything. */
const forkForgetsPins: Patch = {
  copy_huge_pmd: (base) => (s, src, dst, vmaRow, slot) => {
    const before = Mm.hasPinned(s.mm.at(src));
    s.mm.put(src, Mm.mkHasPinned(s.mm.at(src), 0));
    const copied = base(s, src, dst, vmaRow, slot);
    s.mm.put(src, Mm.mkHasPinned(s.mm.at(src), before));
    return copied;
  },
};

/** A leaf leaves its table behind, and the zap that finds none in reserve makes one, which it frees. */
const leavesDeposit: Patch = {
  pmd_move_must_withdraw: () => () => false,
  pgtable_trans_huge_withdraw: (base) => (s, mm, slot) => {
    if (s.deposit.at(pmd_huge_pte(s, mm, slot)) > 0) return base(s, mm, slot);
    mm_inc_nr_ptes(s, mm);
    return s.kernel.pte_alloc_one(s);
  },
};

/** fork() does not look at VM_DONTCOPY. */
const forkCopiesAll =
  (base: Run): Run =>
  (s, args, choose) => {
    const before = rowsOf(s.vma);
    for (const row of before.keys()) s.vma.put(row, Vma.mkDontcopy(s.vma.at(row), 0));
    const result = base(s, args, choose);
    for (const [row, vma] of before.slice(0, s.geometry.vmas).entries()) s.vma.put(row, vma);
    return result;
  };

export const WRONG_MODELS: readonly WrongModel[] = [
  {
    says: 'zap leaves the table in reserve where it is',
    patch: { has_deposited_pgtable: () => () => false },
    scope: 'anon',
  },
  {
    says: 'fork does not count the table that it deposits',
    patch: {
      copy_huge_pmd: (base) => (s, src, dst, vmaRow, slot) => {
        const copied = base(s, src, dst, vmaRow, slot);
        if (pmd_trans_huge(s.pmd.at(pmd_offset(s.geometry, dst, slot)))) mm_dec_nr_ptes(s, dst);
        return copied;
      },
    },
    scope: 'anon',
  },
  {
    says: 'a split loses the last page',
    patch: {
      split_anon_pmd: (base) => (s, mm, vma, slot, freeze) => {
        base(s, mm, vma, slot, freeze);
        const { ptrsPerPte } = s.geometry;
        const table = Pmd.pfn(s.pmd.at(pmd_offset(s.geometry, mm, slot)));
        s.pte.put(pte_offset(s.geometry, table, ptrsPerPte - 1), Pte.of({}));
      },
    },
    scope: 'anon',
  },
  {
    says: 'fork leaves a private leaf writable',
    patch: forkKeepsLeaf,
    scope: 'uffd-move',
  },
  {
    says: 'fork leaves private PTEs writable',
    patch: forkKeepsPtes,
    scope: 'moves',
  },
  {
    ...mutant('a write fault reuses a page that others map'),
    scope: 'anon',
  },
  {
    ...mutant('zap_pte_range() stops one page early'),
    scope: 'anon',
  },
  {
    ...mutant('the lower part of a VMA that is split keeps its end'),
    scope: 'anon',
  },
  {
    says: 'VMAs that could be one do not merge',
    patch: { is_mergeable_anon_vma: () => () => false },
    scope: 'anon',
  },
  {
    says: 'munmap() keeps the PTE tables that it empties',
    operation: {
      name: 'munmap',
      step: (base) => (s, args, choose) => {
        const before = Mm.nrPtes(s.mm.at(0));
        const result = base(s, args, choose);
        s.mm.put(0, Mm.mkNrPtes(s.mm.at(0), before));
        return result;
      },
    },
    scope: 'anon',
  },
  {
    says: 'MADV_DONTNEED keeps a PTE table that it has emptied (pt-reclaim, until v6.13)',
    set: [setting('pt-reclaim', 'no')],
    scope: 'anon',
  },
  {
    says: 'MADV_DONTNEED leaves the counters of the mm as they are',
    operation: { name: 'madvise', step: keeping('rss', ({ advice }) => advice === 'DONTNEED') },
    scope: 'anon',
  },
  {
    says: 'fork copies what MADV_DONTFORK keeps from the child',
    operation: { name: 'fork', step: forkCopiesAll },
    scope: 'anon',
  },
  {
    says: 'MADV_FREE drops memory at once',
    operation: {
      name: 'madvise',
      step: (base) => (s, args, choose) => base(s, { ...args, advice: 'DONTNEED' }, choose),
    },
    scope: 'anon-free',
  },
  {
    says: 'mremap() leaves the table of a leaf behind',
    patch: leavesDeposit,
    scope: 'moves',
  },
  {
    ...mutant('mremap() moves the VMA, and no PTE of it'),
    scope: 'moves-4M',
  },
  {
    ...mutant("a split of a file's leaf leaves the counter of the mm as it is"),
    scope: 'shmem',
  },
  { ...mutant('fork shares a page that is pinned'), scope: 'pins' },
  {
    says: 'fork shares a leaf that is pinned',
    patch: forkForgetsPins,
    scope: 'pins',
  },
  {
    says: 'a pin is never given back',
    operation: { name: 'unpin_user_page', step: keeping('pincount') },
    scope: 'pins',
  },
  {
    says: 'UFFDIO_MOVE moves nothing',
    patch: { move_pages: () => () => Result.ok },
    scope: 'uffd-move',
  },
];

/** Wrong, and of no consequence that user space can see; with the reason. */
export const NOT_SEEN: readonly (Mistake & { readonly says: string; readonly why: string; readonly scope: string })[] =
  [
    {
      says: 'a split takes the right to write from the pages of a leaf',
      why: 'the next write takes it back: the pages are PageAnonExclusive',
      patch: {
        split_anon_pmd: (base) => (s, mm, vma, slot, freeze) => {
          const row = pmd_offset(s.geometry, mm, slot);
          s.pmd.put(row, Pmd.mkWrite(s.pmd.at(row), 0));
          base(s, mm, vma, slot, freeze);
        },
      },
      scope: 'anon',
    },
  ];
