/** Plays a trace in a machine: everything that is made for it, QEMU and files, is gone when this ends, however it ends. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as Effect from 'effect/Effect';
import { reason } from '../../write_trace.ts';
import type { KernelReport } from './console.ts';
import { type Guest, type Lack, watchGuest } from './guest.ts';
import { type FittedOffer, initramfs } from './initramfs.ts';
import type { KernelImage } from './kernel_image.ts';
import { modulesFor } from './kernel_modules.ts';
import type { Machine, MemoryImage, Offer } from './machines.ts';
import {
  type Accelerator,
  CONSOLE_FD,
  findProgram,
  findQemu,
  type MemoryFile,
  qemuArguments,
  RESULTS_FD,
} from './qemu.ts';
import { BootFailed, HostFailed, type NoModule, NotOffered, RunFailed, type VmError } from './vm_error.ts';

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

export interface VmAsked {
  readonly machine: Machine;
  readonly image: KernelImage;
  /** Paths of the two static programs. */
  readonly runner: string;
  readonly init: string;
  readonly trace: string;
  /** Gets each line of the runner as it comes. */
  readonly onLine: (line: string) => void;
  readonly limits?: Partial<VmLimits>;
  readonly accelerator?: Accelerator;
  /** More for the kernel's command line. */
  readonly commandLine?: readonly string[];
}

export interface Played {
  readonly console: readonly string[];
  readonly reports: readonly KernelReport[];
  /** Offers of the machine that this kernel, or this side, does not have. */
  readonly lacks: readonly Lack[];
  /** The kernel died of what the trace did: its last words are among the reports, and no line comes behind that. */
  readonly died: boolean;
}

/** Removed also where the process ends without asking Effect. */
const scratchDirectory = Effect.acquireRelease(
  Effect.sync(() => {
    const path = mkdtempSync(join(tmpdir(), 'mmcheck-vm-'));
    const remove = (): void => rmSync(path, { recursive: true, force: true });
    process.once('exit', remove);
    return { path, remove };
  }),
  ({ remove }) =>
    Effect.sync(() => {
      process.off('exit', remove);
      remove();
    }),
);

const onHost = <A>(what: string, doing: () => A): Effect.Effect<A, HostFailed> =>
  Effect.try({
    try: doing,
    catch: (error) => (error instanceof HostFailed ? error : new HostFailed({ what, why: reason(error) })),
  });

const makeImage = (directory: string, image: MemoryImage): Effect.Effect<MemoryFile, HostFailed> =>
  onHost(image.file, () => {
    const [name, ...args] = image.make;
    const program = findProgram(name!);
    if (program === undefined)
      throw new HostFailed({ what: name!, why: `is not on this machine (Debian package ${image.package})` });
    const path = join(directory, image.file);
    writeFileSync(path, '');
    truncateSync(path, image.mib * 2 ** 20);
    const { status, stderr } = spawnSync(program, [...args, path], { encoding: 'utf8' });
    if (status !== 0) throw new HostFailed({ what: name!, why: `failed: ${stderr.trim()}` });
    return { path, atMib: image.atMib };
  });

/** An offer as this kernel and this side can make it: its modules, and the file that goes into the guest's memory. */
const fitOffer = Effect.fnUntraced(function* (directory: string, kernel: KernelImage, offer: Offer) {
  const modules = yield* modulesFor(kernel, offer.modules);
  const memory = offer.image === undefined ? [] : [yield* makeImage(directory, offer.image)];
  return { fitted: { offer, modules } satisfies FittedOffer, memory };
});

/** What cannot be had is left out and told, unless the machine is there for it. */
const fitMachine = Effect.fnUntraced(function* (directory: string, { machine, image }: VmAsked) {
  const offers: FittedOffer[] = [];
  const memory: MemoryFile[] = [];
  const lacks: Lack[] = [];
  for (const offer of machine.offers) {
    const fit = fitOffer(directory, image, offer);
    const leftOut = (error: NoModule | HostFailed) => {
      lacks.push({ offer: offer.name, why: error.message.split('\n', 1)[0]! });
      return Effect.succeed(undefined);
    };
    const made = yield* offer.needed === true ? fit : fit.pipe(Effect.catch(leftOut));
    if (made === undefined) continue;
    offers.push(made.fitted);
    memory.push(...made.memory);
  }
  return { offers, memory, lacks };
});

/** Something that the machine is there for and that did not come up. */
const missing = (machine: Machine, guest: Guest): Lack | undefined =>
  guest.lacks.find((lack) => machine.offers.some(({ name, needed }) => needed === true && name === lack.offer));

/** What is wrong with a guest that is gone, if anything. `why` is what QEMU or the watchdog had to say. */
const outcome = ({ machine, image }: VmAsked, guest: Guest, why: string | undefined): VmError | undefined => {
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
const watchQemu = (asked: VmAsked, qemu: string, args: readonly string[]): Effect.Effect<Guest, VmError> =>
  Effect.callback<Guest, VmError>((resume) => {
    const { bootSecondsMax, silenceSecondsMax } = { ...DEFAULT_LIMITS, ...asked.limits };
    const { guest, consoleLine, resultLine } = watchGuest(asked.onLine);
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
      if (missing(asked.machine, guest) !== undefined) kill();
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
      const error = outcome(asked, guest, why);
      resume(error === undefined ? Effect.succeed(guest) : Effect.fail(error));
    });
    return Effect.promise(() => {
      clearTimeout(watchdog);
      kill();
      return gone;
    });
  });

/** Plays `trace` in the machine; each line of the runner goes to `onLine` as it comes. */
export const runInVm = (asked: VmAsked): Effect.Effect<Played, VmError> =>
  Effect.gen(function* () {
    const qemu = yield* findQemu();
    const { path: directory } = yield* scratchDirectory;
    const { offers, memory, lacks } = yield* fitMachine(directory, asked);
    const archive = join(directory, 'initramfs.gz');
    yield* onHost('the initramfs', () => {
      const [init, runner] = [readFileSync(asked.init), readFileSync(asked.runner)];
      writeFileSync(archive, initramfs({ init, runner, trace: asked.trace, offers }));
    });
    const args = qemuArguments({
      machine: asked.machine,
      accelerator: asked.accelerator ?? 'tcg',
      kernel: asked.image.path,
      initramfs: archive,
      memory,
      commandLine: asked.commandLine ?? [],
    });
    const guest = yield* watchQemu(asked, qemu, args);
    return {
      console: guest.console,
      reports: guest.reports,
      lacks: [...lacks, ...guest.lacks],
      died: guest.phase !== 'ended',
    };
  }).pipe(Effect.scoped);
