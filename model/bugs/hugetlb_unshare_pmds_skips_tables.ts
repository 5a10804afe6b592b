/** huge_pmd_unshare() moves the address of its caller on, which goes on behind the next table. */
import { huge_ptep_get, hugetlb_pte_init, is_table } from '../hugetlb/hugetlb_pte.ts';
import { pudPages } from '../state/hugetlb/geometry.ts';
import { HugePte, Level } from '../state/hugetlb/hugetlb_types.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: fix skipping of unsharing of pmd page tables',
  source: '4ddb4d91b82f; backport of b30c14cd6102 to 5.10, mended 2026-02',
  says: 'of tables that are shared every second one stays so',
  evidence: 'source',
  base: 'v7.3',
  hugetlb: {
    hugetlb_unshare_pmds: () => (s, mm, start, end) => {
      const { geometry: g, kernel } = s;
      const span = pudPages(g);
      for (let page = Math.ceil(start / span) * span; page + span <= end; page += span) {
        const pud = huge_ptep_get(s, hugetlb_pte_init(g, Level.pud, mm, page, span));
        if (!is_table(pud)) continue;
        const pmd = hugetlb_pte_init(g, Level.pmd, HugePte.pfn(pud), page, g.ptrsPerPte);
        if (kernel.huge_pmd_unshare(s, mm, page, pmd)) page += span;
      }
      kernel.flush_tlb_range(s, mm, start, end);
      kernel.mmu_notifier_invalidate_range(s, mm, start, end);
    },
  },
  bug: {
    fix: '4ddb4d91b82f',
    releases: 'the stable series of v5.10',
    violates: 'H3',
    world: 'hugetlb-pmd-register',
    steps: 8,
  },
});
