/** Runs a worker, watches it, and brings back what it tells. */
import { Worker } from 'node:worker_threads';
import * as Effect from 'effect/Effect';
import type { Cells } from './cells.ts';
import { blamed, ended } from './own_file/blame.ts';
import { type Loop, watchThread } from './own_file/endless_loop.ts';
import { endProcess } from './own_file/end_process.ts';
import { Guard } from './own_file/guard.ts';
import { toWorker } from './own_file/inspector_wire.ts';
import { PATIENCE_MS } from './own_file/patience.ts';
import { BadFile } from './unusable.ts';

/** Said before the end. */
export interface Warning {
  readonly warning: string;
}

/** What is known before all is told. */
export interface SoFar<T> {
  readonly soFar: T;
}

export interface Watching<T> {
  readonly cells: Cells;
  /** Files of patches of somebody's own, which may not return. */
  readonly own: readonly string[];
  readonly warn?: ((text: string) => void) | undefined;
  readonly soFar?: ((told: T) => void) | undefined;
  /** What is told of a worker that breaks off; `place`: the line of a call that does not return. */
  readonly brokenOff: (cause: unknown, place?: string) => T;
}

/** What a search may hold unless told otherwise, so that it ends with a verdict and not with an abort. */
export const defaultBytesMax = (): number => Math.floor(process.availableMemory() * 0.75);

/** Watches a worker that runs functions of files of somebody's own, until what it gives is called. */
const watchWorker = (
  worker: Worker,
  cells: Cells,
  files: readonly string[],
  found: (loop: Loop) => void,
): (() => void) => {
  if (files.length === 0) return () => undefined;
  const shows = (): string => JSON.stringify(cells.shown);
  return watchThread({ connects: toWorker(worker), shows, files, patience: PATIENCE_MS, found });
};

const started = <T extends object>(
  name: string,
  workerData: unknown,
  { cells, own, warn, soFar, brokenOff }: Watching<T>,
): Effect.Effect<T, BadFile> =>
  Effect.callback<T, BadFile>((resume) => {
    cells.clear();
    // `.js` in a build, `.ts` in the repository: follow this file's own extension.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./${name}.${extension}`, import.meta.url), { workerData });
    // Until it has told everything: at the end of the process Node would wait for it, and nothing may end it.
    if (own.length > 0) process.on('exit', endProcess);
    const found = ({ why, place = own.join(' or '), isStuck }: Loop): void => {
      watched();
      // A thread that cannot be ended would take the processor from all that is searched after it.
      if (isStuck) return resume(Effect.fail(new BadFile({ path: place, why })));
      tell(brokenOff(why, place));
      void worker.terminate();
    };
    const watched = watchWorker(worker, cells, own, found);
    const tell = (told: T): void => {
      watched();
      process.off('exit', endProcess);
      resume(Effect.succeed(told));
    };
    worker.on('message', (said: T | Warning | SoFar<T>) => {
      if ('warning' in said) warn?.(said.warning);
      else if ('soFar' in said) soFar?.(said.soFar);
      else tell(said);
    });
    worker.once('error', (cause) => {
      const { why = cause, place } = blamed(own, cause) ?? {};
      tell(brokenOff(why, place));
    });
    worker.once('exit', (code) => {
      const { why = `the worker ended with code ${code}`, place } = ended(own, code) ?? {};
      tell(brokenOff(why, place));
    });
    return Effect.promise(() => {
      watched();
      return worker.terminate();
    });
  });

/** `name`: the module of the worker, beside this one. */
export const inWorker = Effect.fnUntraced(function* <T extends object>(
  name: string,
  workerData: unknown,
  watching: Watching<T>,
) {
  const guard = yield* Guard;
  guard.searches();
  return yield* started(name, workerData, watching);
});
