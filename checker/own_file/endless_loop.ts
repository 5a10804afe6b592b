/**
 * Finds out that a function of one's own never returns, and where it is. A thread that shows nothing new for a while is stopped, and
 * the debugger is asked to step out of the function. One that is called a million times returns then; a loop without end does not.
 */
import type { Worker } from 'node:worker_threads';
import type { Cells } from '../cells.ts';
import { isOfModel, isOwn, ofOurs } from './place.ts';
import { cpuMs, type Stack, ThreadInspector, toWorker } from './thread_inspector.ts';

/** A transition takes microseconds; what comes after a search may take seconds. Tests have less time. */
export const PATIENCE_MS = Number(process.env['MMCHECK_PATIENCE_MS'] ?? 5000);

/** How much processor a function may take to return when it is stepped out of. */
export const lookMsOf = (patience: number): number => Math.max(250, patience / 5);

/** Tells which functions are to return. */
export interface Asked {
  /** Those of somebody's own. */
  readonly own: (path: string) => boolean;
  /** Those that call them: of a kernel. */
  readonly kernel: (path: string) => boolean;
}

export const askedOf = (files: readonly string[]): Asked => ({
  own: (path) => isOwn(path, files),
  kernel: isOfModel,
});

/** Where a loop is, and what is said of it. */
export interface Loop {
  /** Undefined where the kernel loops, and that while nothing of one's own runs. */
  readonly place?: string;
  readonly why: string;
}

/** What the function that is so deep in the stack is, or what has called it. */
const told = (stack: Stack, depth: number, { own, kernel }: Asked): Loop | undefined => {
  const below = stack.slice(Math.max(0, stack.length - depth)).filter((place) => place !== undefined);
  const at = below.find(({ path }) => own(path));
  if (at !== undefined) return { place: `${at.path}:${at.line}`, why: 'loops without end' };
  const caller = below.find(({ path }) => kernel(path));
  return caller && { why: `makes ${ofOurs(caller.path)}:${caller.line} loop without end` };
};

/** The outermost function that is to return. Modules of the kernel are no functions while they are read: nothing calls them. */
const outermostIn = (stack: Stack, { own, kernel }: Asked): number =>
  stack.findLastIndex((at, i) => {
    if (at === undefined) return false;
    return own(at.path) || (kernel(at.path) && stack.slice(i + 1).some((caller) => caller !== undefined));
  });

/**
 * A call that does not return, to a function of one's own or of the kernel that it is put on; undefined where none is on the way, or it
 * returns. Of several, one in the other, the outermost is asked: what it calls may return again and again.
 */
export const loopIn = async (thread: ThreadInspector, asked: Asked, lookMs: number): Promise<Loop | undefined> => {
  let stack = await thread.pause();
  const outermost = stack === undefined ? -1 : outermostIn(stack, asked);
  if (stack === undefined || outermost < 0) return undefined;
  const outside = stack.length - outermost;
  const until = cpuMs() + lookMs;
  while (stack.length >= outside) {
    const depth: number = stack.length;
    const after = await thread.stepOut();
    if (after === undefined || cpuMs() > until) {
      const now = (await thread.pause()) ?? stack;
      return told(now, after === undefined ? depth : outside, asked) ?? told(stack, depth, asked);
    }
    stack = after;
  }
  return undefined;
};

const stuckIn = async (worker: Worker, asked: Asked, lookMs: number): Promise<Loop | undefined> => {
  const thread = new ThreadInspector(lookMs);
  try {
    await thread.begin(toWorker(worker));
    return await loopIn(thread, asked, lookMs);
  } catch {
    // It has ended meanwhile.
    return undefined;
  } finally {
    await thread.end();
  }
};

/** Watches the search of a worker until `done` is called; `found` gets a loop that does not end. */
export const watchForLoop = (
  worker: Worker,
  cells: Cells,
  paths: readonly string[],
  found: (loop: Loop) => void,
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
    const loop = await stuckIn(worker, askedOf(paths), lookMsOf(patience));
    if (loop !== undefined) found({ place: paths.join(' or '), ...loop });
    [since, looking] = [performance.now(), false];
  };
  const timer = setInterval(() => void look(), lookMsOf(patience));
  return { done: () => clearInterval(timer) };
};
