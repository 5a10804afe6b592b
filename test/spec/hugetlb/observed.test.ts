/** What a user can tell two states of hugetlb apart by: pairs that differ in one word, and what is seen of it. */
import { describe, expect, it } from '@effect/vitest';
import { Folio, Pin, Reserved, Translation, Uffd } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { hugetlbObservedByUser } from '../../../spec/hugetlb/observed.ts';
import { toldBy } from '../../support/told.ts';
import {
  anonFolio,
  cached,
  child,
  CHILD,
  type HugetlbPiece,
  hugetlbState,
  hwpoison,
  leaf,
  marker,
  off,
  privateVma,
  returned,
  sharedTable,
  vma,
} from '../../support/hugetlb_state.ts';

const told = toldBy(hugetlbObservedByUser(hugetlbState()));

const translation = (pfn: number): Translation => Translation.of({ valid: 1, pfn, write: 1, size: 1 });
const inTlb =
  (pfn: number): HugetlbPiece =>
  (s) =>
    s.tlb.put(0, translation(pfn));
const inGuest =
  (pfn: number, size = 1): HugetlbPiece =>
  (s) =>
    s.guest.put(0, Translation.mkSize(translation(pfn), size));
const pinOf =
  (pfn: number): HugetlbPiece =>
  (s) =>
    s.pin.put(0, Pin.of({ taken: 1, pfn }));
const FILE: readonly HugetlbPiece[] = [cached(0, 0), cached(1, 1), vma()];

interface Pair {
  readonly what: string;
  readonly a: readonly HugetlbPiece[];
  readonly b: readonly HugetlbPiece[];
}

