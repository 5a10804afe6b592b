/**
 * Watches the main thread while it runs functions of files of somebody's own. A function that does not return leaves nothing
 * of ours running there, so that another thread has to see that the heart of this one stands still.
 */
import { Worker } from 'node:worker_threads';
import { MAY_END } from './end_process.ts';
import { PATIENCE_MS } from './patience.ts';

export interface Watched {
  /** One cell that is counted up as long as the main thread lives. */
  readonly heart: Int32Array;
  readonly patience: number;
}

/** Gives the function that takes the files; the first one starts the watch. */
export const watchMain = (patience = PATIENCE_MS): ((path: string) => void) => {
  let watcher: Worker | undefined;
  const begin = (): Worker => {
    const heart = new Int32Array(new SharedArrayBuffer(4));
    setInterval(() => Atomics.add(heart, 0, 1), patience / 10).unref();
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
