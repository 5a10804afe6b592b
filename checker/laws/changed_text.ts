/** What a proposal changes: the laws that it mends, and those that it breaks. */
import { hang } from '../report/columns.ts';
import { failureLines, type Judged } from './law_text.ts';

const keyOf = ({ law, level }: Judged['judgements'][number]): string => `${law.name} ${level}`;

const failing = ({ judgements }: Judged): ReadonlySet<string> =>
  new Set(judgements.filter(({ result }) => result.verdict === 'fails').map(keyOf));

/** `PG4 (pmd, pud), PG8 (pmd)`, or nothing. */
const listed = (keys: readonly string[]): string => {
  const byLaw = Object.groupBy(keys, (key) => key.split(' ')[0]!);
  const names = Object.entries(byLaw).map(
    ([law, some = []]) => `${law} (${some.map((key) => key.split(' ')[1]!).join(', ')})`,
  );
  return names.length === 0 ? 'nothing' : names.join(', ');
};

/** An architecture without the proposal, and with it. */
export const changedLines = (before: Judged, after: Judged): readonly string[] => {
  const [was, is] = [failing(before), failing(after)];
  const keys = after.judgements.map(keyOf);
  const broken = keys.filter((key) => is.has(key) && !was.has(key));
  const last = after.under.changes.at(-1)!;
  return [
    ...hang(
      '',
      `${after.under.architecture.name}: ${before.under.kernel}, without and with ${after.under.kernel.split(' + ').at(-1)!}`,
    ),
    ...hang('  proposal     ', `${last.says} (${last.cites})`),
    ...hang('  replaces     ', Object.keys(last.patch).join(', ')),
    ...hang('  mends        ', listed(keys.filter((key) => was.has(key) && !is.has(key)))),
    ...hang('  breaks       ', listed(broken)),
    ...hang('  still fails  ', listed(keys.filter((key) => was.has(key) && is.has(key)))),
    ...failureLines([{ ...after, judgements: after.judgements.filter((one) => broken.includes(keyOf(one))) }]),
  ];
};
