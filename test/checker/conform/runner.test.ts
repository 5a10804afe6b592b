import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { runnerSource } from '../../../checker/conform/runner_source.ts';

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-runner-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** What the compiler says; nothing when all is well. */
const compile = (name: string, source: string): string => {
  const file = join(directory, `${name}.c`);
  writeFileSync(file, source);
  const { status, stderr, error } = spawnSync(
    'cc',
    ['-static', '-O2', '-Wall', '-Wextra', '-o', join(directory, name), file],
    { encoding: 'utf8' },
  );
  return error === undefined ? `${stderr}${status === 0 ? '' : `cc ends with ${status}`}` : error.message;
};

const run = (name: string, argv: readonly string[], input = '') => {
  const { status, stdout, stderr } = spawnSync(join(directory, name), argv, {
    input,
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, stdout, stderr };
};

/** Why nothing can be tried here; nothing when it can. */
const unusable = (): string => {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the runner is for Linux on x86_64';
  const trial = compile('trial', 'int main(void) { return 0; }\n');
  return trial === '' ? '' : `no static program can be compiled: ${trial.split('\n')[0]}`;
};
const why = unusable();

type Run = readonly [page: number, count: number, flags: string, ...rest: unknown[]];
interface Process {
  readonly pt: number;
  readonly rss: readonly [number, number, number];
  readonly vma: readonly (readonly [number, number, string])[];
  readonly m: readonly Run[];
}
interface Step {
  readonly r: number;
  readonly e?: number;
  readonly sig?: number;
  readonly at?: number;
  readonly p: Readonly<Record<string, Process>>;
}
interface Header {
  readonly level: number;
  readonly features: Readonly<Record<'scan' | 'uring' | 'uffd' | 'kvm', boolean>> & { readonly thp: string };
}

const THP = 'map 0 512 anon hugepage\nwrite 0 1 7\n';
const linesOf = (stdout: string): readonly unknown[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

/** The steps of one sequence. When the kernel was disturbed, it is played again; in the end the test is skipped. */
const play = (skip: TestContext['skip'], operations: string): readonly Step[] => {
  const trace = `seq s\nwatch 0 1024\n${operations}`;
  for (let left = 5; left > 0; left--) {
    const { status, stdout, stderr } = run('runner', [], trace);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = linesOf(stdout);
    const end = lines.at(-1) as { readonly noise: readonly string[] };
    if (end.noise.length === 0) return lines.slice(2, -1) as readonly Step[];
  }
  return skip('this machine is too busy: something disturbed every try');
};

const needsThp = (skip: TestContext['skip'], { features }: Header): void => {
  if (!features.scan) skip('PAGEMAP_SCAN is not there: Linux 6.7 or later is needed');
  if (!['madvise', 'always'].includes(features.thp)) skip(`transparent huge pages are ${features.thp}`);
};
const pts = (steps: readonly Step[], worker = 0) => steps.map(({ p }) => p[worker]?.pt);
const huge = (step: Step | undefined, worker = 0) => step?.p[worker]?.m.some(([, , flags]) => flags.includes('H'));
/** Frames are where the kernel finds them. */
const withoutFrames = (stdout: string): string => stdout.replaceAll(/(\[\d+,\d+,"\w*",\d+,"\w*"),\d+\]/g, '$1]');

/** Whether any process of the group is there still. */
const isGroup = (leader: number): boolean => {
  try {
    return process.kill(-leader, 0);
  } catch {
    return false;
  }
};

describe.skipIf(why !== '')(`the runner${why === '' ? '' : `, skipped: ${why}`}`, { timeout: 30_000 }, () => {
  const warnings = why === '' ? compile('runner', runnerSource()) : '';
  const header = (why === '' ? linesOf(run('runner', []).stdout)[0] : undefined) as Header;

  it('is compiled without a warning', () => {
    expect(warnings).toBe('');
  });
  it('counts the tables of a THP: fault, PMD split, zap, munmap', ({ skip }) => {
    needsThp(skip, header);
    const steps = play(skip, `${THP}mprotect 8 1 r\nmprotect 8 1 rw\nmadvise 0 512 dontneed\nmunmap 0 512\n`);
    expect(steps.map(({ r }) => r)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(pts(steps.slice(0, 4))).toEqual([0, 2, 2, 2]);
    expect(steps.slice(0, 4).map((step) => huge(step))).toEqual([false, true, false, false]);
    expect(steps[2]?.p[0]?.vma).toEqual([
      [0, 8, 'rw-p'],
      [8, 1, 'r--p'],
      [9, 503, 'rw-p'],
    ]);
    expect(steps.at(-1)?.p[0]).toEqual({ pt: 0, rss: [0, 0, 0], vma: [], m: [] });
  });
  it('shows parent and child; what one writes the other does not read', ({ skip }) => {
    needsThp(skip, header);
    const steps = play(skip, `${THP}fork\np1 write 0 1 9\nread 0 1\np1 read 0 1\np1 read 0 512\np1 exit\nread 0 1\n`);
    expect(steps.map(({ r }) => r)).toEqual([0, 0, 0, 0, 7, 9, 256, 0, 7]);
    expect(pts(steps, 1)).toEqual([undefined, undefined, 2, 2, 2, 2, 2, undefined, undefined]);
    expect([huge(steps[2], 0), huge(steps[2], 1), huge(steps[3], 1)]).toEqual([true, true, false]);
  });
  it('tells the signal, and the page that an access had reached', ({ skip }) => {
    const steps = play(skip, 'map 0 4 anon\nwrite 0 4 1\nmprotect 2 2 none\nread 0 4\nread 2 1\nwrite 9 1 1\n');
    expect(steps[3]).toMatchObject({ r: -1, sig: 11, at: 2 });
    expect(steps[4]).toMatchObject({ r: -1, sig: 11 });
    expect(steps[4]).not.toHaveProperty('at');
    expect(steps[5]).toMatchObject({ r: -1, sig: 11 });
  });
  it('reads what has been moved away, where the TLB lets it', ({ skip }) => {
    const steps = play(skip, 'map 0 1 anon nohugepage\nwrite 0 1 3\nmremap-read 0 1 4\nread 4 1\nmremap-read 0 1 4\n');
    expect(steps.map(({ r, sig = 0 }) => [r, sig])).toEqual([
      [0, 0],
      [0, 0],
      [-1, 11],
      [3, 0],
      [-1, 11],
    ]);
  });
  it('keeps a pin when its worker is gone', ({ skip }) => {
    if (!header.features.uring) skip('io_uring is not allowed here');
    const steps = play(
      skip,
      'map 0 1 anon nohugepage\nwrite 0 1 3\npin 0 0 1\npin 0 0 1\nfork\nexit\np1 read 0 1\nunpin 0\nunpin 0\n',
    );
    expect(steps.map(({ r }) => r)).toEqual([0, 0, 0, -1, 0, 0, 3, 0, -1]);
    expect(Object.keys(steps[5]!.p)).toEqual(['1']);
  });
  it('pins what it reads of itself, so that a page is shared no longer', ({ skip }) => {
    const steps = play(skip, 'map 0 2 anon nohugepage\nwrite 0 2 3\nfork\nread 0 2\nvm-read 0 1\nvm-read 1 2\n');
    expect(steps.map(({ r }) => r)).toEqual([0, 0, 0, 3, 3, -1]);
    // Mapped once again: a copy, which is of this process alone.
    const shared = steps.map(({ p }) => p[0]?.m.map(([page, , flags]) => [page, flags.includes('X')]));
    expect(shared.slice(2)).toEqual([
      [[0, false]],
      [[0, false]],
      [
        [0, true],
        [1, false],
      ],
      [[0, true]],
    ]);
  });
  it('has a guest whose memory is that of its worker, and whose VM shows nowhere', ({ skip }) => {
    if (!header.features.kvm) skip('there is no KVM, or not for us');
    const steps = play(
      skip,
      'vm\nvm\nmap 0 4 anon nohugepage\nguest-write 0 2 3\nread 0 2\nwrite 1 1 5\nguest-read 1 1\nguest-read 0 2\n' +
        'mprotect 0 1 r\nguest-read 0 1\nguest-write 0 1 4\nmunmap 1 1\nguest-read 0 2\nfork\np1 guest-read 0 1\np1 vm\n' +
        'p1 write 2 1 6\np1 guest-read 2 1\nguest-read 2 1\n',
    );
    // How it fails is up to what carries the guest out: a KVM that emulates it leaves to user space what it may not do.
    const seen = steps.map(({ r, at }) => (at === undefined ? r : [r, at]));
    expect(seen).toEqual([0, -1, 0, 0, 3, 0, 5, 256, 0, 3, -1, 0, [-1, 1], 0, -1, 0, 0, 6, 0]);
    expect(steps[1]?.p[0]).toEqual({ pt: 0, rss: [0, 0, 0], vma: [], m: [] });
    expect(pts(steps, 1).slice(13)).toEqual(pts(steps).slice(13));
  });
  it('shares objects, and moves pages', ({ skip }) => {
    const steps = play(
      skip,
      'object 0 memfd 4\nmap 0 4 shared 0 0\nwrite 0 4 5\nfork\np1 write 1 1 6\nread 1 1\ntruncate 0 1\nread 0 4\n' +
        'map 8 2 anon\nwrite 8 1 2\nmove 8 1 9 8 2\nread 9 1\n',
    );
    expect(steps.slice(0, 8).map(({ r }) => r)).toEqual([0, 0, 0, 0, 0, 6, 0, 256]);
    if (!header.features.uffd) skip('UFFDIO_MOVE is not there or not allowed');
    expect(steps.slice(8).map(({ r }) => r)).toEqual([0, 0, 0, 2]);
  });
  it('plays a trace that is built in as one that is read', ({ skip }) => {
    const trace = `# "quoted" \\ ??/\nseq one"two\\\nwatch 0 512\n${THP}fork\np1 write 3 1 4\nunpin 0\nseq next\nexit\n`;
    const file = join(directory, 'trace.txt');
    writeFileSync(file, trace);
    expect(compile('built-in', runnerSource(trace))).toBe('');
    for (let left = 5; left > 0; left--) {
      const read = run('runner', [file]);
      const builtIn = run('built-in', []);
      expect([read.status, builtIn.status]).toEqual([0, 0]);
      if (/"noise":\["/.test(read.stdout + builtIn.stdout)) continue;
      expect(withoutFrames(builtIn.stdout)).toEqual(withoutFrames(read.stdout));
      return;
    }
    skip('this machine is too busy: something disturbed every try');
  });
  it('without observations gives the results only', () => {
    const file = join(directory, 'out.jsonl');
    expect(run('runner', ['-q', '-o', file], 'seq s\nmap 0 1 anon\nread 0 1\n').status).toBe(0);
    expect(linesOf(readFileSync(file, 'utf8')).slice(1, 4)).toEqual([
      { seq: 's' },
      { i: 0, op: 'map 0 1 anon', r: 0 },
      { i: 1, op: 'read 0 1', r: 0 },
    ]);
  });
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('leaves no process behind after %s', async (signal, code) => {
    const child = spawn(join(directory, 'runner'), [], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = once(child, 'close');
    child.stdin.end(`seq s\nmap 0 512 anon\nfork\n${'write 0 512 1\n'.repeat(200_000)}`);
    await once(child.stdout, 'data');
    child.stdout.resume();
    child.kill(signal);
    expect((await ended)[0]).toBe(code);
    await expect.poll(() => isGroup(child.pid!), { timeout: 10_000 }).toBe(false);
  });
  it.each([
    ['read 0 1\n', 'line 1: an operation stands before the first seq'],
    ['seq s\n\nmap 0 1 anon\nfly 0 1\n', 'line 4: unknown operation'],
    ['seq s\nmap 0 1 anon sideways\n', 'line 2: unknown word'],
    ['seq s\nguest-read 524288 1\n', 'line 2: the memory of a guest ends before that'],
    ['seq s\nread 0 0\n', 'line 2: a number is out of range or no number'],
    ['seq s\nread 0\n', 'line 2: a number is missing'],
    ['seq s\nread 0 1 2\n', 'line 2: too many words'],
    ['seq s\np1 read 0 1\n', 'line 2: no worker has this number yet'],
    ['seq s\nmap 0 1 shared 0 0\n', 'line 2: no object has this number yet'],
    ['seq s\nfork\nwatch 0 1\n', 'line 3: watch belongs right behind seq'],
  ])('refuses %j', (trace, says) => {
    expect(run('runner', [], trace)).toEqual({ status: 2, stdout: '', stderr: `${says}\n` });
  });
});
