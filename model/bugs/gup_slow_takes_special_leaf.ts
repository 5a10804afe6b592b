/** follow_huge_pmd() and follow_huge_pud() do not look at the special bit. */
import { bug } from './bug.ts';

export default bug({
  title: 'slow GUP of a special leaf in VM_MIXEDMAP',
  source: 'v7.1 mm/gup.c follow_huge_pmd(), follow_huge_pud()',
  says: 'GUP takes the frame of a device for a page',
  evidence: 'source',
  base: 'v7.1+gup-slow-special=yes',
  sets: { 'gup-slow-special': 'no' },
  bug: {
    fix: 'none',
    releases: 'v6.12 to v7.3',
    violates: 'gup-of-pfn',
    world: 'mixedmap-pinned-leaf',
    steps: 2,
  },
});
