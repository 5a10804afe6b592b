/** zap_huge_pud() of a PUD leaf that maps a folio is a BUG(). */
import { ModelBug } from '../../checker/search/index.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'mm/huge_memory: zap_huge_pud() of a leaf that maps a folio is a BUG()',
  author: 'Alistair Popple',
  source: 'v6.14 mm/huge_memory.c zap_huge_pud(); dbe54153296d (v6.15)',
  says: 'who inserts a PUD leaf of a folio before zap knows of these stops at munmap()',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    zap_normal_pud: () => () => {
      throw new ModelBug('BUG(normal-pud)', 'zap_huge_pud() meets a leaf of a folio');
    },
  },
  bug: {
    fix: 'dbe54153296d',
    releases: 'until v6.14',
    there: 'nothing maps a folio by a PUD leaf before v6.15',
    violates: 'BUG(normal-pud)',
    world: 'device-pud',
    steps: 3,
  },
});
