/** Swap where the releases differ, step by step: whose a page is that comes back, a part of a folio that is moved; and on v7.1 a collapse. */
import { anonMemory } from '../../model/drivers/driver.ts';
import { blocks, type Geometry, SMALL } from '../../model/state/geometry.ts';
import { BY_LEAF, BY_PTES, CHILD, type Numbered, ONE_PAGE, PARENT } from './numbered.ts';
import { collapse, exit, failing, fork, mmap, reclaim, splitFolio, type Stage, uffdMove, write } from './play.ts';

const SWAP: Geometry = { ...SMALL, swapSlots: 4, memory: blocks('anon', 1, 4) };
const DISK: Stage = { geometry: SWAP };
const HUGE: Stage = { geometry: { ...SWAP, memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 3)] } };

const one = mmap(anonMemory('1 page', { at: 0, pages: 1 }));
const there = mmap(anonMemory('another', { at: 2, pages: 1 }));
const two = mmap(anonMemory('a leaf of 2 pages', { at: 0, pages: 2 }));

const out = [one, write(PARENT, 0), reclaim(PARENT, 0)];
const both = [one, write(PARENT, 0), fork, reclaim(PARENT, 0)];

const halfOut = [two, write(PARENT, 0), splitFolio(PARENT, 0), reclaim(PARENT, 0), reclaim(PARENT, 0)];

const partMoved = [two, there, write(PARENT, 0), reclaim(PARENT, 0), uffdMove(PARENT, 0, 2, 1)];
const CACHED_AS_A_WHOLE = [
  'anon 16: ref 2 em 0 lm 0 npm 0 pm 0 0',
  'slot 0: count 1, in the swap cache as page 16, written',
  'slot 1: count 1, in the swap cache as page 17, written',
  'parent: MM_SWAPENTS 2',
];

export const SWAPPED_ELSEWHERE: readonly Numbered[] = [
  {
    name: 'out, write, v7.3',
    says: 'so it does in v7.3, where the entry says that the page is its own',
    plays: [...out, write(PARENT, 0)],
    place: { ...DISK, kernel: 'v7.3' },
    accounts: ['anon 16: ref 1 pm 1 AE 0', ...ONE_PAGE],
    parent: ['page 0 pfn 16 RW young dirty WB'],
  },
  {
    name: 'shared, out, exit, write, v7.3',
    says: 'the entry does not say so, and do_wp_page() finds out that nobody else has it',
    plays: [...both, exit(CHILD), write(PARENT, 0)],
    place: { ...DISK, kernel: 'v7.3' },
    accounts: ['anon 16: ref 1 pm 1 AE 0', ...ONE_PAGE],
    parent: ['page 0 pfn 16 RW young dirty WB'],
  },
  {
    name: 'a part of what is in the swap cache as a whole, moved',
    says: 'EBUSY',
    plays: partMoved,
    place: HUGE,
    result: 'EBUSY@5',
    accounts: CACHED_AS_A_WHOLE,
    parent: ['page 0 exclusive swap entry of slot 0', 'page 1 exclusive swap entry of slot 1'],
  },
  {
    name: 'a part of what is in the swap cache as a whole, moved, v6.15',
    says: 'EBUSY as well, since v6.14',
    plays: partMoved,
    place: { ...HUGE, kernel: 'v6.15' },
    result: 'EBUSY@5',
    accounts: CACHED_AS_A_WHOLE,
    parent: ['page 0 exclusive swap entry of slot 0', 'page 1 exclusive swap entry of slot 1'],
  },
  {
    name: 'a part of what is in the swap cache as a whole, moved, until v6.13',
    says: 'the entry goes, and the folio stays in the swap cache',
    plays: partMoved,
    place: { ...HUGE, kernel: 'v6.12' },
    accounts: CACHED_AS_A_WHOLE,
    parent: ['page 1 exclusive swap entry of slot 1', 'page 2 exclusive swap entry of slot 0'],
  },
  {
    name: 'half of it out, MADV_COLLAPSE',
    says: 'comes back, and is copied; neither its page nor its slot is left',
    plays: [...halfOut, collapse(PARENT, 0)],
    place: HUGE,
    accounts: ['anon 18: ref 1 em 1 lm 1 npm E parent:1 pm 0 0 AE 0', ...BY_LEAF],
    parent: ['pmd[0] leaf pfn 18 RW young dirty WB'],
  },
  {
    name: 'half of it out, khugepaged',
    says: 'no more than an eighth may be in swap: nothing of two pages',
    plays: [...halfOut, collapse(PARENT, 0, 'khugepaged')],
    place: HUGE,
    result: 'EINVAL@6',
    accounts: [
      'anon 17: ref 1 pm 1 AE 0',
      'slot 0: count 1, written',
      'parent: MM_ANONPAGES 1 MM_SWAPENTS 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 0 exclusive swap entry of slot 0', 'page 1 pfn 17 RW young dirty WB'],
  },
  {
    name: 'half of it out, MADV_COLLAPSE that fails to copy',
    says: 'what has come back stays',
    plays: [...halfOut, failing(collapse(PARENT, 0), 2)],
    place: HUGE,
    result: 'EINVAL@6',
    accounts: [
      'anon 17: ref 1 pm 1 AE 0',
      'anon 20: ref 2 pm 1 AE 0',
      'slot 0: count 0, in the swap cache as page 20, written',
      ...BY_PTES,
    ],
    parent: ['page 0 pfn 20 RW young WB', 'page 1 pfn 17 RW young dirty WB'],
  },
];
