/** Why a machine could not be run: each error says what was asked, what there is, and what to try. */
import * as Data from 'effect/Data';
import type { KernelReport } from './console.ts';

const lines = (...all: readonly (string | undefined)[]): string => all.filter((line) => line !== undefined).join('\n');

/** What the console said last, as much of it as helps. */
const TAIL = 8;
const tail = (console: readonly string[]): string =>
  console.length === 0
    ? 'the console said nothing'
    : lines('the console said last:', ...console.slice(-TAIL).map((line) => `  ${line}`));

export class NoQemu extends Data.TaggedError('NoQemu')<{
  /** The name that was looked for, or the path that $MMCHECK_QEMU gave. */
  readonly asked: string;
  readonly why: string;
}> {
  override get message(): string {
    return lines(
      `${this.asked} ${this.why}`,
      'Debian has it in the package qemu-system-x86; $MMCHECK_QEMU may name another one',
    );
  }
}

export class BadKernelImage extends Data.TaggedError('BadKernelImage')<{
  readonly path: string;
  /** As in "is not a bzImage". */
  readonly why: string;
}> {
  override get message(): string {
    return lines(
      `${this.path} ${this.why}`,
      '--kernel-image takes the bzImage of an x86-64 kernel, as /boot/vmlinuz-*;',
      'the Debian packages linux-image-*-cloud-amd64 have one (apt-get download, dpkg-deb -x)',
    );
  }
}

export class NoModule extends Data.TaggedError('NoModule')<{
  readonly module: string;
  /** The kernel's version. */
  readonly version: string;
  /** Where it was looked for. */
  readonly modules: string;
  readonly why: string;
  readonly hint?: string;
}> {
  override get message(): string {
    return lines(
      `the module ${this.module} ${this.why}`,
      `looked for in ${this.modules}, for the kernel ${this.version}`,
      this.hint,
    );
  }
}

/** A machine whose reason for being did not come up in the guest, as pfnmap without VFIO. */
export class NotOffered extends Data.TaggedError('NotOffered')<{
  readonly machine: string;
  readonly offer: string;
  readonly why: string;
  readonly release: string;
  /** What --modules named. */
  readonly modules: string | undefined;
}> {
  override get message(): string {
    return lines(
      `the machine ${this.machine} has no ${this.offer} with this kernel: ${this.why}`,
      this.modules === undefined
        ? `unless that is built in, --modules has to name lib/modules/${this.release}, from the same package as the kernel`
        : `the modules of ${this.modules} were loaded, so this kernel does not have it, or has it otherwise`,
    );
  }
}

export class BootFailed extends Data.TaggedError('BootFailed')<{
  readonly machine: string;
  readonly image: string;
  /** As in "did not come up within 120 s". */
  readonly why: string;
  readonly console: readonly string[];
  readonly hint?: string;
}> {
  override get message(): string {
    return lines(`the machine ${this.machine} with ${this.image} ${this.why}`, tail(this.console), this.hint);
  }
}

/** The machine came up, but the trace was not played to its end; what had come by then was handed on. */
export class RunFailed extends Data.TaggedError('RunFailed')<{
  readonly machine: string;
  readonly why: string;
  readonly lastLine: string | undefined;
  readonly console: readonly string[];
  readonly reports: readonly KernelReport[];
}> {
  override get message(): string {
    return lines(
      `in the machine ${this.machine} ${this.why}`,
      this.reports.length === 0 ? undefined : `the kernel reported: ${this.reports[0]!.line}`,
      this.lastLine === undefined ? 'there was no result' : `the last result was: ${this.lastLine.slice(0, 200)}`,
      tail(this.console),
    );
  }
}

/** A file on this side that cannot be read or made, or a tool that is missing here. */
export class HostFailed extends Data.TaggedError('HostFailed')<{
  readonly what: string;
  readonly why: string;
  readonly hint?: string;
}> {
  override get message(): string {
    return lines(`${this.what} ${this.why}`, this.hint);
  }
}

export type VmError = NoQemu | BadKernelImage | NoModule | NotOffered | BootFailed | RunFailed | HostFailed;
