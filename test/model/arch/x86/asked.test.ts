/**
 * The functions of x86 entries against those of real kernels, word for word: what pgtable_words.c printed in each
 * (asked/VERSION.txt) is what the model gives for the same cases. asked/README.md says how a kernel is asked.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { underTest } from '../../../../checker/laws/under_test.ts';
import { X86_64 } from '../../../../model/arch/x86/architecture.ts';
import type { PgtableRelease } from '../../../../model/formats/architecture.ts';
import type { FunctionName } from '../../../../model/formats/pgtable.ts';
import { hexOf } from '../../../../model/formats/u64.ts';
import { askedOf, type Sum } from './asked/cases.ts';

/** 7.2.6 has the functions of v7.1: arch/x86/include/asm/pgtable*.h are those of 7.1.5 but for ptep_try_set(). */
const ASKED: readonly (readonly [string, PgtableRelease])[] = [
  ['6.12.107', 'v6.12'],
  ['6.12.117', 'v6.12.117'],
  ['7.2.6', 'v7.1'],
  ['7.3.4', 'v7.3'],
];

const answersOf = (version: string): ReadonlyMap<string, Sum> => {
  const text = readFileSync(new URL(`./asked/${version}.txt`, import.meta.url), 'utf8');
  return new Map(
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name = '', sum = '', words]) => [name, { sum, words: Number(words) }]),
  );
};

const protectionsOf = (release: PgtableRelease) => X86_64.pgprots(underTest(X86_64, release).t).protections;

/** They call others, which a release may have otherwise. */
const CALLERS: readonly string[] = ['pmd_mkinvalid', 'pud_mkinvalid', 'arch_make_huge_pte'];

/** What the functions of a release give: of v7.1 each of them, of another release those that it has otherwise. */
const sumsOf = (release: PgtableRelease): Readonly<Record<string, Sum>> => {
  const { t, changes } = underTest(X86_64, release);
  const users = X86_64.pgprots(t).protections.flatMap(({ prot, kernel }) => (kernel === true ? [] : [prot]));
  const changed = new Set([...CALLERS, ...changes.flatMap(({ patch }) => Object.keys(patch))]);
  const names = (Object.keys(t) as FunctionName[]).filter((name) => release === 'v7.1' || changed.has(name));
  return Object.fromEntries(names.map((name) => [name, askedOf(t, name, users)]));
};
const ofBase = sumsOf('v7.1');

describe.each(ASKED)('Linux %s, as %s', (version, release) => {
  const answers = answersOf(version);
  const protections = protectionsOf(release);
  it('has the protections', () => {
    const named = protections.map(({ says, prot }) => [says, hexOf(prot).slice(2)]);
    expect(named).toEqual(
      [...answers].filter(([name]) => name.startsWith('PAGE_')).map(([name, { sum }]) => [name, sum]),
    );
  });
  it('has every function, each with the same words', () => {
    const sums = { ...ofBase, ...(release === 'v7.1' ? {} : sumsOf(release)) };
    expect(sums).toEqual(Object.fromEntries([...answers].filter(([name]) => !name.startsWith('PAGE_'))));
  });
});
