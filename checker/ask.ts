/** `mmcheck ask`: makes the searches that answer a question, and says whether they found what the answer says. */
import * as Effect from 'effect/Effect';
import type { QuestionEntry, QuestionOutcome, QuestionSearch } from './catalogue.ts';
import { report, type Setting } from './check.ts';
import type { Finished } from './finished.ts';
import { find } from './named.ts';
import type { Out } from './progress.ts';
import { hang } from './report/columns.ts';
import { grid, type Row } from './report/matrix.ts';

const asked = ({ kernel, compares, set = [], world, property }: QuestionSearch) => ({
  kernel: [kernel],
  series: compares?.series ?? [],
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

/** What a search found of each kernel, and what it was to find; '' where no series are compared. */
interface Found {
  readonly series: string;
  readonly runs: readonly Finished[];
  readonly outcome: QuestionOutcome | 'undecided';
  readonly expected: QuestionOutcome | undefined;
}

const foundBy = ({ compares, property, finds }: QuestionSearch, runs: readonly Finished[]): readonly Found[] =>
  (compares?.series ?? ['']).map((series) => {
    const own = series === '' ? runs : runs.filter(({ kernel }) => kernel.series.includes(series));
    const expected = typeof finds === 'string' ? finds : finds[series];
    return { series, runs: own, outcome: outcomeOf(own, property), expected };
  });

const SIGNS = { holds: '·', unexercised: '-', undecided: '?', violated: '' } as const;

/** The length of the shortest trace that violates one of the properties, or how it stands. */
const cellOf = ({ runs, outcome }: Found, property: readonly string[]): string => {
  const lengths = runs.flatMap(({ told }) =>
    told.properties.flatMap(({ name, counterexample }) =>
      property.includes(name) && counterexample !== undefined ? [counterexample.length] : [],
    ),
  );
  return lengths.length === 0 ? SIGNS[outcome] : `${Math.min(...lengths)}`;
};

/** What is compared, side by side: a row a search, a column a version. */
const comparison = (searches: readonly QuestionSearch[], found: readonly (readonly Found[])[]): readonly string[] => {
  const rows = searches.flatMap(({ compares, property }, i): readonly Row[] =>
    compares === undefined ? [] : [{ name: compares.row, cells: found[i]!.map((one) => cellOf(one, property)) }],
  );
  if (rows.length === 0) return [];
  const heads = searches.find(({ compares }) => compares !== undefined)!.compares!.series;
  return [
    '',
    'Shortest trace that violates it; · holds, - unexercised, ? undecided',
    ...grid(
      heads.map((head) => head.slice(head.indexOf('@') + 1)),
      rows,
    ),
  ];
};

const heading = ({ name, says, cites }: QuestionEntry): string =>
  [
    ...hang(`${name}  `, says),
    ...(cites === undefined ? [] : hang(`${' '.repeat(name.length)}  asked by `, cites)),
  ].join('\n');

const unlikeIn = (found: readonly (readonly Found[])[]): readonly string[] =>
  found.flatMap((all, i) =>
    all.flatMap(({ series, outcome, expected }) =>
      outcome === expected
        ? []
        : [`search ${i + 1}${series === '' ? '' : `, ${series}`}: ${outcome}, not ${expected ?? 'known'}`],
    ),
  );

const silent: Out = { write: () => undefined };

/** `brief`: the reports of the searches are left out. */
export const ask = Effect.fnUntraced(function* (setting: Setting, name: string, brief = false) {
  const { catalogue, out } = setting;
  const question = yield* find('question', name, catalogue.questions);
  out.write(`${heading(question)}\n`);
  const found: (readonly Found[])[] = [];
  for (const [i, search] of question.searches.entries()) {
    out.write(
      `${brief && i > 0 ? '' : '\n'}${hang(`Search ${i + 1}: `, search.asks).join('\n')}\n${brief ? '' : '\n'}`,
    );
    const { code, finished } = yield* report(brief ? { ...setting, out: silent } : setting, asked(search));
    if (code === 130 || code === 2) return code;
    found.push(foundBy(search, finished));
  }
  const unlike = unlikeIn(found);
  out.write(`${[...comparison(question.searches, found), '', ...hang('Answer: ', question.answer)].join('\n')}\n`);
  const searches = `${question.searches.length} ${question.searches.length === 1 ? 'search' : 'searches'}`;
  if (question.searches.length === 0) out.write('\nNo search is made: only reading answers it.\n');
  else if (unlike.length === 0) out.write(`\nThe ${searches} found what the answer says.\n`);
  else
    out.write(
      `\n${hang('Otherwise than the answer says: ', unlike.join('; ')).join('\n')}\nIt is wrong, or the model is, or nothing was decided.\n`,
    );
  return unlike.length === 0 ? 0 : 1;
});
