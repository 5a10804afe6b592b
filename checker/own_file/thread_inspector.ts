/** Stops another thread for a moment, and says where it is. */
import { setTimeout as rest } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Connects, Said, Wire } from './inspector_wire.ts';

interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber?: number;
}

interface Paused {
  readonly callFrames: readonly { readonly location: Location; readonly functionLocation?: Location }[];
}

/** A place as '/home/me/mine.ts:12'. */
export interface Place {
  readonly path: string;
  readonly line: number;
  /** In no function: the module is being read. */
  readonly isTop: boolean;
}

/** The places of a stack, the innermost first; undefined: in no file. */
export type Stack = readonly (Place | undefined)[];

/** A thread that sleeps has no processor. */
const ASLEEP = 10;

const WAITS = Symbol('waits');

export class ThreadInspector {
  readonly #scripts = new Map<string, string>();
  #wire: Wire | undefined;
  #paused: Stack | undefined;
  #isRefused = false;
  #isAnswered = false;
  #isOver = false;

  async begin(connect: Connects): Promise<void> {
    this.#wire = await connect((said) => this.#hear(said));
    void this.#wire.post('Debugger.enable').catch(() => (this.#isRefused = true));
  }

  /** Whether the thread is there, and can be asked. */
  get isOpen(): boolean {
    return this.#wire?.isOpen() === true && !this.#isRefused;
  }

  /** No answer is waited for: there is none as long as the thread is in a built-in function, or has ended. */
  #ask(method: string): void {
    const answers = (): void => void (this.#isAnswered = true);
    this.#isAnswered = false;
    void this.#wire?.post(method).then(answers, answers);
  }

  #hear({ method, params }: Said): void {
    if (method === 'Debugger.paused') {
      this.#paused = this.#stackOf(params as Paused);
      if (this.#isOver) this.#ask('Debugger.resume');
    }
    if (method !== 'Debugger.scriptParsed') return;
    const { scriptId, url } = params as { readonly scriptId: string; readonly url: string };
    this.#scripts.set(scriptId, url);
  }

  #stackOf({ callFrames }: Paused): Stack {
    return callFrames.map(
      ({ location: { scriptId, lineNumber }, functionLocation: { lineNumber: row, columnNumber } = {} }) => {
        const url = this.#scripts.get(scriptId) ?? '';
        const isTop = row === 0 && columnNumber === 0;
        return url.startsWith('file:') ? { path: fileURLToPath(url), line: lineNumber + 1, isTop } : undefined;
      },
    );
  }

  /** Gives what counts the milliseconds that the thread has from now on: of processor, but not more than have gone by. */
  #processor(): () => number {
    const now = (): number => this.#wire?.cpuMs() ?? 0;
    const [cpu, time] = [now(), performance.now()];
    return () => Math.min(now() - cpu, performance.now() - time);
  }

  /** The same, where it may sleep, too. */
  clock(): () => number {
    const [processor, time] = [this.#processor(), performance.now()];
    return () => Math.max(processor(), (performance.now() - time) / ASLEEP);
  }

  async #until(method: string, isOver: () => boolean): Promise<Stack | undefined> {
    this.#paused = undefined;
    this.#ask(method);
    while (this.#paused === undefined && this.isOpen && !isOver()) await rest(1);
    return this.#paused;
  }

  /**
   * Stops it; undefined where it is let go, or has not even answered after so many milliseconds of processor, as in a built-in function.
   * It is asked twice: where this thread had no time to hear the first answer, it hears the second one. One that answers, and does not
   * stop, begins or waits.
   */
  async pause(limit: number, letsGo: () => boolean): Promise<Stack | undefined> {
    for (let asked = 0; asked < 2 && !letsGo(); asked++) {
      const processor = this.#processor();
      const isMute = (): boolean => !this.#isAnswered && processor() > limit / 2;
      const stack = await this.#until('Debugger.pause', () => letsGo() || isMute());
      if (stack !== undefined) return stack;
    }
    return undefined;
  }

  /** Of a thread that is stopped: runs it until its innermost function has returned; undefined where that takes too long. */
  stepOut(isOver: () => boolean): Promise<Stack | undefined> {
    return this.#until('Debugger.stepOut', isOver);
  }

  /** Lets it run on, and goes. One that stops when nobody listens any more would stand still for ever. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#ask('Debugger.resume');
    const left = this.#wire?.post('Debugger.disable').catch(() => undefined);
    while (this.isOpen && (await Promise.race([left, rest(10, WAITS)])) === WAITS);
    this.#wire?.close();
  }
}
