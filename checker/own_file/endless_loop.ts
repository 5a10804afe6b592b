/**
 * Finds out that a function of one's own never returns, and where: a search that shows nothing new for a while is stopped for a
 * moment, several times, and if it is in the file each time, that is the line.
 */
import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import type { Cells } from '../cells.ts';

const LOOK_MS = 1000;
/** A transition takes microseconds; what comes after a search may take seconds. */
export const PATIENCE_MS = 5000;
const SAMPLES = 5;
const BETWEEN_MS = 150;

interface Paused {
  readonly callFrames: readonly { readonly location: { readonly scriptId: string; readonly lineNumber: number } }[];
}

/** What the inspector of a worker says: an event, or the answer to what it was asked. */
interface Said {
  readonly method?: string;
  readonly params?: unknown;
}

const rest = (ms: number): Promise<void> => new Promise((done) => void setTimeout(done, ms));

/** The inspector of one thread, through that of this one. */
class Looking {
  readonly #session = new Session();
  readonly #scripts = new Map<string, string>();
  readonly #thread: string;
  #id = '';
  #next = 0;
  #paused: ((at: Paused) => void) | undefined;

  constructor({ threadId }: Worker) {
    this.#thread = `${threadId}`;
    this.#session.connect();
    this.#session.on('NodeWorker.attachedToWorker', ({ params }) => {
      if (params.workerInfo.workerId === this.#thread) this.#id = params.sessionId;
    });
    this.#session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      if (params.sessionId === this.#id) this.#hear(JSON.parse(params.message) as Said);
    });
  }

  #hear({ method, params }: Said): void {
    if (method === 'Debugger.paused') this.#paused?.(params as Paused);
    if (method !== 'Debugger.scriptParsed') return;
    const { scriptId, url } = params as { readonly scriptId: string; readonly url: string };
    this.#scripts.set(scriptId, url);
  }

  async #ask(method: string): Promise<void> {
    const message = JSON.stringify({ id: this.#next++, method });
    await this.#session.post('NodeWorker.sendMessageToWorker', { sessionId: this.#id, message });
  }

  async begin(): Promise<void> {
    await this.#session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    await this.#ask('Debugger.enable');
  }

  /** The places of the stack, the innermost first, as '/home/me/mine.ts:12'. */
  async sample(): Promise<readonly string[]> {
    const at = new Promise<Paused>((done) => (this.#paused = done));
    await this.#ask('Debugger.pause');
    const paused = await Promise.race([at, rest(LOOK_MS).then(() => ({ callFrames: [] }))]);
    await this.#ask('Debugger.resume');
    return paused.callFrames.flatMap(({ location }) => {
      const url = this.#scripts.get(location.scriptId) ?? '';
      return url.startsWith('file:') ? [`${fileURLToPath(url)}:${location.lineNumber + 1}`] : [];
    });
  }

  end(): void {
    this.#session.disconnect();
  }
}

/** The place in one of the files that a thread is in whenever it is looked at; undefined where it is elsewhere once. */
const stuckIn = async (worker: Worker, paths: readonly string[]): Promise<string | undefined> => {
  const looking = new Looking(worker);
  try {
    await looking.begin();
    let place: string | undefined;
    for (let i = 0; i < SAMPLES; i++) {
      const stack = await looking.sample();
      place = stack.find((one) => paths.some((path) => one.startsWith(`${path}:`)));
      if (place === undefined) return undefined;
      await rest(BETWEEN_MS);
    }
    return place;
  } finally {
    looking.end();
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
    const place = await stuckIn(worker, paths);
    if (place !== undefined) found(place);
    [since, looking] = [performance.now(), false];
  };
  const timer = setInterval(() => void look(), Math.min(LOOK_MS, patience));
  return { done: () => clearInterval(timer) };
};
