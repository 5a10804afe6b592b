/** The command line: commands, flags, help and exit codes. All that is known of effect/cli stays in this file. */
import * as NodeRuntime from '@effect/platform-node/NodeRuntime';
import * as NodeServices from '@effect/platform-node/NodeServices';
import * as Cause from 'effect/Cause';
import * as Argument from 'effect/cli/Argument';
import * as CliConfig from 'effect/cli/CliConfig';
import * as CliError from 'effect/cli/CliError';
import * as CliOutput from 'effect/cli/CliOutput';
import * as Command from 'effect/cli/Command';
import * as Flag from 'effect/cli/Flag';
import * as GlobalFlag from 'effect/cli/GlobalFlag';
import * as Effect from 'effect/Effect';
import * as Exit from 'effect/Exit';
import * as Option from 'effect/Option';
import type { Catalogue } from './catalogue.ts';
import { Cells } from './cells.ts';
import { ask } from './ask.ts';
import { check, type ExitCode, type Setting } from './check.ts';
import { conform } from './conform/conform.ts';
import { entry } from './laws/entry.ts';
import { laws } from './laws/laws.ts';
import { explain, find, list } from './lookup.ts';
import { replay } from './replay.ts';
import { fitLines, WIDTH, wrap } from './report/columns.ts';
import type { GroundError } from './conform/ground.ts';
import type { Unusable } from './unusable.ts';

const text = (name: string, metavar: string, says: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(says));
const one = (name: string, metavar: string, says: string) =>
  text(name, metavar, says).pipe(Flag.optional, Flag.map(Option.getOrUndefined));
const many = (name: string, metavar: string, says: string) =>
  text(name, metavar, `${says}; may be repeated`).pipe(Flag.atLeast(0));
const yes = (name: string, says: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(says), Flag.withDefault(false));

const kernelFlags = {
  kernel: many('kernel', 'K', 'A kernel, or all; by default that of the series, or the first of the catalogue'),
  series: many('series', 'NAME[@V]', 'A patch series; without a version: the base, then every version, each in a run'),
  set: many('set', 'TOGGLE=VALUE', 'Sets one toggle, on top of kernel and series'),
};

