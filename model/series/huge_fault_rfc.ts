/**
 * The design alternatives of "[RFC] Huge remap_pfn_range for vfio-pci" (early 2024), each as a version: what would have become of
 * huge pfnmaps. All stand on what the kernel took otherwise, as it is in v7.1, so that they can be asked on v6.9, the release of
 * that time, as well; there only the rest of mm is that of v6.9. And they stand on repairs of what is known to be wrong with it,
 * so that only the alternative differs. Each is one patch: it was proposed as a sentence, or follows from one, and was never posted.
 */
import { HUGE_REMAP_PFN_RANGE } from './huge_remap_pfn_range.ts';
import { knownBy, type SeriesVersion, type Setting, versionOf } from './patch.ts';

const set = knownBy('inferred');

/** Leaves at all levels, marked special, and vfio's handler for them, as in v7.1. */
const HUGE_PFNMAPS_V7_1: readonly Setting[] = [
  set('huge-special', 'frames', 'source'),
  set('pud-order', 'special', 'source'),
  set('normal-page-pmd', 'special', 'source'),
  set('fork-special-pmd', 'copies', 'source'),
  set('fork-pud-write', 'cow', 'source'),
  set('mprotect-pud', 'changes', 'source'),
  set('vfio-fault', 'one-leaf', 'source'),
  set('vfio-mmap-s390', 'yes', 'source'),
  set('vfio-align', 'rounded', 'source'),
  set('gup-fast-special', 'yes', 'source'),
  ...['kvm', 's390', 'vfio', 'acrn', 'access'].map((user) => set(`lookup-${user}`, 'follow_pfnmap', 'source')),
  set('lookup-rereads', 'locked', 'source'),
  set('pat-info-level', 'all', 'source'),
  set('huge-pfnmap-archs', 'powerpc', 'source'),
];
/** The findings pud-leaf-split-aligned and -unaligned, mremap-clears-pud-leaf, soft-dirty-write-loop. */
const REPAIRED: readonly Setting[] = [
  set('vma-split-pud', 'splits', 'asked'),
  set('mremap-pud', 'leaf', 'asked'),
  set('vfio-passes-write', 'yes', 'asked'),
];

/** Where an alternative was proposed, and by whom. */
interface Origin {
  readonly author: string;
  readonly says: string;
  readonly date: string;
}

const RFC: Origin = {
  author: 'not named in the copy that was read',
  says: 'proposed in "[RFC] Huge remap_pfn_range for vfio-pci"',
  date: 'early 2024',
};
const FOLLOWS: Origin = { author: 'nobody', says: 'follows from the RFC, and was posted by nobody', date: 'never' };
const SUPPORT: Origin = {
  author: 'Peter Xu',
  says: '"mm: Support huge pfnmaps", as merged for v6.12',
  date: '2024-08-26',
};
const remapSeries = (says: string, date: string): Origin => ({
  author: 'Yin Tirui',
  says: `"mm: add huge pfnmap support for remap_pfn_range()", ${says}`,
  date,
});
/** What the kernel took. */
const TAKEN: readonly Setting[] = [...HUGE_PFNMAPS_V7_1, ...REPAIRED];

const EARLY = set('hugepfnmap-fault', 'early', 'mail');
const WALKS = set('hugepfnmap-handler', 'walks');
const IN_FAULT = set('remap-in-fault', 'yes', 'mail');
const SMALLER = set('split-pfnmap', 'smaller');

const V4 = HUGE_REMAP_PFN_RANGE.find(({ version }) => version === 'v4')!.sets;

interface Alternative {
  readonly version: string;
  readonly says: string;
  readonly from: Origin;
  /** What it stands on, where that is not what the kernel took. */
  readonly before?: readonly Setting[];
  readonly sets: readonly Setting[];
}

/** An alternative as the one patch that it is. */
const alternative = ({ version, says, from, before = TAKEN, sets }: Alternative): SeriesVersion =>
  versionOf({
    version,
    says,
    before,
    patches: [
      { title: `(${says})`, author: from.author, says: from.says, source: { list: 'linux-mm', date: from.date }, sets },
    ],
  });

