/** The kernel that runs the tests: asked as root and as anyone else, or why it cannot be asked. */
import * as Effect from 'effect/Effect';
import * as Scope from 'effect/Scope';
import { type Chosen, chosenKernel } from '../../../checker/conform/against.ts';
import type { Asked } from '../../../checker/conform/batch.ts';
import { type GroundError, liveGround } from '../../../checker/conform/ground.ts';
import type { Sight } from '../../../checker/conform/observe.ts';
import { quirksFor } from '../../../checker/conform/quirks.ts';
import type { ConformScope } from '../../../checker/conform/scope.ts';
import { SCOPES } from '../../../checker/conform/scopes.ts';
import { skippedHere } from '../../../checker/conform/skipped.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';

export interface RunningKernel {
  /** What it is held against: the modelled kernel that calibration finds. */
  readonly chosen: Chosen;
  /** What `mmcheck conform` plays on it without further ado. */
  readonly scopes: readonly ConformScope[];
  /** Root looks at frames; this process may not be root. */
  readonly isRoot: boolean;
  readonly root: Asked<GroundError>;
  readonly user: Asked<GroundError>;
}

export const ROOT: Sight = { frames: true, entries: false };
const USER: Sight = { frames: false, entries: false };

const asked = Effect.gen(function* () {
  const ground = yield* liveGround;
  if (ground.header.features['scan'] !== true) return 'PAGEMAP_SCAN is not there: Linux 6.7 or later is needed';
  const scopes = SCOPES.filter((scope) => skippedHere(ground, scope, false) === undefined);
  if (scopes.length === 0) return skippedHere(ground, SCOPES[0]!, false)!.why;
  const quirks = quirksFor(ground.header);
  const looking = (sight: Sight): Asked<GroundError> => ({ play: ground.play, eye: { quirks, sight } });
  const isRoot = ground.header.level >= 1;
  const sight = isRoot ? ROOT : USER;
  const chosen = yield* chosenKernel(
    catalogue,
    { against: 'auto', series: [], set: [] },
    looking(sight),
    sight,
    ground.header.uname,
  );
  const running: RunningKernel = { chosen, scopes, isRoot, root: looking(ROOT), user: looking(USER) };
  return running;
});

/** A reason in words when it cannot be asked. */
export const runningKernel = (scope: Scope.Scope): Promise<RunningKernel | string> =>
  Effect.runPromise(
    asked.pipe(
      Scope.provide(scope),
      Effect.catch((error) => Effect.succeed(error.message.split('\n')[0]!)),
    ),
  );
