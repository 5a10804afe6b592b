/** `mmcheck check --trace-dir DIR --trace-form FORM`: what is violated, in another form beside each trace file. */
import * as Effect from 'effect/Effect';
import { type CheckAsked, report, type Setting } from './check.ts';
import type { Finished } from './finished.ts';
import { note } from './progress.ts';
import { readTrace } from './read_trace.ts';
import { FORM_NAMES, type FormName, formOf, TRACE_FORMS } from './trace_forms/forms.ts';
import { retell } from './trace_forms/retell.ts';
import { BadValue, UnknownName } from './unusable.ts';
import { writeText } from './write_trace.ts';

/** Writes the form of one trace file beside it; a trace that cannot have it is told, and is no fault of the search. */
const writeBeside = Effect.fnUntraced(function* (setting: Setting, { kernel }: Finished, from: string, form: FormName) {
  const retold = yield* retell(setting, from, yield* readTrace(from), kernel);
  const text = yield* formOf(setting, retold, from, form).pipe(
    Effect.catchTag('BadFile', ({ message }) => Effect.sync(() => note(setting.err, message.replaceAll('\n', '; ')))),
  );
  if (text === undefined) return;
  yield* writeText(from.replace(/\.json$/, TRACE_FORMS[form].suffix), text);
});

/** `check`, and then the form of each trace that it has written. */
export const checkForms = Effect.fnUntraced(function* (setting: Setting, asked: CheckAsked, named: string) {
  const form = FORM_NAMES.find((one) => one === named);
  if (form === undefined) return yield* new UnknownName({ kind: 'form', asked: named, known: FORM_NAMES });
  if (asked.traceDir === undefined)
    return yield* new BadValue({ flag: '--trace-form', asked: named, takes: 'a form of what --trace-dir DIR writes' });
  const { finished, code } = yield* report(setting, asked);
  for (const run of finished)
    for (const path of Object.values(run.traces)) yield* writeBeside(setting, run, path, form);
  return code;
});
