/** remap_pfn_range() fails, and leaves mapped what it has mapped so far. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm: avoid leaving partial pfn mappings around in error case',
  author: 'Linus Torvalds',
  source: '79a61cc3fc04 (v6.11); CVE-2024-47674',
  says: 'a driver frees frames that are still mapped',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    remap_unmaps: () => () => undefined,
  },
  bug: {
    fix: '79a61cc3fc04',
    releases: 'until v6.10',
    there: 'the models of v6.9 and v6.10 leave it out',
    violates: 'BUG_ON(!pte_none)',
    world: 'pfnmap-install',
    steps: 1,
  },
});
