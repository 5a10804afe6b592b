/** A temporary directory that goes with the scope, or with the process where that ends without asking Effect. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import type { Scope } from 'effect/Scope';

/** Its path, that begins with `prefix` below the temporary directory of the host; `failed` names why there is none. */
export const scopedDirectory = <E>(prefix: string, failed: (cause: unknown) => E): Effect.Effect<string, E, Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const path = mkdtempSync(join(tmpdir(), prefix));
        const remove = (): void => rmSync(path, { recursive: true, force: true });
        process.once('exit', remove);
        return { path, remove };
      },
      catch: failed,
    }),
    ({ remove }) =>
      Effect.sync(() => {
        process.off('exit', remove);
        remove();
      }),
  ).pipe(Effect.map(({ path }) => path));
