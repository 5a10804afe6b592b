/** The JSON document as others may rely on it: every field, its type, and what holds between fields. */
import * as Schema from 'effect/Schema';
import { describe, expect, it } from 'vitest';
import { mm } from './command_line.ts';

const Step = Schema.Struct({
  op: Schema.String,
  args: Schema.Record(Schema.String, Schema.Unknown),
  step: Schema.String,
  changes: Schema.Array(Schema.Struct({ where: Schema.String, before: Schema.String, after: Schema.String })),
});
const Story = Schema.Struct({ length: Schema.Int, steps: Schema.Array(Step), explanation: Schema.String });
const Property = Schema.Struct({
  name: Schema.String,
  kind: Schema.Literals(['always', 'step', 'sometimes', 'never stuck', 'assertion']),
  verdict: Schema.Literals(['holds', 'violated', 'unexercised', 'unknown']),
  exercised: Schema.Boolean,
  counterexample: Schema.optionalKey(Story),
});
const Operation = Schema.Struct({
  name: Schema.String,
  enabled: Schema.Int,
  fired: Schema.Int,
  newStates: Schema.Int,
});
const Run = Schema.Struct({
  kernel: Schema.String,
  series: Schema.Array(Schema.String),
  toggles: Schema.Record(Schema.String, Schema.String),
  arch: Schema.String,
  world: Schema.String,
  size: Schema.Literals(['quick', 'standard', 'deep']),
  verdict: Schema.Literals(['holds', 'violated', 'incomplete']),
  states: Schema.Int,
  transitions: Schema.Int,
  depth: Schema.Int,
  seconds: Schema.Finite,
  peakBytes: Schema.Int,
  properties: Schema.Array(Property),
  operations: Schema.Array(Operation),
});
const Document = Schema.Struct({
  tool: Schema.Literals(['mmcheck']),
  version: Schema.String,
  runs: Schema.Array(Run),
});

const documentOf = async (...flags: string[]): Promise<typeof Document.Type> => {
  const { out } = await mm(['check', '--json', ...flags]);
  return Schema.decodeUnknownSync(Document)(JSON.parse(out));
};

describe('the document', () => {
  it.each([
    ['of everything', ['--series', 'lazy-reserve']],
    ['of a fault', ['--world', 'reserve', '--set', 'khugepaged=faulty']],
    ['of an incomplete search', ['--world', 'counters', '--depth-max', '3']],
    ['of the first violation', ['--world', 'mirror', '--first']],
  ])('%s is as promised', async (_, flags) => {
    const { runs } = await documentOf(...flags);
    expect(runs.length).toBeGreaterThan(0);
    for (const { verdict, properties } of runs) {
      expect(verdict === 'violated').toBe(properties.some((one) => one.verdict === 'violated'));
      for (const { verdict: decided, counterexample } of properties) {
        expect(counterexample !== undefined).toBe(decided === 'violated');
        expect(counterexample?.steps.length).toBe(counterexample?.length);
      }
    }
  });
  it('names the runs apart', async () => {
    const { runs } = await documentOf('--series', 'lazy-reserve', '--world', 'reserve');
    expect(runs.map(({ series, toggles, verdict }) => ({ series, toggles, verdict }))).toEqual([
      { series: [], toggles: {}, verdict: 'holds' },
      { series: ['lazy-reserve@v1'], toggles: { 'zap-reserve': 'keep' }, verdict: 'violated' },
      { series: ['lazy-reserve@v2'], toggles: { 'split-table': 'fresh' }, verdict: 'violated' },
    ]);
  });
});
