/** What no release here has, where GUP faults pages in: see what_ifs.ts. */
import { asItIs, type Toggle } from '../series/toggles.ts';

export const GUP_WHAT_IFS: readonly Toggle[] = [
  {
    name: 'unshare-missing',
    says: 'what a fault that is to unshare (FAULT_FLAG_UNSHARE) makes of a page that is not mapped; a what-if',
    cites: 'v7.1 mm/memory.c do_fault() (asks for FAULT_FLAG_WRITE only), do_read_fault(), wp_huge_pmd()',
    values: [
      asItIs('reads', 'it maps the page as a read does, by a leaf where one fits'),
      { value: 'copies', says: 'it maps a copy, as a write does', patch: { unshare_copies_missing: () => () => true } },
    ],
  },
];
