/** QEMU as a process: started, listened to, and ended, whatever happens. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as Effect from 'effect/Effect';
import { reason } from '../../write_trace.ts';
import { type Guest, type Lack, watchGuest } from './guest.ts';
import type { KernelImage } from './kernel_image.ts';
import type { Machine } from './machines.ts';
import { CONSOLE_FD, RESULTS_FD } from './qemu.ts';
import { BootFailed, NotOffered, RunFailed, type VmError } from './vm_error.ts';

export interface VmLimits {
  /** From the start of QEMU to the first word of init. */
  readonly bootSecondsMax: number;
  /** Without a line on either serial port, once init is there. */
  readonly silenceSecondsMax: number;
}

/** Stock kernels boot in some 7 s under TCG on an idle machine; a kernel with KASAN on a busy one takes ten times that. */
export const DEFAULT_LIMITS: VmLimits = { bootSecondsMax: 180, silenceSecondsMax: 120 };

/** From the last word of init to the end of QEMU. */
const RESET_SECONDS_MAX = 20;

export interface Watched {
  readonly machine: Machine;
  readonly image: KernelImage;
  /** Gets each line of the runner as it comes. */
  readonly onLine: (line: string) => void;
  readonly limits: VmLimits;
}

/** Something that the machine is there for and that did not come up. */
const missing = (machine: Machine, guest: Guest): Lack | undefined =>
  guest.lacks.find((lack) => machine.offers.some(({ name, needed }) => needed === true && name === lack.offer));

/** What is wrong with a guest that is gone, if anything. `why` is what QEMU or the watchdog had to say. */
const outcome = ({ machine, image }: Watched, guest: Guest, why: string | undefined): VmError | undefined => {
  const { console, lastLine, reports, ended } = guest;
  const refuse = (what: string, hint?: string) =>
    new BootFailed({
      machine: machine.name,
      image: image.path,
      why: what,
      console,
      ...(hint === undefined ? {} : { hint }),
    });
  const breakOff = (what: string) => new RunFailed({ machine: machine.name, why: what, lastLine, console, reports });
  if (guest.phase === 'booting')
    return refuse(why ?? 'ended before init came up', 'it needs a console on ttyS0, a gzip initramfs, and devtmpfs');
  if (guest.failed !== undefined) return refuse(`could not be used: ${guest.failed}`);
  const missed = missing(machine, guest);
  if (missed !== undefined)
    return new NotOffered({ machine: machine.name, release: image.release, modules: image.modules, ...missed });
  if (ended !== undefined) return ended === 'exit 0' ? undefined : breakOff(`the runner ended with ${ended}`);
  return why === undefined ? undefined : breakOff(why);
};

const readLines = (stream: Readable, onLine: (line: string) => void): void => {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
};

/** QEMU in a process group of its own, so that a wrapper script dies with it and ^C goes to us alone. */
const startQemu = (qemu: string, args: readonly string[]): { child: ChildProcess; kill: () => void } => {
  const child = spawn(qemu, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], detached: true });
  const kill = (): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', kill);
  child.once('close', () => process.off('exit', kill));
  return { child, kill };
};

/** Runs QEMU to its end, and gives the guest as it was then. */
export const watchQemu = (watched: Watched, qemu: string, args: readonly string[]): Effect.Effect<Guest, VmError> =>
  Effect.callback<Guest, VmError>((resume) => {
    const { bootSecondsMax, silenceSecondsMax } = watched.limits;
    const { guest, consoleLine, resultLine } = watchGuest(watched.onLine);
    const { child, kill } = startQemu(qemu, args);
    let why: string | undefined;
    let complaint = '';
    const stop = (reached: string): void => {
      why = reached;
      kill();
    };
    const boot = () => stop(`did not come up within ${bootSecondsMax} s`);
    const silence = () => stop(`nothing was heard for ${silenceSecondsMax} s`);
    let watchdog = setTimeout(boot, bootSecondsMax * 1000);
    const alive = (): void => {
      if (guest.phase === 'booting') return;
      clearTimeout(watchdog);
      watchdog = setTimeout(silence, (guest.phase === 'ended' ? RESET_SECONDS_MAX : silenceSecondsMax) * 1000);
    };
    child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    readLines(child.stdio[CONSOLE_FD] as Readable, (line) => {
      consoleLine(line);
      if (missing(watched.machine, guest) !== undefined) kill();
      alive();
    });
    readLines(child.stdio[RESULTS_FD] as Readable, (line) => {
      resultLine(line);
      alive();
    });
    child.once('error', (error) => (why = `could not be started: ${reason(error)}`));
    const gone = new Promise<void>((resolve) => void child.once('close', () => resolve()));
    child.once('close', (code) => {
      clearTimeout(watchdog);
      if (why === undefined && code !== 0) why = `could not go on, QEMU says: ${complaint.trim()}`;
      const error = outcome(watched, guest, why);
      resume(error === undefined ? Effect.succeed(guest) : Effect.fail(error));
    });
    return Effect.promise(() => {
      clearTimeout(watchdog);
      kill();
      return gone;
    });
  });
