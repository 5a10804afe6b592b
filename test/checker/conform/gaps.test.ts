/** What the model leaves out: a sequence can come to each of it, and such a move is not made. */
import { describe, expect, it } from '@effect/vitest';
import { gapIn, gapOf, GAPS } from '../../../checker/conform/gaps.ts';
import { randomWalks } from '../../../checker/conform/sequences.ts';
import { type Stage, Walk } from '../../../checker/conform/walk.ts';
import { isEnabled, movesOf } from '../../../checker/search/index.ts';
import { allStages, moveOf, stageOf, walkThrough } from '../../support/walks.ts';

const MAP = 'mmap(parent, anon 2M)';
const MAP2 = 'mmap(parent, anon 2M at 2)';
const READ = 'handle_mm_fault(parent, page 0, read)';
const WRITE = 'handle_mm_fault(parent, page 0, write)';

/** The gap that the last of some moves comes to, for which it is not made. */
const gapBehind = (stage: Stage, ...labels: readonly string[]): string | undefined => {
  const walk = walkThrough(stage, ...labels.slice(0, -1));
  const made = walk.take(moveOf(stage, labels.at(-1)!));
  expect(walk.steps.length).toBe(labels.length - (made ? 0 : 1));
  expect(walk.refused?.why).toBe(made ? undefined : 'left out');
  return walk.refused?.detail;
};

describe('a move is left out:', () => {
  it.each<[string, () => Stage, readonly string[], string]>([
    [
      'UFFDIO_MOVE of a leaf of zeroes',
      () => stageOf('uffd-move'),
      [MAP, MAP2, READ, 'UFFDIO_MOVE(parent, pages 0..1 to page 2)'],
      'uffd-move-huge-zero',
    ],
    [
      'mprotect of what soft-dirty tracking has begun anew',
      () => stageOf('soft-dirty'),
      [MAP, WRITE, 'clear_refs(parent)', 'mprotect(parent, pages 0..1, RW)'],
      'soft-dirty-entries',
    ],
    [
      'mprotect by which VMAs of a child come to be alike but for their anonymous pages',
      () => stageOf('anon'),
      [
        MAP,
        'mprotect(parent, page 0, R)',
        'handle_mm_fault(parent, page 1, write)',
        'fork()',
        'mprotect(child, pages 0..1, R)',
      ],
      'which-anon-vma',
    ],
    [
      'truncation of a part of a file that nobody has touched',
      () => stageOf('truncate-part'),
      ['mmap(parent, shmem 2M)', 'truncate(the shmem file, from page 1 on)'],
      'file-not-there-yet',
    ],
    [
      'a write fault on a file on DAX that has a hole beside what has been written',
      () => stageOf('fs-dax'),
      ['mmap(parent, DAX file 2M)', 'dax_truncate(punch, page 0 of file 0)', 'handle_mm_fault(parent, page 1, write)'],
      'ext4-faults-twice',
    ],
    [
      'a cut beside a hole',
      () => stageOf('fs-dax'),
      [
        'mmap(parent, DAX file 2M)',
        'dax_truncate(punch, page 0 of file 0)',
        'dax_truncate(truncate, page 1 of file 0)',
      ],
      'ext4-two-holes',
    ],
  ])('%s', (_, stage, labels, gap) => {
    expect(gapBehind(stage(), ...labels)).toBe(gap);
  });
});

describe('a move is made:', () => {
  it.each<[string, string, readonly string[]]>([
    ['UFFDIO_MOVE of a whole leaf', 'uffd-move', [MAP, MAP2, WRITE, 'UFFDIO_MOVE(parent, pages 0..1 to page 2)']],
    ['UFFDIO_MOVE of nothing', 'uffd-move', [MAP, MAP2, 'UFFDIO_MOVE(parent, page 0 to page 3)']],
    [
      'UFFDIO_MOVE onto a leaf',
      'uffd-move',
      [MAP, MAP2, WRITE, 'handle_mm_fault(parent, page 3, write)', 'UFFDIO_MOVE(parent, page 0 to page 3)'],
    ],
    ['UFFDIO_MOVE of one page of a leaf', 'uffd-move', [MAP, MAP2, WRITE, 'UFFDIO_MOVE(parent, page 0 to page 3)']],
    [
      'MADV_FREE of a folio of which a part is mapped',
      'anon-free',
      [MAP, WRITE, 'fork()', 'handle_mm_fault(child, page 0, write)', 'madvise(child, pages 0..1, MADV_FREE)'],
    ],
    [
      'truncation inside a folio',
      'truncate-part',
      ['mmap(parent, shmem 2M)', 'handle_mm_fault(parent, page 0, read)', 'truncate(the shmem file, from page 1 on)'],
    ],
    ['MADV_FREE of a whole leaf', 'anon-free', [MAP, WRITE, 'madvise(parent, pages 0..1, MADV_FREE)']],
    ['mprotect to R', 'soft-dirty', [MAP, WRITE, 'clear_refs(parent)', 'mprotect(parent, pages 0..1, R)']],
    ['truncation of all', 'truncate', ['mmap(parent, shmem 2M)', 'truncate(the shmem file, from page 0 on)']],
  ])('%s', (_, scope, labels) => {
    expect(gapBehind(stageOf(scope), ...labels)).toBeUndefined();
  });
});

describe('on random walks', () => {
  it('no gap is walked through, and every one that can be asked for is come to', () => {
    const found = new Set<string>();
    const rare = ['uffd-move', 'truncate-part', 'soft-dirty', 'mem'].flatMap((name) => [
      ...randomWalks([stageOf(name)], 1, 100, 10),
    ]);
    const walks = [...randomWalks(allStages(), 1, 160, 10), ...rare];
    for (const { stage, steps } of walks) {
      const walk = new Walk(stage);
      for (const { move } of steps) {
        expect(gapOf(walk.state, move)).toBeUndefined();
        walk.take(move);
        expect(gapIn(walk.state)).toBeUndefined();
      }
      const enabled = movesOf(stage.world).filter((one) =>
        isEnabled(stage.world.actions[one.action]!, walk.state, one.args),
      );
      for (const move of enabled) found.add(gapOf(walk.state, move)?.name ?? '');
    }
    expect([...found].filter((name) => name !== '').toSorted()).toEqual([
      'ext4-faults-twice',
      'ext4-two-holes',
      'file-not-there-yet',
      'soft-dirty-entries',
      'uffd-move-huge-zero',
      'which-anon-vma',
    ]);
  });
  it('each says what it is', () => {
    expect(GAPS.map(({ name, says }) => `${name}: ${says}`)).toMatchInlineSnapshot(`
      [
        "uffd-move-huge-zero: a leaf of the huge zero folio that UFFDIO_MOVE brings is uncounted by zap in v6.18: no running kernel is to be harmed",
        "file-not-there-yet: truncation of a part of a file that nobody has touched: its folio comes with the first fault here, and is there from the beginning in the kernel",
        "ext4-faults-twice: ext4 has no ->map_pages: under the lock of a VMA a fault that got blocks for a hole, and no leaf, is made again, and may get one; XFS, which the model mirrors, has it",
        "ext4-two-holes: a hole beside another is cut: ext4 remembers them as two (its extent status tree), and has no leaf of zeroes for both",
        "soft-dirty-entries: mprotect makes an entry writable at once if it is soft-dirty; entries have no such bit here",
        "which-anon-vma: VMAs merge if they have the same anon_vma; known is whether, not which: each that fork copies has its own, and so have those on both sides of MADV_DONTFORK",
      ]
    `);
  });
});
