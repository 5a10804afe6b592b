/** The releases that are modelled, the newest first, and what a difference between them is. */
import { asItIs, type Toggle } from '../series/toggles.ts';

export const RELEASES = [
  'v7.3',
  'v7.1',
  'v6.18',
  'v6.17',
  'v6.15',
  'v6.12.117',
  'v6.12',
  'v6.11',
  'v6.10',
  'v6.9',
] as const;
export type Release = (typeof RELEASES)[number];
type Mainline = Exclude<Release, 'v6.12.117'>;

export const RELEASE_NOTES: Readonly<Record<Release, { readonly says: string; readonly cites: string }>> = {
  'v7.3': {
    says: 'Linux v7.3, as of 7.3.4: what was written through a leaf is not lost any more; reclaim splits every leaf that was given up',
    cites: 'v7.3.4, the files of v7.1, function by function against v7.1.3',
  },
  'v7.1': {
    says: 'Linux v7.1, as of 7.1.5: huge pfnmaps come from ->huge_fault only; zap_huge_pmd() asks the entry for its folio',
    cites:
      'v7.1.5 and v7.1.3, mm/huge_memory.c, mm/memory.c, mm/mremap.c, mm/mprotect.c, mm/pgtable-generic.c, mm/rmap.c',
  },
  'v6.18': {
    says: 'Linux v6.18, as of 6.18.5: one vm_normal_page() for all levels, and a huge zero folio that is special',
    cites: 'v6.18.2 and v6.18.5, mm/huge_memory.c, mm/memory.c, mm/rmap.c, mm/truncate.c, fs/dax.c',
  },
  'v6.17': {
    says: 'Linux v6.17: no devmap bit any more, and counted folios are not special; both anon_vmas may merge',
    cites: 'v6.17, mm/huge_memory.c, mm/memory.c, mm/rmap.c, mm/vma.c, drivers/dax/device.c',
  },
  'v6.15': {
    says: 'Linux v6.15: device memory is counted, and its leaves are special by mistake; large folios know their owners',
    cites:
      'v6.14 and 6.16.3, the files of v6.17, and the mails of what was merged between: where the two agree, so does v6.15',
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
  'v6.10': {
    says: 'Linux v6.10: a fault maps one page of a large folio, and reclaim splits a leaf that MADV_FREE gave up',
    cites: 'v6.10, mm/huge_memory.c, mm/memory.c, mm/rmap.c, mm/madvise.c, drivers/vfio/pci/vfio_pci_core.c',
  },
  'v6.9': {
    says: 'Linux v6.9: the first page of a large folio tells whether others map it, and MADV_FREE by PTEs splits it',
    cites: 'v6.9, mm/huge_memory.c, mm/memory.c, mm/rmap.c, mm/madvise.c, drivers/vfio/pci/vfio_pci_core.c',
  },
};

/** A toggle whose value is a fact of each release. All of them were read in source. */
export interface Difference extends Toggle {
  readonly at: Readonly<Record<Release, string>>;
}

/** As v7.1 has it. */
export const now = asItIs;

/** The releases in the order of time; v6.12.117 is v6.12 with what its stable series brought. */
const MAINLINE: readonly Mainline[] = RELEASES.filter((name) => name !== 'v6.12.117').toReversed();

/** The release that this one was made from: of v6.12.117, v6.12. */
export const releaseBefore = (name: Release): Release | undefined =>
  name === 'v6.12.117' ? 'v6.12' : MAINLINE[MAINLINE.indexOf(name) - 1];

/** The releases from one to another, the newest first; v6.12.117 goes with v6.12. */
export const releases = (first: Mainline, last: Mainline = 'v7.3'): readonly Release[] =>
  RELEASES.filter((name) => {
    const place = MAINLINE.indexOf(name === 'v6.12.117' ? 'v6.12' : name);
    return place >= MAINLINE.indexOf(first) && place <= MAINLINE.indexOf(last);
  });

/** The value of each release: the one of the oldest, those that came with a later one, and what a stable series has of its own. */
export const history = (
  oldest: string,
  since: Partial<Record<Mainline, string>> = {},
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
