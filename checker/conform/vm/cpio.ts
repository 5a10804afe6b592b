/** The archive that the kernel unpacks into its first file system: cpio, format "newc" (initramfs buffer format). */

interface Named {
  /** Without the leading slash. A directory stands before what is in it. */
  readonly path: string;
}
export interface Directory extends Named {
  readonly kind: 'directory';
}
export interface File extends Named {
  readonly kind: 'file';
  readonly bytes: Uint8Array;
  readonly executable?: boolean;
}
export interface CharacterDevice extends Named {
  readonly kind: 'character device';
  readonly major: number;
  readonly minor: number;
}
export type Entry = Directory | File | CharacterDevice;

const NOTHING = new Uint8Array();
const TRAILER = 'TRAILER!!!';

const modeOf = (entry: Entry): number => {
  switch (entry.kind) {
    case 'directory':
      return 0o040755;
    case 'file':
      return entry.executable === true ? 0o100755 : 0o100644;
    case 'character device':
      return 0o020600;
  }
};

/** Header with name, and contents, each begin on a multiple of four. */
const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, new Uint8Array(-bytes.length & 3)]);

interface Header {
  readonly ino: number;
  readonly mode: number;
  readonly size: number;
  readonly major: number;
  readonly minor: number;
}

/** Six digits of magic, thirteen fields of eight hexadecimal digits, the name. Owner is root, the time is 1970. */
const header = (path: string, { ino, mode, size, major, minor }: Header): Buffer => {
  const fields = [ino, mode, 0, 0, 1, 0, size, 0, 0, major, minor, Buffer.byteLength(path) + 1, 0];
  const digits = fields.map((field) => field.toString(16).padStart(8, '0'));
  return padded(Buffer.from(`070701${digits.join('')}${path}\0`));
};

/** Equal entries give equal bytes: nothing of the clock or of the user goes in. */
export const cpioArchive = (entries: readonly Entry[]): Buffer =>
  Buffer.concat([
    ...entries.flatMap((entry, at) => {
      const bytes = entry.kind === 'file' ? entry.bytes : NOTHING;
      const { major, minor } = entry.kind === 'character device' ? entry : { major: 0, minor: 0 };
      // Two entries with one inode number would be taken for hard links.
      return [
        header(entry.path, { ino: at + 1, mode: modeOf(entry), size: bytes.length, major, minor }),
        padded(bytes),
      ];
    }),
    header(TRAILER, { ino: 0, mode: 0, size: 0, major: 0, minor: 0 }),
  ]);
