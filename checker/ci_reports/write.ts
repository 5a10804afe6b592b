/** Writes what was found for a CI, where flags ask for it. */
import { dirname } from 'node:path';
import * as Effect from 'effect/Effect';
import { prepareDirectory, writeText } from '../write_trace.ts';
import type { CiCase } from './cases.ts';
import { junitOf } from './junit.ts';
import { sarifOf } from './sarif.ts';

export interface CiAsked {
  /** Files. */
  readonly junit?: string | undefined;
  readonly sarif?: string | undefined;
}

/** Before the search, which may take long: the places that the files are written to. */
export const prepareCi = Effect.fnUntraced(function* ({ junit, sarif }: CiAsked) {
  if (junit !== undefined) yield* prepareDirectory(dirname(junit), '--junit');
  if (sarif !== undefined) yield* prepareDirectory(dirname(sarif), '--sarif');
});

export const writeCi = Effect.fnUntraced(function* (
  version: string,
  { junit, sarif }: CiAsked,
  cases: () => readonly CiCase[],
) {
  if (junit !== undefined) yield* writeText(junit, junitOf(cases()));
  if (sarif !== undefined) yield* writeText(sarif, sarifOf(version, cases()));
});
