/** What --kernel-image names: a bzImage, told by its header (Documentation/arch/x86/boot.rst). */
import { closeSync, openSync, readSync } from 'node:fs';
import * as Effect from 'effect/Effect';
import { reason } from '../../write_trace.ts';
import { BadKernelImage } from './vm_error.ts';

export interface KernelImage {
  readonly path: string;
  /** As /proc/version has it behind "Linux version", as "6.12.117+deb12-cloud-amd64 (…) #1 SMP …". */
  readonly version: string;
  /** Its first word, what `uname -r` says and what lib/modules/ calls its directory. */
  readonly release: string;
  /** What --modules names. Without it every driver has to be built in. */
  readonly modules?: string;
}

const MAGIC = 0x202;
const PROTOCOL = 0x206;
/** Where the version string is, counted from SETUP. */
const KERNEL_VERSION = 0x20e;
const SETUP = 0x200;
const LOADFLAGS = 0x211;
const LOADED_HIGH = 1;
const XLOADFLAGS = 0x236;
const XLF_KERNEL_64 = 1;
/** The set-up part is at most 64 sectors long, and the version string is in it. */
const SETUP_BYTES = 64 * 512;

/** The version of the bzImage that begins with `head`, or why it is none. */
export const versionOf = (head: Buffer): { readonly version: string } | { readonly why: string } => {
  if (head.length < XLOADFLAGS + 2 || head.toString('latin1', MAGIC, MAGIC + 4) !== 'HdrS')
    return { why: 'is not a bzImage: there is no "HdrS" at 0x202' };
  if (head.readUInt16LE(PROTOCOL) < 0x20c || (head[LOADFLAGS]! & LOADED_HIGH) === 0)
    return { why: 'is too old a kernel: its boot protocol is older than 2.12 (Linux 3.8)' };
  if ((head.readUInt16LE(XLOADFLAGS) & XLF_KERNEL_64) === 0) return { why: 'is not a 64-bit kernel' };
  const at = head.readUInt16LE(KERNEL_VERSION) + SETUP;
  const end = head.indexOf(0, at);
  if (at === SETUP || end <= at) return { why: 'does not say its version' };
  return { version: head.toString('latin1', at, end) };
};

const headOf = (path: string): Buffer => {
  const fd = openSync(path, 'r');
  try {
    const head = Buffer.alloc(SETUP_BYTES);
    return head.subarray(0, readSync(fd, head));
  } finally {
    closeSync(fd);
  }
};

export const readKernelImage = Effect.fnUntraced(function* (path: string, modules?: string) {
  const head = yield* Effect.try({
    try: () => headOf(path),
    catch: (error) => new BadKernelImage({ path, why: `cannot be read: ${reason(error)}` }),
  });
  const told = versionOf(head);
  if ('why' in told) return yield* new BadKernelImage({ path, why: told.why });
  const image: KernelImage = {
    path,
    version: told.version,
    release: told.version.split(' ', 1)[0]!,
    ...(modules === undefined ? {} : { modules }),
  };
  return image;
});
