/**
 * The functions of x86 entries against those of real kernels, word for word: what pgtable_words.c printed in each
 * (asked/VERSION.txt) is what the model gives for the same cases. asked/README.md says how a kernel is asked.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { underTest } from '../../../../checker/laws/under_test.ts';
import { X86_64 } from '../../../../model/arch/x86/architecture.ts';
import type { PgtableRelease } from '../../../../model/formats/architecture.ts';
import { hexOf } from '../../../../model/formats/u64.ts';
import type { Sum } from './asked/cases.ts';

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

/** What all functions of each release give: a process of its own goes through them ten times faster than a test. */
const given = JSON.parse(
  spawnSync(fileURLToPath(new URL('../../../../node_modules/.bin/node', import.meta.url)), [
    fileURLToPath(new URL('./asked_bin.ts', import.meta.url)),
    ...ASKED.map(([, release]) => release),
  ]).stdout.toString(),
) as Readonly<Record<string, Readonly<Record<string, Sum>>>>;

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
    const sums = { ...given['v7.1'], ...given[release] };
    expect(sums).toEqual(Object.fromEntries([...answers].filter(([name]) => !name.startsWith('PAGE_'))));
  });
});
