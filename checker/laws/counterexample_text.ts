/** The smallest counterexample of each law that fails, whom it hurts, and what shows it. */
import type { Format } from '../../model/formats/format.ts';
import { print, printPgprot } from '../../model/formats/print.ts';
import { eq, hexOf, shortHex } from '../../model/formats/u64.ts';
import { CALLERS } from '../../spec/laws/callers.ts';
import type { Stage } from '../../spec/laws/law.ts';
import { hang, hangCommand } from '../report/columns.ts';
import { hurtsOn } from './hurts.ts';
import { doesHarm, type Judgement } from './judge.ts';
import { byLaw, count, fails, harmlessLines, type Judged, levelOf } from './law_text.ts';
import { shownOf } from './shown.ts';
import type { UnderTest } from './under_test.ts';
import { whyNotShown } from './unshown.ts';

/** An entry in words; of a pgprot_t without what only an entry has. */
export const wordsOf = (format: Format, { word, as }: Stage): string => {
  if (as === 'frame') return '';
  return as === 'pgprot' ? printPgprot(format, word) : print(format, as, word);
};

/** Of stages one after the other that have the same value one, with what each of them says. */
const folded = (stages: readonly Stage[]): readonly Stage[] =>
  stages.reduce<readonly Stage[]>((before, stage) => {
    const last = before.at(-1);
    if (last === undefined || last.as !== stage.as || !eq(last.word, stage.word)) return [...before, stage];
    return [...before.slice(0, -1), { ...last, says: `${last.says}, and ${stage.says}` }];
  }, []);

/** What each value is, and below it the value: beside each other they are wider than a mail. */
const stageLines = (format: Format, stages: readonly Stage[]): readonly string[] =>
  folded(stages).flatMap((stage) => {
    const value = stage.as === 'frame' ? shortHex(stage.word) : hexOf(stage.word);
    return [...hang('    ', stage.says), ...hang(`      ${value}  `, wordsOf(format, stage))];
  });

const counterexample = (format: Format, one: Judgement): readonly string[] => {
  const { result } = one;
  if (result.verdict !== 'fails') return [];
  const { cases, failures, first, newly = false } = result;
  const of = `${newly ? 'newly ' : ''}in ${count(failures)} of ${count(cases)} cases`;
  return [
    ...hang(`  ${levelOf(one)}  `, `${of}; the smallest, for frame ${shortHex(first.pfn)}:`),
    ...stageLines(format, first.stages),
  ];
};

/** The searches that show it, or why none does. */
const shownLines = (judged: Judged, some: readonly Judgement[]): readonly string[] => {
  const searches = shownOf(some, judged);
  const unshown = some.filter((one) => doesHarm(one) && shownOf([one], judged).length === 0);
  const byWhy = Object.groupBy(unshown, (one) => whyNotShown(one, judged.under) ?? '');
  return [
    ...searches.flatMap(({ says, command }) => [...hang('  shows  ', says), ...hangCommand('         ', command)]),
    ...Object.entries(byWhy).flatMap(([why, those = []]) => {
      const levels = those.length === some.length ? '' : ` (${those.map(({ level }) => level).join(', ')})`;
      return why === '' ? [] : hang('  shows  ', `in no world${levels}: ${why}`);
    }),
  ];
};

/** A law that fails in an architecture, without the kernels in which it does. Where it does no harm, it hurts nobody. */
const failure = (under: UnderTest, some: readonly Judgement[]): readonly string[] => {
  const { law } = some[0]!;
  return [
    ...hang('  law    ', law.says),
    ...hang('  source ', law.cites),
    ...(some.some(doesHarm) ? hang('  hurts  ', hurtsOn(under, law).join(', ')) : []),
    ...some.flatMap((one) => counterexample(under.format, one)),
    ...harmlessLines(some, '  '),
  ];
};

interface Failure {
  readonly law: string;
  readonly architecture: string;
  readonly kernel: string;
  readonly body: string;
  /** The searches of this kernel. */
  readonly shows: readonly string[];
}

const failuresOf = (judged: Judged): readonly Failure[] =>
  byLaw(judged.judgements.filter(fails)).map((some) => ({
    law: some[0]!.law.name,
    architecture: judged.under.architecture.name,
    kernel: judged.under.kernel,
    body: failure(judged.under, some).join('\n'),
    shows: shownLines(judged, some),
  }));

/** Whom the failures hurt, each once. */
const callerLines = (all: readonly Judged[]): readonly string[] => {
  const hurt = new Set(
    all.flatMap(({ under, judgements }) => judgements.filter(doesHarm).flatMap(({ law }) => hurtsOn(under, law))),
  );
  const lines = [...hurt].flatMap((caller) => hang(`  ${caller}: `, CALLERS[caller].says));
  return lines.length === 0 ? [] : ['', 'Who is hurt, and how:', ...lines];
};

/** Every law that fails; kernels that fail it alike together, and the first of them is searched. */
export const failureLines = (all: readonly Judged[]): readonly string[] => {
  const alike = Object.groupBy(all.flatMap(failuresOf), ({ law, architecture, body }) =>
    [law, architecture, body].join('\n'),
  );
  const blocks = Object.values(alike).flatMap((some = []) => {
    const { law, architecture, body, shows } = some[0]!;
    return [
      '',
      ...hang(`${law} fails on ${architecture}, `, some.map(({ kernel }) => kernel).join('; ')),
      body,
      ...shows,
    ];
  });
  return [...blocks, ...callerLines(all)];
};
