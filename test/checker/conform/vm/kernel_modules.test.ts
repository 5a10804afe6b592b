import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import * as Effect from 'effect/Effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KernelImage } from '../../../../checker/conform/vm/kernel_image.ts';
import { modinfo, modulesFor } from '../../../../checker/conform/vm/kernel_modules.ts';

const root = mkdtempSync(join(tmpdir(), 'mmcheck-'));
afterAll(() => rmSync(root, { recursive: true }));

const RELEASE = '6.12.0-test';
const kernel = (modules?: string): KernelImage => ({
  path: '/boot/vmlinuz',
  version: `${RELEASE} (someone) #1`,
  release: RELEASE,
  ...(modules === undefined ? {} : { modules }),
});

const ko = (depends: string, release = RELEASE): Buffer =>
  Buffer.from(`\x7FELF\0\0license=GPL\0depends=${depends}\0name=x\0vermagic=${release} SMP \0`, 'latin1');

const put = (path: string, bytes: Uint8Array): string => {
  const whole = join(root, 'lib/modules', RELEASE, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, bytes);
  return whole;
};

const xz = spawnSync('xz', ['--version']).status === 0;

beforeAll(() => {
  put('kernel/a/top-level.ko', ko('middle_one,bottom'));
  put('kernel/b/middle-one.ko.gz', gzipSync(ko('bottom,inside')));
  put('kernel/c/bottom.ko.zst', zstdCompressSync(ko('')));
  put('kernel/c/other.ko', ko('', '6.11.0'));
  put('kernel/c/orphan.ko', ko('nowhere'));
  put('modules.builtin', Buffer.from('kernel/in/inside.ko\n'));
});

const load = (names: readonly string[], modules = root) =>
  modulesFor(
    kernel(modules),
    names.map((name) => ({ name })),
  );
const refused = async (...names: string[]) => (await Effect.runPromise(Effect.flip(load(names)))).message;

describe('modules', () => {
  it.each([root, join(root, 'lib/modules'), join(root, 'lib/modules', RELEASE)])(
    'stand behind those they depend on, unpacked, each once, from %s',
    async (directory) => {
      const found = await Effect.runPromise(load(['top-level', 'inside', 'bottom'], directory));
      expect(found.map(({ name }) => name)).toEqual(['bottom', 'middle_one', 'top_level']);
      expect(found.every(({ bytes }) => bytes.toString('latin1', 1, 4) === 'ELF')).toBe(true);
    },
  );
  it.skipIf(!xz)('are unpacked by xz too', async () => {
    const path = put('kernel/d/small.ko', ko(''));
    spawnSync('xz', [path]);
    const [small] = await Effect.runPromise(load(['small']));
    expect(small!.bytes).toEqual(ko(''));
  });
  it('are none without --modules: all is taken to be built in', async () => {
    expect(await Effect.runPromise(modulesFor(kernel(), [{ name: 'zram' }]))).toEqual([]);
  });
  it('may be absent where that is expected', async () => {
    expect(await Effect.runPromise(modulesFor(kernel(root), [{ name: 'lzo-rle', ifThere: true }]))).toEqual([]);
  });
  it('that are not there are named, with where they were looked for', async () => {
    expect(await refused('orphan')).toBe(
      `the module nowhere is not there\nlooked for in ${root}, for the kernel ${RELEASE}`,
    );
  });
  it('of another kernel are refused', async () => {
    expect(await refused('other')).toMatch(
      /^the module other is for the kernel 6\.11\.0\n.*\nthe kernel image says: 6/,
    );
  });
  it('say what they are', () => {
    expect(modinfo(ko('a,b'), 'depends')).toBe('a,b');
    expect(modinfo(ko('a,b'), 'pends')).toBeUndefined();
  });
});
