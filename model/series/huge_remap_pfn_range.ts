/**
 * "mm: add huge pfnmap support for remap_pfn_range()" (Yin Tirui), RFC v1 to v4, as toggles on v7.1. The bases of
 * v1..v3 were older (v6.17-rc7, v6.18-rc1, v7.0-rc); where they differ from v7.1 the answer is the same, since
 * arch_needs_pgtable_deposit() decides there. Of v3 and v4 not all patches could be read: which of them brings what is by their titles,
 * or by what the cover letters say of them.
 */
import { type Cover, knownBy, type Posted, postedWith, type SeriesVersion, versionOf } from './patch.ts';

const set = knownBy('mail');

const coverOf = (tag: string, date: string, id?: string): Cover => ({
  tag,
  title: 'mm: add huge pfnmap support for remap_pfn_range()',
  author: 'Yin Tirui',
  source: { list: 'linux-mm', date, ...(id === undefined ? {} : { id }) },
});

const CLRHUGE: Posted = {
  title: 'pgtable: add pte_clrhuge() implementation for arm64 and riscv',
  says: 'nothing yet: a helper that the next patch calls',
};

const V2 = [
  set('remap-leaf', 'yes'),
  set('remap-deposit', 'yes'),
  set('arch-needs-deposit', 'yes'),
  set('split-special', 'populates'),
  set('split-pgprot', 'pte-clrhuge'),
  set('populated-slot', 'pmd-free-pte-page'),
  set('deposit-first', 'no'),
] as const;
const V2_TITLE = 'mm: add PMD-level huge page support for remap_pfn_range()';

const V3: readonly Posted[] = [
  {
    title: '(its title is not known: about x86 callers that made huge entries by pfn_pte())',
    says: 'nothing: leaves of kernel mappings, made as before (vmemmap, vmalloc, set_memory)',
  },
  {
    title: 'mm/pgtable: Make pfn_pte() filter out huge page attributes',
    says: 'pfn_pte() clears the bit that makes a leaf, which in a PTE is that of PAT (NACK by Juergen Gross, 2026-03-04)',
    sets: [set('split-pgprot', 'pfn-pte-filter')],
  },
  {
    title: '(its title is not known: about the removal of pte_clrhuge(), and init_64.c)',
    says: 'nothing: nobody is left who calls it',
  },
  {
    title: '(its title is not known: about leaves by remap_pfn_range(), and deposits of fork())',
    says: 'remap_pfn_range() maps leaves with a table in reserve, a split fills it, and fork() deposits one for the child',
    sets: [
      set('remap-leaf', 'yes'),
      set('remap-deposit', 'yes', 'inferred'),
      set('arch-needs-deposit', 'yes', 'inferred'),
      set('discriminator', 'pmd-special', 'cover letter'),
      set('split-special', 'populates', 'inferred'),
      set('fork-deposit', 'pmd-special', 'cover letter'),
      set('alloc-failure', 'falls-back', 'inferred'),
      set('split-file-frees-deposit', 'yes', 'inferred'),
      set('move-deposit', 'anon', 'inferred'),
      set('pfn-modify-check', 'no', 'inferred'),
      set('populated-slot', 'pmd-free-pte-page', 'inferred'),
      set('deposit-first', 'no', 'inferred'),
    ],
  },
];

