/** Whole comparisons, with the model in the place of the kernel that is asked. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import { Cells } from '../../../checker/cells.ts';
import type { ConformAsked } from '../../../checker/conform/asked.ts';
import { conform } from '../../../checker/conform/conform.ts';
import type { Ground } from '../../../checker/conform/ground.ts';
import { SCOPES } from '../../../checker/conform/scopes.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { patched } from '../../../model/mm/kernel.ts';
import { kernelOf, modelGround, type ModelRunner } from '../../support/model_runner.ts';
import { capture } from '../command_line.ts';

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-conform-'));
afterAll(() => rmSync(directory, { recursive: true }));

const ASKED: ConformAsked = {
  level: 'auto',
  sequences: '60',
  length: '0',
  scope: [],
  trace: [],
  against: 'v6.18',
  series: [],
  set: [],
  list: false,
  allowKnobs: false,
  json: false,
};
const ALL = { frames: true, entries: true };

/** `mmcheck conform` on this ground. */
const compared = async (ground: Ground, asked: Partial<ConformAsked> = {}, cells = new Cells()) => {
  const [out, err] = [capture(), capture()];
  const grounds = { live: Effect.succeed(ground), vm: () => Effect.die('nothing is booted here') };
  const setting = { catalogue, module: '', version: '0.0.0', out, err, cells };
  const code = await Effect.runPromise(conform(setting, { ...ASKED, ...asked }, grounds));
  return { code, text: out.text(), err: err.text() };
};
const model = (of: Partial<ModelRunner> = {}): Ground =>
  modelGround({ kernel: kernelOf('v6.18'), sight: { frames: true, entries: false }, ...of });

/** The table of a report: by scope, sequences, steps and so on. */
const tableIn = (text: string): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(
    text
      .split('\n')
      .map((line) => /^([\w-]+) {2,}(\d[\d ]*)$/.exec(line))
      .flatMap((found) => (found === null ? [] : [[found[1]!, found[2]!.trim().split(/ +/).map(Number)]])),
  );

describe('the model compared with itself', () => {
  it.each([
    [0, { frames: false, entries: false }],
    [1, { frames: true, entries: false }],
  ])('is alike at level %i, whatever is mapped', async (level, sight) => {
    const { code, text } = await compared(model({ sight }));
    expect(text).not.toContain('DIFFERS');
    expect(text).toContain(`\n  level ${level}: `);
    expect(code).toBe(0);
    const rows = Object.values(tableIn(text));
    expect(rows.length).toBe(
      SCOPES.filter(({ knobs, machines }) => knobs.length === 0 && machines.includes('live')).length,
    );
    for (const [sequences, steps, ...nothing] of rows) {
      expect(sequences).toBeGreaterThan(0);
      expect(steps).toBeGreaterThan(sequences!);
      expect(nothing).toEqual([0, 0, 0]);
    }
  });
  it('is found to be the release that it is', async () => {
    const { code, text } = await compared(model(), { against: 'auto', scope: ['anon'] });
    expect(code).toBe(0);
    expect(text).toContain('  held against v6.18\n');
  });
  it('is seen entry by entry where kernel memory can be read', async () => {
    const ground = { ...model({ sight: ALL }), machine: 'pfnmap' as const };
    const { code, text } = await compared(ground, { scope: ['vfio*'], sequences: '20' });
    expect(code).toBe(0);
    expect(text).toContain('\n  level 3: ');
    expect(Object.keys(tableIn(text))).toEqual(['vfio', 'vfio-1G', 'vfio-readers', 'vfio-readers-1G']);
  });
});

describe('a kernel that does something else', () => {
  const kernel = patched(kernelOf('v6.18'), {
    // A leaf goes, and the table that was kept for it stays.
    has_deposited_pgtable: () => () => false,
  });
  it('differs, and the shortest sequence that shows it is told', async () => {
    const { code, text } = await compared(model({ kernel }), { scope: ['anon'] });
    expect(code).toBe(1);
    const first = text.indexOf('DIFFERS');
    expect(text.slice(first, text.indexOf('DIFFERS', first + 1))).toMatchInlineSnapshot(`
      "DIFFERS in anon[1,511] after 3 operations

         1  mmap(parent, anon 2M)
              map 261632 512 anon hugepage
         2  handle_mm_fault(parent, page 1, write)
              write 261633 511 2
         3  madvise(parent, pages 0..1, MADV_DONTNEED)
              madvise 261632 512 dontneed

        worker 0 page-table pages
          expected  1
          observed  2
        begins in    mm/madvise.c do_madvise()
        goes through zap_huge_pmd, zap_counts_pmd, vma_is_special_huge,
                     has_deposited_pgtable, arch_needs_pgtable_deposit,
                     zap_marks_dirty, pgtable_trans_huge_withdraw, pte_free

      "
    `);
  });
  it('is told as JSON, too', async () => {
    const { code, text } = await compared(model({ kernel }), { scope: ['anon'], json: true });
    expect(code).toBe(1);
    const report = JSON.parse(text) as { differences: { stage: string; script: string; steps: unknown[] }[] };
    expect(report.differences[0]!.steps).toHaveLength(3);
    expect(report.differences[0]!.script).toMatchInlineSnapshot(`
      "seq minimal
      watch 261632 512
      map 261632 512 anon hugepage
      write 261633 511 2
      madvise 261632 512 dontneed
      "
    `);
  });
  it('is written down as a C program', async () => {
    const path = join(directory, 'sequence.c');
    await compared(model({ kernel }), { scope: ['anon'], emitC: path });
    const source = readFileSync(path, 'utf8');
    expect(source.slice(0, source.indexOf('*/'))).toMatchInlineSnapshot(`
      "/*
       * A sequence of memory operations, made by mmcheck conform on
       * Linux model of v6.18, held against v6.18:
       *
       *   1  mmap(parent, anon 2M)
       *        map 261632 512 anon hugepage
       *   2  handle_mm_fault(parent, page 1, write)
       *        write 261633 511 2
       *   3  madvise(parent, pages 0..1, MADV_DONTNEED)
       *        madvise 261632 512 dontneed
       *
       * After the last of them:
       *
       *  worker 0 page-table pages
       *    expected  1
       *    observed  2
       *
       *     cc -static -O2 -o sequence THIS_FILE && ./sequence
       *
       * plays it, and prints what the kernel reports after each operation, a line of JSON each.
       "
    `);
    expect(source).toContain('static const char embedded[] =\n\t"seq anon');
  });
});
