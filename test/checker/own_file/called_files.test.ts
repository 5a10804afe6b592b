/** Of which files a run says nothing: those of which it has called nothing, and no others. */
import { describe, expect, it } from 'vitest';
import { CalledFiles } from '../../../checker/own_file/called_files.ts';
import type { OwnPatch } from '../../../checker/own_file/patch_file.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { nothingSaidAbout, uncalledIn } from '../../../checker/report/uncalled_text.ts';

const patch = (path: string, more: Partial<OwnPatch>): OwnPatch => ({
  name: path.split('/').at(-1)!,
  path,
  title: 'mm: a try',
  ...more,
});
const replacing = (path: string, name: string): OwnPatch =>
  patch(path, { mm: { [name]: (base: (...all: never[]) => unknown) => base } });

const on = (own: readonly OwnPatch[], more: object = {}) => ({ kernel: 'v7.1', series: [], own, ...more });
/** Files of which nothing is called when these toggles and files are. */
const uncalled = (own: readonly OwnPatch[], called: readonly string[] = [], more: object = {}): readonly string[] => {
  const files = new CalledFiles(catalogue, on(own, more));
  for (const by of called) {
    const { f } = files.watch(by, { f: () => () => 0 });
    (f() as () => number)();
  }
  return files.uncalled.map(({ file, functions }) => `${file}: ${functions.join(', ')}`);
};

describe('a file', () => {
  const mine = replacing('/a/mine.ts', 'zap_huge_pmd');
  it('is called by its own functions', () => {
    expect([uncalled([mine]), uncalled([mine], ['/a/mine.ts'])]).toEqual([['mine.ts: zap_huge_pmd'], []]);
  });
  it('is called by those of a toggle that it sets', () => {
    const sets = patch('/a/sets.ts', { sets: { 'mprotect-pud': 'bad' } });
    expect([uncalled([sets]), uncalled([sets], ['mprotect-pud'])]).toEqual([['sets.ts: change_pud_leaf'], []]);
  });
  it('changes nothing by a toggle that it sets to what the kernel has, unless a series had it otherwise', () => {
    const sets = patch('/a/sets.ts', { sets: { 'mprotect-pud': 'changes' } });
    expect([uncalled([sets]), uncalled([sets], [], { series: ['huge-pfnmaps@v2'] })]).toEqual([['sets.ts: '], []]);
  });
  it('may do more by a toggle of entries than anybody counts, where a world carries them', () => {
    const sets = patch('/a/sets.ts', { sets: { 'pmd-modify-dirty': 'keeps' } });
    expect([uncalled([sets]), uncalled([sets], [], { exact: 'x86_64' })]).toEqual([['sets.ts: pmd_modify'], []]);
  });
  it('is named with its path where another one is called the same', () => {
    const other = replacing('/b/mine.ts', 'copy_huge_pmd');
    expect(uncalled([mine, other], ['/b/mine.ts'])).toEqual(['/a/mine.ts: zap_huge_pmd']);
  });
  it('is remembered by its place, wherever the files are when the run goes on', () => {
    const before = new CalledFiles(catalogue, on([replacing('/x/a.ts', 'pud_bad'), replacing('/x/b.ts', 'pfn_pmd')]));
    (before.watch('/x/b.ts', { f: () => () => 0 }).f() as () => number)();
    const after = new CalledFiles(catalogue, on([replacing('/y/a.ts', 'pud_bad'), replacing('/y/b.ts', 'pfn_pmd')]));
    after.goOnFrom(before.called);
    expect(after.uncalled.map(({ file }) => file)).toEqual(['a.ts']);
  });
});

describe('several runs', () => {
  const [a, b] = [replacing('/a.ts', 'zap_huge_pmd'), replacing('/b.ts', 'copy_huge_pmd')];
  const [ofA, ofB] = [a, b].map(({ path }) => ({ path, file: path, functions: ['f'] }));
  const run = (own: readonly OwnPatch[], ...some: readonly (typeof ofA)[]) => ({
    kernel: { own },
    uncalled: some as readonly NonNullable<typeof ofA>[],
  });
  it.each([
    ['one that none of them calls', [run([a], ofA), run([a], ofA)], ['/a.ts']],
    ['none that one of them calls', [run([a], ofA), run([a])], []],
    ['one that the only run with it does not call', [run([a], ofA), run([]), run([b], ofB)], ['/a.ts', '/b.ts']],
    ['one of two', [run([a, b], ofA, ofB), run([a, b], ofA)], ['/a.ts']],
  ])('say nothing about %s', (_what, runs, files) => {
    expect(uncalledIn(runs).map(({ path }) => path)).toEqual(files);
  });
});

it('is said of one that changes nothing, too', () => {
  expect(nothingSaidAbout({ path: '/a.ts', file: 'a.ts', functions: [] }, 'here')).toEqual([
    'Nothing is said about a.ts: it changes nothing of this kernel.',
  ]);
});
