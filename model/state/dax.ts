/**
 * Files of a DAX file system: their entries in i_pages, the association of pages with files, where the blocks of a file
 * are, and a truncation that waits. Mirrors fs/dax.c (the bits of an entry), include/linux/mm_types.h struct folio
 * (mapping, and the union of index and share), v7.1. Stubbed: extents, as one word a page of a file.
 */
import { entry, flag, oneOf, shownAs, table, upTo } from '../../checker/search/index.ts';
import { DAX_FILE_STRIDE, DEVICE_FRAMES, FRAME_MAX, type Geometry } from './geometry.ts';
import type { Memmap } from './memmap.ts';

const pfn = upTo(FRAME_MAX);

/** What is written to the union, at most: an index, or a share count that leaks a little. */
export const SHARE_MAX = 15;

export const DaxKind = oneOf('none', 'empty', 'zero', 'mapped');
/**
 * An entry of i_pages. `pmd`: DAX_PMD, what it says of its size. `multi`: its place in the tree is that of all pages of a
 * PMD, and it stands at the first. `dirty`: PAGECACHE_TAG_DIRTY.
 */
const daxEntry = entry('daxEntry')({ kind: DaxKind, pmd: flag, multi: flag, pfn, dirty: flag });
export const DaxEntry = shownAs(daxEntry, (e) => {
  const kind = DaxKind.names[daxEntry.kind(e)]!;
  if (kind === 'none') return kind;
  const small = daxEntry.multi(e) === 1 ? 'PTE entry in the place of a PMD' : 'PTE entry';
  const size = daxEntry.pmd(e) === 1 ? 'PMD entry' : small;
  const what = kind === 'mapped' ? `frame ${daxEntry.pfn(e)}` : kind;
  return `${size}, ${what}${daxEntry.dirty(e) === 1 ? ', dirty' : ''}`;
});
export type DaxEntry = ReturnType<typeof DaxEntry.of>;

export const ExtentKind = oneOf('hole', 'unwritten', 'written');
/** Where a page of a file is. */
const extent = entry('extent')({ kind: ExtentKind, pfn });
export const Extent = shownAs(extent, (e) => {
  const kind = ExtentKind.names[extent.kind(e)]!;
  return kind === 'hole' ? kind : `block ${extent.pfn(e)}, ${kind}`;
});
export type Extent = ReturnType<typeof Extent.of>;

/**
 * folio->mapping, as file + 1, and the union of folio->index and folio->share: the index while there is a mapping, the
 * number of files that share it while there is none. Before v6.15 each page has both; `shared` is
 * PAGE_MAPPING_DAX_SHARED, which tells a shared page then.
 */
const daxOwner = entry('daxOwner')({ mapping: upTo(3), indexOrShare: upTo(SHARE_MAX), shared: flag });
export const DaxOwner = shownAs(daxOwner, (e) => {
  const n = daxOwner.indexOrShare(e);
  if (daxOwner.mapping(e) > 0) return `file ${daxOwner.mapping(e) - 1}, index ${n}`;
  if (daxOwner.shared(e) === 1) return `PAGE_MAPPING_DAX_SHARED, share ${n}`;
  return n === 0 ? 'none' : `no mapping, share ${n}`;
});
export type DaxOwner = ReturnType<typeof DaxOwner.of>;

export const CutKind = oneOf('truncate', 'punch', 'evict');
/** A truncation, a hole punch, or the end of an inode, that waits in dax_break_layout() until a page is idle. */
const cut = entry('cut')({ waits: flag, kind: CutKind, file: upTo(2), from: upTo(15), to: upTo(15), pfn });
export const Cut = shownAs(cut, (e) => {
  if (cut.waits(e) === 0) return 'none';
  const what = `${CutKind.names[cut.kind(e)]!} of file ${cut.file(e)}, pages ${cut.from(e)}..${cut.to(e) - 1}`;
  return `${what}, waits until page ${cut.pfn(e)} is idle`;
});
export type Cut = ReturnType<typeof Cut.of>;

/** What a WARN_ON_ONCE() of fs/dax.c found in an operation: the first of them, and the page. */
export const DaxFault = oneOf('none', 'large', 'used', 'owned', 'let go in use', 'other size');
const daxWarning = entry('daxWarning')({ fault: DaxFault, pfn });
const FOUND: Readonly<Record<string, string>> = {
  large: 'becomes a part of a folio, and is one of a large folio',
  used: 'becomes a part of a folio, and is in use',
  owned: 'is associated with a file, and has one',
  'let go in use': 'is let go, and is in use',
  'other size': 'is shared by an entry of another size than its folio',
};
export const DaxWarning = shownAs(daxWarning, (e) => {
  const fault = DaxFault.names[daxWarning.fault(e)]!;
  return fault === 'none' ? 'nothing' : `page ${daxWarning.pfn(e)} ${FOUND[fault]!}`;
});

/** Tables of DAX files; without files they have no rows. Row file * pages + index, or frame - DEVICE_FRAMES. */
export const daxTables = (g: Geometry, map: Memmap) => {
  const files = g.daxFiles.length;
  const pages = g.daxFilePages;
  const pageOf = (row: number): string => `file ${Math.trunc(row / pages)} page ${row % pages}`;
  return {
    daxEntry: table(files * pages, DaxEntry, (row) => `${pageOf(row)} in i_pages`),
    extent: table(files * pages, Extent, pageOf),
    daxOwner: table(files === 0 ? 0 : map.frames, DaxOwner, (row) => `page ${row + DEVICE_FRAMES} of`),
    /** mapping->nrpages */
    nrpages: table(files, upTo(2 * DAX_FILE_STRIDE - 1), (row) => `file ${row} nrpages`),
    cut: table(files === 0 ? 0 : 1, Cut, () => 'breaking layouts'),
  };
};
