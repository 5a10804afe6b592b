/**
 * "hugetlb: introduce HugeTLB high-granularity mapping", James Houghton, 2022 and 2023, and what came after it: never merged.
 * Each version as settings of toggles on v6.1, which is the release nearest to the base of RFC v2.
 */
interface Setting {
  readonly toggle: string;
  readonly value: string;
  readonly evidence: 'mail' | 'inferred' | 'memory';
}
const mail = (toggle: string, value: string): Setting => ({ toggle, value, evidence: 'mail' });

interface Version {
  readonly version: string;
  readonly says: string;
  readonly cites: string;
  readonly sets: readonly Setting[];
}

const RFC1: readonly Setting[] = [
  mail('hgm-protect-none', 'hstate'),
  mail('hgm-protect-marker', 'rereads'),
  mail('hgm-fork-child', 'asserts'),
  mail('hgm-fork-mapcount', 'first-page'),
  { toggle: 'hgm-move-unit', value: 'hstate', evidence: 'inferred' },
  mail('hgm-enabled-by', 'shared-mapping'),
  { toggle: 'hgm-pmd-share', value: 'possible', evidence: 'inferred' },
  mail('hgm-gup-skip', 'pages'),
  mail('hgm-gup-page', 'head'),
  mail('hgm-mbind-small', 'EINVAL'),
  mail('hgm-marker', 'as-table'),
  mail('hgm-mapcount', 'M1-first-page'),
  mail('hgm-collapse', 'steps-over'),
  mail('hgm-collapse-asks', 'shared-and-hgm'),
  mail('hgm-dontneed-vma', 'may-share'),
  mail('hgm-wp-small', 'bug'),
];
const RFC2: readonly Setting[] = [
  { toggle: 'hgm-follow-page', value: 'hstate-entry', evidence: 'inferred' },
  mail('hgm-gup-skip', 'pages'),
  mail('hgm-protect-none', 'hstate'),
  mail('hgm-protect-marker', 'retries'),
  mail('hgm-fork-child', 'enables'),
  mail('hgm-enabled-by', 'uffd-feature'),
  mail('hgm-api', 'taken'),
  mail('hgm-kept-at', 'data'),
  mail('hgm-walk', 'asks-vma'),
  mail('hgm-mapcount', 'M2'),
  mail('hgm-wp-small', 'bug'),
  mail('hgm-collapse', 'collapses'),
  mail('hgm-collapse-poison', 'after-migratable'),
  mail('hgm-collapse-flush', 'last'),
  mail('hgm-collapse-usage', 'lost'),
  mail('hgm-dontneed-vma', 'lock'),
  mail('hgm-maps-page', 'maybe'),
];
const V1: readonly Setting[] = [
  { toggle: 'hugetlb-poison-migratable', value: 'ends', evidence: 'inferred' },
  { toggle: 'hgm-follow-page', value: 'hugepage-offset', evidence: 'inferred' },
  mail('hgm-gup-skip', 'pages'),
  { toggle: 'hugetlb-writenotify', value: 'uffd-wp', evidence: 'memory' },
  { toggle: 'hugetlb-wp-resolve', value: 'page-prot', evidence: 'memory' },
  mail('hugetlb-protect-marker', 'kept'),
  mail('hugetlb-protect-migration', 'any'),
  mail('hgm-enabled-by', 'madvise'),
  mail('hgm-mapcount', 'M2'),
  mail('hgm-wp-small', 'warns'),
  mail('hgm-collapse', 'collapses'),
  mail('hgm-collapse-asks', 'shared-and-lock'),
  mail('hgm-collapse-poison', 'after-migratable'),
  mail('hgm-collapse-flush', 'last'),
  mail('hgm-collapse-usage', 'lost'),
  mail('hgm-split-lock', 'allocated'),
  mail('hgm-maps-page', 'full-walk'),
];
const V2: readonly Setting[] = [
  { toggle: 'hugetlb-split-unshare', value: 'unshared', evidence: 'memory' },
  { toggle: 'hugetlb-poison-migratable', value: 'ends', evidence: 'inferred' },
  { toggle: 'hugetlb-shared-pmd', value: 'shared', evidence: 'memory' },
  { toggle: 'hgm-follow-page', value: 'hugepage-offset', evidence: 'inferred' },
  { toggle: 'hgm-mbind-last', value: 'forgets', evidence: 'inferred' },
  { toggle: 'hugetlb-writenotify', value: 'uffd-wp', evidence: 'memory' },
  { toggle: 'hugetlb-wp-resolve', value: 'page-prot', evidence: 'memory' },
  mail('hugetlb-protect-marker', 'kept'),
  mail('hugetlb-protect-migration', 'any'),
  mail('hugetlb-wp-tables', 'allocates'),
  mail('hgm-fork-ref', 'inverted'),
  mail('hgm-fork-unlock', 'held'),
  mail('hgm-enabled-by', 'madvise'),
  mail('hgm-mapcount', 'M3'),
  mail('hgm-marker', 'splits'),
  mail('hgm-wp-small', 'warns'),
  mail('hgm-collapse', 'collapses'),
  mail('hgm-collapse-asks', 'may-share'),
  mail('hgm-collapse-flush', 'last'),
  mail('hgm-collapse-usage', 'lost'),
  mail('hgm-collapse-errno', 'lost'),
  mail('hgm-maps-page', 'full-walk'),
  mail('hgm-refcount-limit', 'leaks'),
];
/** On v2: memory that breaks is lost in base pages. What the patches do beside that is read from them, and seen by nobody. */
const inferred = (toggle: string, value: string): Setting => ({ toggle, value, evidence: 'inferred' });
const HWPOISON: readonly Setting[] = [
  ...V2,
  mail('hgm-hwpoison', 'base'),
  inferred('hgm-hwpoison-enable', 'deadlocks'),
  inferred('hgm-hwpoison-split-at', 'head'),
  inferred('hgm-hwpoison-list', 'not-head'),
  inferred('hgm-hwpoison-flush', 'never'),
  inferred('hgm-hwpoison-undo', 'unmaps'),
  inferred('hgm-hwpoison-unmapped', 'mapped'),
  inferred('hgm-hwpoison-again', 'busy'),
  inferred('hgm-hwpoison-fault', 'rounded'),
];

