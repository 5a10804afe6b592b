/** An entry for zeroes is taken for one that has a page when it goes. */
import { bug } from './bug.ts';

export default bug({
  title: "fs/dax: don't disassociate zero page entries",
  author: 'Alistair Popple',
  source: '98c183a4fccf (v6.15)',
  says: 'the zero page loses a file that it never had',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'dax-zero-entries': 'taken' },
  bug: {
    fix: '98c183a4fccf',
    releases: 'v6.15-rc',
    violates: 'WARN-dax',
    world: 'fsdax',
    steps: 4,
  },
});
