/** The inspector of another thread: stops it for a moment, and says where it is. */
import { Session } from 'node:inspector/promises';
import { setTimeout as rest } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';

/** What an inspector says: an event, or the answer to what it was asked. */
interface Said {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
}

interface Paused {
  readonly callFrames: readonly { readonly location: { readonly scriptId: string; readonly lineNumber: number } }[];
}

/** What a thread can be asked through. */
export interface Wire {
  readonly post: (method: string, params?: object) => Promise<unknown>;
  readonly close: () => void;
}

type Connects = (hear: (said: Said) => void) => Promise<Wire>;

/** To a worker of this thread. */
export const toWorker =
  ({ threadId }: Worker): Connects =>
  async (hear) => {
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
    };
  };

/** To the main thread, from a worker. */
export const toMainThread: Connects = (hear) => {
  const session = new Session();
  session.connectToMainThread();
  session.on('inspectorNotification', hear);
  return Promise.resolve({
    post: (method, params = {}) => session.post(method, params),
    close: () => session.disconnect(),
  });
};

/** A place as '/home/me/mine.ts:12'. */
export interface Place {
  readonly path: string;
  readonly line: number;
}

/** The places of a stack, the innermost first; undefined: in no file. */
export type Stack = readonly (Place | undefined)[];

/** Milliseconds of processor that the process has had: on a busy machine a second is little. */
export const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** A thread that runs at all stops within this time. */
const STOPS_MS = 5000;

/** A thread that sleeps has no processor. */
const ASLEEP = 10;

export class ThreadInspector {
  readonly #scripts = new Map<string, string>();
  readonly #lookMs: number;
  #wire: Wire | undefined;
  #paused: Stack | undefined;

  /** `lookMs`: how much processor a thread may take until it stops. */
  constructor(lookMs: number) {
    this.#lookMs = lookMs;
  }

  async begin(connect: Connects): Promise<void> {
    this.#wire = await connect((said) => this.#hear(said));
    await this.#wire.post('Debugger.enable');
  }

  #hear({ method, params }: Said): void {
    if (method === 'Debugger.paused') this.#paused = this.#stackOf(params as Paused);
    if (method !== 'Debugger.scriptParsed') return;
    const { scriptId, url } = params as { readonly scriptId: string; readonly url: string };
    this.#scripts.set(scriptId, url);
  }

  #stackOf({ callFrames }: Paused): Stack {
    return callFrames.map(({ location: { scriptId, lineNumber } }) => {
      const url = this.#scripts.get(scriptId) ?? '';
      return url.startsWith('file:') ? { path: fileURLToPath(url), line: lineNumber + 1 } : undefined;
    });
  }

  async #until(method: string): Promise<Stack | undefined> {
    this.#paused = undefined;
    const [cpu, time] = [cpuMs(), performance.now()];
    void this.#wire?.post(method).catch(() => undefined);
    while (this.#paused === undefined) {
      if (cpuMs() - cpu > this.#lookMs || performance.now() - time > ASLEEP * this.#lookMs) return undefined;
      await rest(1);
    }
    return this.#paused;
  }

  /** Stops it; undefined where it does not stop, as in a function of the system. */
  pause(): Promise<Stack | undefined> {
    return this.#until('Debugger.pause');
  }

  /** Of a thread that is stopped: runs it until its innermost function has returned; undefined where that does not. */
  stepOut(): Promise<Stack | undefined> {
    return this.#until('Debugger.stepOut');
  }

  /** Lets it run on. */
  async end(): Promise<void> {
    if (this.#wire === undefined) return;
    const until = performance.now() + STOPS_MS;
    // One that stops when nobody listens any more stands still for ever: what was asked is waited for.
    while (this.#paused === undefined && performance.now() < until) await rest(1);
    if (this.#paused !== undefined) await this.#wire.post('Debugger.resume');
    await this.#wire.post('Debugger.disable');
    this.#wire.close();
  }
}
