/** What `explain SERIES@V` says of mistakes: the version violates the property by so many operations, and its base by as many does not. */
import { describe, expect, it } from '@effect/vitest';
import { readFileSync } from 'node:fs';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { explainVersion } from '../../checker/report/series_text.ts';
import { explore } from '../../checker/search/index.ts';
import { HUGETLB_BREAKS } from '../../model/hugetlb/series/breaks.ts';
import { BREAKS } from '../../model/series/breaks.ts';

const cases = catalogue.series.flatMap(({ name, base = 'v7.1', versions }) =>
  versions.flatMap(({ version, sets, breaks = [] }) => {
    const worlds = Object.entries(Object.groupBy(breaks, ({ world }) => world));
    return worlds.map(([world, some = []]) => ({ label: `${name}@${version}`, base, sets, world, some }));
  }),
);

/** 'hgm-protect H12', for each line of a world on a kernel; `behind` is what stands before the violations. */
const violatedIn = (file: string, on: string, behind: RegExp, name: RegExp): readonly string[] =>
  readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('hgm-') && line.includes(` on ${on}: `))
    .flatMap((line) => {
      const names = (behind.exec(line)?.[1] ?? '').split(', ').flatMap((one) => name.exec(one)?.[1] ?? []);
      return names.map((one) => `${line.split(' ', 1)[0]} ${one}`);
    });

describe('the mistakes of a series', () => {
  it('are those of versions that there are', () => {
    const labels = catalogue.series.flatMap(({ name, versions }) => versions.map((one) => `${name}@${one.version}`));
    expect(labels).toEqual(expect.arrayContaining(Object.keys({ ...BREAKS, ...HUGETLB_BREAKS })));
  });

  it.each(cases)('$label in $world', { timeout: 60_000 }, ({ label, base, sets, world, some }) => {
    const { build } = catalogue.worlds.find(({ name }) => name === world)!;
    const depthMax = Math.max(...some.map(({ after }) => after));
    const violated = (series: readonly string[], settings: typeof sets): ReadonlyMap<string, number> => {
      const { properties } = explore(build({ kernel: base, arch: 'x86_64', series, settings }, 'quick'), { depthMax });
      return new Map(
        properties.flatMap(({ name, trace, verdict }) => (verdict === 'violated' ? [[name, trace!.moves.length]] : [])),
      );
    };
    const [here, before] = [violated([label], sets), violated([], [])];
    for (const { property, after } of some)
      expect([property, here.get(property), before.get(property)]).toEqual([property, after, undefined]);
  });

  it('are all that the pinned tables have of them', () => {
    for (const [file, series] of [
      ['mm_series', 'huge-remap-pfn-range'],
      ['mm_huge_pfnmaps', 'huge-pfnmaps'],
    ] as const) {
      const lines = readFileSync(new URL(`${file}.pinned.txt`, import.meta.url), 'utf8')
        .trimEnd()
        .split('\n');
      const rows = lines.map((line) => {
        const [, world = '', on = ''] = /^(\S+) on (\S+):/.exec(line) ?? [];
        const names = /; violated ([^;]*)/.exec(line)?.[1] ?? '';
        return { world, on, names: names === '' ? [] : names.split(', ').map((one) => one.replace(/ \(\d+\)$/, '')) };
      });
      const ofBase = new Set(
        rows.flatMap(({ world, on, names }) => (on.includes('@') ? [] : names.map((one) => `${world} ${one}`))),
      );
      for (const { version, breaks = [] } of catalogue.series.find(({ name }) => name === series)!.versions) {
        const found = rows
          .filter(({ on }) => on === `${series}@${version}`)
          .flatMap(({ world, names }) => names.filter((one) => !ofBase.has(`${world} ${one}`)));
        expect(new Set(breaks.map(({ property }) => property))).toEqual(new Set(found));
      }
    }
  });

  it('are all that the pinned table of high granularity has', () => {
    const ofBase = new Set(violatedIn('mm_releases.pinned.txt', 'v6.1', /; violated ([^;]*)/, /^(.*) \(\d+\)$/));
    expect(ofBase.size).toBeGreaterThan(0);
    for (const { version, breaks = [] } of catalogue.series.find(({ name }) => name === 'hgm')!.versions) {
      const found = violatedIn('hugetlb_series.pinned.txt', version, /; ([^;]*)$/, /^(.*) \d+$/);
      const own = found.filter((one) => !ofBase.has(one)).map((one) => one.slice(one.indexOf(' ') + 1));
      expect([version, [...new Set(own)].toSorted()]).toEqual([
        version,
        breaks.map(({ property }) => property).toSorted(),
      ]);
    }
  });

  it('are not told of the first patches alone', () => {
    const text = explainVersion(catalogue, 'huge-pfnmaps@v2.5')!;
    expect(text).toContain('patches     5 of 19');
    expect(text).toContain('commit      ae3c99e650da');
    expect(text).not.toContain('mistakes');
    expect(explainVersion(catalogue, 'huge-pfnmaps@v2.20')).toBeUndefined();
  });
});