const ALTERNATIVES: readonly Alternative[] = [
  {
    version: 'taken',
    says: '->huge_fault with an order and VM_FAULT_FALLBACK, special bits, PTEs where a mapping is private, remap_pfn_range() by PTEs: as merged, and repaired',
    from: SUPPORT,
    before: REPAIRED,
    sets: HUGE_PFNMAPS_V7_1,
  },
  {
    version: 'taken-v7-3',
    says: 'the same where THP policy is not asked, as since v7.3 and 6.12.115',
    from: {
      author: 'not read',
      says: '"mm/huge_memory: bypass THP tuneables for huge pfnmap mappings"',
      date: 'not read',
    },
    sets: [set('thp-policy-pfnmap', 'bypassed', 'source')],
  },
  {
    version: 'early-fault',
    says: 'T1: VM_HUGEPFNMAP and an early ->fault that maps the largest leaf the frame allows, for nobody tells it which size is asked for',
    from: RFC,
    sets: [EARLY, set('hugepfnmap-handler', 'largest')],
  },
  {
    version: 'early-fault-refuses',
    says: 'T1 with a handler that takes every early call for that of a PUD leaf',
    from: FOLLOWS,
    sets: [EARLY, set('hugepfnmap-handler', 'refuses')],
  },
  {
    version: 'early-fault-ptes',
    says: 'T1 with a handler that nobody has changed: PTEs where the PUD slot is none',
    from: FOLLOWS,
    sets: [EARLY, set('hugepfnmap-handler', 'ptes')],
  },
  {
    version: 'early-fault-walks',
    says: 'T1 with a handler that walks the page tables itself, and is called for writes to read-only leaves as well',
    from: FOLLOWS,
    sets: [EARLY, WALKS, set('hugepfnmap-wp', 'yes')],
  },
  {
    version: 'hugepfn-fault',
    says: 'T2: a pointer of its own in vm_ops, and THP policy is not asked',
    from: RFC,
    sets: [set('hugepfn-fault', 'yes', 'mail')],
  },
  {
    version: 'remap-in-fault',
    says: 'T3: remap_pfn_range() from ->fault overwrites the table that it finds',
    from: RFC,
    sets: [IN_FAULT, set('remap-over-table', 'leaks')],
  },
  {
    version: 'remap-in-fault-uncounted',
    says: 'T3 that frees the tables, and does not count them',
    from: FOLLOWS,
    sets: [IN_FAULT, set('remap-over-table', 'uncounted')],
  },
  {
    version: 'remap-in-fault-frees',
    says: 'T3 that frees the tables, and counts them',
    from: FOLLOWS,
    sets: [IN_FAULT, set('remap-over-table', 'frees')],
  },
  {
    version: 'remap-at-mmap-drops',
    says: "T3': leaves by remap_pfn_range() from ->mmap, which a split drops as it does those of ->huge_fault",
    from: remapSeries('RFC v1 to v4, without what they do for the split', '2025-09-23 to 2026-05-26'),
    sets: [set('remap-leaf', 'yes', 'mail'), set('split-special', 'drops')],
  },
  {
    version: 'remap-at-mmap',
    says: "T3': the same with a table in reserve for each, as the fourth version of huge-remap-pfn-range has it",
    from: remapSeries('RFC v4', '2026-05-26'),
    sets: V4,
  },
  {
    version: 'huge-cow',
    says: 'T4: vmf_insert_pfn_pmd() and vmf_insert_pfn_pud() take private mappings',
    from: FOLLOWS,
    sets: [set('cow-pfnmap', 'leaves')],
  },
  {
    version: 'huge-cow-ptes',
    says: 'T4, and vmf_insert_pfn() takes them, too',
    from: FOLLOWS,
    sets: [set('cow-pfnmap', 'any-level')],
  },
  {
    version: 'huge-cow-write',
    says: 'T4 with a handler that passes on that the fault is a write, as those of DAX do',
    from: FOLLOWS,
    sets: [set('cow-pfnmap', 'written')],
  },
  {
    version: 'follow-pte',
    says: 'T5 put off: whoever looks a frame up calls follow_pte(), as before',
    from: { ...RFC, says: `${RFC.says}, as what is not possible ("follow_pte clearly doesn't work for this")` },
    sets: ['kvm', 's390', 'vfio', 'acrn', 'access'].map((user) => set(`lookup-${user}`, 'follow_pte', 'mail')),
  },
  {
    version: 'lookup-values',
    says: 'T5a: a look-up returns values, and no lock',
    from: RFC,
    sets: [set('lookup-result', 'values', 'mail')],
  },
  {
    version: 'lookup-entry',
    says: 'T5b: a look-up returns the entry and its level, and no lock',
    from: FOLLOWS,
    sets: [set('lookup-result', 'entry')],
  },
  {
    version: 'no-special',
    says: 'T6: no special bit above PTEs; the VMA tells that a leaf maps frames',
    from: { ...FOLLOWS, says: '"mm: Support huge pfnmaps" without patches 1, 3, 5, 6 and 17; posted by nobody' },
    sets: [set('leaf-marks', 'vma')],
  },
  {
    version: 'split-to-leaves',
    says: 'T7: a split makes smaller leaves, or PTEs, with the bits of the leaf as they are',
    from: remapSeries('RFC v1 (its split), for leaves of ->huge_fault', '2025-09-23'),
    sets: [SMALLER, set('split-pgprot', 'raw')],
  },
  {
    version: 'split-to-leaves-pgprot',
    says: 'T7 that clears the bit which is PSE in a leaf and PAT in a PTE',
    from: remapSeries('RFC v2 (pte_clrhuge())', '2025-10-16'),
    sets: [SMALLER, set('split-pgprot', 'pte-clrhuge')],
  },
  {
    version: 'split-to-leaves-deposit',
    says: 'T7 of PMD leaves, with a table in reserve for each leaf, which fork and mremap() know of',
    from: remapSeries('RFC v3 (deposits), for leaves of ->huge_fault', '2026-02-28'),
    sets: [
      set('arch-needs-deposit', 'yes'),
      set('split-special', 'populates'),
      set('split-pgprot', 'pte-clrhuge'),
      set('discriminator', 'pmd-special'),
      set('fork-deposit', 'pmd-special'),
      set('move-deposit', 'has-deposited'),
    ],
  },
];

export const HUGE_FAULT_RFC: readonly SeriesVersion[] = ALTERNATIVES.map(alternative);
