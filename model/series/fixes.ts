/**
 * Fixes that mainline has had, each as a toggle that takes it back, and what-ifs: changes that nobody has posted. The
 * first value of each is v7.1.
 */
import { Pmd } from '../state/mm_types.ts';
import type { Toggle, ToggleValue } from './toggles.ts';

const asInV7_1 = (value: string, says: string): ToggleValue => ({ value, says, patch: {} });

export const FIXES: readonly Toggle[] = [
  {
    name: 'split-file-migration',
    says: 'what the split of a file leaf makes of a migration entry',
    cites: '99fa8a48203d (v5.13), mm/huge_memory.c __split_huge_pmd_locked()',
    values: [
      asInV7_1('entry', 'a migration entry: only rss is counted down'),
      {
        value: 'leaf',
        says: 'a leaf: its folio loses a mapping and a reference as well',
        patch: { split_file_maps: () => () => true },
      },
    ],
  },
  {
    name: 'migrate-split-walk',
    says: 'what try_to_migrate() does once it has split the leaf of one process, so that the folio can be split',
    cites: '939080834fef (v7.0), mm/rmap.c try_to_migrate_one(); broken by 60fbb14396d5',
    values: [
      asInV7_1('goes-on', 'it goes on: other processes may map the folio'),
      {
        value: 'ends',
        says: 'the walk ends, as if the split had failed',
        patch: { split_pmd_ends_walk: () => () => true },
      },
    ],
  },
  {
    name: 'uffd-move-zero',
    says: 'how a leaf of the huge zero folio arrives after UFFDIO_MOVE',
    cites: 'fae654083bfa (v7.0), mm/huge_memory.c move_pages_huge_pmd(); broken by e3981db444a0 and d82d09e48219',
    values: [
      asInV7_1('special', 'special, as every leaf of that folio'),
      {
        value: 'normal',
        says: 'made anew from the folio, without the special bit',
        patch: { moved_zero_pmd: () => (_s, e) => Pmd.mkSpecial(e, 0) },
      },
    ],
  },
  {
    name: 'vfio-passes-write',
    says: 'whether vfio_pci_mmap_huge_fault() tells the insertion of a leaf that the fault is a write; a what-if',
    cites: 'v7.1 drivers/vfio/pci/vfio_pci_core.c vfio_pci_vmf_insert_pfn() (false)',
    values: [
      asInV7_1('no', 'never'),
      {
        value: 'yes',
        says: 'a write makes the leaf writable, also one that is there',
        patch: { vfio_passes_write: () => () => true },
      },
    ],
  },
];
