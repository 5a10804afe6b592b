/** Page-table entries, references and deposits: a page of the model counts as often as its part of a table has pages. */
import { describe, expect, it } from '@effect/vitest';
import { depositsOf, entriesOf } from '../../../checker/conform/entries.ts';
import type { EntryRun } from '../../../checker/conform/seen.ts';
import { randomWalks } from '../../../checker/conform/sequences.ts';
import { Walk } from '../../../checker/conform/walk.ts';
import type { Sys } from '../../../model/mm/kernel.ts';
import { Mm, Pmd, PmdKind, VmaKind, Vma } from '../../../model/state/mm_types.ts';
import { allStages, stageOf, walkThrough } from '../../support/walks.ts';

const MAP = 'mmap(parent, anon 2M)';
const SHARED = 'mmap(parent, shmem 2M)';
const WRITE0 = 'handle_mm_fault(parent, page 0, write)';
const READ0 = 'handle_mm_fault(parent, page 0, read)';

const inWords = ({ page, count, level, bits, refcount, pincount }: EntryRun): string =>
  `${page % 512}+${count} ${level} ${bits}${refcount === undefined ? '' : ` ref=${refcount} pins=${pincount}`}`;

const entriesIn = (walk: Walk, mm = 0): readonly string[] =>
  entriesOf(walk.state, walk.stage.placement, mm).map(inWords);

describe('the entries of a process', () => {
  it.each<[string, string, readonly number[], readonly string[], readonly string[]]>([
    ['nothing', 'anon', [256, 256], [MAP], []],
    ['a THP', 'anon', [256, 256], [MAP, WRITE0], ['0+512 pmd wydc0 ref=1 pins=0']],
    ['the huge zero folio', 'anon', [256, 256], [MAP, READ0], ['0+512 pmd ysc0']],
    ['a THP that the parent shares', 'anon', [1, 511], [MAP, WRITE0, 'fork()'], ['0+512 pmd ydc0 ref=2 pins=0']],
    [
      'a THP by PTEs, one of them read-only',
      'anon',
      [1, 511],
      [MAP, WRITE0, 'mprotect(parent, page 0, R)'],
      ['0+1 pte ydc0 ref=512 pins=0', '1+511 pte wydc0 ref=512 pins=0'],
    ],
    [
      'what is left when its one page goes',
      'anon',
      [1, 511],
      [MAP, WRITE0, 'munmap(parent, page 0)'],
      ['1+511 pte wydc0 ref=511 pins=0'],
    ],
    [
      'what is left when all but one page go',
      'anon',
      [511, 1],
      [MAP, WRITE0, 'munmap(parent, page 0)'],
      ['511+1 pte wydc0 ref=1 pins=0'],
    ],
    [
      'a THP by PTEs here and by a leaf in the parent',
      'anon',
      [16, 496],
      [MAP, WRITE0, 'fork()', 'munmap(parent, page 0)'],
      ['16+496 pte ydc0 ref=497 pins=0'],
    ],
    [
      'no access',
      'anon',
      [1, 511],
      [MAP, WRITE0, 'mprotect(parent, pages 0..1, NONE)'],
      ['0+512 pmd ync0 ref=1 pins=0'],
    ],
    [
      'a folio of a file, with a reference of the page cache for each page',
      'shmem',
      [1, 511],
      [SHARED, READ0],
      ['0+512 pmd wyc0 ref=513 pins=0'],
    ],
    [
      'a pin',
      'pins',
      [1, 511],
      [MAP, WRITE0, 'pin_user_pages(parent, page 0, for writing)'],
      ['0+512 pmd wydc0 ref=2 pins=1'],
    ],
  ])('are those of %s', (_, scope, cuts, labels, entries) => {
    expect(entriesIn(walkThrough(stageOf(scope, cuts), ...labels))).toEqual(entries);
  });
  it('are those of a small page that is pinned, too: a pin is 1024 references', () => {
    const stage = stageOf('pins', [1, 511]);
    const child = ['fork()', 'handle_mm_fault(child, page 0, write)', 'pin_user_pages(child, page 0, for writing)'];
    expect(entriesIn(walkThrough(stage, MAP, WRITE0, ...child), 1)).toEqual([
      '0+1 pte wydc0 ref=1025 pins=1',
      '1+511 pte dc0 ref=512 pins=0',
    ]);
  });
});

const counted = (scope: string, ...labels: readonly string[]) =>
  depositsOf(walkThrough(stageOf(scope), ...labels).state, 0);

/** Of anonymous memory every leaf has one, of other memory none here. */
const leavesOf = (s: Sys, mm: number): number => {
  const { puds, ptrsPerPmd } = s.geometry;
  const rows = Array.from({ length: puds * ptrsPerPmd }, (_, slot) => s.pmd.at(mm * puds * ptrsPerPmd + slot));
  return rows.filter((e) => Pmd.kind(e) === PmdKind.leaf).length;
};
describe('deposited tables', () => {
  const first = 'mmap(parent, anon 4M)';
  const leaves = [first, 'handle_mm_fault(parent, page 1, write)', 'handle_mm_fault(parent, page 2, write)'];
  it('are none without a leaf', () => {
    expect(counted('moves-4M', first)).toEqual([]);
  });
  it('are counted along their list', () => {
    expect(counted('moves-4M', ...leaves.slice(0, 2))).toEqual([[0, 1]]);
    expect(counted('moves-4M', ...leaves)).toEqual([[0, 2]]);
  });
  it('are told by the GiB in which they lie', () => {
    expect(counted('moves-4M', ...leaves, 'mremap(parent, pages 0..3 to page 6)')).toEqual([[262_144, 2]]);
  });
  it('lie with their leaf, wherever it goes', () => {
    expect(counted('moves-4M', ...leaves, 'mremap(parent, pages 2..3 to page 8)')).toEqual([
      [0, 1],
      [262_144, 1],
    ]);
  });

  const anonymous = allStages().filter(({ alphabet }) =>
    alphabet.drivers.every(({ vma }) => Vma.kind(vma) === VmaKind.anon),
  );
  it('are as many as leaves of anonymous memory, on random walks', () => {
    let most = 0;
    for (const walk of [...randomWalks(anonymous, 1, 60, 10), ...randomWalks([stageOf('moves-4M')], 1, 20, 10)]) {
      const again = new Walk(walk.stage);
      for (const { move } of walk.steps) {
        again.take(move);
        const s = again.state;
        for (let mm = 0; mm < s.geometry.mms; mm++) {
          if (Mm.alive(s.mm.at(mm)) === 0) continue;
          const tables = depositsOf(s, mm).reduce((sum, [, n]) => sum + n, 0);
          expect(tables).toBe(leavesOf(s, mm));
          most = Math.max(most, tables);
        }
      }
    }
    expect(most).toBeGreaterThan(1);
  });
});
