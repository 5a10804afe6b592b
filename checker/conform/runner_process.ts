/** Builds the runner, and runs it on this machine: text in, lines out. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as Effect from 'effect/Effect';
import { runnerSource } from './runner_source.ts';
import { readRunnerLine, type RunnerLine } from './read_seen.ts';
import { RunnerFailed } from './runner_failed.ts';
import { scopedDirectory } from './scoped_directory.ts';

export interface Ended {
  readonly code: number | null;
  readonly err: string;
}

/** Runs a program with `input` on its standard input; `onLine` gets what it prints. Interruption kills it. */
export const runProgram = (
  file: string,
  args: readonly string[],
  input: string,
  onLine: (line: string) => void,
): Effect.Effect<Ended, RunnerFailed> =>
  Effect.callback<Ended, RunnerFailed>((resume) => {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('error', (cause) =>
      resume(Effect.fail(new RunnerFailed({ doing: `starting ${file}`, why: cause.message }))),
    );
    // It may end before it has read everything: that shows in what it prints.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const lines = createInterface({ input: child.stdout });
    lines.on('line', onLine);
    const closed = new Promise<void>((done) => lines.once('close', () => done()));
    child.once('close', (code) => void closed.then(() => resume(Effect.succeed({ code, err }))));
    return Effect.sync(() => child.kill('SIGKILL'));
  });

/** A directory that goes with the scope, or with the process. */
export const temporaryDirectory = scopedDirectory(
  'mmcheck-',
  (cause) => new RunnerFailed({ doing: 'making a temporary directory', why: String(cause) }),
);

/** As make takes it: with arguments, if there are any. */
const [COMPILER = 'cc', ...COMPILER_ARGUMENTS] = (process.env['CC'] ?? 'cc').split(' ').filter((word) => word !== '');

/** Compiles a C program, statically: it runs in an empty virtual machine, too. Returns the path of the program. */
export const compiled = Effect.fnUntraced(function* (directory: string, name: string, source: string) {
  const [file, program] = [join(directory, `${name}.c`), join(directory, name)];
  yield* Effect.promise(() => writeFile(file, source));
  const { code, err } = yield* runProgram(
    COMPILER,
    [...COMPILER_ARGUMENTS, '-static', '-O2', '-o', program, file],
    '',
    () => undefined,
  );
  if (code !== 0) return yield* new RunnerFailed({ doing: `compiling it with ${COMPILER} -static`, why: err.trim() });
  return program;
});

export const compiledRunner = (directory: string) => compiled(directory, 'runner', runnerSource());

/** Plays a text on this machine. */
export const playHere = Effect.fnUntraced(function* (
  program: string,
  text: string,
  onLine: (line: RunnerLine) => void,
) {
  let wrong: string | undefined;
  const { code, err } = yield* runProgram(program, [], text, (line) => {
    try {
      onLine(readRunnerLine(line));
    } catch (error) {
      wrong ??= String(error);
    }
  });
  if (wrong !== undefined) return yield* new RunnerFailed({ doing: 'reading what it prints', why: wrong });
  // 3: a step took too long; 128 and a signal: ^C reaches it, too. What it had not played is not there, and counted.
  if (code === 1 || code === 2)
    return yield* new RunnerFailed({ doing: 'running it', why: `exit code ${code}: ${err.trim()}` });
  return {};
});
