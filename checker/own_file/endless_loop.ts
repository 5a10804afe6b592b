/**
 * Finds out that a function of one's own does not return, and where it is. A thread that shows nothing new for a while is stopped, and
 * the debugger is asked to step out of the function. One that is called a million times returns then; an endless loop does not. Nobody
 * can tell that from one that takes very long: what is said is how long it was waited for.
 */
import type { Worker } from 'node:worker_threads';
import type { Cells } from '../cells.ts';
import { toWorker } from './inspector_wire.ts';
import { longer, notReturnedAfter, PATIENCE_MS } from './patience.ts';
import { isOfModel, isOwn, ofOurs } from './place.ts';
import { type Stack, ThreadInspector } from './thread_inspector.ts';

/** How long nothing new is shown until the thread is stopped. */
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

/** Where a call is that does not return, and what is said of it. */
export interface Loop {
  /** Undefined where the kernel loops, and that while nothing of one's own runs, and where nobody can see the place. */
  readonly place?: string;
  readonly why: string;
  /** Nothing stops the thread, nor ends it. */
  readonly isStuck?: true;
}

/** No line is known, and whose call it is is a guess: nothing of ours is that long in one. */
const stuck = (limit: number): Loop => ({
  why: `seems to be in a built-in function that ${notReturnedAfter(limit)} (its line cannot be known)`,
  isStuck: true,
});

/** What the function that is so deep in the stack is, or what has called it. */
const told = (stack: Stack, depth: number, { own, kernel }: Asked, limit: number): Loop | undefined => {
  const below = stack.slice(Math.max(0, stack.length - depth)).filter((place) => place !== undefined);
  const at = below.find(({ path }) => own(path));
  if (at !== undefined) return { place: `${at.path}:${at.line}`, why: notReturnedAfter(limit) };
  const caller = below.find(({ path }) => kernel(path));
  return caller && { why: `makes ${ofOurs(caller.path)}:${caller.line} loop: it ${notReturnedAfter(limit)}` };
};

/** The outermost function that is to return. Modules of the kernel are no functions while they are read. */
const outermostIn = (stack: Stack, { own, kernel }: Asked): number =>
  stack.findLastIndex((at) => at !== undefined && (own(at.path) || (kernel(at.path) && !at.isTop)));

/**
 * A call that does not return, to a function of one's own or of the kernel that it is put on; undefined where none is on the way, or it
 * returns. Of several, one in the other, the outermost is asked: what it calls may return again and again.
 */
export const loopIn = async (thread: ThreadInspector, asked: Asked, patience: number): Promise<Loop | undefined> => {
  let stack = await thread.pause(longer(patience));
  if (stack === undefined) return thread.isOpen ? stuck(longer(patience)) : undefined;
  const outermost = outermostIn(stack, asked);
  if (outermost < 0) return undefined;
  const outside = stack.length - outermost;
  const limit = stack[outermost]!.isTop ? longer(patience) : patience;
  const had = thread.clock();
  const isOver = (): boolean => had() > limit;
  while (stack.length >= outside) {
    const depth: number = stack.length;
    const after = await thread.stepOut(isOver);
    if (!thread.isOpen) return undefined;
    if (after === undefined || isOver()) {
      const now = (await thread.pause(patience)) ?? stack;
      return told(now, after === undefined ? depth : outside, asked, limit) ?? told(stack, depth, asked, limit);
    }
    stack = after;
  }
  return undefined;
};

const stuckIn = async (worker: Worker, asked: Asked, patience: number): Promise<Loop | undefined> => {
  const thread = new ThreadInspector();
  try {
    await thread.begin(toWorker(worker));
    return await loopIn(thread, asked, patience);
  } finally {
    thread.end();
  }
};

/** Watches the search of a worker until `done` is called; `found` gets a call that does not return. */
export const watchForLoop = (
  worker: Worker,
  cells: Cells,
  paths: readonly string[],
  found: (loop: Loop) => void,
  patience = PATIENCE_MS,
): { readonly done: () => void } => {
  const lookMs = lookMsOf(patience);
  let shown = '';
  let since = performance.now();
  let looking = false;
  const look = async (): Promise<void> => {
    const now = JSON.stringify(cells.shown);
    if (now !== shown) [shown, since] = [now, performance.now()];
    if (looking || performance.now() - since < lookMs) return;
    looking = true;
    const loop = await stuckIn(worker, askedOf(paths), patience);
    if (loop !== undefined) found(loop);
    [since, looking] = [performance.now(), false];
  };
  const timer = setInterval(() => void look(), lookMs);
  return { done: () => clearInterval(timer) };
};
