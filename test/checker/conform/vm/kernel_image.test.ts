import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import { afterAll, describe, expect, it } from 'vitest';
import { readKernelImage, versionOf } from '../../../../checker/conform/vm/kernel_image.ts';
import { bzImage, VERSION } from './bzimage.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mmcheck-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const changed = (at: number, value: number): Buffer => {
  const image = bzImage();
  image[at] = value;
  return image;
};

describe('a kernel image', () => {
  it('says its version', () => {
    expect(versionOf(bzImage())).toEqual({ version: VERSION });
  });
  it.each([
    ['is not a bzImage', Buffer.from('#!/bin/sh\n')],
    ['is not a bzImage', changed(0x202, 0)],
    ['is too old', changed(0x206, 0x0b)],
    ['is too old', changed(0x211, 0)],
    ['is not a 64-bit kernel', changed(0x236, 0)],
    ['does not say its version', bzImage('')],
    ['does not say its version', bzImage(VERSION, 0xfff0)],
  ])('that %s is refused', (why, image) => {
    expect(versionOf(image)).toMatchObject({ why: expect.stringContaining(why) });
  });
  it('is read from a file', async () => {
    const path = join(scratch, 'vmlinuz');
    writeFileSync(path, bzImage());
    expect(await Effect.runPromise(readKernelImage(path, '/lib/modules'))).toEqual({
      path,
      version: VERSION,
      release: '6.12.0-test',
      modules: '/lib/modules',
    });
  });
  it('that is not there is told with what to try', async () => {
    const error = await Effect.runPromise(Effect.flip(readKernelImage(join(scratch, 'none'))));
    expect(error.message).toMatch(/none cannot be read: no such file.*\n.*\n.*linux-image-\*-cloud-amd64/);
  });
});
