/** The end of an inode frees the blocks of pages that are pinned. */
import { bug } from './bug.ts';

export default bug({
  title: 'fs/dax: ensure all pages are idle prior to filesystem unmount',
  author: 'Alistair Popple',
  source: '0e2f80afcfa6 (v6.15)',
  says: 'nobody waits for the users of pages whose inode goes',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'dax-evict-waits': 'no' },
  bug: {
    fix: '0e2f80afcfa6',
    releases: 'until v6.14',
    violates: 'I-DAXFREE',
    world: 'fsdax-evict',
    steps: 4,
  },
});
