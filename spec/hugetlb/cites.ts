/** The series and mails that several properties cite. */
export const RFC1 = '"[RFC PATCH 00/26] hugetlb: Introduce HugeTLB high-granularity mapping", linux-mm, 2022-06-24';
export const RFC2 = '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21';
export const V1 = '"[PATCH 00/46] Based on latest mm-unstable", linux-mm, 2023-01-05';
export const V2 = '"[PATCH v2 00/46] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2023-02-18';
export const MERGED = '"[PATCH 0/2] mm: rmap: merge HugeTLB mapcount logic with THPs", linux-mm, 2023-03-06';
export const YAN =
  '"[RFC PATCH v1 0/7] PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages", Jiaqi Yan, linux-mm, 2023-04-28';
