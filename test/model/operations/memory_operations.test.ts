import { describe, expect, it } from '@effect/vitest';
import { boundsInWords, sizeInWords } from '../../../checker/bounds.ts';
import { combinations } from '../../../checker/search/index.ts';
import { type Alphabet, NO_OPERATIONS } from '../../../model/operations/alphabet.ts';
import { operationsOf } from '../../../model/operations/world_operations.ts';
import { blocks, type Geometry, SMALL } from '../../../model/state/geometry.ts';

const alphabet: Alphabet = {
  ...NO_OPERATIONS,
  mms: [1],
  madvises: [{ from: 0, to: 2 }],
  advice: ['FREE', 'DONTFORK'],
  pins: [0],
  pinsFor: ['read', 'write'],
  truncates: [{ file: 'shmem', from: 1 }],
  reclaims: [0],
};
const geometry: Geometry = { ...SMALL, pins: 2, memory: blocks('shmem', 2, 1) };

/** Every move of every operation but exit, in words. */
const inWords = (one: Geometry): readonly string[] =>
  operationsOf(alphabet, one)
    .filter(({ name }) => name !== 'exit')
    .flatMap(({ name, args, show }) => combinations(args).map((values) => `${name}: ${show!(values)}`));

describe('operations on memory', () => {
  it('are shown in words', () => {
    expect(inWords(geometry)).toEqual([
      'madvise: child, pages 0..1, MADV_FREE',
      'madvise: child, pages 0..1, MADV_DONTFORK',
      'pin_user_pages: child, page 0, for reading',
      'pin_user_pages: child, page 0, for writing',
      'unpin_user_page: pin 0',
      'unpin_user_page: pin 1',
      'truncate: the shmem file, from page 1 on',
      'shrink_folio_list: the folio at page 0 of the child',
    ]);
  });
  it('pin nothing in a world without pins', () => {
    expect(inWords(SMALL).filter((text) => text.includes('pin'))).toEqual([]);
  });
  it('are told in the bounds of a world', () => {
    expect(boundsInWords({ alphabet, geometry, failuresMax: 1 })).toBe(
      [
        'madvise of pages 0..1 with MADV_FREE, MADV_DONTFORK',
        'pins of page 0 to read and write, unpin',
        'truncation of the shmem file from page 1 on',
        'reclaim of the folio at page 0',
        'exit, no fork',
        'any number of operations in any order',
        'up to 1 failed allocation per operation',
        '2 PMD tables of 2 slots of 2 pages a process, up to 4 VMAs a process, 10 pages for PTE tables in all, ' +
          '1 shmem folio of 2 pages, up to 2 pins at a time',
      ].join('; '),
    );
    expect(sizeInWords({ alphabet, geometry, failuresMax: 1 })).toBe(
      '1 process, 8 pages, up to 4 VMAs, 1 shmem folio of 2 pages, any number of operations in any order, ' +
        'up to 1 failed allocation per operation',
    );
  });
  it('of a driver that tracks dirty pages are told with the frames that it tracks', () => {
    const tracks = { ...NO_OPERATIONS, mms: [0], dirtyScan: true };
    expect(operationsOf(tracks, SMALL).map(({ name }) => name)).toEqual(['exit', 'vmw_bo_dirty_scan']);
    const words = boundsInWords({ alphabet: tracks, geometry: { ...SMALL, trackedFrames: 2 }, failuresMax: 0 });
    expect(words).toContain('collection of dirty pages');
    expect(words).toMatch(/dirty pages tracked of 2 frames$/);
  });
});