/** Ends the command with a code; `main` turns it into its value. */
class Ended extends Error {
  readonly _tag = 'Ended';
  readonly code: ExitCode;
  constructor(code: ExitCode) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

const ending = <E>(made: Effect.Effect<ExitCode, E>): Effect.Effect<void, E | Ended> =>
  Effect.flatMap(made, (code) => Effect.fail(new Ended(code)));

const checkCommand = (setting: Setting) =>
  Command.make(
    'check',
    {
      ...kernelFlags,
      arch: one(
        'arch',
        'NAME',
        'Carries the entries of an architecture bit for bit, on a machine of it; see `list architectures`',
      ),
      world: many('world', 'W', "A world to search, or a pattern, as 'pfnmap*'; all by default"),
      size: one(
        'size',
        'quick|standard|deep',
        'How large the worlds are; quick by default. quick takes up to 50 MiB a run, beside some 200 of the program, ' +
          'standard less than 1 GiB, deep all that it may: see --memory-max',
      ),
      property: many(
        'property',
        'P',
        "Judges only the properties named, or that fit a pattern, as 'I-*'; leaves out worlds that have none of them",
      ),
      repaired: yes('repaired', 'Repairs all that `list findings` has of the kernel, to see what is behind it'),
      first: yes('first', 'Stops at the first violation'),
      statesMax: one('states-max', 'N', 'Stops each run after so many states'),
      depthMax: one('depth-max', 'N', 'Expands no state at this distance from the start'),
      secondsMax: one('seconds-max', 'N', 'Stops each run after so many seconds'),
      memoryMax: one(
        'memory-max',
        'MIB',
        'Stops each run when its states take so much, at 120 to 280 bytes each; by default three quarters of what is available',
      ),
      json: yes('json', 'Prints one JSON document'),
      verbose: yes('verbose', 'Names every property that holds; without it they are counted'),
      table: yes('table', 'Prints a table of all properties and kernels, and of states; not what each run finds'),
      traceDir: one('trace-dir', 'DIR', 'Writes one trace file a violation, for `mmcheck replay`'),
      resume: one('resume', 'DIR', 'Keeps there what was found, and goes on from there where it was interrupted'),
    },
    // ^C asks the search to stop (see `run`), and what it has found is still to be printed.
    (asked) => ending(check(setting, asked)).pipe(Effect.uninterruptible),
  ).pipe(
    Command.withDescription(
      'Searches worlds for violations. Exit code: 0 all hold, 1 violated, 2 unusable input, 3 incomplete or unexercised, 130 interrupted.',
    ),
  );

const listCommand = (setting: Setting) =>
  Command.make(
    'list',
    {
      kind: Argument.String(
        'kernels|series|toggles|worlds|operations|properties|findings|questions|architectures|laws',
      ),
      kernel: one('kernel', 'K', 'Of findings, those of this kernel'),
      status: one('status', 'reproduced|known-bug|candidate', 'Of findings, those of this standing'),
      word: one('word', 'W', 'Those that have a word in what they say'),
      json: yes('json', 'Prints JSON'),
    },
    ({ kind, ...how }) => ending(list(setting, kind, how)),
  ).pipe(Command.withDescription('Lists what can be named on the command line'));

const explainCommand = (setting: Setting) =>
  Command.make('explain', { name: Argument.String('name') }, ({ name }) => ending(explain(setting, name))).pipe(
    Command.withDescription('Tells what a name stands for: what it says, cites, mirrors and leaves out'),
  );

const findCommand = (setting: Setting) =>
  Command.make('find', { word: Argument.String('word') }, ({ word }) => ending(find(setting, word))).pipe(
    Command.withDescription('Lists all that has a word in what it says: worlds, properties, operations, findings ...'),
  );

const askCommand = (setting: Setting) =>
  Command.make(
    'ask',
    {
      name: Argument.String('question').pipe(Argument.withDescription('As `mmcheck list questions` names it')),
      brief: yes('brief', 'What the searches ask, how they compare, and the answer; not what each one finds'),
    },
    ({ name, brief }) => ending(ask(setting, name, brief)).pipe(Effect.uninterruptible),
  ).pipe(
    Command.withDescription(
      'Makes the searches that answer a question of a reviewer, and prints the answer. ' +
        'Exit code: 0 they found what it says, 1 they did not, 2 unusable input, 130 interrupted.',
    ),
  );

const replayCommand = (setting: Setting) =>
  Command.make(
    'replay',
    {
      ...kernelFlags,
      file: Argument.String('file').pipe(Argument.withDescription('A trace file, as --trace-dir writes it')),
    },
    ({ file, ...asked }) => ending(replay(setting, file, asked)),
  ).pipe(
    Command.withDescription(
      'Replays a trace file step by step, on its own kernel or on another one, and says where the two part. ' +
        '--kernel and --series name the other kernel from scratch; --set alone changes a toggle of its own. ' +
        'Exit code: 0 the property is not broken, 1 it is, 2 unusable input, or no kernel that was asked has the property.',
    ),
  );

const conformCommand = (setting: Setting) =>
  Command.make(
    'conform',
    {
      against: text('against', 'KERNEL|auto', 'The modelled kernel to compare with; auto asks the real one first').pipe(
        Flag.withDefault('auto'),
      ),
      series: kernelFlags.series,
      set: kernelFlags.set,
      list: yes('list', 'Says what can be compared, what is masked and what is left out, and ends'),
      scope: many('scope', 'NAME', "What to compare, or a pattern, as 'moves*'; by default all that can be asked"),
      level: text('level', 'auto|0..4', 'How much to look at; as much as kernel and user allow by default').pipe(
        Flag.withDefault('auto'),
      ),
      sequences: one('sequences', 'N', 'Random sequences; 1000 by default'),
      seed: one('seed', 'N', 'Of the random sequences; 1 by default'),
      length: one('length', 'N', 'Plays all sequences of N operations, too; 1 by default'),
      trace: many('trace', 'FILE', 'A trace file to play, as `mmcheck check --trace-dir` writes it'),
      kernelImage: one('kernel-image', 'BZIMAGE', 'Boots this kernel in QEMU, and asks it'),
      modules: one('modules', 'DIR', 'Where the modules of that kernel are'),
      machine: one('machine', 'plain|pfnmap|dax', 'What QEMU has beside memory; plain by default'),
      emitC: one('emit-c', 'FILE', 'Writes a C program that plays the first sequence that differs, or the trace'),
      record: one('record', 'FILE', 'Writes what was found alike, for the table of what has been validated'),
      allowKnobs: yes('allow-knobs', 'Allows to set knobs of the running kernel, and to restore them'),
      json: yes('json', 'Prints one JSON document'),
    },
    (asked) => ending(conform(setting, asked)).pipe(Effect.uninterruptible),
  ).pipe(
    Command.withDescription(
      'Plays sequences of the model on a real kernel, and says where the two part. ' +
        'Exit code: 0 nowhere, 1 somewhere, 2 unusable input, 3 nothing was compared, 130 interrupted.',
    ),
  );

const lawsCommand = (setting: Setting) =>
  Command.make(
    'laws',
    {
      arch: many('arch', 'A', "An architecture, or a pattern, as 'x86*'; all by default"),
      kernel: many('kernel', 'K', 'A release whose entries were read, or all; v7.1 by default'),
      series: many(
        'series',
        'NAME[@V]',
        'A patch series, and what it mends and breaks; without a version: the base, then every version',
      ),
      law: many('law', 'L', "Judges only the laws named, or that fit a pattern, as 'PG7*'"),
      patch: one('patch', 'FILE', 'A proposal: TypeScript with functions that replace others (model/proposals)'),
      json: yes('json', 'Prints one JSON document'),
      upstream: yes('upstream', 'Lists the assertions of mm/debug_vm_pgtable.c and what contains each, and ends'),
      verbose: yes('verbose', 'Prints a row of every law, and the counterexamples of every architecture'),
    },
    (asked) => ending(laws(setting, asked)).pipe(Effect.uninterruptible),
  ).pipe(
    Command.withDescription(
      'Judges the laws of page-table entries, bit for bit, for every page protection that there can be. ' +
        'Exit code: 0 all hold, 1 one fails (with --patch: on the patched kernel), 2 unusable input, 3 none applies, 130 interrupted.',
    ),
  );

const entryCommand = (setting: Setting) =>
  Command.make(
    'entry',
    {
      entry: Argument.String('entry').pipe(
        Argument.withDescription("A number, as 0x80000000802002b7, or words, as '2M pfn 0x80200 USR RW PSE A NX pmd'"),
      ),
      arch: one('arch', 'A', 'An architecture; the first of `mmcheck list architectures` by default'),
      level: one(
        'level',
        'pte|pmd|pud|p4d|pgd',
        'Of a number, which does not tell it: pte by default, whatever its bits',
      ),
      kernel: one('kernel', 'K', 'The release whose functions are asked; v7.1 by default'),
      series: one('series', 'NAME@V', 'With a version of a patch series'),
    },
    (asked) => ending(entry(setting, asked)),
  ).pipe(
    Command.withDescription(
      'Says what a page-table entry means: in words, to the hardware, and to the functions of a kernel',
    ),
  );

/** The version, and help that was asked for, are results; anything else belongs on standard error. */
const presenterTo = ({ out, err, version }: Setting): CliOutput.Presenter => {
  const formatter = CliOutput.defaultFormatter({ colors: false });
  return {
    present: (event) =>
      Effect.sync(() => {
        if (event._tag === 'Version') out.write(`mmcheck ${version}\n`);
        else if (event._tag === 'Help')
          (event.reason === 'Requested' ? out : err).write(`${fitLines(formatter.formatHelpDoc(event.helpDoc))}\n`);
        else {
          const messages = event.errors.map(({ message }) =>
            message.replace(/\s*Did you mean this\?\s*/, '\ndid you mean: ').replaceAll(/\n +/g, ', '),
          );
          err.write(unusable([...messages, `try: ${event.commandPath.join(' ')} --help`].join('\n')));
        }
      }),
  };
};

const unusable = (message: string): string => {
  const [first = '', ...more] = message.split('\n');
  return [
    ...wrap(`mmcheck: ${first}`, WIDTH),
    ...more.flatMap((line) => wrap(line, WIDTH - 2).map((each) => `  ${each}`)),
    '',
  ].join('\n');
};

/** Runs one command line, and gives its exit code. */
export const main = (argv: readonly string[], setting: Setting): Effect.Effect<ExitCode> => {
  const root = Command.make('mmcheck').pipe(
    Command.withDescription('A model checker for the semantics of Linux huge mappings'),
    Command.withSubcommands([
      checkCommand(setting),
      listCommand(setting),
      explainCommand(setting),
      findCommand(setting),
      askCommand(setting),
      replayCommand(setting),
      conformCommand(setting),
      lawsCommand(setting),
      entryCommand(setting),
    ]),
  );
  const builtIns = [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions];
  return Command.runWith(root, { version: setting.version })(argv).pipe(
    Effect.as<ExitCode>(0),
    Effect.catch((error: Ended | Unusable | GroundError | CliError.CliError) => {
      if (error instanceof Ended) return Effect.succeed(error.code);
      // Already presented, see `presenterTo`.
      if (!CliError.isCliError(error)) setting.err.write(unusable(error.message));
      return Effect.succeed<ExitCode>(2);
    }),
    Effect.provide([NodeServices.layer, CliConfig.layer({ builtIns }), CliOutput.layerPresenter(presenterTo(setting))]),
  );
};

/** A second signal within a second of the first is the same ^C, passed on by a parent process. */
const AGAIN_MS = 1000;

/** The first ^C lets a search end with what it knows, the second one ends the process. */
const stopOnSignal = (cells: Cells): void => {
  let first = Infinity;
  const onSignal = (): void => {
    if (performance.now() - first > AGAIN_MS) process.exit(130);
    if (first === Infinity) process.stderr.write('mmcheck: stopping; ^C again ends it at once\n');
    first = Math.min(first, performance.now());
    cells.askToStop();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
};

/** The whole process. `module` is the URL of the module that exports `catalogue`. */
export const run = (catalogue: Catalogue, module: string, version: string): void => {
  const cells = new Cells();
  const { stdout: out, stderr: err } = process;
  stopOnSignal(cells);
  out.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has gone, as in `mmcheck … | head`.
    if (error.code === 'EPIPE') process.exit(141);
    err.write(unusable(`the output cannot be written: ${error.message}`));
    process.exit(2);
  });
  NodeRuntime.runMain(main(process.argv.slice(2), { catalogue, module, version, out, err, cells }), {
    disableErrorReporting: true,
    teardown: (exit, exitNow) => {
      // A pipe takes a large document piece by piece; what it has not taken yet would be lost.
      const onExit = (code: number): void => void out.write('', () => err.write('', () => exitNow(code)));
      if (Exit.isSuccess(exit)) return onExit(exit.value as ExitCode);
      if (Cause.hasInterruptsOnly(exit.cause)) return onExit(130);
      const stack =
        process.env['MMCHECK_STACK'] === undefined ? String(Cause.squash(exit.cause)) : Cause.pretty(exit.cause);
      err.write(unusable(`this is a fault of mmcheck: ${stack}`));
      return onExit(2);
    },
  });
};
