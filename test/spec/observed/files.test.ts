/** What a user sees of files whose page cache is a table, of FS-DAX, of a PCI BAR, and of VM_PAT. */
import { describe, expect, it } from '@effect/vitest';
import { Cut, CutKind, DaxEntry, DaxKind, DaxOwner, Extent, ExtentKind } from '../../../model/state/dax.ts';
import { blocks, DEVICE_FRAMES, type Geometry, SMALL } from '../../../model/state/geometry.ts';
import { Page, PageKind } from '../../../model/state/memmap.ts';
import { Memtype, VmaTrack } from '../../../model/state/memtypes.ts';
import { Uffd } from '../../../model/state/mm_types.ts';
import { AddressSpace } from '../../../model/state/page_cache.ts';
import { observedByUser } from '../../../spec/observed.ts';
import {
  cached,
  cacheGeometry,
  type CachePiece,
  registered,
  stateWith,
  wroteBack,
} from '../../support/page_cache_state.ts';
import { memory } from '../../support/mm_state.ts';
import { toldBy } from '../../support/told.ts';

const toldOf =
  (geometry: Geometry) =>
  (a: readonly CachePiece[], b: readonly CachePiece[]): readonly string[] =>
    toldBy(observedByUser(stateWith(geometry)))(stateWith(geometry, ...a), stateWith(geometry, ...b));

const gone: CachePiece = (s) => s.iPages.put(0, 0);

describe('of a page cache', () => {
  const shmem = toldOf(cacheGeometry('shmem'));
  const file = toldOf(cacheGeometry('file'));

  it('is seen which page of the file a frame is now', () => {
    const maps = registered(0, Uffd.wp, memory(20));
    expect(shmem([cached(0, 20), cached(1, 21), maps], [cached(0, 21), cached(1, 20), maps])).toEqual([
      'parent page 0: page 0 of the shmem file | page 1 of the shmem file',
    ]);
    expect(
      shmem([cached(0, 20), cached(1, 21), maps], [cached(0, 21), cached(1, 20), registered(0, Uffd.wp, memory(21))]),
    ).toEqual([]);
  });
  it('is seen that a page is no more of the file', () => {
    const maps = registered(0, Uffd.wp, memory(20));
    expect(shmem([cached(0, 20), maps], [cached(0, 20), maps, gone])).toEqual([
      'parent page 0: page 0 of the shmem file | memory that no file has',
      'page 0 of the file: in core | not in core',
    ]);
  });
  it('is seen how large its folios are, what is dirty, and what is written', () => {
    const huge = cached(0, 16, { pages: 2, dirty: 1 });
    expect(file([huge, wroteBack(16)], [cached(0, 16), cached(1, 17)])).toEqual([
      'Dirty: 2 | 0',
      'FileHugePages: 2 | 0',
      'nr_written: 2 | 0',
    ]);
  });
  it('is seen what a userfaultfd is registered for, and no counter of address_space', () => {
    expect(shmem([registered(0, Uffd.wp)], [registered(0, Uffd.missing)])).toEqual([
      'parent vma at page 0: userfaultfd: wp | userfaultfd: missing',
      'parent vma at page 1: userfaultfd: wp | userfaultfd: missing',
    ]);
    expect(shmem([(s) => s.addressSpace.put(0, AddressSpace.of({ nrpages: 3, nrThps: 1 }))], [])).toEqual([]);
  });
});

const FIRST = DEVICE_FRAMES;
const block =
  (row: number, kind: number, pfn: number): CachePiece =>
  (s) =>
    s.extent.put(row, Extent.of({ kind, pfn }));
const entry =
  (row: number, pfn: number): CachePiece =>
  (s) =>
    s.daxEntry.put(row, DaxEntry.of({ kind: DaxKind.mapped, pfn }));
const waits =
  (pfn: number): CachePiece =>
  (s) =>
    s.cut.put(0, Cut.of({ waits: 1, kind: CutKind.punch, file: 1, from: 0, to: 1, pfn }));
const owner: CachePiece = (s) => s.daxOwner.put(0, DaxOwner.of({ mapping: 1 }));

describe('of FS-DAX', () => {
  const fsdax = toldOf({
    ...SMALL,
    puds: 1,
    memory: [...blocks('fsdax', 1, 2), ...blocks('zero page', 1, 1)],
    daxFiles: ['written', 'hole'],
    daxFilePages: 2,
  });
  it('are seen blocks, entries, and a call that waits', () => {
    expect(fsdax([block(0, ExtentKind.written, FIRST)], [block(0, ExtentKind.unwritten, FIRST)])).toEqual([
      `page 0 of DAX file 0: block ${FIRST}, written | block ${FIRST}, unwritten`,
    ]);
    expect(fsdax([entry(3, FIRST)], [])).toEqual(['page 1 of DAX file 1 nr_evicted: 1 | 0']);
    expect(fsdax([waits(FIRST)], [])).toHaveLength(1);
  });
  it('is not seen which page an entry has, whom it belongs to, and which one is waited for', () => {
    expect(fsdax([entry(3, FIRST)], [entry(3, FIRST + 1)])).toEqual([]);
    expect(fsdax([waits(FIRST)], [waits(FIRST + 1)])).toEqual([]);
    expect(fsdax([owner, (s) => s.nrpages.put(0, 1)], [])).toEqual([]);
  });
});

it('is seen how much of a PCI BAR is free, and not who refers to it', () => {
  const bar = toldOf({ ...SMALL, puds: 1, memory: blocks('p2pdma', 1, 2) });
  expect(bar([(s) => s.page.put(0, Page.of({ kind: PageKind.p2pdma }))], [])).toEqual(['p2pmem/available: 1 | 2']);
  expect(bar([(s) => s.pgmapRef.put(0, 1)], [])).toEqual([]);
});

it('is seen VM_PAT, and no reservation', () => {
  const pat = toldOf({ ...SMALL, puds: 1, memtypes: 2 });
  expect(pat([(s) => s.vmaTrack.put(1, VmaTrack.of({ pat: 1 }))], [])).toEqual([
    'parent vma at page 1: VM_PAT | !VM_PAT',
  ]);
  expect(
    pat([(s) => s.vmaTrack.put(1, VmaTrack.of({ ctx: 1 })), (s) => s.memtype.put(0, Memtype.of({ frames: 1 }))], []),
  ).toEqual([]);
});
