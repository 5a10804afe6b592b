/** What no release here has, where memory breaks: see what_ifs.ts. */
import { asItIs, type Toggle } from '../series/toggles.ts';

export const HWPOISON_WHAT_IFS: readonly Toggle[] = [
  {
    name: 'free-hwpoison',
    says: 'what comes of a large folio that is freed with a page that is known to be broken; a what-if',
    cites: 'v7.1 mm/page_alloc.c free_pages_prepare() (PageHWPoison(page) && !order), check_new_pages()',
    values: [
      asItIs('given-out', 'it is given out again, if nobody checks what is given out'),
      { value: 'kept', says: 'nobody gets it any more', patch: { allocates_poison: () => () => false } },
    ],
  },
];
