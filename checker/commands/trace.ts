/** `mmcheck trace` on the command line. */
import * as Argument from 'effect/cli/Argument';
import * as Command from 'effect/cli/Command';
import type { Setting } from '../check.ts';
import { trace } from '../trace.ts';
import { FORM_NAMES } from '../trace_forms/forms.ts';
import { ending } from './ended.ts';
import { kernelFlags, one, text } from './flags.ts';

export const traceCommand = (setting: Setting) =>
  Command.make(
    'trace',
    {
      ...kernelFlags,
      to: text('to', 'FORM', `The form to write it in: ${FORM_NAMES.join(', ')}`),
      out: one('out', 'PATH', 'Where to write it; standard output by default'),
      file: Argument.String('file').pipe(
        Argument.withDescription('A trace file, as `check --trace-dir` writes it, or a litmus file'),
      ),
    },
    ({ file, ...asked }) => ending(trace(setting, file, asked)),
  ).pipe(
    Command.withDescription(
      'Writes a trace in another form: text for a mail, JSON, ITF for viewers of traces, a litmus file that `check` runs, ' +
        'a C program that asks a real kernel, a page of HTML that draws every state. ' +
        'Exit code: 0 it is written, 2 unusable input, or a trace that the form cannot have.',
    ),
  );
