/**
 * What reviewers of "fs/dax: Fix FS DAX page reference counts" asked, and what came up as it was read: each question with
 * the searches that answer it. A search says what it is to find; `mmcheck ask` makes it, and says whether it did.
 */

export interface QuestionSearch {
  /** What is searched for, as a clause: "whether …". */
  readonly asks: string;
  readonly kernel: string;
  /** As `toggle=value`. */
  readonly set?: readonly string[];
  readonly world: readonly string[];
  readonly property: readonly string[];
  /** Of the properties: each holds, one is violated, or nothing comes up that one is asked of. */
  readonly finds: 'holds' | 'violated' | 'unexercised';
}

export interface Question {
  readonly name: string;
  readonly says: string;
  /** Who asked it, and when. */
  readonly cites: string;
  readonly answer: string;
  /** None: only reading answers it, or what happens inside an operation. */
  readonly searches: readonly QuestionSearch[];
}

const NOW = 'v7.1';

export const QUESTIONS: readonly Question[] = [
  {
    name: 'Q1',
    says: 'Must mappings of DAX memory be counted by rmap at all?',
    cites: 'David Hildenbrand, linux-mm, on v1 07/13, 2024-07-02',
    answer:
      'Not with one file, since whoever asks for users has unmapped the file before. With two files that share a block they must: dax_busy_page() is the one reader of the mapcount, and without it a mapping by the other file is a user for whom a truncation waits, though nobody has pinned anything.',
    searches: [
      {
        asks: 'whether a file that ends, which nobody maps, waits for more than pins, if mapcounts are not asked',
        kernel: NOW,
        set: ['dax-busy-by=any'],
        world: ['fsdax-evict'],
        property: ['I-DAXWAIT', 'I-DAXBREAK'],
        finds: 'holds',
      },
      {
        asks: 'whether blocks are given back unused where one file has each, and mapcounts are not asked',
        kernel: NOW,
        set: ['dax-busy-by=any'],
        world: ['fsdax', 'fsdax-pmd', 'fsdax-private'],
        property: ['I-DAXFREE'],
        finds: 'holds',
      },
      {
        asks: 'whether a truncation waits for a mapping where two files share a block, and nobody pins anything',
        kernel: NOW,
        set: ['dax-busy-by=any'],
        world: ['dax-reflink'],
        property: ['I-DAXWAIT'],
        finds: 'violated',
      },
      {
        asks: 'the same, with mapcounts: whether blocks are given back unused, and nothing waits',
        kernel: NOW,
        world: ['dax-reflink'],
        property: ['I-DAXFREE'],
        finds: 'holds',
      },
    ],
  },
  {
    name: 'Q2',
    says: 'Can PUD and PMD leaves map one folio at a time?',
    cites: 'David Hildenbrand, linux-mm, on v1 07/13, 2024-07-02 ("we don\'t support mixing PUD+PMD mappings yet")',
    answer:
      'No: device-dax faults in leaves of its alignment only, and rmap refuses a leaf that is not of the size of the folio.',
    searches: [
      {
        asks: 'whether rmap ever meets a leaf of another size than the folio',
        kernel: NOW,
        world: ['device-pud', 'device-pmd', 'device-soft-dirty', 'fsdax-pmd', 'dax-reflink-pmd'],
        property: ['rmap-sanity', 'I-MAPCOUNT'],
        finds: 'holds',
      },
    ],
  },
  {
    name: 'Q3',
    says: 'Do mapcounts of single pages stand in the way of struct pages that are not there (the vmemmap optimisation)?',
    cites: 'David Hildenbrand, linux-mm, on v1 07/13, 2024-07-02',
    answer:
      'No: only device-dax uses it, and maps its large folios by leaves alone; the mapcount of a tail page is never written.',
    searches: [
      {
        asks: 'whether a page of a large folio of device-dax ever has a mapcount of its own',
        kernel: NOW,
        world: ['device-pud', 'device-pmd', 'device-pinned', 'device-soft-dirty'],
        property: ['I-DAXTAILS'],
        finds: 'holds',
      },
    ],
  },
  {
    name: 'Q4',
    says: 'What does PG_reserved on pages of ZONE_DEVICE change?',
    cites: 'David Hildenbrand, linux-mm, on v1 07/13, 2024-07-02',
    answer:
      'Nothing here: __init_zone_device_page() still sets it in v7.1, and no rule of references, rmap or GUP that is modelled asks for it. The model has no such flag; that is the result of reading, and no search can add to it.',
    searches: [],
  },
  {
    name: 'Q5',
    says: 'Is a page that is idle with one reference, of its file system, the same as one that is idle with none?',
    cites: 'Dan Williams, nvdimm list, on v1 and v2, 2024-09 and 2024-10',
    answer:
      'For what is asked here, yes, where nobody pins anything: both releases keep every property. What differs is who must be told: a put from 2 to 1 had to be noticed then, the last put is now.',
    searches: [
      {
        asks: 'what breaks with a reference of the file system',
        kernel: 'v6.12',
        world: ['fsdax', 'fsdax-pmd', 'fsdax-hole', 'dax-reflink', 'dax-reflink-pmd'],
        property: ['I-REF', 'I-DAXSHARE', 'I-DAXFREE', 'I-DAXPAGES'],
        finds: 'holds',
      },
      {
        asks: 'what breaks without',
        kernel: NOW,
        world: ['fsdax', 'fsdax-pmd', 'fsdax-hole', 'dax-reflink', 'dax-reflink-pmd'],
        property: ['I-REF', 'I-DAXSHARE', 'I-DAXFREE', 'I-DAXPAGES'],
        finds: 'holds',
      },
    ],
  },
  {
    name: 'Q6',
    says: 'folio->share is not atomic: what orders one file that begins to share a block and another that ends?',
    cites: 'David Hildenbrand, linux-mm, on v3, 2024-12',
    answer:
      'Open: the answer on the list was the lock of the entry, but two files that share a block have two entries, under two locks. Whether the file system orders them is decided inside an operation; here operations are atomic, and no search of this model can tell.',
    searches: [],
  },
  {
    name: 'Q7',
    says: 'Is a PUD leaf of device-dax ever split?',
    cites:
      'Dan Williams, nvdimm list, in the review of the series (such a split means that something is wrong already)',
    answer:
      'Not by munmap(), mprotect() or mremap(), which may not split the VMA (dev_dax_may_split()). But clear_refs (4) write-protects its VMA and splits it, within the rules.',
    searches: [
      {
        asks: 'whether system calls on parts of a mapping reach the split of a PUD leaf',
        kernel: NOW,
        set: ['pud-split=stops'],
        world: ['device-pud'],
        property: ['BUG(pud-split)'],
        finds: 'holds',
      },
      {
        asks: 'whether soft-dirty tracking does',
        kernel: NOW,
        set: ['pud-split=stops'],
        world: ['device-soft-dirty'],
        property: ['BUG(pud-split)'],
        finds: 'violated',
      },
    ],
  },
  {
    name: 'Q8',
    says: 'A truncation asks for references beyond the mappings, and then waits for the last reference: can it wait for a mapping?',
    cites: 'read in v6.18 and v7.1 fs/dax.c dax_busy_page(), wait_page_idle(); asked on no list',
    answer:
      'Yes. It waits without the lock that faults need, so that one file is enough: a page that is mapped again while the truncation waits has a reference left when it is unpinned, and nobody wakes the truncation before it is unmapped. Nothing has to be mapped again where another file that shares the block maps it: then the end of an inode waits, too. Before v6.15 mappings had no references. It ends if the truncation waits for what it has asked for.',
    searches: [
      {
        asks: 'whether it waits for a mapping of the same file',
        kernel: NOW,
        world: ['fsdax-pinned'],
        property: ['I-DAXWAIT'],
        finds: 'violated',
      },
      {
        asks: 'whether it waits for a mapping by another file, where the one that ends cannot be mapped again',
        kernel: NOW,
        world: ['dax-reflink-evict'],
        property: ['I-DAXWAIT'],
        finds: 'violated',
      },
      {
        asks: 'whether it waits for a mapping of the same file before v6.15',
        kernel: 'v6.12',
        world: ['fsdax-pinned'],
        property: ['I-DAXWAIT'],
        finds: 'holds',
      },
      {
        asks: 'the same where it waits for references beyond the mappings',
        kernel: NOW,
        set: ['dax-waits-for=busy'],
        world: ['fsdax-pinned', 'dax-reflink-pinned', 'dax-reflink-evict', 'fsdax-beside'],
        property: ['I-DAXWAIT'],
        finds: 'holds',
      },
    ],
  },
  {
    name: 'Q9',
    says: 'folio->index and folio->share are one word: is one ever taken for the other?',
    cites: 'read in v6.18 include/linux/mm_types.h struct folio, fs/dax.c dax_folio_put()',
    answer:
      'From v6.15 to v7.0, yes: a small page that is let go keeps its index, and once its block is shared, that counts as files that share it; the page is never let go again. v7.1 clears the word.',
    searches: [
      {
        asks: 'whether a share count is wrong in v6.18',
        kernel: 'v6.18',
        world: ['dax-reflink'],
        property: ['I-DAXSHARE'],
        finds: 'violated',
      },
      { asks: 'the same in v7.1', kernel: NOW, world: ['dax-reflink'], property: ['I-DAXSHARE'], finds: 'holds' },
    ],
  },
  {
    name: 'Q10',
    says: 'A second file that has a page, and does not say that it is shared, gets a warning and takes it over: is it ever asked to?',
    cites: 'read in v7.1 fs/dax.c dax_associate_entry()',
    answer:
      'Not as long as the file system says of each block whether it is shared, as XFS does for reads, too (xfs_read_iomap_begin()). It warns of something else: two files that share a folio by entries of two sizes.',
    searches: [
      {
        asks: 'whether dax_associate_entry() warns',
        kernel: NOW,
        world: ['fsdax', 'fsdax-pmd', 'fsdax-hole', 'dax-reflink', 'dax-reflink-pmd'],
        property: ['WARN-dax'],
        finds: 'holds',
      },
      {
        asks: 'the same where entries of two sizes share a block',
        kernel: NOW,
        world: ['dax-reflink-mixed'],
        property: ['WARN-dax'],
        finds: 'violated',
      },
    ],
  },
  {
    name: 'Q11',
    says: 'A layout that is broken in part unmaps that part, and lets a PMD entry go that has more: does that do harm?',
    cites: 'read in v7.1 fs/dax.c dax_delete_mapping_range(), dax_break_layout()',
    answer:
      'It would: a page beside the part stays mapped, and is let go; where the part is pinned, the truncation waits for that mapping, too, and nothing has to be mapped again for it. No file system asks for it: XFS and ext4 break the layout of the whole file, fuse that of ranges of PMD size.',
    searches: [
      {
        asks: 'what breaks where a part of a PMD entry is broken',
        kernel: NOW,
        set: ['dax-break-range=part'],
        world: ['fsdax-pmd'],
        property: ['WARN-dax'],
        finds: 'violated',
      },
      {
        asks: 'whether it waits for a page beside the part, or for one that is mapped again',
        kernel: NOW,
        set: ['dax-break-range=part'],
        world: ['fsdax-beside'],
        property: ['I-DAXWAIT'],
        finds: 'violated',
      },
      {
        asks: 'what breaks with the whole file',
        kernel: NOW,
        world: ['fsdax-pmd'],
        property: ['WARN-dax'],
        finds: 'holds',
      },
    ],
  },
];
