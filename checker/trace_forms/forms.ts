/** The forms of a trace, by the names that the command line has for them. */
import * as Effect from 'effect/Effect';
import type { Setting } from '../check.ts';
import { trying } from '../replay.ts';
import type { Unusable } from '../unusable.ts';
import { cForm } from './c.ts';
import { htmlForm } from './html/page.ts';
import { itfForm } from './itf.ts';
import { jsonForm } from './json.ts';
import { litmusForm } from './litmus.ts';
import { type Retold, withRest } from './retell.ts';
import { textForm } from './text.ts';

interface TraceForm {
  /** How the name of a file of this form ends. */
  readonly suffix: string;
  /** Whether it says what a violation rests on. */
  readonly rests: boolean;
  /** `path`: of the trace, for what is said of one that cannot have this form. */
  readonly write: (retold: Retold, path: string) => Effect.Effect<string, Unusable>;
}

const always =
  (write: (retold: Retold) => string): TraceForm['write'] =>
  (retold) =>
    trying(() => write(retold));

export const TRACE_FORMS = {
  text: { suffix: '.txt', rests: true, write: always(textForm) },
  json: { suffix: '.json', rests: false, write: always(jsonForm) },
  itf: { suffix: '.itf.json', rests: false, write: always(itfForm) },
  litmus: { suffix: '.litmus', rests: false, write: always(litmusForm) },
  c: { suffix: '.c', rests: false, write: cForm },
  html: { suffix: '.html', rests: true, write: always(htmlForm) },
} as const satisfies Readonly<Record<string, TraceForm>>;

export type FormName = keyof typeof TRACE_FORMS;
export const FORM_NAMES = Object.keys(TRACE_FORMS) as readonly FormName[];

/** A trace in a form. */
export const formOf = Effect.fnUntraced(function* (setting: Setting, retold: Retold, path: string, name: FormName) {
  const { rests, write } = TRACE_FORMS[name];
  return yield* write(rests ? yield* trying(() => withRest(setting, retold)) : retold, path);
});
