/** The machines, booted for real: with QEMU, and with the kernel that $MMCHECK_KERNEL_IMAGE names. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as Effect from 'effect/Effect';
import * as Exit from 'effect/Exit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runnerSource } from '../../../../checker/conform/runner_source.ts';
import { type KernelImage, readKernelImage } from '../../../../checker/conform/vm/kernel_image.ts';
import { machines } from '../../../../checker/conform/vm/machines.ts';
import { findQemu } from '../../../../checker/conform/vm/qemu.ts';
import { runInVm } from '../../../../checker/conform/vm/run_in_vm.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mmcheck-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const compile = (name: string, source: string): string | undefined => {
  const { error, status, stderr } = spawnSync('cc', ['-static', '-O2', '-o', join(scratch, name), source], {
    encoding: 'utf8',
  });
  return error?.message ?? (status === 0 ? undefined : stderr.split('\n', 1)[0]);
};

const path = process.env['MMCHECK_KERNEL_IMAGE'] ?? '';
const modules = process.env['MMCHECK_KERNEL_MODULES'];
const trial = join(scratch, 'trial.c');
writeFileSync(trial, 'int main(void) { return 0; }\n');

/** Why nothing can be booted here; undefined when it can. */
const why =
  path === ''
    ? '$MMCHECK_KERNEL_IMAGE names no kernel'
    : Exit.isFailure(await Effect.runPromiseExit(findQemu()))
      ? 'there is no QEMU'
      : compile('trial', trial);

beforeAll(() => {
  if (why !== undefined) return;
  writeFileSync(join(scratch, 'runner.c'), runnerSource());
  expect(compile('runner', join(scratch, 'runner.c'))).toBeUndefined();
  const init = fileURLToPath(new URL('../../../../checker/conform/vm/init.c', import.meta.url));
  expect(compile('init', init)).toBeUndefined();
});

interface Line {
  readonly i?: number;
  readonly r?: number;
  readonly op?: string;
  readonly end?: string;
  readonly p?: Readonly<Record<string, { readonly pt: number }>>;
}

const play = async (machine: string, trace: readonly string[]) => {
  const image: KernelImage = await Effect.runPromise(readKernelImage(path, modules));
  const lines: Line[] = [];
  const played = await Effect.runPromise(
    runInVm({
      machine: machines.get(machine)!,
      image,
      runner: join(scratch, 'runner'),
      init: join(scratch, 'init'),
      trace: `${trace.join('\n')}\n`,
      onLine: (line) => lines.push(JSON.parse(line) as Line),
    }),
  );
  expect(lines.at(-1)).toHaveProperty('end');
  /** Page-table pages of worker 0 behind each operation: what only a leaf of the right size explains. */
  const tables = lines
    .filter(({ i }) => i !== undefined)
    .map(({ op, r, p }) => [op!.split(' ', 1)[0], r, p?.['0']?.pt]);
  return { played, tables };
};

/** Huge leaves of VM_PFNMAP came with VFIO's huge_fault(), in 6.12. */
const hasHugeFault = ({ release }: KernelImage): boolean => {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  return major > 6 || (major === 6 && minor >= 12);
};

/** Maps a BAR whole, and touches its first page. */
const bar = (name: string, device: string, pages: number) => [
  `seq ${name}`,
  `object 0 vfio ${device} 2`,
  `map 0 ${pages} shared 0 0`,
  'read 0 1',
  `munmap 0 ${pages}`,
];

describe('the machine', { timeout: 300_000 }, () => {
  beforeEach((test) => {
    test.skip(why !== undefined, why);
  });

  it('plain has THPs, hugetlb and swap', async () => {
    const { played, tables } = await play('plain', [
      'seq thp',
      'watch 0 512',
      'map 0 512 anon hugepage',
      'write 0 1 7',
      'munmap 0 512',
      'seq hugetlb',
      'object 0 hugetlb 512',
      'map 0 512 shared 0 0',
      'write 0 1 7',
      'seq swap',
      'map 0 512 anon nohugepage',
      'write 0 8 7',
      'madvise 0 8 pageout',
      'read 0 8',
    ]);
    expect(played).toMatchObject({ died: false, reports: [], lacks: [] });
    expect(tables).toEqual([
      ['map', 0, 0],
      // The PMD table, and the one in reserve.
      ['write', 0, 2],
      ['munmap', 0, 0],
      ['object', 0, 0],
      ['map', 0, 0],
      ['write', 0, 1],
      ['map', 0, 0],
      ['write', 0, 2],
      ['madvise', 0, 2],
      ['read', 7, 2],
    ]);
  });

  it('pfnmap has BARs, by PMD and PUD where the kernel can', async () => {
    const image = await Effect.runPromise(readKernelImage(path, modules));
    const { played, tables } = await play('pfnmap', [
      ...bar('pmd', '0000:00:02.0', 512),
      ...bar('pud', '0000:00:03.0', 512 * 512),
    ]);
    expect(played).toMatchObject({ died: false, reports: [], lacks: [] });
    const reads = tables.filter(([op]) => op === 'read');
    // 4 KiB at a time, it is one PMD table with one table of PTEs for each 2 MiB.
    expect(reads).toEqual(
      hasHugeFault(image)
        ? [
            ['read', 0, 1],
            ['read', 0, 0],
          ]
        : [
            ['read', 0, 2],
            ['read', 0, 1 + 512],
          ],
    );
  });

  it('pfnmap has KVM: a guest maps a BAR, and faults for its process', async () => {
    const { played, tables } = await play('pfnmap', [
      'seq guest',
      'object 0 vfio 0000:00:04.0 0',
      'vm',
      'map 0 512 shared 0 0',
      'guest-write 0 1 7',
      'read 0 1',
      'write 1 1 9',
      'guest-read 1 1',
      'guest-read 512 1',
    ]);
    expect(played).toMatchObject({ died: false, reports: [], lacks: [] });
    expect(tables.map(([op, r]) => [op, r])).toEqual([
      ['object', 0],
      ['vm', 0],
      ['map', 0],
      ['guest-write', 0],
      ['read', 7],
      ['write', 0],
      ['guest-read', 9],
      ['guest-read', -1],
    ]);
    // A leaf, or a table for its PTEs.
    const image = await Effect.runPromise(readKernelImage(path, modules));
    const pt = hasHugeFault(image) ? 1 : 2;
    expect(tables.slice(2).map((one) => one[2])).toEqual([0, pt, pt, pt, pt, pt]);
  });

  it('dax has device-dax, and a file system with DAX', async () => {
    const { played, tables } = await play('dax', [
      'seq device-dax',
      'object 0 open /dev/dax1.0',
      'map 0 512 shared 0 0',
      'write 0 1 7',
      'mprotect 8 1 r',
      'seq fs-dax',
      'object 0 create /mnt/dax/file 512',
      'map 0 512 shared 0 0',
      'write 0 1 7',
    ]);
    const hasMkfs = !played.lacks.some(({ offer }) => offer === 'fs-dax');
    expect(played).toMatchObject({ died: false, reports: [] });
    expect(tables.slice(0, 4)).toEqual([
      ['object', 0, 0],
      ['map', 0, 0],
      ['write', 0, 1],
      // Its alignment is 2 MiB, and no VMA may end in between.
      ['mprotect', -1, 1],
    ]);
    expect(tables.at(-1)).toEqual(hasMkfs ? ['write', 0, 1] : ['write', -1, 0]);
  });
});