describe('a user of hugetlb', () => {
  it.each<Pair & { readonly seen: readonly string[] }>([
    {
      what: 'which page of a file it has',
      a: [...FILE, leaf({ page: 0, pfn: 1 })],
      b: [...FILE, leaf({ page: 0, pfn: 2 })],
      seen: ['parent page 0: page 1 of file 0 | page 2 of file 0'],
    },
    {
      what: 'whose memory it has',
      a: [anonFolio(0), privateVma(), leaf({ page: 0, pfn: 0 }), child, leaf({ mm: CHILD, page: 0, pfn: 0 })],
      b: [anonFolio(0), privateVma(), leaf({ page: 0, pfn: 0 }), child, leaf({ mm: CHILD, page: 0, pfn: 1 })],
      seen: ['child page 0: memory of parent page 0 | memory of child page 0'],
    },
    {
      what: 'a free hugepage that is mapped',
      a: [vma(), leaf({ page: 0, pfn: 0 })],
      b: [cached(0, 0), vma(), leaf({ page: 0, pfn: 0 })],
      seen: [
        'parent page 0: memory that is free | page 0 of file 0',
        'HugePages_Free: 3 | 2',
        'file 0 st_size: 0 | 2',
        'file 0 st_blocks: 0 | 1',
      ],
    },
    {
      what: 'a translation that is too old',
      a: [...FILE, leaf({ page: 0, pfn: 0 }), inTlb(1)],
      b: [...FILE, leaf({ page: 0, pfn: 0 })],
      seen: ['parent page 0: page 1 of file 0 | page 0 of file 0'],
    },
    {
      what: 'what a guest finds, and by how large a leaf',
      a: [...FILE, inGuest(0, 2)],
      b: [...FILE, inGuest(1)],
      seen: [
        'guest page 0: page 0 of file 0 | page 1 of file 0',
        'guest pages in leaves of 2: 1 | 0',
        'guest pages in leaves of 1: 0 | 1',
      ],
    },
    {
      what: 'what it finds by a pin',
      a: [...FILE, pinOf(0)],
      b: [...FILE, pinOf(1)],
      seen: ['pin 0: page 0 of file 0 | page 1 of file 0'],
    },
    {
      what: 'that others map a page',
      a: [...FILE, leaf({ page: 0, pfn: 0 })],
      b: [...FILE, leaf({ page: 0, pfn: 0 }), off('entireMapcount', 0, 1)],
      seen: ['parent vma 0 mapmax: 0 | 2', 'parent page 0 in pagemap: present, exclusively mapped | present'],
    },
    {
      what: 'how many others map the page that most do',
      a: [...FILE, leaf({ page: 0, pfn: 0 }), off('entireMapcount', 0, 1), leaf({ page: 4, pfn: 4 })],
      b: [...FILE, leaf({ page: 0, pfn: 0 }), off('entireMapcount', 0, 2), leaf({ page: 4, pfn: 4 })],
      seen: ['parent vma 0 mapmax: 2 | 3'],
    },
    {
      what: 'that others map the first page of a leaf, which stands for all',
      a: [...FILE, leaf({ page: 0, pfn: 0, size: 2 })],
      b: [...FILE, leaf({ page: 0, pfn: 0, size: 2 }), off('mapcount', 0, 1)],
      seen: [
        'parent vma 0 mapmax: 0 | 2',
        'parent page 0 in pagemap: present, exclusively mapped | present',
        'parent page 1 in pagemap: present, exclusively mapped | present',
      ],
    },
    {
      what: 'that an entry is dirty',
      a: [...FILE, leaf({ page: 0, pfn: 0, dirty: 1 })],
      b: [...FILE, leaf({ page: 0, pfn: 0 })],
      seen: ['parent vma 0 dirty: 1 | 0'],
    },
    {
      what: 'a marker',
      a: [vma(), marker({ page: 0 })],
      b: [vma(), marker({ page: 0 }, {})],
      seen: ['parent page 0 in pagemap: uffd-wp | nothing'],
    },
    {
      what: 'a page that is poisoned, or broken',
      a: [vma(), marker({ page: 0 }, { poisoned: 1 }), hwpoison({ page: 1 }, 1)],
      b: [vma(), marker({ page: 0 }, {})],
      seen: ['parent page 0: broken memory | nothing', 'parent page 1: broken memory | nothing'],
    },
    {
      what: 'reservations, and memory that is broken',
      a: [
        (s) => s.resv.put(0, Reserved.add(0, 1)),
        (s) => s.rawHwpoison.put(1, 1),
        (s) => s.folio.put(0, Folio.of({ hwpoison: 1, used: 1 })),
      ],
      b: [(s) => s.folio.put(0, Folio.of({ used: 1 }))],
      seen: ['HugePages_Rsvd: 1 | 0', 'HardwareCorrupted: 1 | 0'],
    },
    {
      what: 'features of its userfaultfd',
      a: [(s) => s.uffd.put(0, Uffd.of({ open: 1, wp: 1 }))],
      b: [(s) => s.uffd.put(0, Uffd.of({ open: 1 }))],
      seen: ['parent fdinfo of userfaultfd: open, WP_HUGETLBFS_SHMEM | open'],
    },
    { what: 'a table that is lost', a: [(s) => s.pteTable.put(5, 1)], b: [], seen: ['PageTables: 1 | 0'] },
    { what: 'a result', a: [returned('EEXIST', 1)], b: [returned('EEXIST')], seen: ['pages done: 1 | 0'] },
  ])('sees $what', ({ a, b, seen }) => {
    expect(told(hugetlbState(...a), hugetlbState(...b))).toEqual(seen);
  });

  it.each<Pair>([
    {
      what: 'anon_vma, the VMA lock, or marks of reservations',
      a: [vma({ anonVma: 1, data: 1, owner: 1, unmapped: 1 })],
      b: [vma({ data: 0 })],
    },
    {
      what: 'which hugepage it has',
      a: [anonFolio(0), privateVma(), leaf({ page: 0, pfn: 0 })],
      b: [anonFolio(1), privateVma(), leaf({ page: 0, pfn: 4 })],
    },
    {
      what: 'that others map another page of a leaf',
      a: [...FILE, leaf({ page: 0, pfn: 0, size: 2 })],
      b: [...FILE, leaf({ page: 0, pfn: 0, size: 2 }), off('mapcount', 1, 1)],
    },
    { what: 'references', a: [...FILE, off('refcount', 0, 1)], b: FILE },
    {
      what: 'that an entry is young',
      a: [...FILE, leaf({ page: 0, pfn: 0, young: 1 })],
      b: [...FILE, leaf({ page: 0, pfn: 0, young: 0 })],
    },
    {
      what: 'a translation that says what the tables say',
      a: [...FILE, leaf({ page: 0, pfn: 0 }), inTlb(0)],
      b: [...FILE, leaf({ page: 0, pfn: 0 })],
    },
    {
      what: 'which hugepages have used a reservation',
      a: [(s) => s.reserved.put(0, 1), (s) => s.consumed.put(0, 1)],
      b: [],
    },
    { what: 'the frame that move_pages() asks of', a: [(s) => s.reached.put(0, 1)], b: [(s) => s.reached.put(0, 2)] },
  ])('does not see $what', ({ a, b }) => {
    expect(told(hugetlbState(...a), hugetlbState(...b))).toEqual([]);
  });

  it('takes nothing of a table that is shared for its own', () => {
    const one = [...FILE, leaf({ page: 0, pfn: 0 }), child];
    const seen = told(hugetlbState(...one), hugetlbState(...one, sharedTable()));
    expect(seen).toContain('parent page 0 in pagemap: present, exclusively mapped | present');
  });
});
