/** pmd_move_must_withdraw() asks whether the VMA is anonymous also where every leaf has a deposit. */
import { vma_is_anonymous } from '../mm/vma.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'mm: move vma_is_anonymous check within pmd_move_must_withdraw',
  author: 'Aneesh Kumar K.V',
  source: '1dd38b6c27d5 (v4.11)',
  says: 'mremap() of a file leaf leaves its page table behind with the hash MMU',
  evidence: 'memory',
  base: 'v7.1+fork-deposit=has-deposited+hash-pud-order=no',
  mm: {
    pmd_move_must_withdraw: (base) => (s, vma, e) => vma_is_anonymous(vma) && base(s, vma, e),
  },
  bug: {
    fix: '1dd38b6c27d5',
    releases: 'v4.10',
    there: 'a leaf of a file; no world moves one with the hash MMU, but a leaf of a device',
    violates: 'I-ORDER',
    world: 'pfnmap-hash',
    steps: 3,
  },
});
