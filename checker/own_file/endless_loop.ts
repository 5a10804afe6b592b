/**
 * Finds out that a function of one's own never returns, and where it is. A thread that shows nothing new for a while is stopped, and
 * the debugger is asked to step out of the function. One that is called a million times returns then; a loop without end does not.
 */
import type { Worker } from 'node:worker_threads';
import type { Cells } from '../cells.ts';
import { isOwn } from './place.ts';
import { cpuMs, type Place, type Stack, ThreadInspector, toWorker } from './thread_inspector.ts';

/** A transition takes microseconds; what comes after a search may take seconds. Tests have less time. */
export const PATIENCE_MS = Number(process.env['MMCHECK_PATIENCE_MS'] ?? 5000);

/** How much processor a function may take to return when it is stepped out of. */
export const lookMsOf = (patience: number): number => patience / 5;

type Own = (place: Place | undefined) => boolean;

export const ownIn =
  (paths: readonly string[]): Own =>
  (place) =>
    place !== undefined && isOwn(place.path, paths);

/** Where the function is that is so deep in the stack, or what has called it, if that is in a file of one's own. */
const ownAt = (stack: Stack, depth: number, own: Own): string | undefined => {
  const place = stack.slice(Math.max(0, stack.length - depth)).find(own);
  return place === undefined ? undefined : `${place.path}:${place.line}`;
};

/**
 * The place of a call, to a function of one's own, that does not return; undefined where none is on the way, or it returns. Of several,
 * one in the other, the outermost: what it calls may return again and again.
 */
export const loopIn = async (thread: ThreadInspector, own: Own, lookMs: number): Promise<string | undefined> => {
  let stack = await thread.pause();
  const outermost = stack?.findLastIndex(own) ?? -1;
  if (stack === undefined || outermost < 0) return undefined;
  const outside = stack.length - outermost;
  const until = cpuMs() + lookMs;
  while (stack.length >= outside) {
    const depth: number = stack.length;
    const after = await thread.stepOut();
    if (after === undefined || cpuMs() > until)
      return (
        ownAt((await thread.pause()) ?? stack, after === undefined ? depth : outside, own) ?? ownAt(stack, depth, own)
      );
    stack = after;
  }
  return undefined;
};

const stuckIn = async (worker: Worker, own: Own, lookMs: number): Promise<string | undefined> => {
  const thread = new ThreadInspector(lookMs);
  try {
    await thread.begin(toWorker(worker));
    return await loopIn(thread, own, lookMs);
  } catch {
    // It has ended meanwhile.
    return undefined;
  } finally {
    await thread.end();
  }
};

/** Watches the search of a worker until `done` is called; `found` gets the place of a loop that does not end. */
export const watchForLoop = (
  worker: Worker,
  cells: Cells,
  paths: readonly string[],
  found: (place: string) => void,
  patience = PATIENCE_MS,
): { readonly done: () => void } => {
  let shown = '';
  let since = performance.now();
  let looking = false;
  const look = async (): Promise<void> => {
    const now = JSON.stringify(cells.shown);
    if (now !== shown) [shown, since] = [now, performance.now()];
    if (looking || performance.now() - since < patience) return;
    looking = true;
    const place = await stuckIn(worker, ownIn(paths), lookMsOf(patience));
    if (place !== undefined) found(place);
    [since, looking] = [performance.now(), false];
  };
  const timer = setInterval(() => void look(), lookMsOf(patience));
  return { done: () => clearInterval(timer) };
};
