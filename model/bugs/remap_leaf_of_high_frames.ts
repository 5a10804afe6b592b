/** remap_pfn_range() maps frames by a leaf without pfn_modify_allowed(), which PTEs are asked for. */
import { bug } from './bug.ts';

export default bug({
  title: 'x86/speculation/l1tf: Disallow non privileged high MMIO PROT_NONE mappings',
  author: 'Andi Kleen',
  source: '42e4089c7890 (v4.19), for PTEs; "mm: add huge pfnmap support for remap_pfn_range()" for leaves',
  says: 'on a CPU with L1TF a PROT_NONE entry names high memory',
  evidence: 'source',
  base: 'v7.1+huge-remap-pfn-range@v4+pfn-modify-check=yes',
  sets: { 'pfn-modify-check': 'no' },
  bug: {
    fix: '42e4089c7890',
    releases: 'until v4.18',
    posted: 'v4 of huge-remap-pfn-range',
    there: 'until v4.18 by PTEs, in v4 of the series by leaves as well',
    violates: 'I-L1TF',
    world: 'pfnmap-l1tf',
    steps: 1,
  },
});
