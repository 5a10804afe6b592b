/** QEMU: where it is, and how it is told of a machine. */
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import type { Machine } from './machines.ts';
import { commandLineOf } from './machines.ts';
import { NoQemu } from './vm_error.ts';

const QEMU = 'qemu-system-x86_64';
/** Where programs of the administrator are, which a user's PATH often leaves out. */
const SYSTEM = ['/usr/sbin', '/sbin'];

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

type Environment = Readonly<Record<string, string | undefined>>;

export const findProgram = (name: string, environment: Environment = process.env): string | undefined =>
  [...(environment['PATH'] ?? '').split(':').filter((folder) => folder !== ''), ...SYSTEM]
    .map((folder) => join(folder, name))
    .find(isProgram);

export const findQemu = (environment: Environment = process.env): Effect.Effect<string, NoQemu> => {
  const asked = environment['MMCHECK_QEMU'] ?? '';
  if (asked !== '')
    return isProgram(asked)
      ? Effect.succeed(asked)
      : Effect.fail(new NoQemu({ asked, why: 'is no program that can be run, and $MMCHECK_QEMU names it' }));
  const found = findProgram(QEMU, environment);
  return found === undefined
    ? Effect.fail(new NoQemu({ asked: QEMU, why: 'is not in the PATH' }))
    : Effect.succeed(found);
};

/** TCG works everywhere. KVM is an offer that some machines make and do not keep, so it is never taken unasked. */
export const ACCELERATORS = ['tcg', 'kvm'] as const;
export type Accelerator = (typeof ACCELERATORS)[number];

export interface MemoryFile {
  readonly path: string;
  readonly atMib: number;
}

export interface Started {
  readonly machine: Machine;
  readonly accelerator: Accelerator;
  readonly kernel: string;
  readonly initramfs: string;
  readonly memory: readonly MemoryFile[];
  /** More for the kernel's command line, behind the machine's own. */
  readonly commandLine: readonly string[];
}

/** File descriptors of QEMU that the guest's two serial ports are, each one end of a socket pair. */
export const CONSOLE_FD = 3;
export const RESULTS_FD = 4;

const serial = (name: string, fd: number): readonly string[] => [
  '-chardev',
  `socket,id=${name},fd=${fd}`,
  '-serial',
  `chardev:${name}`,
];

/** One processor: a trace is one thread of events, and TCG is the faster for it. */
const processors = ({ memoryMib, nodes = 1 }: Machine): readonly string[] => [
  '-smp',
  `${nodes}`,
  '-m',
  `${memoryMib}`,
  ...Array.from({ length: nodes === 1 ? 0 : nodes }, (_, node) => [
    '-object',
    `memory-backend-ram,id=node${node},size=${memoryMib / nodes}M`,
    '-numa',
    `node,nodeid=${node},cpus=${node},memdev=node${node}`,
  ]).flat(),
];

export const qemuArguments = ({ machine, accelerator, kernel, initramfs, memory, commandLine }: Started) => [
  '-nodefaults',
  '-no-user-config',
  '-display',
  'none',
  // A reset, be it of init or of a panic, is the end.
  '-no-reboot',
  '-machine',
  'q35',
  '-accel',
  accelerator,
  // Five levels of page tables would be one more to count.
  '-cpu',
  'max,la57=off',
  ...processors(machine),
  ...serial('console', CONSOLE_FD),
  ...serial('results', RESULTS_FD),
  ...machine.devices.flatMap((device) => ['-device', device]),
  ...memory.flatMap(({ path, atMib }) => [
    '-device',
    `loader,file=${path.replaceAll(',', ',,')},addr=0x${(atMib * 2 ** 20).toString(16)},force-raw=on`,
  ]),
  '-kernel',
  kernel,
  '-initrd',
  initramfs,
  '-append',
  [...commandLineOf(machine), ...commandLine].join(' '),
];
