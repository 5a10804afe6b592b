/** What was posted on v2 of "hugetlb: introduce HugeTLB high-granularity mapping": a repair of its counts, and what it is good for. */
import { type Cover, knownBy, postedWith, type SeriesVersion, versionOf } from '../../../series/patch.ts';
import { hgmCover } from './posting.ts';
import { unchanged } from './unchanged.ts';
import { V2 } from './v2.ts';

const mail = knownBy('mail');
const inferred = knownBy('inferred');

const MAPCOUNTS = hgmCover(
  'PATCH',
  '2023-03-06',
  '20230306230004.1387007',
  'mm: rmap: merge HugeTLB mapcount logic with THPs',
);

/** It was posted for itself, with the counts of v2; here the rest of v2 is there as well. */
export const FOLLOWUP: SeriesVersion = versionOf({
  version: 'followup',
  says: 'v2 with "mm: rmap: merge HugeTLB mapcount logic with THPs": _nr_pages_mapped is kept',
  cover: MAPCOUNTS,
  before: V2.sets,
  patches: postedWith(MAPCOUNTS, [
    {
      title: 'mm: rmap: make hugetlb pages participate in _nr_pages_mapped',
      says: '_nr_pages_mapped is kept: folio_mapped() sees small mappings',
      sets: [mail('hgm-mapcount', 'M3-repaired')],
    },
    {
      title: 'mm: rmap: increase COMPOUND_MAPPED to support 512G HugeTLB pages',
      says: 'nothing: no world has so many pages in a hugepage',
    },
  ]),
});

const HWPOISON_COVER: Cover = {
  tag: 'RFC PATCH v1',
  title: 'PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages',
  author: 'Jiaqi Yan',
  source: { list: 'linux-mm', date: '2023-04-28', id: '20230428004139.2899856-1-jiaqiyan@google.com' },
};

/** What the patches do beside losing base pages alone is read from them, and was seen by nobody. */
export const HWPOISON: SeriesVersion = versionOf({
  version: 'hwpoison',
  says: 'v2 with "PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages": of a hugepage that breaks, only the base page is lost',
  cover: HWPOISON_COVER,
  before: V2.sets,
  patches: postedWith(HWPOISON_COVER, [
    {
      title: 'hugetlb: add HugeTLB splitting functionality',
      says: 'how a leaf is split, without a word to CPUs, and how that is taken back; 4/7 is who asks for it',
      sets: [inferred('hgm-hwpoison-flush', 'never'), inferred('hgm-hwpoison-undo', 'unmaps')],
    },
    {
      title: 'hugetlb: create PTE level mapping when possible',
      says: 'how high granularity is enabled for that, under locks that it takes again, and which leaf is split',
      sets: [inferred('hgm-hwpoison-enable', 'deadlocks'), inferred('hgm-hwpoison-split-at', 'head')],
    },
    { title: 'mm: publish raw_hwp_page in mm.h', says: 'nothing: a struct in another header' },
    {
      title: 'mm/memory_failure: unmap raw HWPoison PTEs when possible',
      says: 'memory_failure() unmaps the base page alone; what a fault does beside it (5/7) is of the same toggle',
      sets: [
        mail('hgm-hwpoison', 'base'),
        inferred('hgm-hwpoison-list', 'not-head'),
        inferred('hgm-hwpoison-unmapped', 'mapped'),
        inferred('hgm-hwpoison-again', 'busy'),
      ],
    },
    {
      title: 'hugetlb: only VM_FAULT_HWPOISON_LARGE raw page',
      says: 'a fault beside the broken page maps one that is not, and takes the frame where the larger entry began',
      sets: [inferred('hgm-hwpoison-fault', 'rounded')],
    },
    unchanged('selftest/mm: test PAGESIZE unmapping HWPOISON pages'),
    unchanged('selftest/mm: test PAGESIZE unmapping UFFD WP marker HWPOISON pages'),
  ]),
});
