import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@effect/vitest';
import { hugetlbSpecOf, type HugetlbSpecOptions } from '../../../spec/hugetlb/all.ts';
import { hugetlbAssertions } from '../../../spec/hugetlb/assertions.ts';
import { gigantic, huge } from '../../support/hugetlb_state.ts';

const namesOf = (options: HugetlbSpecOptions = {}): readonly string[] => hugetlbSpecOf(options).map(({ name }) => name);
const leftOut = (options: HugetlbSpecOptions): readonly string[] => {
  const asked = namesOf(options);
  return namesOf().filter((name) => !asked.includes(name));
};

describe('the spec of hugetlb', () => {
  it('has each name once, and says and cites something of each', () => {
    expect(new Set(namesOf()).size).toBe(namesOf().length);
    for (const { says, cites } of hugetlbSpecOf())
      expect([says, cites].filter((text) => (text ?? '') !== '')).toHaveLength(2);
  });

  it.each<[HugetlbSpecOptions, readonly string[]]>([
    [{}, []],
    [{ splits: false }, ['H2', 'H13', 'H14']],
    [{ collapses: false }, ['H13', 'H14']],
    [{ protects: false }, ['H11']],
    [{ waits: false }, ['H19']],
    [{ continues: false }, ['H16', 'H16-EXISTS']],
    [{ faults: false }, ['H15']],
    [{ forks: false }, ['H21']],
    [{ mremaps: false }, ['H22', 'H22-COUNTS']],
    [{ breaks: false }, ['H20', 'H20-KEPT', 'H20-REST']],
    [{ poisonOf: 'hugepage' }, ['H20-REST']],
    [{ poisonOf: 'base' }, []],
    [{ asksSmaps: false, asksCore: false, asksNodes: false }, ['H-SMAPS', 'H-MINCORE', 'H-NODE']],
    [{ binds: false, populates: false }, ['H-MBIND', 'H-MBIND-EIO', 'H-GUP']],
    [{ geometry: { ...huge, usage: 0 } }, ['H9']],
    [{ geometry: huge }, []],
    [{ geometry: { ...gigantic, tlb: 0, guestPages: 0 } }, ['H3', 'H-TLB', 'H-GUEST']],
  ])('with %o leaves out %o', (options, names) => {
    expect(leftOut(options)).toEqual(names);
  });
});

describe('the assertions of hugetlb', () => {
  const folder = new URL('../../../model/hugetlb/', import.meta.url);
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const thrown = sources.flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/new ModelBug\(\s*'([^']+)'/g)].map(([, bug]) => bug!),
  );

  it('declare every name that the model breaks off with', () => {
    expect(thrown).not.toEqual([]);
    const declared = new Set(hugetlbAssertions.map(({ name }) => name));
    expect([...new Set(thrown)].filter((name) => !declared.has(name))).toEqual([]);
  });
});
