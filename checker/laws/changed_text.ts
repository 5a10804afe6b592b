/** The report of what kernels with a series or a proposal mend and break, and counterexamples of what they break. */
import { hang } from '../report/columns.ts';
import { changedBy, ownChanges, replacedBy, type Tried } from './changed.ts';
import { type Judgement, keyOf } from './judge.ts';
import { failureLines } from './counterexample_text.ts';
import { harmlessLines, levelOf } from './law_text.ts';

/** `PG4 (pmd, pud), PG8 (pmd*)`, or nothing. */
const listed = (some: readonly Judgement[]): string => {
  const byLaw = Object.groupBy(some, ({ law }) => law.name);
  const names = Object.entries(byLaw).map(([law, each = []]) => `${law} (${each.map(levelOf).join(', ')})`);
  return names.length === 0 ? 'nothing' : names.join(', ');
};

const among = ({ after }: Tried, keys: readonly string[]): readonly Judgement[] =>
  after.judgements.filter((one) => keys.includes(keyOf(one)));

/** The last of `v7.1 + huge-remap-pfn-range@v4 + mine.ts`. */
const nameOf = ({ after }: Tried): string => after.under.kernel.split(' + ').at(-1)!;
const saysOf = (tried: Tried): string =>
  [...new Set(ownChanges(tried).map(({ says, cites }) => `${says} (${cites})`))].join('; ');

/** What changes, without the name of what changes it. */
const bodyOf = (tried: Tried): readonly string[] => {
  const { mends, breaks, stillFails } = changedBy(tried);
  return [
    ...hang('  change       ', saysOf(tried)),
    ...hang('  replaces     ', replacedBy(tried).join(', ')),
    ...hang('  mends        ', listed(among(tried, mends))),
    ...hang('  breaks       ', listed(among(tried, breaks))),
    ...(tried.worse.length === 0 ? [] : hang('  worsens      ', listed(tried.worse))),
    ...hang('  still fails  ', listed(among(tried, stillFails))),
    ...harmlessLines([...among(tried, [...breaks, ...stillFails]), ...tried.worse], '  '),
  ];
};

/** Those that are alike, in the order of the first of each. */
const together = <T>(items: readonly T[], by: (one: T) => string): readonly (readonly T[])[] =>
  Object.values(Object.groupBy(items, by)).map((some) => some!);

/** Architectures of which versions have nothing to say, or say that nothing is to be done. */
const untouchedLines = (trials: readonly Tried[]): readonly string[] => {
  const untouched = trials.filter((one) => replacedBy(one).length === 0);
  const sentences = together(untouched, (one) => `${one.after.under.kernel}\n${saysOf(one)}`).map((some) => {
    const says = saysOf(some[0]!);
    const names = some.map(({ after }) => after.under.architecture.name).join(', ');
    return { kernel: some[0]!.after.under.kernel, left: `${names}${says === '' ? '' : `: ${says}`}` };
  });
  return together(sentences, ({ left }) => left).flatMap((some) =>
    hang('', `No function is replaced by ${some.map(({ kernel }) => kernel).join('; ')} on ${some[0]!.left}`),
  );
};

/** A block an architecture; versions that change it alike share one. */
export const changedLines = (trials: readonly Tried[]): readonly string[] => {
  const touched = trials.filter((one) => replacedBy(one).length > 0);
  const bodies = touched.map((tried) => ({ tried, body: bodyOf(tried) }));
  const alike = together(bodies, ({ tried: { after, fewBefore }, body }) =>
    [after.under.architecture.name, fewBefore.under.kernel, ...body].join('\n'),
  );
  const blocks = alike.map((some) => {
    const { tried, body } = some[0]!;
    const { architecture } = tried.after.under;
    const names = some.map((one) => nameOf(one.tried)).join('; ');
    return [...hang('', `${architecture.name}: ${tried.fewBefore.under.kernel}, without and with ${names}`), ...body];
  });
  return [...blocks, untouchedLines(trials)].filter((lines) => lines.length > 0).flatMap((lines) => ['', ...lines]);
};

/** Counterexamples of what is broken, and of what is worse: a case of which the kernel without it is right. */
export const wrongLines = (trials: readonly Tried[]): readonly string[] =>
  failureLines(
    trials.map((tried) => {
      const { breaks, worsens } = changedBy(tried);
      const judgements = among(tried, [...breaks, ...worsens]).map(
        (one) => tried.worse.find((worse) => keyOf(worse) === keyOf(one)) ?? one,
      );
      return { ...tried.after, judgements };
    }),
  );
