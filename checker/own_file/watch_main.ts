/**
 * Watches the main thread while it runs functions of files of somebody's own. A function that does not return leaves nothing of ours
 * running there, so that another thread has to see that the heart of this one stands still.
 */
import { Worker } from 'node:worker_threads';
import { MAY_END } from './end_process.ts';
import { PATIENCE_MS } from './patience.ts';

/** What the two threads have in common: how often the heart has beaten, and whether the main thread is looked at. */
export const BEATS = 0;
export const LOOKED_AT = 1;

export interface Watched {
  readonly heart: Int32Array;
  readonly patience: number;
}

/** Node says so where a debugger is still connected when the process ends. */
const LEAVES_MS = 1000;

/** Gives the function that takes the files; the first one starts the watch. */
export const watchMain = (patience = PATIENCE_MS): ((path: string) => void) => {
  let watcher: Worker | undefined;
  const begin = (): Worker => {
    const heart = new Int32Array(new SharedArrayBuffer(8));
    const beat = (): number => Atomics.add(heart, BEATS, 1);
    setInterval(beat, patience / 10).unref();
    process.on('exit', () => {
      beat();
      Atomics.wait(heart, LOOKED_AT, 1, LEAVES_MS);
    });
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const workerData: Watched = { heart, patience };
    const worker = new Worker(new URL(`./watch_main_worker.${extension}`, import.meta.url), {
      workerData,
      execArgv: MAY_END,
    });
    // Without a watch everything goes on.
    worker.on('error', () => undefined);
    worker.unref();
    return worker;
  };
  return (path) => (watcher ??= begin()).postMessage(path);
};
