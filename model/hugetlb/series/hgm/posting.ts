/** The cover letters of "hugetlb: introduce HugeTLB high-granularity mapping". */
import type { Cover } from '../../../series/patch.ts';

export const hgmCover = (tag: string, date: string, id: string, title: string): Cover => ({
  tag,
  title,
  author: 'James Houghton',
  source: { list: 'linux-mm', date, id: `${id}-1-jthoughton@google.com` },
});
