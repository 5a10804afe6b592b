/** The inspector of another thread, as what can be asked of it, and heard. */
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import type { Worker } from 'node:worker_threads';

/** What an inspector says: an event, or the answer to what it was asked. */
export interface Said {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
}

/** What a thread can be asked through. A thread in a built-in function does not answer. */
export interface Wire {
  readonly post: (method: string, params?: object) => Promise<unknown>;
  readonly close: () => void;
  /** Whether the thread is still there. */
  readonly isOpen: () => boolean;
  /** Milliseconds of processor that it has had: on a busy machine a second is little. */
  readonly cpuMs: () => number;
}

export type Connects = (hear: (said: Said) => void) => Promise<Wire>;

/** Of the process: beside a worker that searches, nothing else does much. */
const processCpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** To a worker of this thread. */
export const toWorker = (worker: Worker): Connects => {
  const { threadId } = worker;
  return async (hear) => {
    const session = new Session();
    const answered: (() => void)[] = [];
    let sessionId = '';
    session.connect();
    session.on('NodeWorker.attachedToWorker', ({ params }) => {
      // What is called workerId there is another number.
      if (params.workerInfo.title.startsWith(`[worker ${threadId}]`)) ({ sessionId } = params);
    });
    session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      if (params.sessionId !== sessionId) return;
      const said = JSON.parse(params.message) as Said;
      if (said.id === undefined) hear(said);
      else answered[said.id]?.();
    });
    await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    return {
      post: async (method, params = {}) => {
        const answer = new Promise<void>((done) => answered.push(done));
        const message = JSON.stringify({ id: answered.length - 1, method, params });
        await session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
        return answer;
      },
      close: () => session.disconnect(),
      // One that has ended has no number any more.
      isOpen: () => worker.threadId === threadId,
      cpuMs: processCpuMs,
    };
  };
};

/** A tick of /proc. */
const TICK_MS = 10;

/** Of the main thread alone: others may search while it waits for whoever reads its output. Elsewhere than on Linux nobody knows. */
const mainCpuMs = (): number => {
  if (process.platform !== 'linux') return 0;
  const stat = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8');
  // Behind the name, which may have spaces: the state, ten fields, utime and stime.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * TICK_MS;
};

/** To the main thread, from a worker. */
export const toMainThread: Connects = (hear) => {
  const session = new Session();
  session.connectToMainThread();
  session.on('inspectorNotification', hear);
  return Promise.resolve({
    post: (method, params = {}) => session.post(method, params),
    close: () => session.disconnect(),
    isOpen: () => true,
    cpuMs: mainCpuMs,
  });
};
