/** The tables of bugs in model/hugetlb/README.md against what is pinned of the searches. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@effect/vitest';
import { HGM_VERSIONS } from '../../../model/hugetlb/series/hgm.ts';
import { pinnedLines } from '../../checker/pinned_line.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
/** The cells of each row whose last one is like 'hgm-gup: H9, H-NODE'; no size but quick, and nothing set by hand, is pinned. */
const rows = read('../../../model/hugetlb/README.md')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .filter((cells) => /^h[\w-]+(, h[\w-]+)*: /.test(cells.at(-1)!));

/** 'hgm-gup, hgm-move: H9, H-NODE' */
const readShown = (cell: string): readonly (readonly [world: string, property: string])[] => {
  const [worlds = '', properties = ''] = cell.split(': ');
  return worlds.split(', ').flatMap((world) => properties.split(', ').map((property) => [world, property] as const));
};
const series = read('../../checker/hugetlb_series.pinned.txt').split('\n');
const releases = pinnedLines('mm_releases.pinned.txt');

/** 'hgm-gup on v2: ...; H9 7' */
const isShownBy = (version: string, world: string, property: string): boolean =>
  series.find((line) => line.startsWith(`${world} on ${version}: `))!.includes(` ${property} `);
/** 'hugetlb-move on v6.1: ...; violated fault-loop (6); unexercised ...' */
const isShownOn = (release: string, world: string, property: string): boolean =>
  releases.find((one) => one.world === world && one.kernel === release)!.line.includes(` ${property} (`);

const versions = HGM_VERSIONS.map(({ version }) => version);
const ofVersions = rows.flatMap(([bug = '', has = '', shown = '', ...rest]) =>
  rest.length === 0 ? [{ bug, has: has === 'all' ? versions : has.split(', '), shown: readShown(shown) }] : [],
);
describe.each(ofVersions)('$bug', ({ has, shown }) => {
  it('is shown by a version that has it', () => {
    for (const [world, property] of shown)
      expect([world, property, has.filter((one) => isShownBy(one, world, property))]).not.toEqual([
        world,
        property,
        [],
      ]);
  });
  it('is shown by all that have it, somewhere', () => {
    expect(has.filter((one) => !shown.some(([world, property]) => isShownBy(one, world, property)))).toEqual([]);
  });
});

const RELEASES = ['v6.1', 'v6.1.192', 'v6.12', 'v6.12.117', 'v6.18', 'v7.1', 'v7.3'];
const ofReleases = rows.flatMap((cells) =>
  cells.length === RELEASES.length + 2
    ? [{ bug: cells[0]!, has: RELEASES.filter((_, i) => cells[i + 1] === 'has'), shown: readShown(cells.at(-1)!) }]
    : [],
);
describe.each(ofReleases)('$bug', ({ has, shown }) => {
  it('is shown by the releases that have it, and by no other', () => {
    for (const [world, property] of shown)
      expect([property, RELEASES.filter((one) => isShownOn(one, world, property))]).toEqual([property, has]);
  });
});

it('there are as many as the tables have', () => {
  expect([ofVersions.length, ofReleases.length]).toEqual([33, 27]);
});
