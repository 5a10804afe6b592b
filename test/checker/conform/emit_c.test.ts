/** A sequence as one C program that is sent to somebody: it compiles, and plays that sequence. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import { emitC } from '../../../checker/conform/emit_c.ts';
import type { Report } from '../../../checker/conform/report.ts';
import { modelGround } from '../../support/model_runner.ts';
import { ALL, stageOf, V6_18, walkThrough } from '../../support/walks.ts';

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-emit-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** As much of a report as the program names. */
const report = {
  ground: modelGround({ kernel: V6_18, sight: ALL }),
  minimal: [],
  chosen: {
    choice: { kernel: 'v6.18', series: [], settings: [{ toggle: 'pt-reclaim', value: 'no', evidence: 'asked' }] },
    calibrated: [],
  },
} as unknown as Report;

const walk = walkThrough(
  stageOf('anon', [1, 511]),
  'mmap(parent, anon 2M)',
  'handle_mm_fault(parent, page 0, write)',
  'fork()',
  'munmap(child, pages 0..1)',
);

describe('the program', () => {
  const path = join(directory, 'sequence.c');
  const emitted = Effect.runPromise(emitC(path, report, walk)).then(() => readFileSync(path, 'utf8'));
  it('says what it is', async () => {
    const source = await emitted;
    expect(source.slice(0, source.indexOf('*/') + 3)).toMatchInlineSnapshot(`
      "/*
       * A sequence of memory operations, made by mmcheck conform on
       * Linux model of v6.18, held against v6.18 pt-reclaim=no:
       *
       *   1  mmap(parent, anon 2M)
       *        map 261632 512 anon hugepage
       *   2  handle_mm_fault(parent, page 0, write)
       *        write 261632 1 2
       *   3  fork()
       *        fork
       *   4  munmap(child, pages 0..1)
       *        p1 munmap 261632 512
       *
       *     cc -static -O2 -o sequence THIS_FILE && ./sequence
       *
       * plays it, and prints what the kernel reports after each operation, a line of JSON each.
       */
      "
    `);
  });
  it('has the sequence in it', async () => {
    const source = await emitted;
    const from = source.indexOf('static const char embedded[]');
    expect(source.slice(from, source.indexOf(';', from) + 1)).toMatchInlineSnapshot(`
      "static const char embedded[] =
      	"seq anon[1,511]\\n"
      	"watch 261632 512\\n"
      	"map 261632 512 anon hugepage\\n"
      	"write 261632 1 2\\n"
      	"fork\\n"
      	"p1 munmap 261632 512\\n";"
    `);
  });
  it('compiles without a warning, and plays the sequence', async ({ skip }) => {
    await emitted;
    const program = join(directory, 'sequence');
    const cc = spawnSync('cc', ['-static', '-O2', '-Wall', '-Wextra', '-o', program, path], { encoding: 'utf8' });
    skip(cc.error !== undefined || /cannot find -l/.test(cc.stderr), 'there is no C compiler with a static library');
    expect(cc.stderr).toBe('');
    const { status, stdout } = spawnSync(program, [], { encoding: 'utf8', timeout: 20_000 });
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly op?: string });
    expect(status).toBe(0);
    expect(lines.flatMap(({ op }) => op ?? [])).toEqual(walk.steps.map(({ line }) => line));
  });
});

describe('no program', () => {
  it('is written where it cannot be', async () => {
    const error = await Effect.runPromise(Effect.flip(emitC(join(directory, 'nowhere', 'out.c'), report, walk)));
    expect(error.message.replace(directory, '')).toMatch(/^\/nowhere\/out.c cannot be written: /);
  });
});
