/**
 * Which mutants of the model the running kernel tells, pinned as a table. `PIN=write` plays them all, which takes some
 * minutes, and writes it anew: as root, on a kernel that transparent huge pages are on in. Mutants that are younger than the
 * table are in it as not played yet.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as Effect from 'effect/Effect';
import { describe, expect, it } from 'vitest';
import type { Amount } from '../../../checker/conform/asked.ts';
import { MUTANTS } from '../../mutants/all.ts';
import type { Mutant } from '../../mutants/mutant.ts';
import { expectedOf, type Seen, seenOf } from './mutants_seen.ts';
import { whyNot } from './not_seen.ts';
import { runningKernel } from './running_kernel.ts';

const PATH = fileURLToPath(new URL('mutants_seen.pinned.txt', import.meta.url));
const AMOUNT: Amount = { seed: 1, sequences: 5000, length: 2 };

const inWords = (mutant: Mutant, seen: Seen): string => {
  switch (seen._tag) {
    case 'differs': {
      const { root, user = 'never', first } = seen;
      const { stage, steps } = first.walk;
      const where = first.differences.map((one) => one.where).join(', ');
      return `root ${root}, user ${user}: ${stage.name}, ${first.at + 1} operations to ${steps[first.at]!.label}: ${where}`;
    }
    case 'asserts':
      return `the model asserts ${seen.asserted.name} in ${seen.after}, at ${seen.asserted.move.name}, and the kernel goes on`;
    case 'breaks':
      return `the model breaks off: ${seen.how}`;
    case 'not seen':
      return `not seen: ${whyNot(mutant) ?? '?'}`;
  }
};

const nameOf = ({ says, property, on }: Mutant): string => `${says} (${property}, on ${on})`;
const rowOf = (mutant: Mutant, seen: Seen): string => `${nameOf(mutant)}: ${inWords(mutant, seen)}`;

const table = Effect.fnUntraced(function* () {
  const kernel = yield* Effect.flatMap(Effect.scope, (scope) => Effect.promise(() => runningKernel(scope)));
  if (typeof kernel === 'string') throw new Error(kernel);
  const expected = expectedOf(kernel, AMOUNT);
  const rows: string[] = [];
  for (const mutant of MUTANTS) {
    rows.push(rowOf(mutant, yield* seenOf(kernel, mutant, AMOUNT, expected)));
  }
  return rows;
}, Effect.scoped);

describe('the table of mutants that the running kernel tells', () => {
  it.runIf(process.env['PIN'] === 'write')('is written', { timeout: 3_600_000 }, async () => {
    const rows = await Effect.runPromise(table());
    writeFileSync(PATH, `${rows.join('\n')}\n`);
    expect(rows.length).toBe(MUTANTS.length);
  });
  it('names each mutant, and what is seen of it, or why nothing is', () => {
    const rows = readFileSync(PATH, 'utf8').trimEnd().split('\n');
    const shape =
      /: (root \d+, user (\d+|never): .+, \d+ operations to .+: .+|the model asserts .+|the model breaks off: .+|not seen: .+|not played yet)$/;
    expect(rows.filter((row) => !shape.test(row))).toEqual([]);
    expect(rows.length).toBe(MUTANTS.length);
    expect(MUTANTS.filter((mutant, i) => !rows[i]!.startsWith(`${nameOf(mutant)}: `))).toEqual([]);
    const unseen = MUTANTS.filter((_, i) => rows[i]!.includes(': not seen: '));
    expect(unseen.filter((mutant) => whyNot(mutant) === undefined)).toEqual([]);
    expect(rows.filter((row) => row.includes(': not seen: '))).toEqual(
      unseen.map((mutant) => rowOf(mutant, { _tag: 'not seen' })),
    );
  });
});
