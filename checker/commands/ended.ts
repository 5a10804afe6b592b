/** How a command gives its exit code. */
import * as Effect from 'effect/Effect';
import type { ExitCode } from '../check.ts';

/** Ends the command with a code; `main` turns it into its value. */
export class Ended extends Error {
  readonly _tag = 'Ended';
  readonly code: ExitCode;
  constructor(code: ExitCode) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

export const ending = <E>(made: Effect.Effect<ExitCode, E>): Effect.Effect<void, E | Ended> =>
  Effect.flatMap(made, (code) => Effect.fail(new Ended(code)));
