/**
 * What "hugetlb: introduce HugeTLB high-granularity mapping" died on: how mappings of parts of a hugepage are counted. Each rule on
 * a kernel that has high granularity without any of the mistakes of its versions, so that what is violated is of the rule. Who
 * asked: Peter Xu, David Hildenbrand, Mike Kravetz and James Houghton, January to March 2023.
 */
const RULES = ['M1', 'M2', 'M3', 'M3-repaired'] as const;
type Rule = (typeof RULES)[number];

const SAYS: Readonly<Record<Rule, string>> = {
  M1: 'one for each hugepage of which a process maps anything (RFC v1)',
  M2: 'one for each leaf, whatever its size (RFC v2, v1)',
  M3: 'a leaf of the hugepage counts for all of it, a smaller one for each of its pages (v2)',
  'M3-repaired': 'the same, with _nr_pages_mapped (March 2023)',
};

const asked = (toggle: string, value: string) => ({ toggle, value, evidence: 'mail' }) as const;

/** High granularity as its last version has it, and everything that is known to be wrong with it put right. */
const SANE = [
  asked('hgm-enabled-by', 'madvise'),
  asked('hgm-marker', 'splits'),
  asked('hgm-collapse', 'collapses'),
  asked('hgm-unmap-range', 'allowed'),
  // Of v6.1 itself, mended in v6.2: 0e678153f5be.
  asked('hugetlb-protect-marker', 'kept'),
] as const;

export const MAPCOUNT_VERSIONS = RULES.map((rule) => ({
  version: rule,
  says: SAYS[rule],
  sets: [...SANE, asked('hgm-mapcount', rule)],
}));

type Outcome = 'holds' | 'violated' | 'unexercised';

const SERIES = 'hgm-mapcount';
const series = RULES.map((rule) => `${SERIES}@${rule}`);
const each = (m1: Outcome, m2: Outcome, m3: Outcome, repaired: Outcome): Readonly<Record<string, Outcome>> =>
  Object.fromEntries(series.map((name, i) => [name, [m1, m2, m3, repaired][i]!]));

const RIGHT = each('holds', 'holds', 'holds', 'holds');
const WRONG = each('violated', 'violated', 'violated', 'violated');
const WRONG_M1 = each('violated', 'holds', 'holds', 'holds');
const WRONG_M2 = each('holds', 'violated', 'holds', 'holds');

const row = (
  name: string,
  asks: string,
  world: string,
  property: readonly string[],
  finds: Readonly<Record<string, Outcome>>,
) => ({ asks, kernel: 'v6.1', compares: { row: name, series }, world: [world], property, finds });

export const MAPCOUNT_QUESTION = {
  name: 'hgm-mapcount',
  says: 'Which way to count mappings of parts of a hugepage survives?',
  cites:
    'Peter Xu, David Hildenbrand, Mike Kravetz, James Houghton, linux-mm, on RFC v2, v1 and v2 of "hugetlb: introduce HugeTLB high-granularity mapping", 2023-01-12 to 2023-03-06',
  answer:
    'The repaired M3, and not without help. M1 cannot be kept: whichever leaf goes last uncounts, and nobody knows which it is, so that every zap of a part leaves a mapcount behind, or takes one too many. M2 is kept, and lies to its readers: a hugepage that one process maps in parts is shared for smaps and cannot be moved by mbind(), and its mapcount overflows. M3 overflows no mapcount and tells smaps the truth, but folio_mapped() does not see small mappings before _nr_pages_mapped is kept. By every rule each leaf has a reference of its own, which overflows unless whoever needs one too many is refused; and mbind() asks the first page alone, which M3 does not count where only others are mapped.',
  searches: [
    row('counted', 'whether mapcounts say what the rule means', 'hgm-continue', ['H5'], WRONG_M1),
    row(
      'overflow',
      'whether a mapcount overflows, or falls below zero, where a hugepage is mapped in many parts',
      'hgm-overflow',
      ['H7'],
      each('violated', 'violated', 'holds', 'holds'),
    ),
    row('references', 'whether a refcount does: each leaf has a reference', 'hgm-overflow', ['H7-REF'], WRONG),
    {
      ...row(
        'references, limited',
        'the same where a reference too many is refused',
        'hgm-overflow',
        ['H7-REF'],
        RIGHT,
      ),
      set: ['hgm-refcount-limit=clean'],
    },
    row(
      'truncate',
      'whether a hugepage that has left its file is counted as mapped',
      'hgm-truncate',
      ['H5', 'VM_BUG_ON(folio_mapped)'],
      WRONG_M1,
    ),
    row('smaps', 'whether smaps calls shared what one process maps', 'hgm-readers', ['H-SMAPS'], WRONG_M2),
    row('mbind', 'whether mbind() moves what one process maps', 'hgm-readers', ['H-MBIND'], WRONG),
    row('fork', 'whether a child counts what it maps', 'hgm-fork', ['H5', 'H6'], WRONG_M1),
    row('collapse', 'whether a collapse leaves the counts right', 'hgm-collapse', ['H5', 'H6'], WRONG_M1),
    row(
      'folio_mapped',
      'whether folio_mapped() knows what is mapped',
      'hgm-continue',
      ['H5-MAPPED'],
      each('violated', 'holds', 'violated', 'holds'),
    ),
  ],
} as const;
