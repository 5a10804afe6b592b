/** What a user can tell two states apart by: pairs that differ in one word, and what is seen of it. */
import { describe, expect, it } from '@effect/vitest';
import { LookupStage } from '../../model/state/lookups.ts';
import { DEVICE_FRAMES } from '../../model/state/geometry.ts';
import { Hwpoison, MmIds, PageKind, Vmstat } from '../../model/state/memmap.ts';
import { Mm, type MmView, Pin, Prot, PtePage, Result } from '../../model/state/mm_types.ts';
import { observedByUser } from '../../spec/observed.ts';
import { inUse, maps, page } from '../support/observed_state.ts';
import { toldBy } from '../support/told.ts';
import { copied, dmaMapping, goesBy, guestPage, hasFound, held } from '../support/lookup_state.ts';
import {
  allocated,
  anon,
  child,
  CHILD,
  device,
  faultLeaf,
  file,
  FILE,
  lockedPages,
  memory,
  migrating,
  migration,
  mlocked,
  mmState,
  noted,
  PAGE,
  type Piece,
  privateEntry,
  PRIVATE,
  pte,
  reached,
  returned,
  shmem,
  swapEntry,
  swapSlot,
  table,
  thp,
  ZERO_PAGE,
} from '../support/mm_state.ts';

const told = toldBy(observedByUser(mmState()));

const refcount =
  (pfn: number, n: number): Piece =>
  (s) =>
    s.refcount.put(pfn - DEVICE_FRAMES, n);
const pinOf =
  (pfn: number): Piece =>
  (s) =>
    s.pin.put(0, Pin.of({ taken: 1, pfn }));
const vmstat =
  (item: number, pages: number): Piece =>
  (s) =>
    s.vmstat.put(item, pages);

interface Pair {
  readonly what: string;
  readonly a: readonly Piece[];
  readonly b: readonly Piece[];
}
const state = (pieces: readonly Piece[]): MmView => mmState(...pieces);

