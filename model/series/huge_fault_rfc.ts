/**
 * The design alternatives of "[RFC] Huge remap_pfn_range for vfio-pci" (early 2024), each as a version: what would have become of
 * huge pfnmaps. All stand on what the kernel took otherwise, as it is in v7.1, so that they can be asked on v6.9, the release of
 * that time, as well; there only the rest of mm is that of v6.9. And they stand on repairs of what is known to be wrong with it,
 * so that only the alternative differs.
 */
import { HUGE_REMAP_PFN_RANGE, type Known } from './huge_remap_pfn_range.ts';

/** `asked`: a question and no claim. */
interface Setting {
  readonly toggle: string;
  readonly value: string;
  readonly evidence: Known | 'asked';
}

interface Alternative {
  readonly version: string;
  readonly says: string;
  readonly cites: string;
  readonly sets: readonly Setting[];
}

const set = (toggle: string, value: string, evidence: Setting['evidence'] = 'inferred'): Setting => ({
  toggle,
  value,
  evidence,
});

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

const on = (...sets: readonly Setting[]): readonly Setting[] => {
  const all = [...HUGE_PFNMAPS_V7_1, ...REPAIRED, ...sets];
  return all.filter(({ toggle }, i) => all.findLastIndex((one) => one.toggle === toggle) === i);
};

const RFC = '[RFC] Huge remap_pfn_range for vfio-pci, linux-mm, 2024';
const FOLLOWS = `${RFC}: what follows from it`;
const EARLY = set('hugepfnmap-fault', 'early', 'mail');
const WALKS = set('hugepfnmap-handler', 'walks');
const IN_FAULT = set('remap-in-fault', 'yes', 'mail');
const SMALLER = set('split-pfnmap', 'smaller');

const V4 = HUGE_REMAP_PFN_RANGE.find(({ version }) => version === 'v4')!.sets;

