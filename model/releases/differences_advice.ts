/** What the releases differ in where madvise() is called: see differences.ts. */
import { Vma } from '../state/mm_types.ts';
import { type Difference, history, now } from './releases.ts';

export const ADVICE_DIFFERENCES: readonly Difference[] = [
  {
    name: 'dofork',
    says: 'for which VMAs MADV_DOFORK is refused',
    cites: 'mm/madvise.c madvise_vma_behavior(): VM_SPECIAL (read in v7.0), VM_IO (v6.9 .. v6.18)',
    at: history('io', { 'v7.1': 'special' }),
    values: [
      now('special', 'those of VM_SPECIAL, which VM_PFNMAP and VM_MIXEDMAP are'),
      {
        value: 'io',
        says: 'those of VM_IO: remapped frames and BARs',
        patch: { dofork_refused: () => (_s, vma) => Vma.pfnmap(vma) === 1 },
      },
    ],
  },
  {
    name: 'madvise-free-large',
    says: 'what MADV_FREE does with a large folio that PTEs map, and that is given up as a whole',
    cites: 'mm/madvise.c madvise_free_pte_range(): split_folio() in v6.9, madvise_folio_pte_batch() in v6.10',
    at: history('split', { 'v6.10': 'batch' }),
    values: [
      now('batch', 'it is given up in one piece'),
      {
        value: 'split',
        says: 'it is split first; where that fails, nothing more of the page table is given up',
        patch: { madvise_free_splits: () => () => true },
      },
    ],
  },
];
