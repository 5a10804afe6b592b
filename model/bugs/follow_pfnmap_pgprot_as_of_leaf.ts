/** follow_pfnmap_start() returns the flags of a leaf as they are, and ioremap_prot() takes PSE for PAT. */
import { bug } from './bug.ts';

export default bug({
  title: 'generic_access_phys() of a leaf with its raw flags',
  source: 'v7.1 mm/memory.c follow_pfnmap_start(), generic_access_phys()',
  says: 'ptrace() reads a BAR by another cache mode than its process',
  evidence: 'source',
  base: 'v7.1+pud-pgprot=base-pte+split-pgprot=base-pte',
  sets: { 'pud-pgprot': 'raw', 'split-pgprot': 'raw' },
  bug: {
    fix: 'none',
    releases: 'v6.12 to v7.3',
    violates: 'I-IOPROT',
    world: 'phys-access-leaf',
    steps: 4,
  },
});
