/** Plays everything in batches, tells how far it is, and stops when asked to. */
import * as Effect from 'effect/Effect';
import type { Setting } from '../check.ts';
import { type Asked, playWalks } from './batch.ts';
import type { Ground } from './ground.ts';
import type { Tally } from './tally.ts';
import type { Played } from './played.ts';

export interface Lot {
  /** As the report calls it. */
  readonly name: string;
  readonly walks: Iterable<Played>;
}

interface Named {
  readonly name: string;
  readonly walk: Played;
}

/** Batches of `size`, which do not mix walks that want different knobs. */
function* batches(lots: readonly Lot[], size: number): Generator<readonly Named[]> {
  let batch: Named[] = [];
  for (const { name, walks } of lots)
    for (const walk of walks) {
      if (batch.length === size || (batch.length > 0 && batch[0]!.walk.stage.knobs !== walk.stage.knobs)) {
        yield batch;
        batch = [];
      }
      batch.push({ name, walk });
    }
  if (batch.length > 0) yield batch;
}

const LINE_MS = 10_000;
const ERASE = '\r\u001B[2K';

/** A line on a terminal is redrawn; elsewhere there is one now and then. */
const teller = ({ err }: Setting) => {
  let last = performance.now();
  return {
    tell: (text: string): void => {
      if (err.isTTY === true) err.write(`${ERASE}${text}`);
      else if (performance.now() - last > LINE_MS) {
        err.write(`${text}\n`);
        last = performance.now();
      }
    },
    done: (): void => void (err.isTTY === true && err.write(ERASE)),
  };
};

const POLL_MS = 200;

/** What a batch comes to, or undefined once somebody has asked to stop: one in a virtual machine takes minutes. */
const untilStopped = <A, E>(cells: Setting['cells'], made: Effect.Effect<A, E>): Effect.Effect<A | undefined, E> => {
  const stopped = Effect.gen(function* () {
    while (!cells.stopAsked) yield* Effect.sleep(POLL_MS);
    return undefined;
  });
  return Effect.raceFirst(Effect.interruptible(made), stopped);
};

export const playAll = Effect.fnUntraced(function* <E>(
  setting: Setting,
  tally: Tally,
  ground: Ground,
  kernel: Asked<E>,
  lots: readonly Lot[],
) {
  const progress = teller(setting);
  let played = 0;
  for (const batch of batches(lots, ground.batch)) {
    if (setting.cells.stopAsked) break;
    const judged = yield* untilStopped(
      setting.cells,
      playWalks(
        kernel,
        batch.map(({ walk }) => walk),
      ),
    );
    if (judged === undefined) break;
    for (const [i, one] of judged.entries()) tally.add(batch[i]!.name, one);
    played += batch.length;
    progress.tell(`${batch[0]!.name}: ${played} sequences played, ${tally.differing.length} differ`);
  }
  progress.done();
});
