/** The releases that are modelled, the newest first, and what a difference between them is. */
import type { Toggle, ToggleValue } from '../series/toggles.ts';

export const RELEASES = ['v7.1', 'v6.18', 'v6.12.117', 'v6.12', 'v6.11'] as const;
export type Release = (typeof RELEASES)[number];

export const RELEASE_NOTES: Readonly<Record<Release, { readonly says: string; readonly cites: string }>> = {
  'v7.1': {
    says: 'Linux v7.1, as of 7.1.5: huge pfnmaps come from ->huge_fault only; zap_huge_pmd() asks the entry for its folio',
    cites: 'v7.1.5, mm/huge_memory.c, mm/memory.c, mm/mremap.c, mm/mprotect.c, mm/pgtable-generic.c, mm/rmap.c',
  },
  'v6.18': {
    says: 'Linux v6.18, as of 6.18.2: device memory is counted, large folios know their owners, one vm_normal_page() for all levels',
    cites: 'v6.18.2, mm/huge_memory.c, mm/memory.c, mm/rmap.c, fs/dax.c',
  },
  'v6.12.117': {
    says: 'Linux 6.12.117: v6.12 with the fixes of its stable series, some of them later than v6.18 and v7.1',
    cites: 'v6.12.117, mm/huge_memory.c, mm/memory.c, mm/rmap.c, mm/mprotect.c, drivers/vfio/pci/vfio_pci_core.c',
  },
  'v6.12': {
    says: 'Linux v6.12 as released: the first with huge pfnmaps; device memory is mapped by devmap entries and not counted',
    cites: 'v6.12.117 without the fixes of its stable series that are known to concern what is modelled',
  },
  'v6.11': {
    says: 'Linux v6.11: no special bit above PTEs, a BAR is mapped by PTEs; the base of "mm: Support huge pfnmaps"',
    cites: 'torvalds/linux at the parent of cb0f01beb166 and before, mm/huge_memory.c, mm/memory.c, mm/mprotect.c',
  },
};

/** A toggle whose value is a fact of each release. All of them were read in source. */
export interface Difference extends Toggle {
  readonly at: Readonly<Record<Release, string>>;
}

export const now = (value: string, says: string): ToggleValue => ({ value, says, patch: {} });

/** The releases in the order of time; v6.12.117 is v6.12 with what its stable series brought. */
const MAINLINE = RELEASES.filter((name) => name !== 'v6.12.117').toReversed();

/** The value of each release: the one of the oldest, those that came with a later one, and what a stable series has of its own. */
export const history = (
  oldest: string,
  since: Partial<Record<Exclude<Release, 'v6.12.117'>, string>> = {},
  stable: { readonly 'v6.12.117'?: string } = {},
): Readonly<Record<Release, string>> => {
  const at: Partial<Record<Release, string>> = {};
  let value = oldest;
  for (const release of MAINLINE) {
    value = since[release] ?? value;
    at[release] = value;
    if (release === 'v6.12') at['v6.12.117'] = stable['v6.12.117'] ?? value;
  }
  return at as Record<Release, string>;
};
