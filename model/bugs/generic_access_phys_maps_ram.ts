/** generic_access_phys() maps with ioremap whatever frame it finds, memory as well. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/memory: generic_access_phys() of a page of memory',
  source:
    'the other half of "mm/memory: constrain generic_access_phys() to page boundary" (7.3.4): online pages that are not reserved',
  says: 'ptrace() accesses the copy in a private mapping as if it were the device',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'access-phys-ram': 'yes' },
  bug: {
    fix: '7.3.4',
    releases: 'until v7.2',
    violates: 'I-RAM',
    world: 'phys-access',
    steps: 8,
  },
});
