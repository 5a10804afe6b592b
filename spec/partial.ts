/** I-PARTIAL: flags are on pages that can have them. */
import type { Always } from '../checker/search/index.ts';
import { DEVICE_FRAMES } from '../model/state/geometry.ts';
import { Page, PageKind } from '../model/state/memmap.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { NONE } from './reading.ts';

const isRight = (page: Page): boolean => {
  if (Page.kind(page) === PageKind.free) return page === 0;
  return Page.partiallyMapped(page) === 0 || (Page.head(page) === 1 && Page.kind(page) === PageKind.anon);
};

const wrongPage = (s: MmView): number => {
  for (let row = 0; row < s.page.rows; row++) if (!isRight(s.page.at(row))) return row;
  return NONE;
};

const anyPage = (s: MmView): boolean => {
  for (let row = 0; row < s.page.rows; row++) if (s.page.at(row) !== 0) return true;
  return false;
};

/** A free page shows as free whatever its flags, so they are told as those of an anonymous one. */
const flagsOf = (page: Page): string =>
  Page.kind(page) === PageKind.free
    ? `free, with the flags of ${Page.show(Page.mkKind(page, PageKind.anon))}`
    : Page.show(page);

export const partial: Always<MmView> = {
  kind: 'always',
  name: 'I-PARTIAL',
  says: 'Only a large anonymous folio is partially mapped, and a free page has no flag at all.',
  cites:
    'v7.1 mm/huge_memory.c deferred_split_folio() (VM_WARN_ON_FOLIO(!folio_test_anon(folio))), mm/rmap.c ' +
    '__folio_remove_rmap(); mm/page_alloc.c free_pages_prepare(), include/linux/page-flags.h PAGE_FLAGS_CHECK_AT_PREP',
  subject: anyPage,
  holds: (s) => wrongPage(s) === NONE,
  explain: (s) => {
    const row = wrongPage(s);
    return `page ${row + DEVICE_FRAMES} is ${flagsOf(s.page.at(row))}`;
  },
};
