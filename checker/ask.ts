/** `mmcheck ask`: makes the searches that answer a question, and says whether they found what the answer says. */
import * as Effect from 'effect/Effect';
import type { QuestionEntry, QuestionSearch } from './catalogue.ts';
import { check, type ExitCode, type Setting } from './check.ts';
import { hang } from './report/columns.ts';
import { find } from './plan.ts';

const asked = ({ kernel, set = [], world, property }: QuestionSearch) => ({
  kernel: [kernel],
  series: [],
  set,
  world,
  property,
  first: false,
  json: false,
  verbose: false,
});

const FOUND: Readonly<Record<QuestionSearch['finds'], ExitCode>> = { holds: 0, violated: 1 };

const heading = ({ name, says, cites }: QuestionEntry): string =>
  [
    ...hang(`${name}  `, says),
    ...(cites === undefined ? [] : hang(`${' '.repeat(name.length)}  asked by `, cites)),
  ].join('\n');

export const ask = Effect.fnUntraced(function* (setting: Setting, name: string) {
  const { catalogue, out } = setting;
  const question = yield* find('question', name, catalogue.questions);
  out.write(`${heading(question)}\n`);
  let unlike = 0;
  for (const [i, search] of question.searches.entries()) {
    out.write(`\n${hang(`Search ${i + 1}: `, search.asks).join('\n')}\n\n`);
    const code = yield* check(setting, asked(search));
    // What nothing exercises holds, too.
    if (code === 130 || code === 2) return code;
    if ((code === 1 ? 1 : 0) !== FOUND[search.finds]) unlike++;
  }
  out.write(`\n${hang('Answer: ', question.answer).join('\n')}\n`);
  const searches = `${question.searches.length} ${question.searches.length === 1 ? 'search' : 'searches'}`;
  if (question.searches.length === 0) out.write('\nNo search is made: only reading answers it.\n');
  else if (unlike === 0) out.write(`\nThe ${searches} found what the answer says.\n`);
  else out.write(`\nOf the ${searches}, ${unlike} did not find what the answer says: it is wrong, or the model is.\n`);
  return unlike === 0 ? 0 : 1;
});
