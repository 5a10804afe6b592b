/** The kernel that runs here: some hundred sequences must come out as the model says, with root and without. */
import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import * as Effect from 'effect/Effect';
import { Cells } from '../../../checker/cells.ts';
import type { ConformAsked } from '../../../checker/conform/asked.ts';
import type { Play } from '../../../checker/conform/batch.ts';
import { conform } from '../../../checker/conform/conform.ts';
import type { Ground } from '../../../checker/conform/ground.ts';
import { type Header, readRunnerLine } from '../../../checker/conform/read_seen.ts';
import { RunnerFailed } from '../../../checker/conform/runner_failed.ts';
import { compiledRunner, playHere, runProgram, temporaryDirectory } from '../../../checker/conform/runner_process.ts';
import { RELEASES } from '../../../model/releases/releases.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { capture } from '../command_line.ts';

const ASKED: ConformAsked = {
  level: 'auto',
  sequences: '300',
  seed: '1',
  length: '0',
  scope: [],
  trace: [],
  against: 'auto',
  series: [],
  set: [],
  list: false,
  allowKnobs: false,
  json: false,
};

type User = 'as who runs this' | 'as nobody';
const isRoot = process.getuid?.() === 0;

const NOBODY = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', '--no-new-privs'];

/** Plays with the rights of somebody who has none. */
const playAsNobody =
  (program: string): Play<RunnerFailed> =>
  (text, onLine) =>
    Effect.as(
      runProgram('setpriv', [...NOBODY, program], text, (line) => onLine(readRunnerLine(line))),
      {},
    );

const groundFor = Effect.fnUntraced(function* (user: User) {
  const program = yield* compiledRunner(yield* temporaryDirectory);
  yield* Effect.promise(() => chmod(dirname(program), 0o755));
  const play: Play<RunnerFailed> =
    user === 'as nobody' ? playAsNobody(program) : (text, onLine) => playHere(program, text, onLine);
  let header: Header | undefined;
  yield* play('', (line) => {
    if (line._tag === 'header') ({ header } = line);
  });
  if (header === undefined) return yield* new RunnerFailed({ doing: 'asking it what it can see', why: 'no answer' });
  const ground: Ground = { machine: 'live', header, play, batch: 200, reports: [], lacks: new Map() };
  return ground;
});

/** Why nothing can be compared here; undefined when it can. */
const unusable = ({ header: { features } }: Ground): string | undefined => {
  const thp = String(features['thp']);
  return ['madvise', 'always'].includes(thp) ? undefined : `transparent huge pages are ${thp}`;
};

/** The runner cannot be built, or nobody cannot be played: a fault of this machine. Anything else is one of ours. */
const isMissing = ({ doing }: RunnerFailed): boolean => /^(compiling|starting) /.test(doing);

const comparedOn = Effect.fnUntraced(function* (ground: Ground) {
  const [out, err] = [capture(), capture()];
  const grounds = { live: Effect.succeed(ground), vm: () => Effect.die('nothing is booted here') };
  const setting = { catalogue, module: '', version: '0.0.0', out, err, cells: new Cells() };
  const code = yield* conform(setting, ASKED, grounds);
  return { level: ground.header.level, result: `exit code ${code}\n${out.text()}` };
});

type Compared = { readonly why: string } | { readonly level: number; readonly result: string };

const compareLive = Effect.fnUntraced(function* (user: User) {
  const ground = yield* groundFor(user);
  const why = unusable(ground);
  const compared: Compared = why === undefined ? yield* comparedOn(ground) : { why };
  return compared;
}, Effect.scoped);

const orMissing = (error: unknown): Effect.Effect<Compared, unknown> =>
  error instanceof RunnerFailed && isMissing(error) ? Effect.succeed({ why: error.message }) : Effect.fail(error);

/** The comparison, or the end of the test with a word why. */
const played = async (skip: TestContext['skip'], user: User) => {
  const came = await Effect.runPromise(compareLive(user).pipe(Effect.catch(orMissing)));
  if (!('why' in came)) return came;
  process.stderr.write(`live.test.ts: skipped: ${came.why}\n`);
  return skip(came.why);
};

/** Of a kernel that is no modelled release it is printed what it does otherwise, and not judged. */
const isNews = (result: string): boolean => {
  const series = /Linux (\d+\.\d+)/.exec(result)?.[1] ?? '';
  const modelled = RELEASES.some((name) => name.startsWith(`v${series}.`) || name === `v${series}`);
  const news = !modelled && !result.startsWith('exit code 0\n');
  if (news) process.stderr.write(`live.test.ts: Linux ${series} is not modelled, and differs\n${result}\n`);
  return news;
};

describe('the kernel that runs here', { timeout: 30_000 }, () => {
  it('does what the model says, seen by who runs this', async ({ skip }) => {
    const { result } = await played(skip, 'as who runs this');
    skip(isNews(result), 'this kernel is not modelled');
    expect(result).toMatch(/^exit code 0\n/);
  });
  it.skipIf(!isRoot)('does what the model says, seen by nobody', async ({ skip }) => {
    const { result, level } = await played(skip, 'as nobody');
    expect(level).toBe(0);
    skip(isNews(result), 'this kernel is not modelled');
    expect(result).toMatch(/^exit code 0\n/);
  });
});
