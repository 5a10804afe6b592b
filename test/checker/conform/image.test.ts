/** What must be read: by hand, and against one who looks back through everything that was done. */
import { describe, expect, it } from '@effect/vitest';
import { Image } from '../../../checker/conform/image.ts';
import { runOf } from '../../../checker/conform/placement.ts';
import { randomWalks } from '../../../checker/conform/sequences.ts';
import type { ProcessSeen } from '../../../checker/conform/seen.ts';
import type { Walk } from '../../../checker/conform/walk.ts';
import type { DaxCut, Moving, PageRange } from '../../../model/operations/alphabet.ts';
import { Vma, VmaKind } from '../../../model/state/mm_types.ts';
import { allStages, stageOf, walkThrough } from '../../support/walks.ts';

const MAP = 'mmap(parent, anon 2M)';
const SHARED = 'mmap(parent, shmem 2M)';
const PRIVATE = 'mmap(parent, private shmem 2M)';
const read = (who: string, page: number) => `handle_mm_fault(${who}, page ${page}, read)`;
const write = (who: string, page: number) => `handle_mm_fault(${who}, page ${page}, write)`;

/** What each read of the walk finds. Step i, counted from 0, writes i + 1. */
const readIn = ({ steps }: Walk): readonly (number | undefined)[] =>
  steps.filter(({ move }) => move.args['access'] === 'read').map(({ seen }) => seen.answer.value);

describe('what is read', () => {
  it.each<[string, string, readonly string[], readonly number[]]>([
    ['is 0 before anything is written', 'anon', [MAP, read('parent', 0)], [0]],
    ['is what was written last', 'anon', [MAP, write('parent', 0), write('parent', 0), read('parent', 0)], [3]],
    ['elsewhere is 0', 'anon', [MAP, write('parent', 0), read('parent', 1)], [0]],
    [
      'by the child is what the parent had written before it, and neither sees what the other writes then',
      'anon',
      [MAP, write('parent', 0), 'fork()', write('parent', 0), read('child', 0), write('child', 0), read('parent', 0)],
      [2, 4],
    ],
    [
      'is 0 behind MADV_DONTNEED, in that page alone',
      'anon',
      [
        MAP,
        write('parent', 0),
        write('parent', 1),
        'madvise(parent, page 1, MADV_DONTNEED)',
        read('parent', 1),
        read('parent', 0),
      ],
      [0, 2],
    ],
    [
      'is 0 in memory that was unmapped and mapped again',
      'anon',
      [MAP, write('parent', 0), 'munmap(parent, pages 0..1)', MAP, read('parent', 0)],
      [0],
    ],
    [
      'moves with its page',
      'moves',
      [
        MAP,
        write('parent', 1),
        'mremap(parent, pages 0..1 to page 2)',
        'mremap(parent, pages 2..3 to page 0)',
        read('parent', 1),
      ],
      [2],
    ],
    [
      'in a shared file is what any process has written to it, later too',
      'shmem',
      [SHARED, 'fork()', write('child', 1), 'munmap(child, page 0)', write('parent', 1), PRIVATE, read('parent', 3)],
      [5],
    ],
    [
      'of a private mapping is the file, until it is written to',
      'shmem',
      [
        SHARED,
        PRIVATE,
        write('parent', 2),
        read('parent', 0),
        read('parent', 3),
        write('parent', 1),
        read('parent', 3),
      ],
      [0, 0, 6],
    ],
    [
      'of a private mapping is the file again behind MADV_DONTNEED',
      'shmem',
      [
        SHARED,
        PRIVATE,
        write('parent', 1),
        read('parent', 3),
        'madvise(parent, page 3, MADV_DONTNEED)',
        read('parent', 3),
      ],
      [3, 3],
    ],
    [
      'is 0 in a file that has shrunk and grown, and private copies have gone',
      'truncate',
      [
        SHARED,
        PRIVATE,
        write('parent', 2),
        'truncate(the shmem file, from page 0 on)',
        read('parent', 0),
        read('parent', 3),
      ],
      [0, 0],
    ],
  ])('%s', (_, scope, labels, values) => {
    expect(readIn(walkThrough(stageOf(scope), ...labels))).toEqual(values);
  });
});

describe('the image of a file', () => {
  it('loses private copies behind where it is truncated, and no others', () => {
    const s = walkThrough(stageOf('truncate'), SHARED, PRIVATE).state;
    const image = new Image();
    for (const page of [0, 1, 2, 3]) image.write(s, 0, page, page + 1);
    const pages = () => [0, 1, 2, 3].map((page) => image.read(s, 0, page));
    expect(pages()).toEqual([1, 2, 3, 4]);
    image.truncate(s, { file: 'shmem', from: 1 });
    expect(pages()).toEqual([1, 0, 3, 0]);
    image.truncate(s, { file: 'file', from: 0 });
    expect(pages()).toEqual([1, 0, 3, 0]);
  });
});

