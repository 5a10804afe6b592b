/** What is asked: the running kernel, or one that is booted for it; each plays texts, and says what it is. */
import { readFileSync } from 'node:fs';
import * as Effect from 'effect/Effect';
import type { Play } from './batch.ts';
import { isTurned, type Knob, turned } from './knobs.ts';
import type { MachineName } from './levels.ts';
import { type Header, readRunnerLine, type RunnerLine } from './read_seen.ts';
import { type KnobFailed, type NeedsFlag, RunnerFailed, type TooMuch } from './runner_failed.ts';
import { compiled, compiledRunner, playHere, temporaryDirectory } from './runner_process.ts';
import type { KernelReport } from './vm/console.ts';
import type { Lack } from './vm/guest.ts';
import type { KernelImage } from './vm/kernel_image.ts';
import type { Machine } from './vm/machines.ts';
import { runInVm } from './vm/run_in_vm.ts';
import type { VmError } from './vm/vm_error.ts';

export type GroundError = RunnerFailed | KnobFailed | TooMuch | NeedsFlag | VmError;

/** A report of the kernel, and the last result before it: that operation, or the one behind it, did it. */
export interface Said extends KernelReport {
  readonly op: string;
}

export interface Ground {
  readonly machine: MachineName;
  readonly header: Header;
  readonly play: Play<GroundError>;
  /** Sequences that are played at a time: a virtual machine is booted for each batch. */
  readonly batch: number;
  /** What a kernel that was booted here said of itself going wrong, and what it did not offer. */
  readonly reports: Said[];
  readonly lacks: Map<string, Lack>;
}

/** What the runner says of itself and of the kernel. */
const headerOf = Effect.fnUntraced(function* (play: Play<GroundError>) {
  let header: Header | undefined;
  yield* play('', (line) => {
    if (line._tag === 'header') ({ header } = line);
  });
  if (header === undefined) return yield* new RunnerFailed({ doing: 'asking it what it can see', why: 'no answer' });
  return header;
});

/** Enough to forget the start of the program, few enough for progress. */
const BATCH_HERE = 200;
/** Some minutes under TCG. */
const BATCH_IN_VM = 10_000;

export const liveGround = Effect.gen(function* () {
  const program = yield* compiledRunner(yield* temporaryDirectory);
  const play: Play<GroundError> = (text, onLine, knobs = []) =>
    Effect.scoped(
      Effect.andThen(
        Effect.forEach(
          knobs.filter((one) => !isTurned(one)),
          turned,
        ),
        playHere(program, text, onLine),
      ),
    );
  const ground: Ground = {
    machine: 'live',
    header: yield* headerOf(play),
    play,
    batch: BATCH_HERE,
    reports: [],
    lacks: new Map(),
  };
  return ground;
});

const initSource = (): string => readFileSync(new URL('./vm/init.c', import.meta.url), 'utf8');

const KNOBS = 'knobs';
const withKnobs = (machine: Machine, knobs: readonly Knob[]): Machine => {
  const setup = knobs.map(({ path, value }) => `write ${path} ${value}`);
  const offer = { name: KNOBS, says: setup.join(', '), modules: [], setup };
  return setup.length === 0 ? machine : { ...machine, offers: [...machine.offers, offer] };
};

/** A line that is cut short is the last of a kernel that died. */
const read = (line: string): RunnerLine | undefined => {
  try {
    return readRunnerLine(line);
  } catch {
    return undefined;
  }
};

/** `strict`: a warning ends the kernel, as a debug kernel is run. */
export const vmGround = Effect.fnUntraced(function* (machine: Machine, image: KernelImage, strict = false) {
  const directory = yield* temporaryDirectory;
  const runner = yield* compiledRunner(directory);
  const init = yield* compiled(directory, 'init', initSource());
  const reports: Said[] = [];
  const commandLine = strict ? ['panic_on_warn=1'] : [];
  const lacks = new Map<string, Lack>();
  const play: Play<GroundError> = Effect.fnUntraced(function* (trace, onLine, knobs = []) {
    const ops: string[] = [];
    const onText = (text: string): void => {
      const line = read(text);
      ops.push(line?._tag === 'step' ? line.op : (line?._tag ?? 'a line that is cut short'));
      if (line !== undefined) onLine(line);
    };
    const fitted = withKnobs(machine, knobs);
    const played = yield* runInVm({ machine: fitted, image, runner, init, trace, onLine: onText, commandLine });
    reports.push(...played.reports.map((one) => ({ ...one, op: ops[one.after - 1] ?? 'nothing' })));
    for (const lack of played.lacks) if (lack.offer !== KNOBS) lacks.set(lack.offer, lack);
    return { missing: played.lacks.find(({ offer }) => offer === KNOBS)?.why };
  });
  const ground: Ground = {
    machine: machine.name as MachineName,
    header: yield* headerOf(play),
    play,
    batch: BATCH_IN_VM,
    reports,
    lacks,
  };
  return ground;
});
