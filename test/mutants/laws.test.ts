/**
 * Every law of entries catches a mutant of the functions of x86-64, and catches one alone where that can be. Which laws catch
 * which mutant, at which level, is pinned as a table; `PIN=write npm test` writes it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LAWS } from '../../spec/laws/all.ts';
import { type LawMutant, lawsThatCatch } from './law_mutant.ts';
import { LAW_MUTANTS as MUTANTS } from './law_mutants_all.ts';

/** Laws that on x86 cannot fail without another one, and why they are laws all the same. */
const NEVER_ALONE: Readonly<Record<string, string>> = {
  PG3: 'with the contract pfn_L() makes the leaf of PG3-leaf; they part where L_mkhuge() moves the frame, as on loongarch',
  PG6: 'what L_mkhuge() changes of a leaf, PG3-leaf, PG4 or PG8 see',
  PG1: 'PG18 says it of the lowest level, for another caller',
  PG4: 'PG18 says it of leaves, for another caller',
  PG18: 'PG1 and PG4 together are PG18',
  PG19: 'it follows from PG1 and PG4; where a bit is added at every level, it holds without them',
  PG7: 'every mode that the hardware knows can be asked for, so PG7-any says more; where a leaf of it is not legal, PG7 says more',
  PG9: 'PG10 says bit for bit what both conversions do',
  PG27: 'PG13, PG15 and PG42 say it of each of the two steps',
  PG30: 'L_pfn() has one rule for entries that were made not present and for those that became it, which is PG30-modify',
  'PG30-modify': 'the same the other way round',
};

/** The laws that catch each mutant, with the level. */
const caught = new Map(MUTANTS.map((mutant) => [mutant.says, lawsThatCatch(mutant)]));
const caughtBy = ({ says }: LawMutant): readonly string[] => caught.get(says)!;
const namesOf = (mutant: LawMutant): readonly string[] => [
  ...new Set(caughtBy(mutant).map((one) => one.split(' ')[0]!)),
];

describe('mutants of the functions of entries', () => {
  it.each(MUTANTS)('$law: $says', (mutant) => {
    expect(namesOf(mutant).toSorted()).toEqual([mutant.law, ...(mutant.also ?? [])].toSorted());
  });

  it('have names of their own', () => {
    expect(new Set(MUTANTS.map(({ says }) => says)).size).toBe(MUTANTS.length);
  });

  it('leave no law out, and each law catches one alone, but those of which it is said why not', () => {
    const names = LAWS.map(({ name }) => name);
    expect(names.filter((name) => !MUTANTS.some(({ law }) => law === name))).toEqual([]);
    const never = names.filter(
      (name) => !MUTANTS.some((mutant) => mutant.law === name && namesOf(mutant).length === 1),
    );
    expect(never.toSorted()).toEqual(Object.keys(NEVER_ALONE).toSorted());
  });

  it('are caught by the laws that the table says', () => {
    const path = fileURLToPath(new URL('laws.pinned.txt', import.meta.url));
    const rows = MUTANTS.map((mutant) => `${mutant.says} (on ${mutant.on}): ${caughtBy(mutant).join(', ')}`);
    const tally = LAWS.map(({ name }) => {
      const all = MUTANTS.filter((mutant) => namesOf(mutant).includes(name));
      return `${name}: catches ${all.length}, alone ${all.filter((mutant) => namesOf(mutant).length === 1).length}`;
    });
    const table = [...rows, '', ...tally];
    if (process.env['PIN'] === 'write') writeFileSync(path, `${table.join('\n')}\n`);
    expect(table).toEqual(readFileSync(path, 'utf8').trimEnd().split('\n'));
  });
});
