/** insert_pud() marks the leaf of a folio special that it has counted. */
import { pud_mkspecial } from '../mm/huge_memory_pud.ts';
import { bug } from './bug.ts';

export default bug({
  title: "mm/huge_memory: don't mark refcounted folios special in vmf_insert_folio_pud()",
  author: 'David Hildenbrand',
  source: '02825c0925fb (v6.17); Fixes dbe54153296d',
  says: 'a PUD leaf of a counted folio is special',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    insert_pud_entry: (base) => (s, mm, pfn, prot, fop) => pud_mkspecial(s, base(s, mm, pfn, prot, fop)),
  },
  bug: {
    fix: '02825c0925fb',
    releases: 'v6.15, v6.16',
    violates: 'I-SPECIAL',
    world: 'device-pud',
    steps: 2,
  },
});
