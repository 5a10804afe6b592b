/** `mmcheck laws`: judges the laws of page-table entries, for every architecture and kernel that is asked. */
import * as Effect from 'effect/Effect';
import { ARCHITECTURES } from '../../model/arch/architectures.ts';
import { PGTABLE_RELEASES, type PgtableRelease } from '../../model/formats/architecture.ts';
import { LAWS } from '../../spec/laws/all.ts';
import type { Law } from '../../spec/laws/law.ts';
import type { ExitCode, Setting } from '../check.ts';
import { find, matching } from '../plan.ts';
import { hang } from '../report/columns.ts';
import { casesOf, type Cases, fewCasesOf } from './cases.ts';
import { type Judgement, judge } from './judge.ts';
import { lawsJson } from './law_json.ts';
import { apartLines, failureLines, headLines, type Judged, restsLines, tableLines } from './law_text.ts';
import type { Tried } from './changed.ts';
import { changedLines } from './changed_text.ts';
import { changesFor, type Proposed, readProposal } from './proposed.ts';
import { upstreamLines } from './upstream_text.ts';
import { isSame, type UnderTest, underTest } from './under_test.ts';

export interface LawsAsked {
  readonly arch: readonly string[];
  readonly kernel: readonly string[];
  readonly series: readonly string[];
  readonly law: readonly string[];
  readonly patch: string | undefined;
  readonly json: boolean;
  readonly upstream: boolean;
  readonly verbose: boolean;
}

const byName = <T extends string>(names: readonly T[]): readonly { readonly name: T }[] =>
  names.map((name) => ({ name }));

/** What a directory of arch/ stands for. */
const DIRECTORIES: Readonly<Record<string, string>> = {
  x86: 'x86*',
  arm64: 'arm64*',
  powerpc: 'ppc64*',
  riscv: 'riscv64*',
  loongarch: 'loongarch*',
};

/** `all`, or releases by name; the first one by default. */
const releasesOf = Effect.fnUntraced(function* (asked: readonly string[]) {
  if (asked.includes('all')) return PGTABLE_RELEASES;
  const found: PgtableRelease[] = [];
  for (const one of asked.length === 0 ? [PGTABLE_RELEASES[0]] : asked)
    found.push((yield* find('kernel', one, byName(PGTABLE_RELEASES))).name);
  return [...new Set(found)];
});

/** `name@version`, or `name` for the kernel without it and then every version. Each is a list, since the first is empty. */
const seriesOf = Effect.fnUntraced(function* (asked: readonly string[]) {
  const known = [...new Set(ARCHITECTURES.flatMap(({ series }) => Object.keys(series)))];
  const stacks: (readonly string[])[] = asked.length === 0 ? [[]] : [];
  for (const one of asked) {
    const versions = known.filter((each) => each.startsWith(`${one}@`));
    if (versions.length > 0) stacks.push([], ...versions.map((each) => [each]));
    else stacks.push([(yield* find('series', one, byName(known))).name]);
  }
  return stacks;
});

/** Lets ^C in, and the line of progress out, between two laws. */
const breathe = Effect.promise(() => new Promise<void>((resolve) => void setImmediate(resolve)));

const judgeAll = Effect.fnUntraced(function* (setting: Setting, under: UnderTest, laws: readonly Law[], cases: Cases) {
  const { err, cells } = setting;
  const judgements: Judgement[] = [];
  for (const law of laws) {
    yield* breathe;
    if (cells.stopAsked) break;
    if (err.isTTY === true) err.write(`\r\u001B[2K${under.architecture.name}, ${under.kernel}: ${law.name}`);
    judgements.push(...judge([law], under, cases));
  }
  if (err.isTTY === true) err.write('\r\u001B[2K');
  return { under, judgements, protections: cases.prots.length } satisfies Judged;
});

const failsAnywhere = (all: readonly Judged[]): boolean =>
  all.some(({ judgements }) => judgements.some(({ result }) => result.verdict === 'fails'));
const appliesAnywhere = (all: readonly Judged[]): boolean =>
  all.some(({ judgements }) => judgements.some(({ result }) => result.verdict !== 'does not apply'));

