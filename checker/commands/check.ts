/** `mmcheck check` on the command line. */
import * as Argument from 'effect/cli/Argument';
import * as Command from 'effect/cli/Command';
import * as Effect from 'effect/Effect';
import { check, type ExitCode, type Setting } from '../check.ts';
import { checkForms } from '../check_forms.ts';
import { checkLitmus } from '../check_litmus.ts';
import { FORM_NAMES } from '../trace_forms/forms.ts';
import type { Unusable } from '../unusable.ts';
import { ending } from './ended.ts';
import { ciFlags, kernelFlags, limitFlags, one, resume, worldFlags, yes } from './flags.ts';

export const checkCommand = (setting: Setting) =>
  Command.make(
    'check',
    {
      files: Argument.String('file').pipe(
        Argument.withDescription('A litmus file, or a directory of them, to run instead of a search'),
        Argument.atLeast(0),
      ),
      ...kernelFlags,
      ...worldFlags,
      repaired: yes('repaired', 'Repairs all that `list findings` has of the kernel, to see what is behind it'),
      ...limitFlags,
      ...ciFlags,
      json: yes('json', 'Prints one JSON document'),
      verbose: yes('verbose', 'Names every property that holds; without it they are counted'),
      table: yes('table', 'Prints a table of all properties and kernels, and of states; not what each run finds'),
      traceDir: one('trace-dir', 'DIR', 'Writes one trace file a violation, for `mmcheck replay`'),
      traceForm: one('trace-form', 'FORM', `Writes each trace in this form, too: ${FORM_NAMES.join(', ')}`),
      resume,
    },
    // ^C asks the search to stop (see `run`), and what it has found is still to be printed.
    ({ files, traceForm, ...asked }) => {
      const made = (): Effect.Effect<ExitCode, Unusable> => {
        if (files.length > 0) return checkLitmus(setting, files, { ...asked, traceForm });
        return traceForm === undefined ? check(setting, asked) : checkForms(setting, asked, traceForm);
      };
      return ending(made()).pipe(Effect.uninterruptible);
    },
  ).pipe(
    Command.withDescription(
      'Searches worlds for violations. Exit code: 0 all hold, 1 violated, 2 unusable input, 3 incomplete or unexercised, ' +
        'or a patch is never called, 130 interrupted.',
    ),
  );
