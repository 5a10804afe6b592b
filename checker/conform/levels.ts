/** Where a comparison runs, and how much it can see there. */

export const MACHINES = ['plain', 'numa', 'pfnmap', 'dax', 'dax-1G', 'hugetlb-1G'] as const;
/** `live`: the running kernel. The others are virtual machines that the command starts itself. */
export type MachineName = 'live' | (typeof MACHINES)[number];

/** What each level adds; the highest one that kernel and user allow is taken unless another is asked. */
export const LEVELS = [
  { level: 0, says: 'results, errno, signals, data, page-table pages, VMAs, pagemap and PAGEMAP_SCAN' },
  { level: 1, says: 'as at 0, and mapcounts, kinds and frames of folios, as root' },
  { level: 2, says: 'as at 1, with knobs set as a scope needs them, and restored (--allow-knobs)' },
  {
    level: 3,
    says: 'in a virtual machine, as at 2, with page-table entries, deposits, references and pins',
  },
  { level: 4, says: 'as at 3, asked for by --level 4 with a debug kernel: its warnings end a run' },
] as const;
export type Level = (typeof LEVELS)[number]['level'];
