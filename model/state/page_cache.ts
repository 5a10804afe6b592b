/**
 * The page cache of a file as a table, in worlds that want one: which frame each of its pages has, so that another may take
 * its place. Mirrors include/linux/fs.h struct address_space, v7.1: i_pages, nrpages, nr_thps. In every other world page i
 * of a file is always the same frame, and has no row here.
 */
import { entry, shownAs, table, upTo } from '../../checker/search/index.ts';
import { type Counter, counter } from './counter.ts';
import { FRAME_MAX, type Geometry } from './geometry.ts';

/** The frame of a page of the file; 0 is a hole, since frame 0 is no memory. */
const CachedPage = {
  ...upTo(FRAME_MAX),
  show: (code: number): string => (code === 0 ? 'a hole' : `page ${code}`),
};

/** nrpages, which may go wrong, and sticks. */
export const NrPages: Counter = counter(15);

/**
 * `nrThps`: huge folios of a file system that knows none (CONFIG_READ_ONLY_THP_FOR_FS): an open for writing empties the
 * page cache if there are any.
 */
const addressSpace = entry('addressSpace')({ nrpages: NrPages, nrThps: upTo(7) });
export const AddressSpace = shownAs(addressSpace, (e) => {
  const pages = `nrpages ${NrPages.valueOf(addressSpace.nrpages(e))}`;
  return addressSpace.nrThps(e) === 0 ? pages : `${pages}, nr_thps ${addressSpace.nrThps(e)}`;
});

/** Tables of the file with a table; without one they have no rows. */
export const pageCacheTables = ({ pageCache }: Geometry) => ({
  /** Row: the page of the file. */
  iPages: table(pageCache?.pages ?? 0, CachedPage, (row) => `i_pages[${row}]`),
  addressSpace: table(pageCache === undefined ? 0 : 1, AddressSpace, () => 'address_space'),
});
