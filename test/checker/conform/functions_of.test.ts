/** Which functions of the model a step goes through: those in which releases differ, in the order of their calls. */
import { describe, expect, it } from '@effect/vitest';
import { functionsOf } from '../../../checker/conform/functions_of.ts';
import { randomWalks } from '../../../checker/conform/sequences.ts';
import { allStages, stageOf, V6_18, walkThrough } from '../../support/walks.ts';

describe('the functions of a step', () => {
  const walk = walkThrough(
    stageOf('anon'),
    'mmap(parent, anon 2M)',
    'handle_mm_fault(parent, page 0, write)',
    'mprotect(parent, page 0, R)',
    'fork()',
  );
  it('are those of that step alone', () => {
    const all = walk.steps.map(({ label }, at) => `${label}: ${functionsOf(walk, at).join(' ')}`);
    expect(all).toMatchInlineSnapshot(`
      [
        "mmap(parent, anon 2M): driver_mmap",
        "handle_mm_fault(parent, page 0, write): create_huge_pud create_huge_pmd thp_vma_allowable_order thp_policy_allows pte_alloc_one map_anon_folio_pmd pgtable_trans_huge_deposit vm_page_prot pfn_pmd",
        "mprotect(parent, page 0, R): split_vma may_split vma_adjust_trans_huge split_anon_pmd folio_add_anon_rmap_ptes pgtable_trans_huge_withdraw vm_page_prot pfn_pte split_keeps_dirty change_pte_range pte_modify",
        "fork(): copy_pte_range pte_alloc_one vm_normal_page folio_try_dup_anon_rmap_ptes",
      ]
    `);
  });
  it('are functions of the kernel, each once, and it does the same again', () => {
    for (const { stage, steps } of randomWalks(allStages(), 1, 60, 6)) {
      const again = walkThrough(stage, ...steps.map(({ label }) => label));
      for (const at of steps.keys()) {
        const names = functionsOf(again, at);
        expect(new Set(names).size).toBe(names.length);
        expect(names.filter((name) => !(name in V6_18))).toEqual([]);
      }
      expect(again.steps.map(({ seen }) => seen)).toEqual(steps.map(({ seen }) => seen));
    }
  });
  it('are none where the stage has no other kernel', () => {
    const { instead: _, ...stage } = stageOf('anon');
    expect(functionsOf(walkThrough(stage, 'mmap(parent, anon 2M)'), 0)).toEqual([]);
  });
});
