/** What a user tells apart by smaps, and by pagemap beside it: pairs that differ in what maps memory. */
import { describe, expect, it } from '@effect/vitest';
import { MmIds, PageKind } from '../../../model/state/memmap.ts';
import { Mm, type MmView, type Pte } from '../../../model/state/mm_types.ts';
import { observedByUser } from '../../../spec/observed.ts';
import {
  allocated,
  faultLeaf,
  FILE,
  memory,
  migrating,
  migration,
  mixed,
  mmState,
  none,
  PAGE,
  type Piece,
  privateEntry,
  PRIVATE,
  stateOn,
  swapEntry,
  swapSlot,
  table,
  thp,
  THP,
} from '../../support/mm_state.ts';
import { inUse, mapcount, maps, mapsLeaf, page } from '../../support/observed_state.ts';
import { toldBy } from '../../support/told.ts';

const told = toldBy(observedByUser(mmState()));

const HUGE = 'Anonymous 2, AnonHugePages 2';
const hwpoisonEntry = (pfn: number): Pte => swapEntry(pfn, { protnone: 1 });

interface Pair {
  readonly what: string;
  readonly a: readonly Piece[];
  readonly b: readonly Piece[];
  readonly seen: readonly string[];
}

describe('a user', () => {
  it.each<Pair>([
    {
      what: 'that an entry is dirty',
      a: maps(memory(PAGE, { dirty: 1 })),
      b: maps(memory(PAGE)),
      seen: [
        'parent vma 0 in smaps: Rss 1, Private_Dirty 1, Anonymous 1 | Rss 1, Private_Clean 1, Anonymous 1',
        'parent vma 0 in smaps: Pss 1.00, Pss_Dirty 1.00 | Pss 1.00',
      ],
    },
    {
      what: 'that a page was referenced',
      a: maps(memory(PAGE, { young: 1 })),
      b: maps(memory(PAGE)),
      seen: [
        'parent vma 0 in smaps: Rss 1, Private_Clean 1, Referenced 1, Anonymous 1 | Rss 1, Private_Clean 1, Anonymous 1',
      ],
    },
    {
      what: 'that MADV_FREE has given a page up',
      a: [...maps(memory(PAGE)), page(PAGE, { kind: PageKind.anon })],
      b: maps(memory(PAGE)),
      seen: [
        'parent vma 0 in smaps: Rss 1, Private_Clean 1, Anonymous 1, LazyFree 1 | Rss 1, Private_Clean 1, Anonymous 1',
      ],
    },
    {
      what: 'that others map a page',
      a: [...maps(memory(PAGE)), mapcount(PAGE, 1)],
      b: [...maps(memory(PAGE)), mapcount(PAGE, 2)],
      seen: [
        'parent page 0 in pagemap: present, exclusively mapped | present',
        'parent vma 0 in smaps: Rss 1, Private_Clean 1, Anonymous 1 | Rss 1, Shared_Clean 1, Anonymous 1',
        'parent vma 0 in smaps: Pss 1.00 | Pss 0.50',
      ],
    },
    {
      what: 'that others have a page in swap',
      a: [...maps(swapEntry(0)), swapSlot(0, { count: 2, written: 1 })],
      b: [...maps(swapEntry(0)), swapSlot(0, { count: 1, written: 1 })],
      seen: ['parent vma 0 in smaps: SwapPss 0.50 | SwapPss 1.00'],
    },
    {
      what: 'whether memory is mapped, or in swap, under way, of a device, or broken',
      a: maps(memory(PAGE), migrating(PAGE + 1)),
      b: maps(memory(PAGE), none),
      seen: [
        'parent page 1: memory of parent page 1 | nothing',
        'parent page 1 in pagemap: swapped | nothing',
        'parent vma 0 in smaps: Rss 2, Shared_Clean 1, Private_Clean 1, Anonymous 2 | Rss 1, Private_Clean 1, Anonymous 1',
        'parent vma 0 in smaps: Pss 2.00 | Pss 1.00',
      ],
    },
    {
      what: 'that a page is broken, and counts as mapped by others',
      a: maps(hwpoisonEntry(PAGE)),
      b: maps(none),
      seen: [
        'parent page 0: broken memory | nothing',
        'parent page 0 in pagemap: swapped | nothing',
        'parent vma 0 in smaps: Rss 1, Shared_Clean 1, Anonymous 1 | nothing',
        'parent vma 0 in smaps: Pss 1.00 | nothing',
      ],
    },
    {
      what: 'that a page is dirty that is broken',
      a: [...maps(hwpoisonEntry(PAGE)), page(PAGE, { kind: PageKind.anon, swapbacked: 1, dirty: 1 })],
      b: maps(hwpoisonEntry(PAGE)),
      seen: [
        'parent vma 0 in smaps: Rss 1, Shared_Dirty 1, Anonymous 1 | Rss 1, Shared_Clean 1, Anonymous 1',
        'parent vma 0 in smaps: Pss 1.00, Pss_Dirty 1.00 | Pss 1.00',
      ],
    },
    {
      what: 'that others map a page on a device, which smaps takes for present',
      a: [...maps(privateEntry(PRIVATE)), page(PRIVATE, { kind: PageKind.anon, swapbacked: 1 }), mapcount(PRIVATE, 1)],
      b: [...maps(privateEntry(PRIVATE)), page(PRIVATE, { kind: PageKind.anon, swapbacked: 1 }), mapcount(PRIVATE, 2)],
      seen: [
        'parent vma 0 in smaps: Rss 1, Private_Clean 1, Anonymous 1 | Rss 1, Shared_Clean 1, Anonymous 1',
        'parent vma 0 in smaps: Pss 1.00 | Pss 0.50',
      ],
    },
    {
      what: 'that others map the first page of a leaf, which stands for all in pagemap',
      a: [...mapsLeaf(thp({})), mapcount(THP, 1)],
      b: [...mapsLeaf(thp({})), mapcount(THP, 2)],
      seen: [
        'parent page 0 in pagemap: present, exclusively mapped, huge | present, huge',
        'parent page 1 in pagemap: present, exclusively mapped, huge | present, huge',
        `parent vma 0 in smaps: Rss 2, Private_Clean 2, ${HUGE} | Rss 2, Shared_Clean 1, Private_Clean 1, ${HUGE}`,
        'parent vma 0 in smaps: Pss 2.00 | Pss 1.50',
      ],
    },
    {
      what: 'that others map another page of a leaf, in smaps alone',
      a: [...mapsLeaf(thp({})), mapcount(THP, 1), mapcount(THP + 1, 1)],
      b: [...mapsLeaf(thp({})), mapcount(THP, 1), mapcount(THP + 1, 2)],
      seen: [
        `parent vma 0 in smaps: Rss 2, Private_Clean 2, ${HUGE} | Rss 2, Shared_Clean 1, Private_Clean 1, ${HUGE}`,
        'parent vma 0 in smaps: Pss 2.00 | Pss 1.50',
      ],
    },
    {
      what: 'a leaf under way from PTEs that are',
      a: mapsLeaf(migration({}), allocated(0), (s) => s.mm.put(0, Mm.mkNrPtes(s.mm.at(0), 1))),
      b: mapsLeaf(table({ page: 0 }, migrating(THP), migrating(THP + 1))),
      seen: [
        'parent page 0 in pagemap: swapped, huge | swapped',
        'parent page 1 in pagemap: swapped, huge | swapped',
        `parent vma 0 in smaps: Rss 2, Shared_Clean 2, ${HUGE} | Rss 2, Shared_Clean 2, Anonymous 2`,
      ],
    },
    {
      what: 'a leaf of memory from PTEs for it',
      a: [
        inUse,
        mixed({ pages: [0, 2] }),
        faultLeaf({ pfn: FILE, special: 0 }),
        allocated(0),
        (s) => s.mm.put(0, Mm.mkNrPtes(s.mm.at(0), 1)),
      ],
      b: [inUse, mixed({ pages: [0, 2] }), table({ page: 0 }, memory(FILE), memory(FILE + 1))],
      seen: [
        'parent page 0 in pagemap: present, huge | present',
        'parent page 1 in pagemap: present, huge | present',
        'parent vma 0 in smaps: Rss 2, Private_Clean 2, ShmemPmdMapped 2 | Rss 2, Private_Clean 2',
      ],
    },
  ])('sees $what', ({ a, b, seen }) => {
    expect(told(mmState(...a), mmState(...b))).toEqual(seen);
  });
});

const leafWithoutMapcounts = (shared: 0 | 1): MmView =>
  stateOn(
    { pageMapcount: false },
    ...mapsLeaf(thp({})),
    (s) => s.largeMapcount.put(1, 2),
    (s) => s.mmIds.put(1, MmIds.of({ id0: 1, shared })),
  );
it('sees who owns a large folio where its pages are not counted', () => {
  expect(told(leafWithoutMapcounts(0), leafWithoutMapcounts(1))).toEqual([
    'parent page 0 in pagemap: present, exclusively mapped, huge | present, huge',
    'parent page 1 in pagemap: present, exclusively mapped, huge | present, huge',
    `parent vma 0 in smaps: Rss 2, Private_Clean 2, ${HUGE} | Rss 2, Shared_Clean 2, ${HUGE}`,
  ]);
});
