import { describe, expect, it } from 'vitest';
import { closingLine, countTests, skippedLines } from './closing_line.ts';

type Counted = Parameters<typeof countTests>[0][number];
const moduleOf = (states: readonly string[], errors = 0): Counted =>
  ({
    children: { allTests: () => states.map((state) => ({ result: () => ({ state }) })) },
    errors: () => Array.from({ length: errors }),
  }) as unknown as Counted;

const testOf = (fullName: string, result: object) => ({ fullName, result: () => result });

describe('the closing line', () => {
  it('counts tests', () => {
    const counts = countTests([moduleOf(['passed', 'failed', 'passed']), moduleOf(['skipped', 'passed'])], 0);
    expect(closingLine(counts)).toBe('3 passed, 1 failed, 1 skipped');
  });
  it('leaves out what was not skipped', () => {
    expect(closingLine(countTests([moduleOf(['passed'])], 0))).toBe('1 passed, 0 failed');
  });
  it('stands behind what was skipped for a reason', () => {
    const tests = [
      testOf('a', { state: 'passed' }),
      testOf('b', { state: 'skipped', note: 'too large' }),
      testOf('c', { state: 'skipped' }),
    ];
    const modules = [{ children: { allTests: () => tests } }] as unknown as Parameters<typeof skippedLines>[0];
    expect(skippedLines(modules)).toEqual(['skipped: b: too large']);
  });
  it('counts a file that cannot be run, and an error outside of all tests', () => {
    expect(closingLine(countTests([moduleOf([], 1), moduleOf(['passed'])], 1))).toBe('1 passed, 2 failed');
  });
});
