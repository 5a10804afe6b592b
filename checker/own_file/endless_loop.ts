/**
 * Finds out that a function of one's own does not return, and where it is. A thread that shows nothing new for a while is stopped, and
 * the debugger is asked to step out of the function. One that is called a million times returns then; an endless loop does not. Nobody
 * can tell that from one that takes very long: what is said is how long it was waited for.
 */
import type { Connects } from './inspector_wire.ts';
import { longer, notReturnedAfter } from './patience.ts';
import { isOfModel, isOwn, ofOurs } from './place.ts';
import { type Stack, ThreadInspector } from './thread_inspector.ts';

/** How long nothing new is shown until the thread is stopped, which makes it slower for a while. */
const lookMsOf = (patience: number): number => Math.max(250, patience / 2);

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
  why: `seems to be in a built-in function of JavaScript that ${notReturnedAfter(limit)} (its line cannot be known)`,
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
 * returns, or the thread goes on meanwhile. Of several, one in the other, the outermost is asked: what it calls may return again and
 * again.
 */
export const loopIn = async (
  thread: ThreadInspector,
  asked: Asked,
  patience: number,
  goesOn: () => boolean = () => false,
): Promise<Loop | undefined> => {
  const letsGo = (): boolean => goesOn() || !thread.isOpen;
  let stack = await thread.pause(longer(patience), goesOn);
  if (stack === undefined) return letsGo() ? undefined : stuck(longer(patience));
  const outermost = outermostIn(stack, asked);
  if (outermost < 0) return undefined;
  const outside = stack.length - outermost;
  const limit = stack[outermost]!.isTop ? longer(patience) : patience;
  const had = thread.clock();
  const isOver = (): boolean => had() > limit;
  while (stack.length >= outside) {
    const depth: number = stack.length;
    const after = await thread.stepOut(() => isOver() || goesOn());
    if (letsGo()) return undefined;
    if (after === undefined || isOver()) {
      const now = (await thread.pause(patience, goesOn)) ?? stack;
      return told(now, after === undefined ? depth : outside, asked, limit) ?? told(stack, depth, asked, limit);
    }
    stack = after;
  }
  return undefined;
};

/** A thread that is watched. */
export interface Watching {
  readonly connects: Connects;
  /** What it shows of itself: something else as long as it goes on. */
  readonly shows: () => unknown;
  readonly files: readonly string[];
  readonly patience: number;
  /** Gets a call that does not return. */
  readonly found: (loop: Loop) => void;
}

/** Watches a thread until what it gives is called. */
export const watchThread = ({ connects, shows, files, patience, found }: Watching): (() => void) => {
  const lookMs = lookMsOf(patience);
  let shown = shows();
  let since = performance.now();
  let isLooking = false;
  const look = async (): Promise<void> => {
    const now = shows();
    if (now !== shown) [shown, since] = [now, performance.now()];
    if (isLooking || performance.now() - since < lookMs) return;
    isLooking = true;
    const thread = new ThreadInspector();
    await thread.begin(connects);
    const loop = await loopIn(thread, askedOf(files), patience, () => shows() !== now);
    // A thread that is ended while a debugger holds it can take the process with it.
    if (loop?.isStuck !== true) await thread.end();
    if (loop !== undefined) found(loop);
    [since, isLooking] = [performance.now(), false];
  };
  const timer = setInterval(() => void look(), lookMs / 5);
  return () => clearInterval(timer);
};
