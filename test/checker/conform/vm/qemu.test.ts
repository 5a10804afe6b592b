import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import { afterAll, describe, expect, it } from 'vitest';
import { machines } from '../../../../checker/conform/vm/machines.ts';
import { findProgram, findQemu, qemuArguments } from '../../../../checker/conform/vm/qemu.ts';

const folder = mkdtempSync(join(tmpdir(), 'mmcheck-'));
afterAll(() => rmSync(folder, { recursive: true }));
const qemu = join(folder, 'qemu-system-x86_64');
writeFileSync(qemu, '#!/bin/sh\n');
chmodSync(qemu, 0o755);

const missed = async (environment: Record<string, string>) =>
  (await Effect.runPromise(Effect.flip(findQemu(environment)))).message;

describe('QEMU', () => {
  it('is found in the PATH', async () => {
    expect(await Effect.runPromise(findQemu({ PATH: `/nowhere::${folder}` }))).toBe(qemu);
  });
  it('is what $MMCHECK_QEMU names', async () => {
    expect(await Effect.runPromise(findQemu({ PATH: '', MMCHECK_QEMU: qemu }))).toBe(qemu);
  });
  it('that is missing is told with the package', async () => {
    expect(await missed({ PATH: '/nowhere' })).toBe(
      'qemu-system-x86_64 is not in the PATH\n' +
        'Debian has it in the package qemu-system-x86; $MMCHECK_QEMU may name another one',
    );
  });
  it.each(['/nowhere/qemu', '/etc/passwd', '/tmp'])('that cannot be run is told: %s', async (path) => {
    expect(await missed({ PATH: folder, MMCHECK_QEMU: path })).toMatch(`${path} is no program that can be run`);
  });
});

describe('a program of the administrator', () => {
  it('is found without the PATH of the administrator', () => {
    expect(findProgram('no-such-program', { PATH: '' })).toBeUndefined();
  });
});

const started = (name: string) =>
  qemuArguments({
    machine: machines.get(name)!,
    accelerator: 'tcg',
    kernel: '/boot/vmlinuz',
    initramfs: '/tmp/i',
    memory: [{ path: '/tmp/a,b', atMib: 512 }],
    commandLine: ['mutant=3'],
  });

describe('the arguments', () => {
  it('never ask for KVM by themselves', () => {
    expect(started('plain').join(' ')).toMatch(/-machine q35 -accel tcg /);
  });
  it('have a device behind each -device', () => {
    const args = started('pfnmap');
    const devices = args.filter((_, at) => args[at - 1] === '-device');
    expect(devices).toEqual([
      'intel-iommu',
      'pci-testdev,addr=02.0,membar=64M',
      'pci-testdev,addr=03.0,membar=2G',
      'bochs-display,addr=04.0,vgamem=16M,romfile=',
      'loader,file=/tmp/a,,b,addr=0x20000000,force-raw=on',
    ]);
  });
  it('spread memory and processors over the nodes that a machine has', () => {
    expect(started('plain').join(' ')).toMatch(/ -smp 1 -m 1024 -chardev /);
    expect(started('numa').join(' ')).toMatch(
      / -smp 2 -m 1024 -object \S+,id=node0,size=512M -numa node,nodeid=0,cpus=0,memdev=node0 -object \S+,id=node1,size=512M -numa node,nodeid=1,cpus=1,memdev=node1 -chardev /,
    );
  });
  it('put what was asked for behind the command line of the machine', () => {
    expect(started('plain').at(-1)).toMatch(/^console=ttyS0 .*transparent_hugepage=madvise mutant=3$/);
  });
});
