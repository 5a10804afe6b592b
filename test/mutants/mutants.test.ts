/**
 * Every property catches a mutant, and no mutant is caught by something shorter than its own property. What each
 * mutant violates is pinned as a table; `PIN=write npm test` writes it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@effect/vitest';
import { MAINLINE } from '../../spec/deposit_rule.ts';
import { specOf } from '../../spec/all.ts';
import { MUTANTS } from './all.ts';
import type { Mutant } from './mutant.ts';
import { type Caught, violatedBy, violatedWithout } from './run.ts';

/**
 * Assertions that necessarily come one operation after another property: the state in which the kernel asserts is
 * wrong as soon as it is there.
 */
const SEEN_BEFORE: Readonly<Record<string, readonly string[]>> = {
  // copy_huge_pmd() meets the writable leaf of a private mapping that stood there before fork.
  'WARN-cow-write': ['I-NOCOW'],
  // zap_huge_pud() meets the leaf that a fault put into anonymous memory, of frames that are none.
  'VM_WARN(anon-pud)': ['I-LEVELS', 'I-TRANS'],
};

const results = new Map<Mutant, readonly Caught[]>();
/** What a mutant violates; it runs once. */
const caught = (mutant: Mutant): readonly Caught[] => {
  const known = results.get(mutant) ?? violatedBy(mutant);
  results.set(mutant, known);
  return known;
};

const inWords = ({ name, length }: Caught): string => `${name} (${length})`;

describe.each(MUTANTS)('$property: $says', (mutant) => {
  const { property, length } = mutant;
  it('holds without the mistake', () => {
    expect(violatedWithout(mutant)).toEqual([]);
  });

  it('is caught, and by nothing earlier', () => {
    const found = caught(mutant);
    expect(found).toContainEqual({ name: property, length });
    const earlier = found.filter((one) => one.length < length);
    const before = SEEN_BEFORE[property] ?? [];
    expect(earlier).toEqual(before.map((name) => ({ name, length: length - 1 })));
  });
});

const SPEC = specOf(MAINLINE, { opsTellDeposit: true, machine: 'any', cowLeafForbidden: false }).map(
  ({ name }) => name,
);

/** How many mutants a property catches, catches first, and catches alone, if it ever is alone. */
const tally = (name: string): string => {
  const all = MUTANTS.map((mutant) => caught(mutant)).filter((found) => found.some((one) => one.name === name));
  const first = all.filter((found) => found.find((one) => one.name === name)!.length === found[0]!.length);
  const alone = all.filter((found) => found.length === 1);
  return `${name}: catches ${all.length}, first ${first.length}, alone ${alone.length}`;
};

describe('the mutants', () => {
  it('leave no property out', () => {
    expect([...new Set(MUTANTS.map(({ property }) => property))].toSorted()).toEqual(SPEC.toSorted());
  });

  it('have names of their own', () => {
    expect(new Set(MUTANTS.map(({ says }) => says)).size).toBe(MUTANTS.length);
  });

  it('are caught first by every property but those that are named', () => {
    const late = SPEC.filter((name) => tally(name).includes('first 0'));
    expect(late.toSorted()).toEqual(Object.keys(SEEN_BEFORE).toSorted());
  });

  it('violate what the table says', () => {
    const path = fileURLToPath(new URL('table.pinned.txt', import.meta.url));
    const rows = MUTANTS.map((mutant) => {
      const found = caught(mutant);
      const own = found.filter(({ name }) => name === mutant.property);
      const others = found.filter(({ name }) => name !== mutant.property);
      return `${mutant.says} (on ${mutant.on}): ${[...own, ...others].map((one) => inWords(one)).join(', ')}`;
    });
    const table = [...rows, '', ...SPEC.map((name) => tally(name))];
    if (process.env['PIN'] === 'write') writeFileSync(path, `${table.join('\n')}\n`);
    expect(table).toEqual(readFileSync(path, 'utf8').trimEnd().split('\n'));
  });
});
