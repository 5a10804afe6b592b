/** What the guest starts from: init, the runner, its trace, the modules and the set-up. */
import { gzipSync } from 'node:zlib';
import { cpioArchive, type Entry } from './cpio.ts';
import { type KernelModule, nameOf } from './kernel_modules.ts';
import type { Offer } from './machines.ts';

/** An offer of a machine together with the modules that this kernel needs for it. */
export interface FittedOffer {
  readonly offer: Offer;
  readonly modules: readonly KernelModule[];
}

export interface Contents {
  readonly init: Uint8Array;
  readonly runner: Uint8Array;
  readonly trace: string;
  readonly offers: readonly FittedOffer[];
}

const fileOf = (name: string): string => `modules/${name}.ko`;

/** A module that two offers need is loaded for the first one, and is in the archive once. */
const eachOnce = (offers: readonly FittedOffer[]): readonly FittedOffer[] => {
  const seen = new Set<string>();
  return offers.map(({ offer, modules }) => ({
    offer,
    modules: modules.filter(({ name }) => !seen.has(name) && seen.add(name)),
  }));
};

const parametersOf = ({ modules }: Offer, name: string): readonly string[] =>
  modules.find((wanted) => nameOf(wanted.name) === name)?.parameters ?? [];

/** The lines for init.c: of each offer first its modules, then what it does with them. */
export const setupLines = (offers: readonly FittedOffer[]): readonly string[] =>
  eachOnce(offers).flatMap(({ offer, modules }) =>
    [
      `offer ${offer.name}`,
      modules.map(({ name }) => ['module', `/${fileOf(name)}`, ...parametersOf(offer, name)].join(' ')),
      offer.setup,
    ].flat(),
  );

const directory = (path: string): Entry => ({ kind: 'directory', path });
const file = (path: string, bytes: Uint8Array): Entry => ({ kind: 'file', path, bytes });
const program = (path: string, bytes: Uint8Array): Entry => ({ kind: 'file', path, bytes, executable: true });

/** /dev/console is opened by the kernel for init, and /dev/kmsg by init before it can mount a devtmpfs. */
const DEVICES: readonly Entry[] = [
  directory('dev'),
  { kind: 'character device', path: 'dev/console', major: 5, minor: 1 },
  { kind: 'character device', path: 'dev/kmsg', major: 1, minor: 11 },
];

export const initramfs = ({ init, runner, trace, offers }: Contents): Buffer => {
  const text = `${setupLines(offers).join('\n')}\n`;
  const entries = [
    ...DEVICES,
    directory('modules'),
    ...eachOnce(offers).flatMap(({ modules }) => modules.map(({ name, bytes }) => file(fileOf(name), bytes))),
    program('init', init),
    program('runner', runner),
    file('trace', Buffer.from(trace)),
    file('setup', Buffer.from(text)),
  ];
  // It is unpacked once, by an emulated processor; a better compression would only cost time here.
  return gzipSync(cpioArchive(entries), { level: 1 });
};
