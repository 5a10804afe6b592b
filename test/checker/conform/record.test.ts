/** What a comparison without a difference writes down. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import type { Judged } from '../../../checker/conform/judge.ts';
import { functionsRunBy, writeRecord } from '../../../checker/conform/record.ts';
import type { Report } from '../../../checker/conform/report.ts';
import { Tally } from '../../../checker/conform/tally.ts';
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
    chosen: { choice: { kernel: 'v6.18', series: [], settings: [] }, calibrated: [], alike: [], unlike: [] },
    amount: { seed: 3, sequences: 1, length: 0 },
    tally,
    minimal: [],
    eye: { quirks: [], sight: ALL },
    more: 0,
    traced: [],
    interrupted: false,
    seconds: 12.3,
    skipped: [],
    observed: [],
  };
};
const walk = walking();
const same = reportOf({ walk, steps: 3, _tag: 'same' });

describe('a record', () => {
  it('says what was compared, and was alike', async () => {
    const path = join(directory, 'record.json');
    await Effect.runPromise(
      writeRecord(path, same, { functions: ['mm/fork.ts copy_process'], never: ['mm/mremap.ts move_vma'] }),
    );
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
      never: ['mm/mremap.ts move_vma'],
    });
  });
  it('names the scopes, where somebody asked for them', async () => {
    const path = join(directory, 'scopes.json');
    await Effect.runPromise(writeRecord(path, same, { functions: [], never: [] }, true));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ scopes: ['anon'] });
  });
  it.each<Judged>([
    { walk, steps: 1, _tag: 'differs', at: 1, differences: [] },
    { walk, steps: 0, _tag: 'cut' },
  ])('is not written where a sequence is $_tag', async (judged) => {
    const error = await Effect.runPromise(
      Effect.flip(writeRecord(join(directory, 'never.json'), reportOf(judged), { functions: [], never: [] })),
    );
    expect(error.message).toContain('is not written: only a comparison without a difference is a validation');
    expect(readdirSync(directory)).not.toContain('never.json');
  });
  it('names the functions of the model that were run, and no others', async () => {
    const { functions, never } = await Effect.runPromise(functionsRunBy(true, Effect.sync(walking)));
    expect(functions).toContain('mm/fork.ts copy_process');
    expect([...functions, ...never].filter((one) => !/^(mm|drivers|virt)\/[\w/]+\.ts \w+$/.test(one))).toEqual([]);
    expect(functions.filter((one) => one.includes('mremap') || never.includes(one))).toEqual([]);
    expect(never.length).toBeGreaterThan(0);
  });
  it('names none where nobody asks', async () => {
    const none = await Effect.runPromise(functionsRunBy(false, Effect.sync(walking)));
    expect(none).toEqual({ functions: [], never: [] });
  });
});
