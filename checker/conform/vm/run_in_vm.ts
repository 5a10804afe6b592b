/** Plays a trace in a machine: everything that is made for it, QEMU and files, is gone when this ends, however it ends. */
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import { reason } from '../../write_trace.ts';
import { scopedDirectory } from '../scoped_directory.ts';
import type { KernelReport } from './console.ts';
import { fitMachine } from './fit_machine.ts';
import type { Lack } from './guest.ts';
import { initramfs } from './initramfs.ts';
import type { KernelImage } from './kernel_image.ts';
import type { Machine } from './machines.ts';
import { onHost } from './on_host.ts';
import { type Accelerator, findQemu, qemuArguments } from './qemu.ts';
import { HostFailed, type VmError } from './vm_error.ts';
import { DEFAULT_LIMITS, type VmLimits, watchQemu } from './watch_qemu.ts';

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

const scratchDirectory = scopedDirectory(
  'mmcheck-vm-',
  (error) => new HostFailed({ what: tmpdir(), why: `cannot be written to: ${reason(error)}` }),
);

const readProgram = (path: string) => onHost(path, 'cannot be read', () => readFileSync(path));

/** Plays `trace` in the machine; each line of the runner goes to `onLine` as it comes. */
export const runInVm = (asked: VmAsked): Effect.Effect<Played, VmError> =>
  Effect.gen(function* () {
    const qemu = yield* findQemu();
    const directory = yield* scratchDirectory;
    const { offers, memory, lacks } = yield* fitMachine(directory, asked.machine, asked.image);
    const archive = join(directory, 'initramfs.gz');
    const init = yield* readProgram(asked.init);
    const runner = yield* readProgram(asked.runner);
    yield* onHost(archive, 'cannot be written', () =>
      writeFileSync(archive, initramfs({ init, runner, trace: asked.trace, offers })),
    );
    const { accelerator = 'tcg' } = asked;
    const args = qemuArguments({
      machine: asked.machine,
      accelerator,
      kernel: asked.image.path,
      initramfs: archive,
      memory,
      commandLine: asked.commandLine ?? [],
    });
    const limits = { ...DEFAULT_LIMITS, ...asked.limits };
    const guest = yield* watchQemu({ ...asked, accelerator, limits }, qemu, args);
    return {
      console: guest.console,
      reports: guest.reports,
      lacks: [...lacks, ...guest.lacks],
      died: guest.phase !== 'ended',
    };
  }).pipe(Effect.scoped);