const isSeen = ({ stage }: Walk, { pages }: ProcessSeen, at: number): boolean => {
  const { page } = runOf(stage.placement, at);
  return pages.some((run) => run.page <= page && page < run.page + run.count);
};

/** A process by itself, or another one by /proc/PID/mem. */
const accesses = (name: string): boolean => name === 'handle_mm_fault' || name === 'access_remote_vm';

/** Eager and plain: each process has all of its bytes, and fork copies them. undefined: what the file has, or 0. */
const plainly = (walk: Walk): readonly (readonly [step: number, value: number])[] => {
  const { alphabet } = walk.stage;
  const files = alphabet.drivers.filter(({ vma }) => Vma.kind(vma) !== VmaKind.anon);
  // A walk on which a file is moved is left out, so that a page of a file keeps its place.
  const fileAt = (page: number) => files.find(({ vma }) => Vma.start(vma) <= page && page < Vma.end(vma))?.vma;
  const indexAt = (page: number) => {
    const vma = fileAt(page);
    return vma === undefined ? -1 : page - Vma.start(vma) + Vma.pgoff(vma);
  };
  const memory = new Map<number, (number | undefined)[]>([[0, []]]);
  let file: number[] = [];
  const found: (readonly [number, number])[] = [];
  for (const [step, { move, seen }] of walk.steps.entries()) {
    const { args, name } = move;
    const own = memory.get(args['mm'] as number) ?? [];
    const page = args['page'] as number;
    const range = args['range'] as PageRange;
    const vma = fileAt(page);
    const index = indexAt(page);
    const shared = vma !== undefined && Vma.shared(vma) === 1;
    if (name === 'fork')
      memory.set(
        [1, 2].find((mm) => !memory.has(mm))!,
        [...memory.get(0)!],
      );
    if (name === 'exit') memory.delete(args['mm'] as number);
    if (name === 'truncate') {
      file = [];
      for (const pages of memory.values()) for (const at of pages.keys()) if (fileAt(at)) pages[at] = undefined;
    }
    if (!seen.answer.ok) continue;
    const access = accesses(name) ? args['access'] : undefined;
    if (access === 'write' && shared) file[index] = step + 1;
    if (access === 'write' && !shared) own[page] = step + 1;
    if (access === 'read')
      found.push([step, (shared ? undefined : own[page]) ?? (vma === undefined ? 0 : (file[index] ?? 0))]);
    if (name === 'dax_truncate') {
      const { from, to, how } = args['cut'] as DaxCut;
      file.fill(0, from, to);
      if (how === 'truncate')
        for (const pages of memory.values())
          for (const at of pages.keys()) if (indexAt(at) >= from) pages[at] = undefined;
    }
    // What was given up is seen no more, neither in memory nor in swap.
    if (args['advice'] === 'PAGEOUT' || args['advice'] === 'FREE')
      for (const [at, pages] of [...memory.values()].entries())
        for (const lost of pages.keys())
          if (!isSeen(walk, [...seen.processes.values()][at]!, lost)) pages[lost] = undefined;
    if (name === 'munmap' || args['advice'] === 'DONTNEED') own.fill(undefined, range.from, range.to);
    if (name === 'mmap') {
      const driver = alphabet.drivers.find((one) => one.name === args['driver'])!;
      own.fill(undefined, Vma.start(driver.vma), Vma.end(driver.vma));
    }
    if (name === 'mremap' || name === 'UFFDIO_MOVE') moved(own, args['move'] as Moving);
  }
  return found;
};
const moved = (own: (number | undefined)[], { from, to, pages }: Moving): void => {
  const taken = Array.from({ length: pages }, (_, i) => own[from + i]);
  own.fill(undefined, from, from + pages);
  for (const [i, value] of taken.entries()) own[to + i] = value;
};

/** A move of several pages may have stopped half-way; a file that was moved is not where it is looked for. */
const stopped = ({ stage, steps }: Walk): boolean =>
  steps.some(
    ({ move, seen }) =>
      (move.name === 'UFFDIO_MOVE' && !seen.answer.ok) || (move.name === 'mremap' && stage.name.startsWith('fs-dax')),
  );

describe('on random walks', () => {
  // Nobody knows what memory of a device begins with.
  const stages = allStages().filter(
    ({ name, device, alphabet }) => device === undefined && !name.startsWith('device-dax') && alphabet.reads.length > 0,
  );
  it.each(stages.map((stage) => [stage.name, stage] as const))(
    'of %s, all is read as one reads who copies everything',
    (_, stage) => {
      let reads = 0;
      for (const walk of randomWalks([stage], 1, 40, 14)) {
        if (stopped(walk)) continue;
        const values = walk.steps.flatMap(({ move, seen }, step) =>
          accesses(move.name) && move.args['access'] === 'read' && seen.answer.ok ? [[step, seen.answer.value]] : [],
        );
        expect(values).toEqual(plainly(walk));
        reads += values.length;
      }
      expect(reads).toBeGreaterThan(10);
    },
  );
});
