/** What a comparison without a difference writes down, and what `list` makes of it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import type { Judged } from '../../../checker/conform/judge.ts';
import { functionsRunBy, writeRecord } from '../../../checker/conform/record.ts';
import { records, type RunRecord } from '../../../checker/conform/records.ts';
import type { Report } from '../../../checker/conform/report.ts';
import { Tally } from '../../../checker/conform/tally.ts';
import { groundText, validationOf } from '../../../checker/conform/validated.ts';
import { modelGround } from '../../support/model_runner.ts';
import { ALL, stageOf, V6_18, walkThrough } from '../../support/walks.ts';

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-record-'));
afterAll(() => rmSync(directory, { recursive: true }));

const walking = () => walkThrough(stageOf('anon'), 'mmap(parent, anon 2M)', 'fork()', 'exit(child)');
const reportOf = (judged: Judged): Report => {
  const tally = new Tally();
  tally.add('anon', judged);
  return {
    ground: modelGround({ kernel: V6_18, sight: ALL }),
    level: 1,
    chosen: { choice: { kernel: 'v6.18', series: [], settings: [] }, calibrated: [] },
    amount: { seed: 3, sequences: 1, length: 0 },
    tally,
    minimal: [],
    eye: { quirks: [], sight: ALL },
    skipped: [],
    observed: [],
  };
};
const walk = walking();
const same = reportOf({ walk, steps: 3, _tag: 'same' });

describe('a record', () => {
  it('says what was compared, and was alike', async () => {
    const path = join(directory, 'record.json');
    await Effect.runPromise(writeRecord(path, same, ['mm/fork.ts copy_process']));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      kernel: 'model of v6.18',
      machine: 'live',
      level: 1,
      against: 'v6.18',
      seed: 3,
      length: 0,
      sequences: 1,
      operations: { exit: 1, fork: 1, mmap: 1 },
      functions: ['mm/fork.ts copy_process'],
    });
  });
  it.each<Judged>([
    { walk, steps: 1, _tag: 'differs', at: 1, differences: [] },
    { walk, steps: 0, _tag: 'cut' },
  ])('is not written where a sequence is $_tag', async (judged) => {
    const error = await Effect.runPromise(
      Effect.flip(writeRecord(join(directory, 'never.json'), reportOf(judged), [])),
    );
    expect(error.message).toContain('is not written: only a comparison without a difference is a validation');
    expect(readdirSync(directory)).not.toContain('never.json');
  });
  it('names the functions of the model that were run, and no others', async () => {
    const { value, functions } = await Effect.runPromise(functionsRunBy(Effect.sync(walking)));
    expect(value.steps.length).toBe(3);
    expect(functions).toContain('mm/fork.ts copy_process');
    expect(functions.filter((one) => !/^(mm|drivers)\/[\w/]+\.ts \w+$/.test(one))).toEqual([]);
    expect(functions.filter((one) => one.includes('mremap'))).toEqual([]);
  });
});

const recordFor = (kernel: string, machine: string, operations: Readonly<Record<string, number>>): RunRecord => ({
  kernel,
  machine,
  operations,
  level: machine === 'live' ? 1 : 3,
  against: 'v6.18',
  seed: 1,
  length: 1,
  sequences: 1,
  functions: [],
});

describe('an operation', () => {
  const all = [
    recordFor('6.18.44-amd64', 'live', { fork: 2, mmap: 1 }),
    recordFor('6.12.117+deb12-cloud-amd64', 'plain', { fork: 1, mremap: 0 }),
  ];
  it.each([
    ['fork', 'live on 6.18.44, level 1; machine plain with 6.12.117, level 3'],
    ['mmap', 'live on 6.18.44, level 1'],
    ['mremap', 'from source only'],
    ['migrate_pages', 'from source only'],
  ])('%s has been validated: %s', (name, text) => {
    expect(validationOf(name, all)).toBe(text);
  });
  it('has records that can be read', () => {
    for (const one of records()) {
      expect(groundText(one)).toMatch(/^(live on|machine \w+ with) [\d.]+, level [0-4]$/);
      expect(one.sequences).toBeGreaterThan(0);
    }
  });
});
