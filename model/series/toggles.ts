/**
 * What the versions of "mm: add huge pfnmap support for remap_pfn_range()" differ in, one toggle each: named
 * replacements of kernel functions. The numbers T1..T17 are those of the series' history. The first value of
 * each is the one of a kernel without the series. Applied in this order, so that a later one wraps an earlier one.
 */
import { clear_huge, pfn_pmd_base_pte, pfn_pud_base_pte, pmd_pgprot_base_pte } from '../arch/x86.ts';
import type { Patch } from '../mm/kernel.ts';
import { NONE_PMD, pmd_offset, pmd_table } from '../mm/pgtable.ts';
import { pgtable_has_pmd_leaves } from '../mm/pgtable_generic.ts';
import { type Install, pfn_modify_allowed } from '../mm/remap_pfn_range.ts';
import { is_cow_mapping, vma_has_no_handler } from '../mm/vma.ts';
import { Pmd, Pgprot, Vma } from '../state/mm_types.ts';
import { ModelBug } from '../../checker/search/index.ts';

export interface ToggleValue {
  readonly value: string;
  readonly says: string;
  readonly patch: Patch;
}

export interface Toggle {
  readonly name: string;
  readonly says: string;
  readonly cites: string;
  /** Its other values do not mend anything, they only keep clear of it. */
  readonly avoids?: boolean;
  /** The first one changes nothing. */
  readonly values: readonly ToggleValue[];
}

const install = (part: Partial<Install>): Patch => ({ install: (base) => ({ ...base, ...part }) });
/** A value that changes nothing. */
export const asItIs = (value: string, says: string): ToggleValue => ({ value, says, patch: {} });

/** v2's pmd_free_pte_page() on a user's slot: the table goes, the counter does not hear of it. */
const pmdFreePtePage: Patch = {
  remap_clear_slot:
    () =>
    (s, { mm, slot }) => {
      const row = pmd_offset(s.geometry, mm, slot);
      const e = s.pmd.at(row);
      if (!pmd_table(e))
        throw new ModelBug('bad-pmd', `pmd_free_pte_page() frees a device frame as a page table, slot ${slot}`);
      s.kernel.pte_free(s, Pmd.pfn(e));
      s.pmd.put(row, NONE_PMD);
      return true;
    },
};

/** The v4 predicate vma_pfnmap_has_deposited_pgtable(): a special leaf of a VMA that nothing refaults. */
const vma_pfnmap_has_deposited_pgtable = (vma: Vma, e: Pmd): boolean =>
  Pmd.special(e) === 1 && Vma.pfnmap(vma) === 1 && vma_has_no_handler(vma);

const CODE_V1 = 'v1 2/2, code';

