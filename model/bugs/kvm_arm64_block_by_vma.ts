/** KVM on arm64 takes the size of a block of VM_PFNMAP from the VMA and its vm_pgoff, not from what maps it. */
import { bug } from './bug.ts';

export default bug({
  title: 'KVM: arm64: Use stage-1 leaf size for VM_PFNMAP',
  source: '71cc2c67fb8f (v7.3-rc6, 6.12.113)',
  says: 'a guest gets frames that its process does not map',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'arm64-block': 'vma' },
  bug: {
    fix: '71cc2c67fb8f',
    releases: 'until v7.2',
    violates: 'I-SECOND',
    world: 'second-stage-arm64',
    steps: 5,
  },
});
