/** The life of a QEMU, played by shell scripts that have its two serial ports as file descriptors 3 and 4. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as Effect from 'effect/Effect';
import * as Fiber from 'effect/Fiber';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { type Machine, machines } from '../../../../checker/conform/vm/machines.ts';
import { runInVm, type VmAsked } from '../../../../checker/conform/vm/run_in_vm.ts';
import { VERSION } from './bzimage.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mmcheck-'));
afterAll(() => rmSync(scratch, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

const path = (name: string): string => join(scratch, name);
writeFileSync(path('init'), 'the init');
writeFileSync(path('runner'), 'the runner');
mkdirSync(path('tmp'));

const plain = machines.get('plain')!;
/** A machine that is there for something which is not there. */
const needy: Machine = { ...plain, offers: [{ name: 'a device', says: '', needed: true, modules: [], setup: [] }] };

const asked = (over: Partial<VmAsked> = {}): VmAsked => ({
  machine: plain,
  image: { path: '/boot/vmlinuz', version: VERSION, release: '6.12.0-test' },
  runner: path('runner'),
  init: path('init'),
  trace: 'seq a\n',
  onLine: () => undefined,
  ...over,
});

const qemuIs = (script: string): void => {
  writeFileSync(path('qemu'), `#!/bin/sh\nsay() { echo "[ 1.0] mmcheck-init: $1" >&3; }\n${script}\n`);
  chmodSync(path('qemu'), 0o755);
  vi.stubEnv('MMCHECK_QEMU', path('qemu'));
  vi.stubEnv('TMPDIR', path('tmp'));
};

const failure = (over: Partial<VmAsked> = {}) => Effect.runPromise(Effect.flip(runInVm(asked(over))));

/** Everything that a run makes is in $TMPDIR, and is gone. */
const nothingLeft = (): void => expect(readdirSync(path('tmp'))).toEqual([]);
const isRunning = (pid: string): boolean =>
  spawnSync('ps', ['-o', 'stat=', '-p', pid.trim()], { encoding: 'utf8' }).stdout.trim().replace(/^Z.*/, '') !== '';

describe('a guest', () => {
  it('is listened to on both ports until QEMU ends', async () => {
    qemuIs(`say up; say run; echo '{"runner":1}' >&4; echo '{"seq":"a"}' >&4
      echo 'BUG: Bad page state' >&3; say 'ended exit 0'; printf 'reboot: Restarting system' >&3`);
    const lines: string[] = [];
    const played = await Effect.runPromise(runInVm(asked({ onLine: (line) => lines.push(line) })));
    expect(lines).toEqual(['{"runner":1}', '{"seq":"a"}']);
    expect(played).toMatchObject({ died: false, lacks: [], reports: [{ line: 'BUG: Bad page state' }] });
    expect(played.console.at(-1)).toBe('reboot: Restarting system');
    nothingLeft();
  });
  it('gets init, runner, trace and set-up', async () => {
    qemuIs(`while [ "$1" != -initrd ]; do shift; done; cp "$2" ${path('initramfs')}; say up; say 'ended exit 0'`);
    await Effect.runPromise(runInVm(asked()));
    const archive = gunzipSync(readFileSync(path('initramfs'))).toString('latin1');
    for (const part of ['the init', 'the runner', 'seq a\n', 'offer hugetlb\nwrite /proc/sys/vm/nr_hugepages 32\n'])
      expect(archive).toContain(part);
  });
  it('whose kernel dies ends the run as one, and not as an error', async () => {
    qemuIs(`say up; say run; echo '{"i":0}' >&4; sleep 0.1; echo 'Kernel panic - not syncing: x' >&3`);
    expect(await Effect.runPromise(runInVm(asked()))).toMatchObject({
      died: true,
      reports: [{ line: 'Kernel panic - not syncing: x', after: 1 }],
    });
  });
  it('may lack what the machine can do without', async () => {
    qemuIs(`say up; say 'lacks swap: wait /dev/zram0: No such device'; say run; say 'ended exit 0'`);
    expect((await Effect.runPromise(runInVm(asked()))).lacks).toEqual([
      { offer: 'swap', why: 'wait /dev/zram0: No such device' },
    ]);
  });
});

