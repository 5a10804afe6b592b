import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@effect/vitest';
import { specOf } from '../../spec/all.ts';
import { SERIES_V4 } from '../../spec/deposit_rule.ts';

const readme = readFileSync(new URL('../../spec/README.md', import.meta.url), 'utf8');
const items = readme.split(/\n(?=- )|\n\n/).map((item) => item.replaceAll(/\s+/g, ' ').trim());
const listed = items.flatMap((item) => {
  const [, name, kind, file, says] = /^- \*\*(\S+)\*\* \((\w+), `(\S+)`\): (.+)$/.exec(item) ?? [];
  return name === undefined ? [] : [{ name, kind, file, says: says!.replaceAll('\\', '') }];
});

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
