/** move_huge_pmd() that asks has_deposited_pgtable(), as v4 of "mm: add huge pfnmap support for remap_pfn_range()" has it. */
import { patch } from '../patch.ts';

export default patch({
  title: 'mm/huge_memory: make move_huge_pmd() use has_deposited_pgtable()',
  author: 'Yin Tirui',
  source: '[PATCH mm-unstable RFC v4 6/7], 2026-05-26; its cover letter',
  says: 'mremap() takes the deposit of every leaf along that has one, as zap does; without leaves by remap_pfn_range() nothing changes',
  evidence: 'cover letter',
  base: 'v7.1',
  sets: { 'move-deposit': 'has-deposited' },
});