const SAME_CONTRACT = 'nothing more: the contract is one toggle for all architectures, and set by the first patch';
const V4: readonly Posted[] = [
  {
    title: 'x86/mm: use PTE-level pgprot for huge PFN helpers',
    says: 'pfn_pmd() takes a base-PTE pgprot_t, and pmd_pgprot() and pud_pgprot() return one',
    sets: [
      set('pfn-pmd-format', 'base-pte', 'cover letter'),
      set('split-pgprot', 'base-pte', 'cover letter'),
      // The cover letter names pud_pgprot() with pmd_pgprot().
      set('pud-pgprot', 'base-pte', 'cover letter'),
    ],
  },
  { title: 'arm64/mm: use PTE-level pgprot for huge PFN helpers', says: SAME_CONTRACT },
  { title: 'powerpc/mm: use PTE-level pgprot for huge PFN helpers', says: SAME_CONTRACT },
  { title: 'mm/huge_memory: refactor copy_huge_pmd()', says: 'nothing, as its title says: not read' },
  { title: 'mm/huge_memory: refactor __split_huge_pmd_locked()', says: 'nothing, as its title says: not read' },
  {
    title: 'mm/huge_memory: make move_huge_pmd() use has_deposited_pgtable()',
    says: 'a leaf that moves takes its table along where it has one',
    sets: [set('move-deposit', 'has-deposited', 'cover letter')],
  },
  {
    title: 'mm: add PMD-level PFNMAP support for remap_pfn_range()',
    says: 'leaves where nothing refaults; the VMA tells whether one has a table in reserve, to fork(), to a split and to who moves it',
    sets: [
      set('remap-leaf', 'yes'),
      set('remap-deposit', 'yes'),
      set('discriminator', 'vma-ops'),
      set('split-special', 'populates-if-deposited'),
      set('fork-deposit', 'has-deposited'),
      set('handler-excludes', 'yes'),
      set('runtime-leaf-check', 'yes'),
      set('arch-needs-deposit', 'no', 'inferred'),
      set('populated-slot', 'pte-path', 'inferred'),
      set('deposit-first', 'yes', 'inferred'),
      set('pfn-modify-check', 'no', 'inferred'),
      set('huge-in-cow', 'yes', 'inferred'),
    ],
  },
];

const COVERS = {
  v1: coverOf('PATCH RFC', '2025-09-23', '20250923133104.926672-1-yintirui@huawei.com'),
  v2: coverOf('PATCH RFC v2', '2025-10-16', '20251016112704.179280-1-yintirui@huawei.com'),
  v3: coverOf('PATCH RFC v3', '2026-02-28'),
  v4: coverOf('PATCH mm-unstable RFC v4', '2026-05-26'),
};

export const HUGE_REMAP_PFN_RANGE: readonly SeriesVersion[] = [
  versionOf({
    version: 'v1',
    says: 'first posting: leaf written without the lock, a failed allocation leaves it without a table',
    cover: COVERS.v1,
    patches: postedWith(COVERS.v1, [
      CLRHUGE,
      {
        title: V2_TITLE,
        says: 'remap_pfn_range() maps leaves, written before their table is there; a split fills it, and every leaf has one',
        sets: [
          ...V2,
          set('leaf-under-lock', 'no'),
          set('alloc-failure', 'leaf-stays'),
          set('split-file-frees-deposit', 'no'),
        ],
      },
    ]),
  }),
  versionOf({
    version: 'v2',
    says: 'leaf under the lock, PTEs when memory is short, the deposit of a split file leaf is freed',
    cover: COVERS.v2,
    patches: postedWith(COVERS.v2, [
      CLRHUGE,
      {
        title: V2_TITLE,
        says: 'remap_pfn_range() maps leaves, or PTEs where there is no memory for a table; a split fills it, and every leaf has one',
        sets: V2,
      },
    ]),
  }),
  versionOf({
    version: 'v3',
    says: 'pfn_pte() filters huge attributes; fork deposits for special leaves',
    cover: COVERS.v3,
    patches: postedWith(COVERS.v3, V3),
  }),
  versionOf({
    version: 'v4',
    says: 'base-PTE contract; leaves only where nothing refaults, and the VMA tells whether there is a deposit',
    cites:
      'on pgtable_has_pmd_leaves() and "mm/huge_memory: update file PMD counter before folio_put()", which it depends on',
    cover: COVERS.v4,
    patches: postedWith(COVERS.v4, V4),
  }),
];