export const HGM_VERSIONS: readonly Version[] = [
  {
    version: 'rfc1',
    says: 'the first: every shared mapping has it, one mapcount for each hugepage and process',
    cites: 'linux-mm, 2022-06-24, 26 patches',
    sets: RFC1,
  },
  {
    version: 'rfc2',
    says: 'every leaf counts, CONTINUE in base pages, MADV_COLLAPSE puts hugepages back',
    cites: 'linux-mm, 2022-10-21, 47 patches',
    sets: RFC2,
  },
  {
    version: 'v1',
    says: 'MADV_SPLIT enables it, by a VMA flag; walks are not gated; collapse takes i_mmap_rwsem',
    cites: 'linux-mm, 2023-01-05, 46 patches',
    sets: V1,
  },
  {
    version: 'v2',
    says: 'mapcounts as of THP, markers are split, counts that would overflow are refused',
    cites: 'linux-mm, 2023-02-18, 46 patches',
    sets: V2,
  },
  {
    version: 'followup',
    says: 'v2 with "mm: rmap: merge HugeTLB mapcount logic with THPs": _nr_pages_mapped is kept',
    cites: 'linux-mm, 2023-03-06, 2 patches',
    sets: [...V2.filter(({ toggle }) => toggle !== 'hgm-mapcount'), mail('hgm-mapcount', 'M3-repaired')],
  },
  {
    version: 'hwpoison',
    says: 'v2 with "PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages": of a hugepage that breaks, only the base page is lost',
    cites:
      '"[RFC PATCH v1 0/7] PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages", Jiaqi Yan, linux-mm, 2023-04-28',
    sets: HWPOISON,
  },
];