describe('a run that fails', () => {
  const forever = 'sleep 60';
  afterEach(nothingLeft);

  it('says what the machine is there for and does not have, at once', async () => {
    qemuIs(`say up; say 'lacks a device: wait /dev/it: No such device'; ${forever}`);
    const { _tag, message } = await failure({ machine: needy });
    expect({ _tag, message }).toEqual({
      _tag: 'NotOffered',
      message:
        'the machine plain has no a device with this kernel: wait /dev/it: No such device\n' +
        'unless that is built in, --modules has to name lib/modules/6.12.0-test, from the same package as the kernel',
    });
  });
  it('says what QEMU said', async () => {
    qemuIs('echo "qemu: no such machine" >&2; exit 1');
    const { _tag, message } = await failure();
    expect(_tag).toBe('BootFailed');
    expect(message).toMatch(
      /^the machine plain with \/boot\/vmlinuz could not go on, QEMU says: qemu: no such machine\n/,
    );
  });
  it('ends with a wrapper script that leaves its QEMU', async () => {
    qemuIs(`${forever} & exit 1`);
    expect((await failure())._tag).toBe('BootFailed');
  });
  it('that cannot even be started says so', async () => {
    qemuIs('');
    writeFileSync(path('qemu'), '#!/nowhere/sh\n');
    expect((await failure()).message).toMatch(/(could not be started|QEMU says): .*(ENOENT|No such file)/);
  });
  it('by KVM says that there is a way without', async () => {
    qemuIs('exit 1');
    expect((await failure({ accelerator: 'kvm' })).message).toMatch(
      /\nemulation \(TCG\) is slower and works everywhere/,
    );
  });
  it('says what the console said of a kernel that does not come up', async () => {
    qemuIs(`echo 'No filesystem could mount root' >&3; ${forever}`);
    const { _tag, message } = await failure({ limits: { bootSecondsMax: 0.3 } });
    expect(_tag).toBe('BootFailed');
    expect(message).toMatch(
      /did not come up within 0.3 s\nthe console said last:\n {2}No filesystem could mount root\n/,
    );
  });
  it('says what came last before the silence', async () => {
    qemuIs(`say up; say run; echo '{"i":7}' >&4; ${forever}`);
    const { _tag, message } = await failure({ limits: { silenceSecondsMax: 0.3 } });
    expect(_tag).toBe('RunFailed');
    expect(message).toMatch(/nothing was heard for 0.3 s\nthe last result was: \{"i":7\}\n/);
  });
  it('says how the runner ended', async () => {
    qemuIs(`say up; say run; say 'ended exit 2'`);
    expect((await failure()).message).toMatch(
      /^in the machine plain the runner ended with exit 2\nthere was no result\n/,
    );
  });
  it('says why nothing could be played', async () => {
    qemuIs(`say up; say 'failed: /dev/ttyS1: No such file or directory'`);
    expect((await failure()).message).toMatch('could not be used: /dev/ttyS1: No such file or directory');
  });
  it('says which file cannot be read', async () => {
    qemuIs(forever);
    expect((await failure({ runner: '/nowhere/runner' })).message).toBe(
      '/nowhere/runner cannot be read: no such file or directory',
    );
  });
});

describe('an interrupted run', () => {
  it('leaves no process and no file behind, not even below a wrapper script', async () => {
    qemuIs(`say up; sleep 60 & echo $! > ${path('pid')}; echo '{"i":0}' >&4; wait`);
    const fiber = await new Promise<Fiber.Fiber<unknown, unknown>>((resolve) => {
      const running = Effect.runFork(runInVm(asked({ onLine: () => resolve(running) })));
    });
    expect(existsSync(path('pid'))).toBe(true);
    expect(isRunning(readFileSync(path('pid'), 'utf8'))).toBe(true);
    await Effect.runPromise(Fiber.interrupt(fiber));
    expect(isRunning(readFileSync(path('pid'), 'utf8'))).toBe(false);
    nothingLeft();
  });
});
