/**
 * What "hugetlb: introduce HugeTLB high-granularity mapping" died on: how mappings of parts of a hugepage are counted. Each rule on
 * a kernel that has high granularity without any of the mistakes of its versions, so that what is violated is of the rule: M1 is
 * what RFC v1 was to do, not what it does (hgm-mapcount=M1-first-page). Who asked: Peter Xu, David Hildenbrand, Mike Kravetz and
 * James Houghton, January to March 2023. A way that was only spoken of is Mfolio.
 */
import { knownBy, type SeriesVersion, type Setting, versionOf } from '../../series/patch.ts';

const RULES = ['M1', 'Mfolio', 'M2', 'M3', 'M3-repaired'] as const;
type Rule = (typeof RULES)[number];

const SAYS: Readonly<Record<Rule, string>> = {
  M1: 'one for each hugepage of address space whose entry is present, as a leaf or as a table (RFC v1)',
  Mfolio: 'one, with one reference, for each hugepage of address space in which anything is mapped (David Hildenbrand)',
  M2: 'one for each leaf, whatever its size (RFC v2, v1)',
  M3: 'a leaf of the hugepage counts for all of it, a smaller one for each of its pages (v2)',
  'M3-repaired': 'the same, with _nr_pages_mapped (March 2023)',
};

const mail = knownBy('mail');

/** High granularity as its last version has it, and everything that is known to be wrong with it put right. */
const SANE: readonly Setting[] = [
  mail('hgm-enabled-by', 'madvise'),
  mail('hgm-marker', 'splits'),
  mail('hgm-collapse', 'collapses'),
  mail('hgm-unmap-range', 'allowed', 'asked'),
  // Of v6.1 itself, mended in v6.2: 0e678153f5be.
  mail('hugetlb-protect-marker', 'kept'),
];

/** Who had the idea, and when it was posted. */
const ORIGIN: Readonly<Record<Rule, readonly [author: string, date: string]>> = {
  M1: ['James Houghton', '2022-06-24'],
  Mfolio: ['David Hildenbrand', '2023-01-18'],
  M2: ['James Houghton', '2022-10-21'],
  M3: ['James Houghton', '2023-02-18'],
  'M3-repaired': ['James Houghton', '2023-03-06'],
};

/** Each rule is one patch, as nobody has posted it by itself. */
export const MAPCOUNT_VERSIONS: readonly SeriesVersion[] = RULES.map((rule) => {
  const [author, date] = ORIGIN[rule];
  return versionOf({
    version: rule,
    says: SAYS[rule],
    before: SANE,
    patches: [
      {
        title: `(${SAYS[rule]})`,
        author,
        source: { list: 'linux-mm', date },
        says: 'the rule, on a kernel without the mistakes of the versions; posted by nobody for itself',
        sets: [mail('hgm-mapcount', rule)],
      },
    ],
  });
});

type Outcome = 'holds' | 'violated' | 'unexercised';

const SERIES = 'hgm-mapcount';
const series = RULES.map((rule) => `${SERIES}@${rule}`);
type Finds = Readonly<Record<string, Outcome>>;
/** Violated by these rules, and by no other. */
const wrongBy = (...rules: readonly Rule[]): Finds =>
  Object.fromEntries(RULES.map((rule, i) => [series[i]!, rules.includes(rule) ? 'violated' : 'holds']));

const row = (name: string, asks: string, world: string, property: readonly string[], finds: Finds) => ({
  asks,
  kernel: 'v6.1',
  compares: { row: name, series },
  world: [world],
  property,
  finds,
});

export const MAPCOUNT_QUESTION = {
  name: 'hgm-mapcount',
  says: 'Which way to count mappings of parts of a hugepage survives?',
  cites:
    'Peter Xu, David Hildenbrand, Mike Kravetz, James Houghton, linux-mm, on RFC v2, v1 and v2 of "hugetlb: introduce HugeTLB high-granularity mapping", 2023-01-12 to 2023-03-06',
  answer:
    'Of the rules that were posted the repaired M3, with help from its callers. M1 fails at truncation: it cannot free the table that counts, so that a hugepage leaves its file with a mapcount, as Peter Xu said (2023-02-09); after MADV_DONTNEED folio_mapped() calls it mapped. M2 is kept, and lies to its readers: a hugepage that one process maps in parts is shared for smaps, and mbind() does not move it; and its mapcount overflows. M3 tells smaps the truth, and overflows no mapcount where a process and its child map a hugepage of four pages, and a counter holds 3; but folio_mapped() does not see small mappings before _nr_pages_mapped is kept, and mbind(), which asks for the mapcount of the first page alone, does not move what is mapped elsewhere. By M1, M2 and M3 each leaf has a reference, and the refcount overflows unless UFFDIO_CONTINUE, faults and fork() refuse. Mfolio breaks nothing here, and no version has it: whoever unmaps a part has to know whether it is the last (James Houghton, 2023-01-18).',
  searches: [
    row('counted', 'whether mapcounts say what the rule means', 'hgm-continue', ['H5'], wrongBy()),
    row(
      'overflow',
      'whether a mapcount rises above what it holds, 3, where a process and its child map a hugepage in four parts',
      'hgm-overflow',
      ['H7'],
      wrongBy('M2'),
    ),
    row('underflow', 'whether one falls below zero where parts are unmapped', 'hgm-collapse', ['H7-BELOW'], wrongBy()),
    row(
      'references',
      'whether a refcount does, with a reference for each leaf; by Mfolio, for each hugepage of address space',
      'hgm-overflow',
      ['H7-REF'],
      wrongBy('M1', 'M2', 'M3', 'M3-repaired'),
    ),
    {
      ...row(
        'references, limited',
        'the same where UFFDIO_CONTINUE, faults and fork() refuse a reference too many',
        'hgm-overflow',
        ['H7-REF'],
        wrongBy(),
      ),
      set: ['hgm-refcount-limit=clean', 'hgm-fork-ref=checked'],
    },
    row(
      'truncate',
      'whether a hugepage that leaves its file is counted as mapped',
      'hgm-truncate',
      ['H5', 'VM_BUG_ON(folio_mapped)'],
      wrongBy('M1'),
    ),
    row('smaps', 'whether smaps calls shared what one process maps', 'hgm-readers', ['H-SMAPS'], wrongBy('M2')),
    row(
      'mbind',
      'whether mbind() moves what one process maps',
      'hgm-readers',
      ['H-MBIND'],
      wrongBy('M2', 'M3', 'M3-repaired'),
    ),
    row('fork', 'whether a child counts what it maps', 'hgm-fork', ['H5', 'H6'], wrongBy()),
    row('collapse', 'whether a collapse leaves the counts right', 'hgm-collapse', ['H5', 'H6'], wrongBy()),
    row(
      'folio_mapped',
      'whether folio_mapped() knows what is mapped, and what is not any more',
      'hgm-truncate',
      ['H5-MAPPED'],
      wrongBy('M1', 'M3'),
    ),
  ],
} as const;
