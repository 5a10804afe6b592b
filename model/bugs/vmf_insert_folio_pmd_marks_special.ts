/** insert_pmd() marks the leaf of a folio special that it has counted. */
import { pmd_mkspecial } from '../mm/pgtable_generic.ts';
import { bug } from './bug.ts';

export default bug({
  title: "mm/huge_memory: don't mark refcounted folios special in vmf_insert_folio_pmd()",
  author: 'David Hildenbrand',
  source: 'c4297465d4ca (v6.17); Fixes 6c88f72691f8',
  says: 'a PMD leaf of a counted folio is special',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    insert_pmd_entry: (base) => (s, mm, pfn, prot, fop) => pmd_mkspecial(s, base(s, mm, pfn, prot, fop)),
  },
  bug: {
    fix: 'c4297465d4ca',
    releases: 'v6.15, v6.16',
    violates: 'I-SPECIAL',
    world: 'device-pmd',
    steps: 2,
  },
});
