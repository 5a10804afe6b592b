/**
 * A reporter that ends the output with one plain line, `N passed, N failed`, for whoever reads it by machine.
 * Tests are counted, not files; but a file that could not be run at all counts as one failure, so that the
 * line never says that nothing failed when something did. Before it stands what was skipped for a reason, and the reason.
 */
import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export const closingLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;

type Counted = Pick<TestModule, 'children' | 'errors'>;

/** Tests that were skipped while they ran, each with the reason that it gave. */
export const skippedLines = (modules: readonly Pick<TestModule, 'children'>[]): readonly string[] =>
  modules
    .flatMap(({ children }) => [...children.allTests()])
    .flatMap((test) => {
      const result = test.result();
      return result.state === 'skipped' && result.note !== undefined
        ? [`skipped: ${test.fullName}: ${result.note}`]
        : [];
    });

export const countTests = (modules: readonly Counted[], errors: number): Counts => {
  const counts: Counts = { passed: 0, failed: errors, skipped: 0 };
  for (const one of modules) {
    for (const test of one.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counts.passed++;
      else if (state === 'failed') counts.failed++;
      else counts.skipped++;
    }
    if (one.errors().length > 0) counts.failed++;
  }
  return counts;
};

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const line = closingLine(countTests(modules, errors.length));
    // Behind everything that other reporters and the coverage still have to say.
    process.once('exit', () => writeSync(1, `${[...skippedLines(modules), line].join('\n')}\n`));
  }
}
