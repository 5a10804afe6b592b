/** What calls on an open file tell: mincore(), cachestat(), lseek(SEEK_HOLE), FIEMAP, and that a truncation has not returned yet. */
import { Cut, DaxEntry, DaxKind, Extent } from '../../model/state/dax.ts';
import type { MmView } from '../../model/state/mm_types.ts';
import { counted, type Observable, range } from './observable.ts';

/** Of FS-DAX: nr_evicted of cachestat(2) counts entries that are values (filemap_cachestat()), each for its size. */
const entryOf = (e: DaxEntry): number => (DaxEntry.kind(e) === DaxKind.none ? 0 : 1 + DaxEntry.multi(e));

/** What a truncation, a hole punch or the end of an inode is about that waits. */
const waiting = (e: Cut): number => Cut.mkPfn(e, 0);

export const seenOfFiles = (s: MmView): readonly Observable<MmView>[] => [
  ...range(s.iPages.rows).map((page): Observable<MmView> => ({
    aspect: 'mapping',
    where: `page ${page} of the file`,
    read: (v) => (v.iPages.at(page) === 0 ? 0 : 1),
    show: (code) => (code === 0 ? 'not in core' : 'in core'),
  })),
  ...range(s.extent.rows).flatMap((row): readonly Observable<MmView>[] => {
    const { daxFilePages } = s.geometry;
    const where = `page ${row % daxFilePages} of DAX file ${Math.trunc(row / daxFilePages)}`;
    return [
      { aspect: 'mapping', where, read: (v) => v.extent.at(row), show: (code) => Extent.show(code) },
      counted<MmView>(`${where} nr_evicted`, (v) => entryOf(v.daxEntry.at(row))),
    ];
  }),
  ...range(s.cut.rows).map((): Observable<MmView> => ({
    aspect: 'result',
    where: 'has not returned yet',
    read: (v) => waiting(v.cut.at(0)),
    show: (code) => Cut.show(code),
  })),
];
