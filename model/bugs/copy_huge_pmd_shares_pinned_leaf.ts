/** fork() shares a THP that is pinned. */
import { Mm } from '../state/mm_types.ts';
import { bug } from './bug.ts';

export default bug({
  title: "mm/thp: Split huge pmds/puds if they're pinned when fork()",
  author: 'Peter Xu',
  source: 'd042035eaf5f (v5.9)',
  says: 'the next write of the parent goes to a copy, and the pin stays with what it was',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    // As if MMF_HAS_PINNED were not asked where a leaf is copied.
    copy_huge_pmd: (base) => (s, src, dst, vmaRow, slot) => {
      const mm = s.mm.at(src);
      s.mm.put(src, Mm.mkHasPinned(mm, 0));
      const copied = base(s, src, dst, vmaRow, slot);
      s.mm.put(src, mm);
      return copied;
    },
  },
  bug: {
    fix: 'd042035eaf5f',
    releases: 'until v5.8',
    violates: 'I-PIN',
    world: 'anon-pinned',
    steps: 3,
  },
});
