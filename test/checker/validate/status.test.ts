/** What a patch does to a property: in one world, over several, and where not all was seen. */
import { describe, expect, it } from 'vitest';
import type { Told, ToldProperty } from '../../../checker/narrate.ts';
import { type Judgement, judgementsOf, overWorlds, statusOf } from '../../../checker/validate/status.ts';

const story = (...ops: readonly string[]) => ({
  length: ops.length,
  from: 0,
  initial: [],
  explanation: '',
  steps: ops.map((op) => ({ op, args: {}, step: op, answers: [], changes: [] })),
});
const told = (verdict: ToldProperty['verdict'], ...ops: readonly string[]): ToldProperty => ({
  name: 'P',
  kind: 'always',
  says: '',
  verdict,
  exercised: true,
  ...(verdict === 'violated' ? { counterexample: story(...ops) } : {}),
});

const judged = (world: string, status: Judgement['status'], ...ops: readonly string[]): Judgement => ({
  property: 'P',
  world,
  status,
  after: told('violated', ...ops),
});

describe('the status of a property', () => {
  it.each([
    ['holds', told('holds'), told('holds')],
    ['holds', told('unexercised'), told('holds')],
    ['holds', undefined, told('holds')],
    ['unexercised', told('holds'), told('unexercised')],
    ['unexercised', told('holds'), undefined],
    ['newly violated', told('holds'), told('violated', 'a')],
    ['newly violated', told('unexercised'), told('violated', 'a')],
    ['newly violated', undefined, told('violated', 'a')],
    ['violated', told('unknown'), told('violated', 'a')],
    ['undecided', told('holds'), told('unknown')],
    ['undecided', told('violated', 'a'), told('unknown')],
    ['same', told('violated', 'a', 'b'), told('violated', 'a', 'b')],
    ['other', told('violated', 'a', 'b'), told('violated', 'a', 'c')],
    ['mended', told('violated', 'a'), told('holds')],
    ['gone', told('violated', 'a'), told('unexercised')],
    ['gone', told('violated', 'a'), undefined],
  ])('is %s', (status, before, after) => {
    expect(statusOf(before, after)).toBe(status);
  });
  it('is, over several worlds, the worst, with the shortest trace', () => {
    const all = [
      judged('a', 'holds'),
      judged('b', 'newly violated', 'x', 'y'),
      judged('c', 'mended'),
      judged('d', 'newly violated', 'z'),
    ];
    expect(overWorlds(all)).toEqual([all[3]]);
  });
});

const property = (name: string, kind: ToldProperty['kind'], one: ToldProperty): ToldProperty => ({
  ...one,
  name,
  kind,
});
const search = (properties: readonly ToldProperty[], cut?: Told['cut'], depth = 9): Told => ({
  verdict: 'incomplete',
  states: 1,
  transitions: 1,
  depth,
  waiting: 0,
  seconds: 0,
  peakBytes: 0,
  operations: [],
  unasked: [],
  properties,
  ...(cut === undefined ? {} : { cut }),
});

describe('what is known where a search was cut short', () => {
  const before = search([property('P', 'always', told('violated', 'a')), property('A', 'assertion', told('holds'))]);
  const mending = (a: ToldProperty): Told =>
    search([property('P', 'always', told('holds')), property('A', 'assertion', a)]);
  const statuses = (...[is, together]: readonly [Told, Parameters<typeof judgementsOf>[1]['together']?]) =>
    Object.fromEntries(
      judgementsOf('w', { before, after: is, ...(together === undefined ? {} : { together }) }).map((one) => [
        one.property,
        one.status,
      ]),
    );
  it('is mended where the change fails no assertion, although lockstep was cut or has not begun', () => {
    expect(statuses(mending(told('holds')), { cut: 'interrupted', brokeOff: false })).toMatchObject({ P: 'mended' });
    expect(statuses(mending(told('holds')))).toMatchObject({ P: 'mended' });
  });
  it('may lie behind an assertion that fails, as long as lockstep has not told', () => {
    const after = mending(told('violated', 'a'));
    expect(statuses(after, { cut: 'seconds', brokeOff: false })).toEqual({ P: 'undecided', A: 'newly violated' });
    expect(statuses(after)).toEqual({ P: 'undecided', A: 'newly violated' });
    expect(statuses(after, { brokeOff: false })).toMatchObject({ P: 'mended' });
  });
  it.each([
    ['depth', 4, 4],
    ['seconds', 4, 2],
    ['interrupted', 0, 0],
  ] as const)('is not violated by a base that was cut by %s at depth %d within %d operations', (cut, depth, within) => {
    const after = search([property('P', 'always', told('violated', 'a'))]);
    const base = search([property('P', 'always', told('unknown'))], cut, depth);
    expect(judgementsOf('w', { before: base, after })).toMatchObject([{ status: 'violated', notWithin: within }]);
  });
});
