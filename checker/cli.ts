/** The command line: its commands, help and exit codes. What is known of effect/cli stays here, and in commands/. */
import * as NodeRuntime from '@effect/platform-node/NodeRuntime';
import * as NodeServices from '@effect/platform-node/NodeServices';
import * as Cause from 'effect/Cause';
import * as CliConfig from 'effect/cli/CliConfig';
import * as CliError from 'effect/cli/CliError';
import * as CliOutput from 'effect/cli/CliOutput';
import * as Command from 'effect/cli/Command';
import * as GlobalFlag from 'effect/cli/GlobalFlag';
import * as Effect from 'effect/Effect';
import * as Exit from 'effect/Exit';
import type { Catalogue } from './catalogue.ts';
import { Cells } from './cells.ts';
import type { ExitCode, Setting } from './check.ts';
import { askCommand } from './commands/ask.ts';
import { bugsCommand } from './commands/bugs.ts';
import { checkCommand } from './commands/check.ts';
import { conformCommand } from './commands/conform.ts';
import { equivCommand } from './commands/equiv.ts';
import { entryCommand } from './commands/entry.ts';
import { explainCommand } from './commands/explain.ts';
import { findCommand } from './commands/find.ts';
import { impactCommand } from './commands/impact.ts';
import { graphCommand } from './commands/graph.ts';
import { lawsCommand } from './commands/laws.ts';
import { listCommand } from './commands/list.ts';
import { newPatchCommand } from './commands/new_patch.ts';
import { replayCommand } from './commands/replay.ts';
import { traceCommand } from './commands/trace.ts';
import { validateCommand } from './commands/validate.ts';
import { walkCommand } from './commands/walk.ts';
import { Ended } from './commands/ended.ts';
import { Guard } from './own_file/guard.ts';
import { watchMain } from './own_file/watch_main.ts';
import { fitLines } from './report/columns.ts';
import { unusable } from './report/unusable_text.ts';
import { signalsFor } from './signals.ts';
import type { GroundError } from './conform/ground.ts';
import type { Unusable } from './unusable.ts';

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

/** Runs one command line, and gives its exit code. */
export const main = (argv: readonly string[], setting: Setting): Effect.Effect<ExitCode> => {
  const root = Command.make('mmcheck').pipe(
    Command.withDescription('A model checker for the semantics of Linux huge mappings'),
    Command.withSubcommands([
      checkCommand(setting),
      bugsCommand(setting),
      listCommand(setting),
      explainCommand(setting),
      findCommand(setting),
      askCommand(setting),
      validateCommand(setting),
      impactCommand(setting),
      newPatchCommand(setting),
      equivCommand(setting),
      replayCommand(setting),
      traceCommand(setting),
      graphCommand(setting),
      conformCommand(setting),
      lawsCommand(setting),
      entryCommand(setting),
      walkCommand(setting),
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

/** The whole process. `module` is the URL of the module that exports `catalogue`. */
export const run = (catalogue: Catalogue, module: string, version: string): void => {
  const cells = new Cells();
  const { stdout: out, stderr: err } = process;
  const signals = signalsFor(cells);
  const watch = watchMain();
  const runs = (path: string): void => {
    watch(path);
    signals.end();
  };
  out.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has gone, as in `mmcheck … | head`.
    if (error.code === 'EPIPE') process.exit(141);
    err.write(unusable(`the output cannot be written: ${error.message}`));
    process.exit(2);
  });
  const made = main(process.argv.slice(2), { catalogue, module, version, out, err, cells });
  NodeRuntime.runMain(Effect.provideService(made, Guard, { runs, searches: signals.stop }), {
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
