import { readFileSync } from 'node:fs';
import { expect, it } from '@effect/vitest';
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
  expect(listed).toHaveLength(125);
});
