import * as Effect from 'effect/Effect';
import { describe, expect, it } from 'vitest';
import { Cells } from '../../../checker/cells.ts';
import { judgeRuns } from '../../../checker/laws/judge_runs.ts';
import { underTest } from '../../../checker/laws/under_test.ts';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import { LAWS } from '../../../spec/laws/all.ts';
import { capture } from '../command_line.ts';
import { catalogue } from '../toy_catalogue.ts';

const setting = () => ({ catalogue, module: '', version: '', out: capture(), err: capture(true), cells: new Cells() });
const kernels = (name: string, ...series: readonly string[]) =>
  underTest(
    ARCHITECTURES.find((one) => one.name === name)!,
    'v7.1',
    series,
  );

describe('judging', () => {
  it('says what it is at, and takes it away at the end', async () => {
    const { err, ...rest } = setting();
    await Effect.runPromise(judgeRuns({ ...rest, err }, [{ under: kernels('arm64_16k') }], LAWS));
    const lines = err.text().split('\r\u001B[2K');
    expect(lines.filter((line) => /^1 of 1: arm64_16k, v7\.1: PG\d+\S* {2}\d+ s$/.test(line)).length).toBeGreaterThan(
      0,
    );
    expect(lines.at(-1)).toBe('');
  });
  it('judges kernels with the same functions once', async () => {
    const [v1, v2] = [1, 2].map((n) => kernels('x86_pae', `huge-remap-pfn-range@v${n}`));
    const laws = LAWS.filter(({ name }) => name === 'PG7');
    const { all } = await Effect.runPromise(judgeRuns(setting(), [{ under: v1! }, { under: v2! }], laws));
    expect(all.map(({ under }) => under)).toEqual([v1, v2]);
    expect(all[1]!.judgements).toBe(all[0]!.judgements);
  });
});
