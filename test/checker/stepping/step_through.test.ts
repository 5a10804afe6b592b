/** Stepping through a trace: forward, back, and what if. */
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Catalogue } from '../../../checker/catalogue.ts';
import { Cells } from '../../../checker/cells.ts';
import { main } from '../../../checker/cli.ts';
import { capture, mmcheck } from '../command_line.ts';

const folder = mkdtempSync(join(tmpdir(), 'mmcheck-step-'));
let file = '';
beforeAll(async () => {
  await mmcheck(['check', '--world', 'vfio-dontfork', '--property', 'I-TRANS', '--trace-dir', folder]);
  file = join(folder, readdirSync(folder)[0]!);
});

/** What is said to these lines, and the exit code. */
const step = async (typed: readonly string[], ...more: readonly string[]) => {
  const module = new URL('../../../checker/mm_catalogue.ts', import.meta.url).href;
  const { catalogue } = (await import(module)) as { readonly catalogue: Catalogue };
  const [out, err] = [capture(), capture()];
  const prompts: string[] = [];
  const left = [...typed];
  const lines = () => ({
    read: (prompt: string) => {
      prompts.push(prompt);
      return Promise.resolve(left.shift());
    },
    close: () => undefined,
  });
  const setting = { catalogue, module, version: '0.0.0', out, err, cells: new Cells(), lines };
  const code = await Effect.runPromise(main(['replay', '--step', file, ...more], setting));
  return { code, out: out.text(), err: err.text(), prompts };
};

describe('mmcheck replay --step', () => {
  it('goes forward to the violation, and ends with 1 there', async () => {
    const { code, out, prompts } = await step(['n', '', 'n', 'n', 'n', 'q']);
    expect(code).toBe(1);
    expect(prompts).toEqual(['0', '1', '2', '3', '4', '4'].map((at) => `step ${at} of 4 > `));
    expect(out).toMatch(/ 4 {2}fork\(\)[^]*broken: I-ALIGN, I-TRANS/);
    expect(out).toContain('the trace ends here');
  });
  it('begins with what is gone through, and the initial state', async () => {
    const { out } = await step(['q']);
    expect(out).toMatch(
      /^Trace of I-TRANS, world vfio-dontfork \(quick\)\n {2}recorded on {2}v7.1\n {2}replayed on {2}v7.1\n/,
    );
    expect(out).toMatch(
      /\n {3}0 {2}initial state\n {7}2 PMD tables [^]*\n {7}parent alive, 0 page-table pages\n\nh says/,
    );
  });
  it('goes back, and ends with 0 where nothing is broken', async () => {
    const { code, out, prompts } = await step(['g 4', 'p', 'p', 'q']);
    expect(code).toBe(0);
    expect(prompts.at(-1)).toBe('step 2 of 4 > ');
    expect(out.trimEnd().split('\n').at(-2)).toContain('   2  handle_mm_fault(parent, page 0, write)');
  });
  it('says what is possible, and tries one, which leaves the trace until one goes back', async () => {
    const { out, prompts } = await step(['g 2', 'w', 't 3', 'n', 'p', 'n', 'q']);
    expect(out).toContain('\n   3  munmap(parent, pages 0..3)\n');
    expect(out).toContain('\n   7  madvise(parent, pages 0..1, MADV_DONTFORK), vm_area_alloc: fails\n');
    expect(out).toMatch(/ 3 {2}munmap\(parent, pages 0..3\) .*do_vmi_munmap\(\)\n/);
    expect(out).toContain('this is not the trace any more');
    expect(prompts.slice(3)).toEqual([
      'step 3, off the trace > ',
      'step 3, off the trace > ',
      'step 2 of 4 > ',
      'step 3 of 4 > ',
    ]);
  });
  it('shows the state, and what is broken in it', async () => {
    const { out } = await step(['g 4', 's', 'b', 'g 1', 'b', 'q']);
    expect(out).toContain('\n  child pud[0] leaf pfn 0 RW dirty special UC-\nI-ALIGN, I-TRANS\n');
    expect(out.trimEnd().endsWith('none')).toBe(true);
  });
  it('goes as far as another kernel lets it', async () => {
    const { code, out } = await step(['g 9', 'q'], '--set', 'vma-split-pud=splits');
    expect(code).toBe(0);
    expect(out).toContain('the trace ends at step 4');
    expect(out).not.toContain('broken');
  });
  it('says what it takes when it is asked for anything else, and ends with its input', async () => {
    const { out } = await step(['fly', 't 99', 'p', 't']);
    expect(out).toContain('there is no "fly"\nn, or nothing');
    expect(out).toContain('there are 1 to ');
    expect(out).toContain('this is the beginning');
    expect(out).toContain('there is no "t"');
  });
  it('is of one kernel', async () => {
    const { code, err } = await step([], '--kernel', 'v7.1', '--kernel', 'v7.3');
    expect(code).toBe(2);
    expect(err).toContain('--step takes one kernel');
  });
});
