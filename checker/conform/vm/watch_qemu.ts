/** QEMU as a process: started, listened to, and ended, whatever happens. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as Effect from 'effect/Effect';
import { reason } from '../../write_trace.ts';
import { type Guest, type Lack, watchGuest } from './guest.ts';
import type { KernelImage } from './kernel_image.ts';
import type { Machine } from './machines.ts';
import { type Accelerator, CONSOLE_FD, RESULTS_FD } from './qemu.ts';
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
  readonly accelerator: Accelerator;
  /** Gets each line of the runner as it comes. */
  readonly onLine: (line: string) => void;
  readonly limits: VmLimits;
}

/** Something that the machine is there for and that did not come up. */
const missing = (machine: Machine, guest: Guest): Lack | undefined =>
  guest.lacks.find((lack) => machine.offers.some(({ name, needed }) => needed === true && name === lack.offer));

/** What to try with a guest of which init was never heard. */
const bootHint = ({ accelerator }: Watched, complained: boolean): { readonly hint?: string } => {
  if (accelerator === 'kvm') return { hint: 'emulation (TCG) is slower and works everywhere' };
  return complained ? {} : { hint: 'the kernel needs a console on ttyS0, an initramfs that is gzipped, and devtmpfs' };
};

/** What is wrong with a guest that is gone, if anything. `why` is what the watchdog, or else QEMU, had to say. */
const outcome = (watched: Watched, guest: Guest, why: string | undefined, complained: boolean): VmError | undefined => {
  const { name: machine } = watched.machine;
  const { path, release, modules } = watched.image;
  const { console, lastLine, reports, ended } = guest;
  if (guest.phase === 'booting') {
    const hint = bootHint(watched, complained);
    return new BootFailed({ machine, image: path, why: why ?? 'ended before init came up', console, ...hint });
  }
  if (guest.failed !== undefined)
    return new BootFailed({ machine, image: path, why: `could not be used: ${guest.failed}`, console });
  const missed = missing(watched.machine, guest);
  if (missed !== undefined) return new NotOffered({ machine, release, modules, ...missed });
  const brokenOff = ended === undefined ? why : ended === 'exit 0' ? undefined : `the runner ended with ${ended}`;
  return brokenOff === undefined ? undefined : new RunFailed({ machine, why: brokenOff, lastLine, console, reports });
};

const readLines = (stream: Readable, onLine: (line: string) => void): void => {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
};

/**
 * Ends QEMU where this process has no chance to, as with SIGKILL. Not every setpriv can do that (that of busybox not),
 * and QEMU goes without it then.
 */
const tether = (): readonly string[] => {
  const asked = ['setpriv', '--pdeathsig', 'KILL', '--'];
  return spawnSync(asked[0]!, [...asked.slice(1), 'true']).status === 0 ? asked : [];
};

/** QEMU in a process group of its own, so that it goes together with a wrapper script, and ^C comes to us alone. */
const startQemu = (qemu: string, args: readonly string[]): { child: ChildProcess; kill: () => void } => {
  const [program, ...rest] = [...tether(), qemu, ...args];
  const child = spawn(program!, rest, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], detached: true });
  const kill = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nobody is left in the group.
    }
  };
  process.once('exit', kill);
  // A wrapper that ended may have left its QEMU, and that the serial ports.
  child.once('exit', kill);
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
      const complained = why === undefined && code !== 0;
      if (complained) why = `could not go on, QEMU says: ${complaint.trim()}`;
      const error = outcome(watched, guest, why, complained);
      resume(error === undefined ? Effect.succeed(guest) : Effect.fail(error));
    });
    return Effect.promise(() => {
      clearTimeout(watchdog);
      kill();
      return gone;
    });
  });