describe('a user', () => {
  it.each<Pair & { readonly seen: readonly string[] }>([
    {
      what: 'a counter of the machine',
      a: [vmstat(Vmstat.NR_FILE_PMDMAPPED, 2)],
      b: [],
      seen: ['NR_FILE_PMDMAPPED: 2 | 0'],
    },
    {
      what: 'which page of a file an access finds',
      a: [inUse, reached(FILE)],
      b: [inUse, reached(FILE + 1)],
      seen: ['finds: page 0 of the shmem file | page 1 of the shmem file'],
    },
    {
      what: 'whose memory an access finds',
      a: [...maps(memory(PAGE), memory(PAGE + 1)), reached(PAGE)],
      b: [...maps(memory(PAGE), memory(PAGE + 1)), reached(PAGE + 1)],
      seen: ['finds: memory of parent page 0 | memory of parent page 1'],
    },
    {
      what: 'which frame of a device it accesses',
      a: [copied({ pfn: 1 })],
      b: [copied({ pfn: 2 })],
      seen: ['accesses the device by: frame 1 of the device | frame 2 of the device'],
    },
    {
      what: 'whose memory a page is, where two have changed places',
      a: [...maps(memory(PAGE), memory(PAGE + 1)), child, table({ mm: CHILD, page: 1 }, memory(PAGE))],
      b: [...maps(memory(PAGE), memory(PAGE + 1)), child, table({ mm: CHILD, page: 1 }, memory(PAGE + 1))],
      seen: ['child page 0: memory of parent page 0 | memory of parent page 1'],
    },
    {
      what: 'that what it has was not written to swap',
      a: [...maps(swapEntry(0)), swapSlot(0, { count: 1, written: 1 })],
      b: [...maps(swapEntry(0)), swapSlot(0, { count: 1 })],
      seen: [
        'parent page 0: memory of parent page 0 | what was in the swap slot before: its page was not written to it',
      ],
    },
    {
      what: 'that a page is mapped that is free',
      a: maps(memory(PAGE)),
      b: [...maps(memory(PAGE)), page(PAGE, { swapbacked: 1 })],
      seen: ['parent page 0: memory of parent page 0 | memory that is free', 'MemFree: 16 | 17'],
    },
    {
      what: 'VM_SOFTDIRTY',
      a: [anon({ pages: [0, 2] })],
      b: [anon({ pages: [0, 2], softClean: 1 })],
      seen: ['parent vma 0: anon pages 0..1 pgoff 0 RW private | anon pages 0..1 pgoff 0 RW private !VM_SOFTDIRTY'],
    },
    {
      what: 'VM_MAYWRITE',
      a: [shmem({ pages: [0, 2], prot: Prot.R })],
      b: [shmem({ pages: [0, 2], prot: Prot.R, mayWrite: 0 })],
      seen: ['parent vma 0: shmem pages 0..1 pgoff 0 R shared | shmem pages 0..1 pgoff 0 R shared !VM_MAYWRITE'],
    },
    {
      what: 'vm_pgoff of a file',
      a: [file({ pages: [0, 2] })],
      b: [file({ pages: [0, 2], pgoff: 1 })],
      seen: ['parent vma 0: file pages 0..1 pgoff 0 RW shared | file pages 0..1 pgoff 1 RW shared'],
    },
    { what: 'VM_LOCKED', a: [lockedPages({ pages: [0, 1] })], b: [], seen: ['parent vma at page 0: VM_LOCKED | none'] },
    {
      what: 'userfaultfd write protection',
      a: maps(memory(PAGE, { exclusive: 1 })),
      b: maps(memory(PAGE)),
      seen: ['parent page 0 in pagemap: present, uffd-wp | present'],
    },
    {
      what: 'in which mode accesses go',
      a: [device({ pages: [0, 1] }), table({ page: 0 }, pte(0, { cache: 3 }))],
      b: [device({ pages: [0, 1] }), table({ page: 0 }, pte(0, { cache: 1 }))],
      seen: ['parent page 0 is cached as: UC | WC'],
    },
    { what: 'a table that is lost', a: [allocated(3)], b: [], seen: ['PageTables: 2 | 1'] },
    { what: 'a page that is lost', a: [page(PAGE, { kind: PageKind.anon })], b: [], seen: ['MemFree: 19 | 20'] },
    {
      what: 'a copy in the swap cache',
      a: [swapSlot(1, { cached: PAGE })],
      b: [],
      seen: ['SwapFree: 3 | 4', 'SwapCached: 1 | 0'],
    },
    { what: 'a page that is mlocked', a: [mlocked(PAGE)], b: [], seen: ['Mlocked: 1 | 0'] },
    {
      what: 'a page that is given up as broken',
      a: [inUse, (s) => s.hwpoison.put(PAGE - DEVICE_FRAMES, Hwpoison.broken)],
      b: [inUse],
      seen: ['HardwareCorrupted: 1 | 0'],
    },
    {
      what: 'that a free page is given up as broken',
      a: [(s) => s.hwpoison.put(PAGE - DEVICE_FRAMES, Hwpoison.broken)],
      b: [],
      seen: ['MemFree: 19 | 20', 'HardwareCorrupted: 1 | 0'],
    },
    { what: 'a warning', a: [(s) => s.warnedCowWrite.put(0, 1)], b: [], seen: ['warn_count: 1 | 0'] },
    {
      what: 'what it finds by a pin',
      a: [...maps(memory(PAGE), memory(PAGE + 1)), pinOf(PAGE)],
      b: [...maps(memory(PAGE), memory(PAGE + 1)), pinOf(PAGE + 1)],
      seen: ['pin 0: memory of parent page 0 | memory of parent page 1'],
    },
    {
      what: 'what a guest finds',
      a: [guestPage(0, { pfn: 1 })],
      b: [guestPage(0, { pfn: 2, write: 0 })],
      seen: [
        'guest page 0: frame 1 of the device | frame 2 of the device',
        'guest page 0: reading and writing | reading',
      ],
    },
    {
      what: 'what a device finds',
      a: [dmaMapping(1, { pfn: 1, pages: 2 })],
      b: [dmaMapping(1, { pfn: 1 })],
      seen: ['device mapping 1 page 1: frame 2 of the device | nothing'],
    },
    {
      what: 'that a device is not sent a page',
      a: [noted(2)],
      b: [],
      seen: ['frame 2 of the device: is to be sent to it | is not sent to it'],
    },
    { what: 'a result', a: [returned(Result.EINVAL)], b: [], seen: ['returns: EINVAL | ok'] },
    {
      what: 'page tables of every level',
      a: [(s) => s.mm.put(0, Mm.mkNrPmds(s.mm.at(0), 2))],
      b: [],
      seen: ['parent VmPTE: 2 | 1'],
    },
  ])('sees $what', ({ a, b, seen }) => {
    expect(told(state(a), state(b))).toEqual(seen);
  });

  it.each<Pair>([
    { what: 'anon_vma', a: [anon({ pages: [0, 2], anonVma: 1 })], b: [anon({ pages: [0, 2] })] },
    { what: 'vm_pgoff without a file', a: [anon({ pages: [0, 2], pgoff: 3 })], b: [anon({ pages: [0, 2] })] },
    {
      what: 'vm_ops and vm_page_prot',
      a: [device({ pages: [0, 2], fault: 1, hugeFault: 1, pfnMkwrite: 1, cache: 3 })],
      b: [device({ pages: [0, 2] })],
    },
    { what: 'references', a: [inUse, refcount(PAGE, 3)], b: [inUse, refcount(PAGE, 2)] },
    { what: 'which frame it has', a: maps(memory(PAGE)), b: maps(memory(PAGE + 1)) },
    {
      what: 'which frame it finds',
      a: [...maps(memory(PAGE)), reached(PAGE)],
      b: [...maps(memory(PAGE + 1)), reached(PAGE + 1)],
    },
    {
      what: 'which swap slot it has',
      a: [...maps(swapEntry(0)), swapSlot(0, { count: 1, written: 1 })],
      b: [...maps(swapEntry(1)), swapSlot(1, { count: 1, written: 1 })],
    },
    {
      what: 'flags of what is special, or of zeroes',
      a: [
        device({ pages: [0, 1] }),
        table({ page: 0 }, pte(0, { young: 1, dirty: 1 }), memory(ZERO_PAGE, { special: 1, young: 1 })),
      ],
      b: [device({ pages: [0, 1] }), table({ page: 0 }, pte(0), memory(ZERO_PAGE, { special: 1 }))],
    },
    {
      what: 'how VM_PFNMAP is mapped, but by what its tables take',
      a: [
        device({ pages: [0, 2] }),
        faultLeaf({ pfn: 0 }),
        allocated(0),
        (s) => s.mm.put(0, Mm.mkNrPtes(s.mm.at(0), 1)),
      ],
      b: [device({ pages: [0, 2] }), table({ page: 0 }, pte(0), pte(1))],
    },
    {
      what: 'the index of a mode that has two',
      a: [device({ pages: [0, 1] }), table({ page: 0 }, pte(0, { cache: 4 }))],
      b: [device({ pages: [0, 1] }), table({ page: 0 }, pte(0, { cache: 0 }))],
    },
    { what: 'by which level a device was accessed', a: [copied({ level: 2, special: 0, write: 0 })], b: [copied()] },
    { what: 'a look-up in flight', a: [held(), hasFound(), goesBy()], b: [held({ stage: LookupStage.walked })] },
    {
      what: 'the order of a deposit list',
      a: [allocated(1)],
      b: [(s) => s.ptePage.put(1, PtePage.of({ allocated: 1, next: 2 }))],
    },
    { what: 'marks that only GUP reads', a: [(s) => s.mm.put(0, Mm.mkHasPinned(s.mm.at(0), 1))], b: [] },
    {
      what: 'PageAnonExclusive',
      a: [...maps(memory(PAGE)), page(PAGE, { kind: PageKind.anon, swapbacked: 1, anonExclusive: 1 })],
      b: maps(memory(PAGE)),
    },
    { what: 'who owns a large folio', a: [(s) => s.mmIds.put(0, MmIds.of({ id0: 1 }))], b: [] },
    {
      what: 'that a migration entry says exclusive',
      a: maps(migrating(PAGE, { exclusive: 1 })),
      b: maps(migrating(PAGE)),
    },
    {
      what: 'of a page on a device whether its entry is writable',
      a: [...maps(privateEntry(PRIVATE, { write: 1 })), page(PRIVATE, { kind: PageKind.anon })],
      b: [...maps(privateEntry(PRIVATE)), page(PRIVATE, { kind: PageKind.anon })],
    },
    {
      what: 'that a leaf migrates readable or exclusive',
      a: [anon({ pages: [0, 2] }), migration({ exclusive: 1 })],
      b: [anon({ pages: [0, 2] }), migration({})],
    },
    { what: 'the ghost of remap_pfn_range()', a: [thp({ byRemap: 1 })], b: [thp({})] },
    { what: 'notes of the model', a: [returned(Result.ok, 2), (s) => s.missed.put(0, 1)], b: [] },
  ])('does not see $what', ({ a, b }) => {
    expect(told(state(a), state(b))).toEqual([]);
  });
});
