/** JUnit XML of what was found: a test suite for each world or architecture. */
import junit, { type Builder } from 'junit-report-builder';
import type { CiCase } from './cases.ts';

/** The package is CommonJS, and exports the builder itself. */
const reports = junit as unknown as Builder;

export const junitOf = (cases: readonly CiCase[]): string => {
  const builder = reports.newBuilder();
  for (const [name, all = []] of Object.entries(Object.groupBy(cases, ({ suite }) => suite))) {
    const suite = builder.testSuite().name(name);
    for (const one of all) {
      const test = suite.testCase().className(name).name(one.name);
      if (one.seconds !== undefined) test.time(one.seconds);
      if (one.outcome === 'failed') test.failure(one.message).stacktrace(one.text);
      if (one.outcome === 'undecided') test.skipped().standardOutput(one.message);
    }
  }
  return builder.build();
};
