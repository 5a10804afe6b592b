/** The forms of a trace, by the names that the command line has for them. */
import type { Retold } from './retell.ts';
import { itfForm } from './itf.ts';
import { jsonForm } from './json.ts';
import { htmlForm } from './html/page.ts';
import { litmusForm } from './litmus.ts';
import { textForm } from './text.ts';

interface TraceForm {
  /** How the name of a file of this form ends. */
  readonly suffix: string;
  readonly write: (retold: Retold) => string;
}

export const TRACE_FORMS = {
  text: { suffix: '.txt', write: textForm },
  json: { suffix: '.json', write: jsonForm },
  itf: { suffix: '.itf.json', write: itfForm },
  litmus: { suffix: '.litmus', write: litmusForm },
  html: { suffix: '.html', write: htmlForm },
} as const satisfies Readonly<Record<string, TraceForm>>;

export type FormName = keyof typeof TRACE_FORMS;
export const FORM_NAMES = Object.keys(TRACE_FORMS) as readonly FormName[];
