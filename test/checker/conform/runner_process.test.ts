/** Building and running the runner: what goes wrong is told with what to try, and nothing is left running. */
import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import * as Fiber from 'effect/Fiber';
import type { RunnerLine } from '../../../checker/conform/read_seen.ts';
import { compiled, playHere, runProgram, temporaryDirectory } from '../../../checker/conform/runner_process.ts';
import { RUNNER_PIECES, runnerSource } from '../../../checker/conform/runner_source.ts';

/** A shell script in the place of the runner: the lines it gets through, or why it failed. */
const playWith = (script: string) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const program = join(yield* temporaryDirectory, 'runner');
      yield* Effect.promise(() => writeFile(program, `#!/bin/sh\n${script}\n`));
      yield* Effect.promise(() => chmod(program, 0o755));
      const lines: RunnerLine[] = [];
      const failed = yield* Effect.match(
        playHere(program, 'seq a\n', (line) => lines.push(line)),
        { onSuccess: () => undefined, onFailure: ({ doing, why }) => `${doing}: ${why}` },
      );
      return { tags: lines.map(({ _tag }) => _tag), failed };
    }).pipe(Effect.scoped),
  );

const PLAYED = `echo '{"seq":"a"}'; echo '{"end":"a","noise":[]}'`;

describe('a runner', () => {
  it('that does what it is told', async () => {
    expect(await playWith(`read line; ${PLAYED}`)).toEqual({ tags: ['begin', 'end'], failed: undefined });
  });
  it('that reads nothing of what it is told', async () => {
    expect(await playWith(PLAYED)).toEqual({ tags: ['begin', 'end'], failed: undefined });
  });
  it('that fails says why, behind what it has played', async () => {
    expect(await playWith(`${PLAYED}; echo 'line 1: no such operation' >&2; exit 2`)).toEqual({
      tags: ['begin', 'end'],
      failed: 'running it: exit code 2: line 1: no such operation',
    });
  });
  it('that is stopped by ^C has played what it has played', async () => {
    expect(await playWith(`${PLAYED}; exit 130`)).toEqual({ tags: ['begin', 'end'], failed: undefined });
  });
  it('that prints something else is not believed', async () => {
    const { failed } = await playWith(`${PLAYED}; echo 'Segmentation fault'`);
    expect(failed).toMatch(/^reading what it prints: SyntaxError: /);
  });
  it('that is interrupted is gone', async () => {
    let pid = 0;
    const running = runProgram('/bin/sh', ['-c', 'echo $$; exec sleep 60'], '', (line) => (pid = Number(line)));
    const fiber = Effect.runFork(running);
    await vi.waitFor(() => expect(pid).toBeGreaterThan(0));
    await Effect.runPromise(Fiber.interrupt(fiber));
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}/exe`)).toBe(false));
  });
});

describe('a program', () => {
  it('that cannot be started is told by its name', async () => {
    const error = await Effect.runPromise(Effect.flip(runProgram('/nowhere/cc', [], '', () => undefined)));
    expect(error.message).toMatchInlineSnapshot(`
      "the runner failed (starting /nowhere/cc): spawn /nowhere/cc ENOENT
      it needs a C compiler with a static C library (Debian: gcc, libc6-dev); CC names another compiler"
    `);
  });
  it('that does not compile is told with what the compiler says', async () => {
    const trial = Effect.flip(
      Effect.flatMap(temporaryDirectory, (path) => compiled(path, 'trial', 'int main(void) {')),
    );
    const error = await Effect.runPromise(Effect.scoped(trial));
    expect(error.message).toMatch(/^the runner failed \((compiling it with \S+ -static|starting \S+)\): /);
  });
});

describe('a temporary directory', () => {
  it('goes with all that is in it', async () => {
    const left = await Effect.runPromise(
      Effect.scoped(
        Effect.tap(temporaryDirectory, (path) => Effect.promise(() => writeFile(join(path, 'file'), 'text'))),
      ),
    );
    expect(existsSync(left)).toBe(false);
  });
});

describe('the source of the runner', () => {
  it('is one text of all its pieces, with a trace in it or without', () => {
    expect(RUNNER_PIECES.length).toBe(new Set(RUNNER_PIECES).size);
    expect(runnerSource()).toContain('static const char embedded[] =\n\t"";');
    expect(runnerSource('seq a\nmap 0 1 anon\n')).toContain('embedded[] =\n\t"seq a\\n"\n\t"map 0 1 anon\\n";');
  });
  it('has no character in a literal that C might take for another', () => {
    const escaped = runnerSource('seq "?\\é\n').match(/embedded\[\] =\n\t(.*);/)![1];
    expect(escaped).toBe(String.raw`"seq \042\077\134\303\251\n"`);
  });
});
