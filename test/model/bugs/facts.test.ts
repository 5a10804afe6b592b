/** A bug tells all that is needed to find it: a kernel, what it sets there, a world, a property, and how many operations. */
import { describe, expect, it } from '@effect/vitest';
import { readdirSync, readFileSync } from 'node:fs';
import { kernelNamed } from '../../../checker/kernel_named.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { BUGS } from '../../../model/bugs/all.ts';
import type { Bug } from '../../../model/bugs/bug.ts';

const FOLDER = new URL('../../../model/bugs/', import.meta.url);
/** What is in the folder besides bugs. */
const OTHERS = /^(all|bug|of_.*|not_searched_for.*)\.ts$/;

const named = (toggle: string) => catalogue.toggles.find(({ name }) => name === toggle);
const isOf = (toggle: string, value: string): boolean =>
  named(toggle)?.values.some((one) => one.value === value) === true;

/** What is wrong with the base of a bug, in words; none: it is a kernel of the catalogue. */
const wrongBase = (base = 'v7.1'): readonly string[] => {
  const { kernel, series, set } = kernelNamed(base);
  const noVersion = series.filter((one) => {
    const [name, version] = one.split('@');
    const versions = catalogue.series.find((each) => each.name === name)?.versions ?? [];
    return !versions.some((each) => each.version === version);
  });
  const noKernel = kernel.filter((one) => !catalogue.kernels.some(({ name }) => name === one));
  const noSetting = set.filter((one) => !isOf(one.split('=')[0]!, one.split('=')[1]!));
  return [...(kernel.length === 1 ? [] : ['not one kernel']), ...noKernel, ...noVersion, ...noSetting];
};

const modelOf = ({ sets = {}, hugetlb }: Bug): string =>
  hugetlb !== undefined || Object.keys(sets).some((one) => named(one)?.model === 'hugetlb') ? 'hugetlb' : 'mm';

describe('a bug', () => {
  it('is every file of the folder, by its name', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts') && !OTHERS.test(name));
    expect(files.map((name) => name.slice(0, -3)).toSorted()).toEqual(Object.keys(BUGS).toSorted());
  });

  it.each(Object.entries(BUGS))('%s', (name, one) => {
    const { title, source = '', says = '', evidence, base, sets = {}, mm, hugetlb, entries, bug } = one;
    const [first = ''] = readFileSync(new URL(`${name}.ts`, FOLDER), 'utf8').split('\n');
    expect(first).toMatch(/^\/\*\* [A-Za-z_].*\. \*\/$/);
    const { releases, posted, whatIf, there } = bug;
    const texts = [title, source, says, bug.fix, releases, posted, whatIf, there].filter((text) => text !== undefined);
    expect(texts.filter((text) => text === '' || text.includes('?'))).toEqual([]);
    // A what-if was in nothing; all others say what they were in.
    expect(whatIf === undefined).toBe(releases !== undefined || posted !== undefined);
    expect(evidence).not.toBe('asked');
    expect(wrongBase(base)).toEqual([]);
    expect(Object.entries(sets).filter(([toggle, value]) => !isOf(toggle, value))).toEqual([]);
    expect([mm, hugetlb, entries, sets].flatMap((some) => Object.keys(some ?? {}))).not.toEqual([]);

    const world = catalogue.worlds.find((each) => each.name === bug.world);
    expect([world?.model, world?.kernels?.includes(kernelNamed(base ?? 'v7.1').kernel[0]!)]).toEqual([
      modelOf(one),
      true,
    ]);
    expect(catalogue.properties.map((each) => each.name)).toContain(bug.violates);
    expect(bug.steps).toBeGreaterThan(0);
  });
});