export const HUGE_FAULT_RFC: readonly Alternative[] = [
  {
    version: 'taken',
    says: '->huge_fault with an order and VM_FAULT_FALLBACK, special bits, PTEs where a mapping is private, remap_pfn_range() by PTEs: as merged, and repaired',
    cites: '"mm: Support huge pfnmaps", 2024-08-26 (v6.12)',
    sets: on(),
  },
  {
    version: 'taken-v7-3',
    says: 'the same where THP policy is not asked, as since v7.3 and 6.12.115',
    cites: '"mm/huge_memory: bypass THP tuneables for huge pfnmap mappings"',
    sets: on(set('thp-policy-pfnmap', 'bypassed', 'source')),
  },
  {
    version: 'early-fault',
    says: 'T1: VM_HUGEPFNMAP and an early ->fault that maps the largest leaf the frame allows, for nobody tells it which size is asked for',
    cites: RFC,
    sets: on(EARLY, set('hugepfnmap-handler', 'largest')),
  },
  {
    version: 'early-fault-refuses',
    says: 'T1 with a handler that takes every early call for that of a PUD leaf',
    cites: FOLLOWS,
    sets: on(EARLY, set('hugepfnmap-handler', 'refuses')),
  },
  {
    version: 'early-fault-ptes',
    says: 'T1 with a handler that nobody has changed: PTEs where the PUD slot is none',
    cites: FOLLOWS,
    sets: on(EARLY, set('hugepfnmap-handler', 'ptes')),
  },
  {
    version: 'early-fault-walks',
    says: 'T1 with a handler that walks the page tables itself, and is called for writes to read-only leaves as well',
    cites: FOLLOWS,
    sets: on(EARLY, WALKS, set('hugepfnmap-wp', 'yes')),
  },
  {
    version: 'hugepfn-fault',
    says: 'T2: a pointer of its own in vm_ops, and THP policy is not asked',
    cites: RFC,
    sets: on(set('hugepfn-fault', 'yes', 'mail')),
  },
  {
    version: 'remap-in-fault',
    says: 'T3: remap_pfn_range() from ->fault overwrites the table that it finds',
    cites: RFC,
    sets: on(IN_FAULT, set('remap-over-table', 'leaks')),
  },
  {
    version: 'remap-in-fault-uncounted',
    says: 'T3 that frees the tables, and does not count them',
    cites: FOLLOWS,
    sets: on(IN_FAULT, set('remap-over-table', 'uncounted')),
  },
  {
    version: 'remap-in-fault-frees',
    says: 'T3 that frees the tables, and counts them',
    cites: FOLLOWS,
    sets: on(IN_FAULT, set('remap-over-table', 'frees')),
  },
  {
    version: 'remap-at-mmap-drops',
    says: "T3': leaves by remap_pfn_range() from ->mmap, which a split drops as it does those of ->huge_fault",
    cites: '"mm: add huge pfnmap support for remap_pfn_range()", RFC v1 to v4, without what they do for the split',
    sets: on(set('remap-leaf', 'yes', 'mail'), set('split-special', 'drops')),
  },
  {
    version: 'remap-at-mmap',
    says: "T3': the same with a table in reserve for each, as the fourth version of huge-remap-pfn-range has it",
    cites: '"mm: add huge pfnmap support for remap_pfn_range()", RFC v4, 2026-05-26',
    sets: on(...V4),
  },
  {
    version: 'huge-cow',
    says: 'T4: vmf_insert_pfn_pmd() and vmf_insert_pfn_pud() take private mappings',
    cites: FOLLOWS,
    sets: on(set('cow-pfnmap', 'leaves')),
  },
  {
    version: 'huge-cow-ptes',
    says: 'T4, and vmf_insert_pfn() takes them, too',
    cites: FOLLOWS,
    sets: on(set('cow-pfnmap', 'any-level')),
  },
  {
    version: 'huge-cow-write',
    says: 'T4 with a handler that passes on that the fault is a write, as those of DAX do',
    cites: FOLLOWS,
    sets: on(set('cow-pfnmap', 'written')),
  },
  {
    version: 'follow-pte',
    says: 'T5 put off: whoever looks a frame up calls follow_pte(), as before',
    cites: `${RFC} ("follow_pte clearly doesn't work for this")`,
    sets: on(...['kvm', 's390', 'vfio', 'acrn', 'access'].map((user) => set(`lookup-${user}`, 'follow_pte', 'mail'))),
  },
  {
    version: 'lookup-values',
    says: 'T5a: a look-up returns values, and no lock',
    cites: RFC,
    sets: on(set('lookup-result', 'values', 'mail')),
  },
  {
    version: 'lookup-entry',
    says: 'T5b: a look-up returns the entry and its level, and no lock',
    cites: FOLLOWS,
    sets: on(set('lookup-result', 'entry')),
  },
  {
    version: 'no-special',
    says: 'T6: no special bit above PTEs; the VMA tells that a leaf maps frames',
    cites: '"mm: Support huge pfnmaps" without patches 1, 3, 5, 6 and 17',
    sets: on(set('leaf-marks', 'vma')),
  },
  {
    version: 'split-to-leaves',
    says: 'T7: a split makes smaller leaves, or PTEs, with the bits of the leaf as they are',
    cites: '"mm: add huge pfnmap support for remap_pfn_range()", RFC v1 (split), for leaves of ->huge_fault',
    sets: on(SMALLER, set('split-pgprot', 'raw')),
  },
  {
    version: 'split-to-leaves-pgprot',
    says: 'T7 that clears the bit which is PSE in a leaf and PAT in a PTE',
    cites: '"mm: add huge pfnmap support for remap_pfn_range()", RFC v2 (pte_clrhuge())',
    sets: on(SMALLER, set('split-pgprot', 'pte-clrhuge')),
  },
  {
    version: 'split-to-leaves-deposit',
    says: 'T7 of PMD leaves, with a table in reserve for each leaf, which fork and mremap() know of',
    cites: '"mm: add huge pfnmap support for remap_pfn_range()", RFC v3 (deposits), for leaves of ->huge_fault',
    sets: on(
      set('arch-needs-deposit', 'yes'),
      set('split-special', 'populates'),
      set('split-pgprot', 'pte-clrhuge'),
      set('discriminator', 'pmd-special'),
      set('fork-deposit', 'pmd-special'),
      set('move-deposit', 'has-deposited'),
    ),
  },
];
