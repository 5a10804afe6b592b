/** generic_access_phys() looks up one page, and goes on over its end. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/memory: constrain generic_access_phys() to page boundary',
  source: '7.3.4',
  says: 'ptrace() reads another frame than the page behind maps',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'access-phys-pages': 'asked' },
  bug: {
    fix: '7.3.4',
    releases: 'until v7.2',
    violates: 'I-SCOPE',
    world: 'phys-access',
    steps: 4,
  },
});
