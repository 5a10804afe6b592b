import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpioArchive, type Entry } from '../../../../checker/conform/vm/cpio.ts';

interface Unpacked {
  readonly path: string;
  readonly mode: string;
  readonly bytes: Buffer;
  readonly rdev: string;
  readonly ino: number;
}

/** Reads "newc" from its description in Documentation/driver-api/early-userspace/buffer-format.rst. */
const unpack = (archive: Buffer): readonly Unpacked[] => {
  const unpacked: Unpacked[] = [];
  for (let at = 0; ;) {
    expect(archive.toString('latin1', at, at + 6)).toBe('070701');
    const field = (n: number): number => {
      const digits = archive.toString('latin1', at + 6 + 8 * n, at + 14 + 8 * n);
      expect(digits).toMatch(/^[0-9a-f]{8}$/);
      return Number.parseInt(digits, 16);
    };
    const name = at + 110;
    const path = archive.toString('utf8', name, name + field(11) - 1);
    expect(archive[name + field(11) - 1]).toBe(0);
    const data = Math.ceil((name + field(11)) / 4) * 4;
    const end = data + field(6);
    if (path === 'TRAILER!!!') {
      expect(Math.ceil(end / 4) * 4).toBe(archive.length);
      return unpacked;
    }
    const rdev = `${field(9)}:${field(10)}`;
    unpacked.push({ path, mode: field(1).toString(8), bytes: archive.subarray(data, end), rdev, ino: field(0) });
    at = Math.ceil(end / 4) * 4;
  }
};

const file = fc.record({
  kind: fc.constant('file' as const),
  path: fc.stringMatching(/^[a-zµ./]{1,20}$/),
  bytes: fc.uint8Array({ maxLength: 40 }),
  executable: fc.boolean(),
});

describe('the archive', () => {
  it('gives back names and contents, whatever their length', () =>
    fc.assert(
      fc.property(fc.array(file), (files) => {
        const unpacked = unpack(cpioArchive(files));
        expect(unpacked.map(({ path, bytes }) => [path, [...bytes]])).toEqual(
          files.map(({ path, bytes }) => [path, [...bytes]]),
        );
        expect(unpacked.map(({ mode }) => mode)).toEqual(
          files.map(({ executable }) => (executable ? '100755' : '100644')),
        );
        expect(new Set(unpacked.map(({ ino }) => ino)).size).toBe(files.length);
      }),
    ));
  it('has directories and devices', () => {
    const entries: readonly Entry[] = [
      { kind: 'directory', path: 'dev' },
      { kind: 'character device', path: 'dev/console', major: 5, minor: 1 },
    ];
    expect(unpack(cpioArchive(entries))).toMatchObject([
      { path: 'dev', mode: '40755' },
      { path: 'dev/console', mode: '20600', rdev: '5:1' },
    ]);
  });
});
