/** The modules of a kernel: where they are, what they need, and their bytes as finit_module() takes them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import * as Effect from 'effect/Effect';
import { reason } from '../../write_trace.ts';
import type { KernelImage } from './kernel_image.ts';
import { NoModule } from './vm_error.ts';

export interface WantedModule {
  readonly name: string;
  /** Given to the module, and on the kernel's command line for a kernel that has it built in. */
  readonly parameters?: readonly string[];
  /** Some kernels have it and need it, others have it built in, or have never heard of it. */
  readonly ifThere?: boolean;
}

export interface KernelModule {
  /** With underscores, as lsmod has it. */
  readonly name: string;
  readonly bytes: Buffer;
}

interface Tree {
  readonly root: string;
  readonly files: ReadonlyMap<string, string>;
  readonly builtin: ReadonlySet<string>;
}

const SUFFIX = /\.ko(\.xz|\.zst|\.gz)?$/;
const BYTES_MAX = 2 ** 28;

/** A module is vfio-pci in a path and vfio_pci in the kernel. */
export const nameOf = (path: string): string => basename(path).replace(SUFFIX, '').replaceAll('-', '_');

/** DIR may be lib/modules/RELEASE itself, or a root that has it, as an unpacked package. */
const rootOf = (directory: string, release: string): string =>
  ['', 'lib/modules', 'usr/lib/modules']
    .map((below) => join(directory, below, release))
    .find((path) => existsSync(path)) ?? directory;

const treeOf = (directory: string, release: string): Tree => {
  const root = rootOf(directory, release);
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => SUFFIX.test(path));
  const builtin = join(root, 'modules.builtin');
  return {
    root,
    files: new Map(paths.map((path) => [nameOf(path), join(root, path)])),
    builtin: new Set(existsSync(builtin) ? readFileSync(builtin, 'utf8').split('\n').map(nameOf) : []),
  };
};

const unxz = (path: string): Buffer => {
  const { error, status, stdout, stderr } = spawnSync('xz', ['--decompress', '--stdout', path], {
    maxBuffer: BYTES_MAX,
  });
  if (error !== undefined) throw new Error(`the command xz is needed (Debian package xz-utils): ${reason(error)}`);
  if (status !== 0) throw new Error(stderr.toString().trim());
  return stdout;
};

const bytesOf = (path: string): Buffer => {
  switch (SUFFIX.exec(path)?.[1]) {
    case '.xz':
      return unxz(path);
    case '.zst':
      return zstdDecompressSync(readFileSync(path));
    case '.gz':
      return gunzipSync(readFileSync(path));
    case undefined:
    default:
      return readFileSync(path);
  }
};

/** A field of the section .modinfo: "key=value", each ended by a zero byte, and by zeroes from what is before it. */
export const modinfo = (module: Buffer, key: string): string | undefined => {
  const found = module.indexOf(`\0${key}=`, 0, 'latin1');
  if (found < 0) return undefined;
  const at = found + key.length + 2;
  return module.toString('latin1', at, module.indexOf(0, at));
};

/**
 * The modules that are `wanted`, each behind those it depends on; what is built in is left out.
 * The order comes from the modules' own "depends", since an unpacked package has no modules.dep before depmod ran.
 */
export const modulesFor = (
  { version, release, modules }: KernelImage,
  wanted: readonly WantedModule[],
): Effect.Effect<readonly KernelModule[], NoModule> => {
  if (modules === undefined) return Effect.succeed([]);
  let module = '';
  const refuse = (why: string, hint?: string): NoModule =>
    new NoModule({ module, version: release, modules, why, ...(hint === undefined ? {} : { hint }) });
  const load = (): readonly KernelModule[] => {
    const tree = treeOf(modules, release);
    const loaded = new Map<string, KernelModule>();
    const visit = (name: string): void => {
      if (loaded.has(name) || tree.builtin.has(name)) return;
      module = name;
      const path = tree.files.get(name);
      if (path === undefined) throw refuse('is not there');
      const bytes = bytesOf(path);
      const made = modinfo(bytes, 'vermagic')?.split(' ', 1)[0];
      if (made !== release) throw refuse(`is for the kernel ${made ?? '(none)'}`, `the kernel image says: ${version}`);
      for (const needed of modinfo(bytes, 'depends')?.split(',') ?? []) if (needed !== '') visit(nameOf(needed));
      loaded.set(name, { name, bytes });
    };
    for (const { name, ifThere } of wanted) if (ifThere !== true || tree.files.has(nameOf(name))) visit(nameOf(name));
    return [...loaded.values()];
  };
  return Effect.try({
    try: load,
    catch: (error) => (error instanceof NoModule ? error : refuse(`cannot be read: ${reason(error)}`)),
  });
};
