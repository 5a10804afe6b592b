import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@effect/vitest';
import { specOf } from '../../spec/all.ts';
import { SERIES_V4 } from '../../spec/deposit_rule.ts';
import { hugetlbSpecOf } from '../../spec/hugetlb/all.ts';

const [readme, ofHugetlb] = readFileSync(new URL('../../spec/README.md', import.meta.url), 'utf8').split(
  '\n## Hugetlb\n',
) as [string, string];

const listedIn = (text: string) =>
  text
    .split(/\n(?=- )|\n\n/)
    .map((item) => item.replaceAll(/\s+/g, ' ').replaceAll('\\', '').trim())
    .flatMap((item) => {
      const [, name, kind, file, says] = /^- \*\*(.+?)\*\* \((\w+), `(\S+)`\): (.+)$/.exec(item) ?? [];
      return name === undefined ? [] : [{ name, kind, file, says }];
    });
const listed = listedIn(readme);

it('the list of spec/README.md says what the properties say, in their order', () => {
  const spec = specOf(SERIES_V4, { opsTellDeposit: true, machine: 'any', cowLeafForbidden: true });
  const said = spec.map((one) => ({
    name: 'name' in one && one.name,
    kind: one.kind,
    says: 'says' in one && one.says,
  }));
  expect(listed.map(({ name, kind, says }) => ({ name, kind, says }))).toEqual(said);
});

it('the list names the file of each property', () => {
  for (const { name, file } of listed)
    expect(readFileSync(new URL(`../../spec/${file}`, import.meta.url), 'utf8')).toContain(`'${name}'`);
  expect(listed).toHaveLength(138);
});

describe('the list of hugetlb', () => {
  const list = listedIn(ofHugetlb);

  it('says what the properties say, in their order', () => {
    const said = hugetlbSpecOf().map(({ name, kind, says }) => ({ name, kind, says }));
    expect(list.map(({ name, kind, says }) => ({ name, kind, says }))).toEqual(said);
  });

  it('names the file of each property', () => {
    for (const { name, file } of list)
      expect(readFileSync(new URL(`../../spec/${file}`, import.meta.url), 'utf8')).toContain(`'${name}'`);
  });
});

const occursIn = (text: string, name: string): boolean =>
  text.split(/[\s,;:|]+/).some((word) => word === name || word === `${name}.`);

describe('the numbered invariants', () => {
  const numbered = readme.slice(readme.indexOf('## Numbered invariants'));
  const [rows, others] = numbered.split('so that they stand in no row:') as [string, string];
  const names = listed.map(({ name }) => name);

  it('name each property in a row, or among the others, and in one of the two', () => {
    const both = names.map((name) => [occursIn(rows, name), occursIn(others, name)].filter(Boolean).length);
    expect(names.filter((_, i) => both[i] !== 1)).toEqual([]);
  });

  it('name no property that there is not', () => {
    const named = [...numbered.matchAll(/\bI-[A-Z0-9]+\b/g)].map(([name]) => name);
    expect([...new Set(named)].filter((name) => !names.includes(name))).toEqual([]);
  });
});
