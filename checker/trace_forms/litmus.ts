/** A trace as a litmus file, which `mmcheck check` runs: see checker/litmus/syntax.ts. */
import { wrap } from '../report/columns.ts';
import { call, unusual } from '../report/trace_text.ts';
import type { Retold } from './retell.ts';

const WIDTH = 80;

const comment = (text: string): readonly string[] => wrap(text, WIDTH - 2).map((line) => `# ${line}`);

/** The operation, and behind it, or below it where that is too wide, the answers that are not plain. */
const callLines = (step: Retold['story']['steps'][number]): readonly string[] => {
  const called = call(step);
  const answers = unusual(step);
  if (answers.length === 0) return [called];
  const beside = `${called}  ${answers.join(', ')}`;
  return beside.length <= WIDTH ? [beside] : [called, ...answers.map((one) => `  ${one}`)];
};

export const litmusForm = ({ run, entry, property, story, broken }: Retold): string => {
  const { kernel, world, size } = run;
  const head: readonly (readonly [string, string])[] = [
    ['result', `${property.name} ${broken ? 'is violated' : 'holds'}`],
    ['kernel', kernel.kernel],
    ['series', kernel.series.join(', ')],
    ['set', kernel.set.join(', ')],
    ['patch', (kernel.own ?? []).map(({ path }) => path).join(', ')],
    ['arch', kernel.exact ?? ''],
    ['world', world],
    ['size', size],
    ['initial', story.from === 0 ? '' : String(story.from)],
  ];
  const [result, ...others] = head
    .filter(([, said]) => said !== '')
    .map(([key, said]) => `${`${key}:`.padEnd(8)} ${said}`);
  return [
    result!,
    ...comment(entry.says),
    ...others,
    '',
    ...story.steps.flatMap(callLines),
    ...(story.explanation === '' || !broken ? [] : ['', ...comment(`Observed: ${story.explanation}`)]),
    '',
  ].join('\n');
};
