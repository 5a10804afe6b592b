import { describe, expect, it } from 'vitest';
import type { PlannedKernel } from '../../checker/plan.ts';
import type { TraceFile } from '../../checker/read_trace.ts';
import { undecidedText } from '../../checker/report/replay_text.ts';

const trace: TraceFile = {
  tool: 'mmcheck',
  version: '0.0.0',
  kernel: 'v6.12',
  series: [],
  settings: {},
  world: 'memtype',
  size: 'quick',
  property: 'I-TRACKREF',
  initial: 0,
  steps: [],
};
const releases = ['v6.9', 'v6.12', 'v6.12.117', 'v6.15', 'v7.1'];
const on = (kernel: string, asked: readonly string[]): readonly string[] => {
  const planned: PlannedKernel = { kernel, arch: 'x86_64', series: [], settings: [], set: [] };
  const text = undecidedText('a trace.json', trace, planned, { says: 'It does.', asked, releases });
  return text.split('\n').filter((line) => /asked of|npx/.test(line));
};

describe('a property that a kernel does not have', () => {
  it('is one of the others, since or until some release', () => {
    expect(on('v6.9', ['v6.15', 'v7.1'])).toEqual([
      '  asked of  v6.15, v7.1 (since v6.15)',
      "  try       npx mmcheck replay 'a trace.json' --kernel v6.15",
    ]);
    expect(on('v7.1', ['v6.9', 'v6.12', 'v6.12.117'])).toEqual([
      '  asked of  v6.9, v6.12, v6.12.117 (until v6.12.117)',
      "  try       npx mmcheck replay 'a trace.json' --kernel v6.12.117",
    ]);
    expect(on('v6.12.117', ['v6.12'])[0]).toBe('  asked of  v6.12');
  });
});
