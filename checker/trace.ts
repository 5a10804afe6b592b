/** `mmcheck trace`: a trace file, or a scenario in a litmus file, in another form. */
import * as Effect from 'effect/Effect';
import type { ExitCode, Setting } from './check.ts';
import { readLitmus, SUFFIX } from './litmus/read_litmus.ts';
import { find } from './named.ts';
import { type AskedKernel, kernelsOf } from './plan.ts';
import { note } from './progress.ts';
import { readTrace } from './read_trace.ts';
import { askedOr, kernelsFor } from './replay.ts';
import { FORM_NAMES, formOf } from './trace_forms/forms.ts';
import { retell, type Retold } from './trace_forms/retell.ts';
import { BadValue, UnknownName } from './unusable.ts';
import { writeText } from './write_trace.ts';

export interface TraceAsked extends AskedKernel {
  readonly to: string;
  /** Where to write; standard output by default. */
  readonly out?: string | undefined;
}

/** A trace, and the one kernel that it goes on. */
const asked = Effect.fnUntraced(function* (setting: Setting, path: string, flags: AskedKernel) {
  if (path.endsWith(SUFFIX)) return yield* readLitmus(setting, path, flags);
  const trace = yield* readTrace(path);
  const entry = yield* find('world', trace.world, setting.catalogue.worlds);
  const kernels = yield* kernelsFor(setting, entry, yield* kernelsOf(setting.catalogue, yield* askedOr(flags, trace)));
  if (kernels.length > 1)
    return yield* new BadValue({ flag: 'trace', asked: `${kernels.length} of them`, takes: 'one kernel' });
  return { trace, kernel: kernels[0]! };
});

/** A trace file that goes another way than it was recorded is a trace of something else. */
const warn = ({ err }: Setting, path: string, { partings, trace, story }: Retold): void => {
  const [first] = partings;
  if (path.endsWith(SUFFIX) || first === undefined) return;
  if (first.how === 'not enabled')
    note(err, `${path} ends here after ${story.length} of ${trace.steps.length} operations: the next is not possible`);
  else note(err, `${path} goes another way here than it was recorded, from step ${first.step} on`);
};

export const trace = Effect.fnUntraced(function* (setting: Setting, path: string, { to, out, ...flags }: TraceAsked) {
  const form = FORM_NAMES.find((one) => one === to);
  if (form === undefined) return yield* new UnknownName({ kind: 'form', asked: to, known: FORM_NAMES });
  const of = yield* asked(setting, path, flags);
  const retold = yield* retell(setting, path, of.trace, of.kernel);
  warn(setting, path, retold);
  const text = yield* formOf(setting, retold, path, form);
  if (out === undefined) setting.out.write(text);
  else yield* writeText(out, text);
  const code: ExitCode = 0;
  return code;
});
