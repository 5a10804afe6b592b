/** The forms of a trace, by the names that the command line has for them. */
import type * as Effect from 'effect/Effect';
import { trying } from '../replay.ts';
import type { Unusable } from '../unusable.ts';
import { cForm } from './c.ts';
import { htmlForm } from './html/page.ts';
import { itfForm } from './itf.ts';
import { jsonForm } from './json.ts';
import { litmusForm } from './litmus.ts';
import type { Retold } from './retell.ts';
import { textForm } from './text.ts';

interface TraceForm {
  /** How the name of a file of this form ends. */
  readonly suffix: string;
  /** `path`: of the trace, for what is said of one that cannot have this form. */
  readonly write: (retold: Retold, path: string) => Effect.Effect<string, Unusable>;
}

const always =
  (write: (retold: Retold) => string): TraceForm['write'] =>
  (retold) =>
    trying(() => write(retold));

export const TRACE_FORMS = {
  text: { suffix: '.txt', write: always(textForm) },
  json: { suffix: '.json', write: always(jsonForm) },
  itf: { suffix: '.itf.json', write: always(itfForm) },
  litmus: { suffix: '.litmus', write: always(litmusForm) },
  c: { suffix: '.c', write: cForm },
  html: { suffix: '.html', write: always(htmlForm) },
} as const satisfies Readonly<Record<string, TraceForm>>;

export type FormName = keyof typeof TRACE_FORMS;
export const FORM_NAMES = Object.keys(TRACE_FORMS) as readonly FormName[];
