/** What the runner prints of hugetlb is read as the model says it. */
import { describe, expect, it } from '@effect/vitest';
import { differencesOf, Side } from '../../../../checker/conform/compare.ts';
import { readRunnerLine } from '../../../../checker/conform/read_seen.ts';
import type { Seen } from '../../../../checker/conform/seen.ts';
import { hugetlbStageOf, hugetlbWalkThrough } from '../../../support/hugetlb_walks.ts';

const EYE = { quirks: [], sight: { frames: true, entries: true } };

/** As 6.12.117 had it in the virtual machine, but for the frame. */
const printed = (change: object = {}) =>
  JSON.stringify({
    i: 2,
    op: 'write 260608 256 2',
    r: 0,
    pool: [2, 1],
    p: {
      0: {
        pt: 1,
        rss: [0, 0, 0],
        vma: [[260608, 1024, 'rw-s']],
        huge: 512,
        smaps: [0, 512],
        m: [[260608, 512, 'HPFX', 1, 'L', 0x6400]],
        k: [[260608, 512, 'pmd', 'wydc0', 513, 0, '0x80000000064008e7']],
        dep: [],
        share: [],
        ...change,
      },
    },
  });

const expected = (): Seen =>
  hugetlbWalkThrough(
    hugetlbStageOf('hugetlb-shared'),
    'hugetlbfs_file_mmap(parent, two hugepages)',
    'hugetlb_fault(parent, page 1, write)',
  ).steps.at(-1)!.seen;

const sideOf = (seen: Seen) => ({ seen, lines: new Side(EYE, 512).linesOf(seen) });

const differing = (line: string): readonly string[] => {
  const read = readRunnerLine(line);
  if (read._tag !== 'step') throw new Error('not a step');
  return differencesOf(sideOf(expected()), sideOf(read.seen)).map(({ where }) => where);
};

describe('hugetlb as a kernel shows it', () => {
  it('is as the model says it', () => expect(differing(printed())).toEqual([]));
  it('may keep the dirty bit where it stood before the entry was writable', () => {
    const k = [[260608, 512, 'pmd', 'wydc0', 513, 0, '0x84000000064008e7']];
    expect(differing(printed({ k }))).toEqual([]);
  });
  it.each<[string, object]>([
    ['worker 0 HugetlbPages', { huge: 1024 }],
    ['worker 0 Shared_Hugetlb, Private_Hugetlb', { smaps: [512, 0] }],
    ['worker 0 shared PMD tables', { share: [[0, 1]] }],
    ['worker 0 page-table pages', { pt: 2 }],
    ['worker 0 entries', { k: [[260608, 512, 'pmd', 'wyduc0', 513, 0, '0x8000000006400ce7']] }],
    ['worker 0 pages', { m: [[260608, 512, 'HPFXW', 1, 'L', 0x6400]] }],
  ])('differs in the %s', (where, change) => expect(differing(printed(change))).toEqual([where]));
  it('differs in the pool', () => {
    expect(differing(printed().replace('"pool":[2,1]', '"pool":[3,1]'))).toEqual(['the pool of hugepages']);
  });
});
