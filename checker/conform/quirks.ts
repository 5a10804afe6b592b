/** What real kernels are known to report otherwise than it is; nobody mends the model to it. Masked by name, on both sides. */
import type { Header } from './read_seen.ts';
import { versionOf } from './version.ts';
import type { PageRun, ProcessSeen } from './seen.ts';

export interface Quirk {
  readonly name: string;
  /** What is reported, and by which kernels. */
  readonly says: string;
  readonly cites: string;
  /** Whether this kernel needs it; every kernel does when this is not there. */
  readonly when?: (header: Header) => boolean;
  readonly mask: (seen: ProcessSeen) => ProcessSeen;
}

const ofPages =
  (change: (run: PageRun) => PageRun) =>
  (seen: ProcessSeen): ProcessSeen => ({ ...seen, pages: seen.pages.map(change) });

const without = (run: PageRun, flag: string): PageRun => ({ ...run, flags: run.flags.replace(flag, '') });

export const QUIRKS: readonly Quirk[] = [
  {
    name: 'exclusive-in-leaf',
    says: 'pagemap asks the first page of a PMD leaf alone whether it is mapped once, and says so of all 512 (v6.18)',
    cites: 'fs/proc/task_mmu.c pagemap_pmd_range(), bit 56',
    when: ({ uname }) => versionOf(uname) >= versionOf('6.13'),
    mask: ofPages((run) => (run.flags.includes('H') ? without(run, 'X') : run)),
  },
  {
    name: 'huge-zero-is-file',
    says: 'pagemap calls the huge zero folio a page of a file, and the small zero page not',
    cites: 'fs/proc/task_mmu.c pagemap_pmd_range(), bit 61',
    mask: ofPages((run) => (run.flags.includes('Z') ? without(run, 'F') : run)),
  },
  {
    name: 'pud-leaf-accessed-early',
    says: "QEMU's TCG marks a leaf of 1 GiB accessed before it knows whether the access is allowed (7.2); a CPU may, too",
    when: ({ level }) => level >= 3,
    cites: 'Intel SDM volume 3, 4.8: accessed flags may be set by accesses that are speculative',
    mask: (seen) =>
      seen.entries === undefined
        ? seen
        : {
            ...seen,
            entries: seen.entries.map((one) =>
              one.level === 'pud' ? { ...one, bits: one.bits.replace('y', '') } : one,
            ),
          },
  },
  {
    name: 'dax-page-is-nothing',
    says: 'pagemap does not know that a PTE maps a page of a file, where that is a file on DAX (before v6.15)',
    cites: 'v6.12 fs/proc/task_mmu.c pte_to_pagemap_entry(): vm_normal_page() has no page for a devmap entry',
    when: ({ uname }) => versionOf(uname) < versionOf('6.15'),
    mask: ofPages((run) =>
      run.kind === '' && run.mapcount === 0 && !run.flags.includes('H') ? without(run, 'F') : run,
    ),
  },
  {
    name: 'no-pagemap-scan',
    says: 'nothing tells a leaf from PTEs, nor the zero page by pagemap alone (before v6.7)',
    cites: 'fs/proc/task_mmu.c, PAGEMAP_SCAN',
    when: ({ features }) => features['scan'] !== true,
    mask: ofPages((run) => {
      // What the other masks do to a leaf, and to the huge zero folio, must be done to all that may be one: without root, to
      // all.
      const { kind = 'Tz' } = run;
      const unseen = ['H', 'Z', ...(kind.includes('T') ? ['X'] : []), ...(kind.includes('z') ? ['F'] : [])];
      return unseen.reduce(without, run);
    }),
  },
  {
    name: 'rss-in-batches',
    says: 'counters of an mm are kept by CPU, and added up only now and then (v6.2 to v6.16)',
    cites: 'include/linux/mm.h get_mm_counter(), percpu_counter_read_positive()',
    when: ({ features }) => features['rssexact'] !== true,
    mask: ({ rss: _rss, ...seen }) => seen,
  },
];

/** The quirks of a kernel. */
export const quirksFor = (header: Header): readonly Quirk[] => QUIRKS.filter(({ when }) => when?.(header) ?? true);

export const masked = (quirks: readonly Quirk[], seen: ProcessSeen): ProcessSeen =>
  quirks.reduce((made, { mask }) => mask(made), seen);
