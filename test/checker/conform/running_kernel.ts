/** The kernel that runs the tests: asked as root and as anyone else, or why it cannot be asked. */
import * as Effect from 'effect/Effect';
import * as Scope from 'effect/Scope';
import { type Chosen, chosenKernel } from '../../../checker/conform/against.ts';
import type { Asked } from '../../../checker/conform/batch.ts';
import { type Ground, type GroundError, liveGround } from '../../../checker/conform/ground.ts';
import { quirksFor } from '../../../checker/conform/quirks.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';

export interface RunningKernel {
  /** What it is held against: the modelled kernel that calibration finds. */
  readonly chosen: Chosen;
  /** Root looks at frames; this process may not be root. */
  readonly isRoot: boolean;
  readonly root: Asked<GroundError>;
  readonly user: Asked<GroundError>;
}

const needed = ({ header: { features } }: Ground): string | undefined => {
  if (features['scan'] !== true) return 'PAGEMAP_SCAN is not there: Linux 6.7 or later is needed';
  if (!['madvise', 'always'].includes(String(features['thp']))) return `transparent huge pages are ${features['thp']}`;
  if (features['uring'] !== true) return 'io_uring is not allowed here';
  return features['uffd'] === true ? undefined : 'UFFDIO_MOVE is not there or not allowed';
};

const asked = Effect.gen(function* () {
  const ground = yield* liveGround;
  const why = needed(ground);
  if (why !== undefined) return why;
  const quirks = quirksFor(ground.header);
  const looking = (frames: boolean): Asked<GroundError> => ({ play: ground.play, eye: { quirks, sight: { frames } } });
  const isRoot = ground.header.level >= 1;
  const [root, user] = [looking(true), looking(false)];
  const nothing = { against: 'auto', set: [] };
  const chosen = yield* chosenKernel(catalogue, nothing, isRoot ? root : user, { frames: isRoot });
  return { chosen, isRoot, root, user } satisfies RunningKernel;
});

/** A reason in words when it cannot be asked. */
export const runningKernel = (scope: Scope.Scope): Promise<RunningKernel | string> =>
  Effect.runPromise(
    asked.pipe(
      Scope.provide(scope),
      Effect.catch((error) => Effect.succeed(error.message.split('\n')[0]!)),
    ),
  );
