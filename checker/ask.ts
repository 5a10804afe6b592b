/** `mmcheck ask`: makes the searches that answer a question, and says whether they found what the answer says. */
import * as Effect from 'effect/Effect';
import type { QuestionEntry, QuestionOutcome, QuestionSearch } from './catalogue.ts';
import { report, type Setting } from './check.ts';
import type { Finished } from './finished.ts';
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

/** Each property has to hold somewhere, and to be decided everywhere, before the search may say so. */
const outcomeOf = (runs: readonly Finished[], property: readonly string[]): QuestionOutcome | 'undecided' => {
  const verdicts = property.map((name) =>
    runs.flatMap(({ told }) => told.properties.filter((one) => one.name === name).map(({ verdict }) => verdict)),
  );
  if (verdicts.flat().includes('violated')) return 'violated';
  if (verdicts.flat().includes('unknown')) return 'undecided';
  return verdicts.every((one) => one.includes('holds')) ? 'holds' : 'unexercised';
};

const heading = ({ name, says, cites }: QuestionEntry): string =>
  [
    ...hang(`${name}  `, says),
    ...(cites === undefined ? [] : hang(`${' '.repeat(name.length)}  asked by `, cites)),
  ].join('\n');

export const ask = Effect.fnUntraced(function* (setting: Setting, name: string) {
  const { catalogue, out } = setting;
  const question = yield* find('question', name, catalogue.questions);
  out.write(`${heading(question)}\n`);
  const unlike: string[] = [];
  for (const [i, search] of question.searches.entries()) {
    out.write(`\n${hang(`Search ${i + 1}: `, search.asks).join('\n')}\n\n`);
    const { code, finished } = yield* report(setting, asked(search));
    if (code === 130 || code === 2) return code;
    const outcome = outcomeOf(finished, search.property);
    if (outcome !== search.finds) unlike.push(`search ${i + 1}: ${outcome}, not ${search.finds}`);
  }
  out.write(`\n${hang('Answer: ', question.answer).join('\n')}\n`);
  const searches = `${question.searches.length} ${question.searches.length === 1 ? 'search' : 'searches'}`;
  if (question.searches.length === 0) out.write('\nNo search is made: only reading answers it.\n');
  else if (unlike.length === 0) out.write(`\nThe ${searches} found what the answer says.\n`);
  else
    out.write(
      `\n${hang('Otherwise than the answer says: ', unlike.join('; ')).join('\n')}\nIt is wrong, or the model is, or nothing was decided.\n`,
    );
  return unlike.length === 0 ? 0 : 1;
});