const HINT = 'Counterexamples: npx mmcheck laws --arch NAME, or --verbose';

const report = (all: readonly Judged[], detailed: boolean): readonly string[] => [
  ...headLines(all),
  '',
  ...tableLines(all),
  ...(detailed ? [...failureLines(all), ...apartLines(all)] : ['', HINT]),
  ...restsLines(all),
];

const triedLines = (trials: readonly Tried[], unsaid: readonly string[]): readonly string[] => {
  const lines = trials.flatMap((one, i) => [...(i === 0 ? [] : ['']), ...changedLines(one)]);
  const rests = restsLines(trials.map(({ after }) => after));
  const left = unsaid.length === 0 ? [] : hang('The proposal says nothing of ', `${unsaid.join(', ')}.`);
  return [...lines, ...rests, ...(lines.length > 0 && left.length > 0 ? [''] : []), ...left];
};

/** What is to be judged: an architecture in a kernel, and where there is a proposal, the same without it. */
interface Run {
  readonly under: UnderTest;
  readonly without?: UnderTest;
}

const plan = Effect.fnUntraced(function* (asked: LawsAsked) {
  const named = asked.arch.map((one) => DIRECTORIES[one] ?? one);
  const architectures = yield* matching('architecture', named, ARCHITECTURES);
  const releases = yield* releasesOf(asked.kernel);
  const stacks = yield* seriesOf(asked.series);
  const proposed: Proposed | undefined = asked.patch === undefined ? undefined : yield* readProposal(asked.patch);
  const runs: Run[] = [];
  const unsaid = new Set<string>();
  for (const release of releases)
    for (const series of stacks)
      for (const architecture of architectures) {
        const without = underTest(architecture, release, series);
        if (proposed === undefined) runs.push({ under: without });
        else {
          const changes = yield* changesFor(proposed, architecture);
          if (changes.length === 0) unsaid.add(architecture.name);
          else runs.push({ under: underTest(architecture, release, series, changes), without });
        }
      }
  return { runs, unsaid: [...unsaid] };
});

export const laws = Effect.fnUntraced(function* (setting: Setting, asked: LawsAsked) {
  const { out, cells, version } = setting;
  if (asked.upstream) {
    out.write(`${upstreamLines().join('\n')}\n`);
    return 0 satisfies ExitCode;
  }
  const some = yield* matching('law', asked.law, LAWS);
  // A proposal may loop for ever, and then nothing of ours hears a signal: it is to end the process.
  if (asked.patch !== undefined)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
  const { runs, unsaid } = yield* plan(asked);
  const all: Judged[] = [];
  const trials: Tried[] = [];
  for (const { under, without } of runs) {
    const { architecture, t } = under;
    const same = all.find((one) => isSame(one.under, under));
    const judged =
      same === undefined ? yield* judgeAll(setting, under, some, casesOf(architecture, t)) : { ...same, under };
    if (cells.stopAsked) break;
    all.push(judged);
    if (without === undefined) continue;
    // What fails of a part of the cases fails of all, and the other way round: test/checker/laws/table.test.ts.
    const fewBefore = yield* judgeAll(setting, without, some, fewCasesOf(architecture, without.t));
    const fewAfter = yield* judgeAll(setting, under, some, fewCasesOf(architecture, t));
    trials.push({ after: judged, fewBefore, fewAfter });
  }
  const detailed = asked.verbose || asked.arch.length > 0;
  const text = asked.patch === undefined ? report(all, detailed) : triedLines(trials, unsaid);
  if (asked.json) out.write(`${lawsJson(all, trials, version)}\n`);
  else out.write(`${text.join('\n')}\n`);
  if (cells.stopAsked) {
    setting.err.write(`mmcheck: interrupted, ${all.length} of ${runs.length} judged\n`);
    return 130 satisfies ExitCode;
  }
  if (failsAnywhere(all)) return 1 satisfies ExitCode;
  return (appliesAnywhere(all) ? 0 : 3) satisfies ExitCode;
});