export const TOGGLES: readonly Toggle[] = [
  {
    name: 'remap-leaf',
    avoids: true,
    says: 'T1: remap_pfn_range() installs a PMD leaf where slot and frame allow it',
    cites: CODE_V1,
    values: [
      asItIs('no', 'PTEs only'),
      { value: 'yes', says: 'a leaf for every whole slot', patch: { remap_pmd_allowed: () => () => true } },
    ],
  },
  {
    name: 'remap-deposit',
    says: 'T2: the leaf comes with a table in reserve',
    cites: CODE_V1,
    values: [
      asItIs('no', 'no deposit'),
      { value: 'yes', says: 'pgtable_trans_huge_deposit()', patch: install({ deposits: true }) },
    ],
  },
  {
    name: 'leaf-under-lock',
    says: 'T3: the leaf is written inside pmd_lock()',
    cites: 'v1 2/2 against v2 2/2, code; changelog of v2',
    values: [
      asItIs('yes', 'inside'),
      {
        value: 'no',
        says: 'set_pmd_at() before the table is allocated, without the lock',
        patch: install({ underLock: false }),
      },
    ],
  },
  {
    name: 'alloc-failure',
    says: 'T4: what happens to the leaf when its table cannot be allocated',
    cites: 'v1 2/2 against v2 2/2, code; changelog of v2',
    values: [
      asItIs('falls-back', 'no leaf; PTEs are tried'),
      {
        value: 'leaf-stays',
        says: 'the leaf stays without a table, and the call succeeds',
        patch: install({ fallsBack: false }),
      },
    ],
  },
  {
    name: 'arch-needs-deposit',
    says: 'T5: arch_needs_pgtable_deposit() is true wherever PMD PFNMAP is configured',
    cites: 'v1 2/2, v2 2/2, code',
    values: [
      asItIs('no', "powerpc's hash MMU only"),
      {
        value: 'yes',
        says: 'every leaf has a table in reserve',
        patch: { arch_needs_pgtable_deposit: () => () => true },
      },
    ],
  },
  {
    name: 'split-file-frees-deposit',
    says: 'T6: a split of a file leaf frees the deposit that arch_needs_pgtable_deposit() asked for',
    cites: 'changelog of v2 ("zap_deposited_table for non-special pmd")',
    values: [
      asItIs('yes', 'zap_deposited_table()'),
      { value: 'no', says: 'the table stays in reserve', patch: { split_file_frees_deposit: () => () => false } },
    ],
  },
  {
    name: 'discriminator',
    says: 'T11: how zap, split and move tell whether a special leaf has a deposit',
    cites: 'v3 cover (pmd_special); v4 7/7, message (vma_pfnmap_has_deposited_pgtable)',
    values: [
      asItIs('folio', 'never: it has no folio (the architecture apart)'),
      {
        value: 'pmd-special',
        says: 'always',
        patch: { has_deposited_pgtable: (base) => (s, vma, e) => base(s, vma, e) || Pmd.special(e) === 1 },
      },
      {
        value: 'vma-ops',
        says: 'when its VMA has neither ->fault nor ->huge_fault',
        patch: {
          has_deposited_pgtable: (base) => (s, vma, e) => base(s, vma, e) || vma_pfnmap_has_deposited_pgtable(vma, e),
        },
      },
    ],
  },
  {
    name: 'split-special',
    says: 'T7: what a split does with a special leaf',
    cites: 'v2 2/2, code; v4 7/7, message (__split_huge_pfnmap_pmd)',
    values: [
      asItIs('drops', 'the slot is none afterwards'),
      { value: 'populates', says: 'withdraw, and special PTEs', patch: { split_special_populates: () => () => true } },
      {
        value: 'populates-if-deposited',
        says: 'special PTEs where there is a deposit; otherwise none',
        patch: { split_special_populates: () => (s, vma, e) => s.kernel.has_deposited_pgtable(s, vma, e) },
      },
    ],
  },
  {
    name: 'pfn-pmd-format',
    says: 'T8: the format of the protection that pfn_pmd() takes',
    cites: 'v4 cover (x86/mm: use PTE-level pgprot for huge PFN helpers)',
    values: [
      asItIs('raw', 'bits as they are; pmd_mkhuge() sets PSE over PAT'),
      {
        value: 'base-pte',
        says: 'base-PTE format; PAT moves from bit 7 to bit 12',
        patch: { pfn_pmd: () => pfn_pmd_base_pte, pfn_pud: () => pfn_pud_base_pte },
      },
    ],
  },
  {
    name: 'split-pgprot',
    says: 'T8: where the protection of the PTEs of a split comes from',
    cites: 'v1 1/2, v2 1/2 (pte_clrhuge); v3 2/4, code (pfn_pte); v4 cover (base-PTE contract)',
    values: [
      asItIs('raw', 'pmd_pgprot() as stored in the leaf'),
      {
        value: 'pte-clrhuge',
        says: 'pte_clrhuge() clears bit 7',
        patch: {
          split_pfnmap_pte: () => (s, pfn, leaf) => s.kernel.pfn_pte(pfn, clear_huge(s.kernel.pmd_pgprot(leaf))),
        },
      },
      {
        value: 'pfn-pte-filter',
        says: 'pfn_pte() clears bit 7, of every PTE',
        patch: { pfn_pte: (base) => (pfn, prot) => base(pfn, Pgprot.mkBit7(prot, 0)) },
      },
      {
        value: 'base-pte',
        says: 'pmd_pgprot() returns base-PTE format',
        patch: { pmd_pgprot: () => pmd_pgprot_base_pte },
      },
    ],
  },
  {
    name: 'fork-deposit',
    says: 'T9: fork gives the child of a special leaf a deposit',
    cites: 'v3 cover (syzbot fix); v4 cover and 7/7, message',
    values: [
      asItIs('no', 'the leaf is copied, nothing else'),
      {
        value: 'pmd-special',
        says: 'for every special leaf',
        patch: { copy_special_allocates: () => () => true, copy_special_deposits: () => () => true },
      },
      {
        value: 'has-deposited',
        says: 'a table is allocated first, and kept where has_deposited_pgtable() says so',
        patch: {
          copy_special_allocates: () => () => true,
          copy_special_deposits: () => (s, vma, e) => s.kernel.has_deposited_pgtable(s, vma, e),
        },
      },
    ],
  },
  {
    name: 'move-deposit',
    says: 'T10: mremap to another PMD table takes the deposit along',
    cites: 'v4 cover (move_huge_pmd() uses has_deposited_pgtable())',
    values: [
      asItIs('anon', 'of anonymous leaves'),
      {
        value: 'has-deposited',
        says: 'of every leaf that has one',
        patch: {
          pmd_move_must_withdraw: () => (s, vma, e) =>
            s.machine.depositsPer === 'slot' || s.kernel.has_deposited_pgtable(s, vma, e),
        },
      },
    ],
  },
  {
    name: 'handler-excludes',
    says: 'T12: no leaf by remap_pfn_range() in a VMA that has ->fault or ->huge_fault',
    cites: 'v4 cover and 7/7, message',
    values: [
      asItIs('no', 'handlers do not matter'),
      {
        value: 'yes',
        says: 'PTEs there',
        patch: { remap_pmd_allowed: (base) => (s, vma, step) => base(s, vma, step) && vma_has_no_handler(vma) },
      },
    ],
  },
  {
    name: 'runtime-leaf-check',
    says: 'T13: pgtable_has_pmd_leaves() is asked before a leaf is installed',
    cites: 'v4 cover and 7/7, message',
    values: [
      asItIs('no', 'the configuration decides alone'),
      {
        value: 'yes',
        says: 'the CPU decides',
        patch: { remap_pmd_allowed: (base) => (s, vma, step) => base(s, vma, step) && pgtable_has_pmd_leaves(s) },
      },
    ],
  },
  {
    name: 'pfn-modify-check',
    says: 'T14: pfn_modify_allowed() is asked for the frames of a leaf',
    cites: 'v2 2/2, code (not asked)',
    values: [
      asItIs('no', 'PTEs only'),
      {
        value: 'yes',
        says: 'for the last frame of the leaf; otherwise PTEs, which refuse',
        patch: {
          remap_pmd_allowed: (base) => (s, vma, step) =>
            base(s, vma, step) && pfn_modify_allowed(s, step.pfn + step.to - step.from - 1, step.prot),
        },
      },
    ],
  },
  {
    name: 'populated-slot',
    says: 'T15: what the installation of a leaf does with a slot that is not none',
    cites: 'v2 2/2, code',
    values: [
      asItIs('pte-path', 'PTEs'),
      {
        value: 'pmd-free-pte-page',
        says: 'the helper for kernel page tables frees the table under it',
        patch: pmdFreePtePage,
      },
    ],
  },
  {
    name: 'deposit-first',
    says: 'T16: the deposit is there before the leaf can be seen',
    cites: 'v2 2/2, code (set_pmd_at(), then deposit, under one lock)',
    values: [
      asItIs('yes', 'deposit, then leaf'),
      { value: 'no', says: 'leaf, then deposit', patch: install({ depositFirst: false }) },
    ],
  },
  {
    name: 'nohugepfnmap',
    says: 'T17: the boot option of v1 that turns leaves by remap_pfn_range() off',
    cites: 'changelog of v2 (option removed)',
    avoids: true,
    values: [
      asItIs('absent', 'not given, or not there'),
      { value: 'given', says: 'PTEs only', patch: { remap_pmd_allowed: () => () => false } },
    ],
  },
  {
    name: 'huge-in-cow',
    says: 'whether remap_pfn_range() installs leaves in CoW mappings; no version says',
    cites: 'v1 2/2, v2 2/2, code (no test)',
    values: [
      asItIs('yes', 'read-only leaves'),
      {
        value: 'no',
        says: 'PTEs there',
        patch: { remap_pmd_allowed: (base) => (s, vma, step) => base(s, vma, step) && !is_cow_mapping(vma) },
      },
    ],
  },
  {
    name: 'vma-close',
    says: 'whether ->close, after which vm_ops are dummies, comes before or after the pages are unmapped; a what-if',
    cites: 'v7.1 mm/internal.h vma_close(), mm/vma.c vms_clean_up_area()',
    values: [
      asItIs('after-unmap', 'as in v7.1'),
      {
        value: 'before-unmap',
        says: 'the VMA has lost its handlers when it is zapped',
        patch: { vma_closes_first: () => () => true },
      },
    ],
  },
];
