/** `mmcheck laws`: judges the laws of page-table entries, for every architecture and kernel that is asked. */
import * as Effect from 'effect/Effect';
import { ARCHITECTURES } from '../../model/arch/architectures.ts';
import { PGTABLE_RELEASES, type PgtableRelease } from '../../model/formats/architecture.ts';
import { LAWS } from '../../spec/laws/all.ts';
import type { ExitCode, Setting } from '../check.ts';
import { matching } from '../named.ts';
import { hang } from '../report/columns.ts';
import { KNOWN_SERIES, releaseNamed, seriesNamed } from './asked_kernel.ts';
import { changedLines, wrongLines } from './changed_text.ts';
import { failureLines } from './counterexample_text.ts';
import { type Found, judgeRuns, type Run } from './judge_runs.ts';
import { lawsJson } from './law_json.ts';
import { apartLines, headLines, type Judged, restsLines, tableLines } from './law_text.ts';
import { casesOfLaws } from '../ci_reports/cases.ts';
import { type CiAsked, prepareCi, writeCi } from '../ci_reports/write.ts';
import { type Proposed, readProposal } from './proposal_file.ts';
import { changesFor, errorOfFile, tried } from './proposed.ts';
import { upstreamJson, upstreamLines } from './upstream_text.ts';
import { underTest } from './under_test.ts';

export interface LawsAsked extends CiAsked {
  readonly arch: readonly string[];
  readonly kernel: readonly string[];
  readonly series: readonly string[];
  readonly law: readonly string[];
  readonly patch: string | undefined;
  readonly json: boolean;
  readonly upstream: boolean;
  readonly verbose: boolean;
}

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
  for (const one of asked.length === 0 ? [PGTABLE_RELEASES[0]] : asked) found.push((yield* releaseNamed(one)).name);
  return [...new Set(found)];
});

/** `name@version`, or `name` for the kernel without it and then every version, each once. Each is a list, since the first is empty. */
const seriesOf = Effect.fnUntraced(function* (asked: readonly string[]) {
  const stacks: (readonly string[])[] = asked.length === 0 ? [[]] : [];
  for (const one of asked) {
    const versions = KNOWN_SERIES.filter((each) => each.startsWith(`${one}@`));
    if (versions.length > 0) stacks.push([], ...versions.map((each) => [each]));
    else stacks.push([(yield* seriesNamed(one)).name]);
  }
  return [...new Map(stacks.map((stack) => [stack.join(), stack])).values()];
});

const failsAnywhere = (all: readonly Judged[]): boolean =>
  all.some(({ judgements }) => judgements.some(({ result }) => result.verdict === 'fails'));
const appliesAnywhere = (all: readonly Judged[]): boolean =>
  all.some(({ judgements }) => judgements.some(({ result }) => result.verdict !== 'does not apply'));

const HINT = 'Counterexamples: npx mmcheck laws --arch NAME, or --verbose';

/** The table, what versions of a series change of it, and all counterexamples. */
const report = (
  { all, trials }: Found,
  { arch, verbose }: LawsAsked,
  detailed = verbose || arch.length > 0,
): readonly string[] => [
  ...headLines(all),
  ...tableLines(all, verbose),
  ...changedLines(trials),
  ...(detailed ? [...failureLines(all), ...apartLines(all)] : ['', HINT]),
  ...restsLines(all),
];

/** What a proposal changes, and counterexamples of what it breaks. */
const proposalReport = ({ all, trials }: Found, unsaid: readonly string[]): readonly string[] => {
  const left = unsaid.length === 0 ? [] : ['', ...hang('The proposal says nothing of ', `${unsaid.join(', ')}.`)];
  return [...changedLines(trials), ...wrongLines(trials), ...restsLines(all), ...left].slice(1);
};

const plan = Effect.fnUntraced(function* (asked: LawsAsked) {
  const named = asked.arch.map((one) => DIRECTORIES[one] ?? one);
  const architectures = yield* matching('architecture', named, ARCHITECTURES);
  const releases = yield* releasesOf(asked.kernel);
  const stacks = yield* seriesOf(asked.series);
  const proposed: Proposed | undefined = asked.patch === undefined ? undefined : yield* readProposal(asked.patch);
  const changed = architectures.map((architecture) => ({
    architecture,
    changes: proposed === undefined ? [] : changesFor(proposed, architecture),
  }));
  const isUnsaid = ({ changes }: (typeof changed)[number]): boolean => proposed !== undefined && changes.length === 0;
  const runs: Run[] = [];
  for (const release of releases)
    for (const series of stacks)
      for (const { architecture, changes } of changed.filter((one) => !isUnsaid(one))) {
        const under = underTest(architecture, release, series);
        if (proposed === undefined)
          runs.push(series.length === 0 ? { under } : { under, without: underTest(architecture, release) });
        else {
          yield* tried(proposed.path, under, changes);
          runs.push({ under: underTest(architecture, release, series, changes), without: under });
        }
      }
  return { runs, unsaid: changed.filter(isUnsaid).map(({ architecture }) => architecture.name) };
});

/** A function of a proposal that fails in the midst of the laws is unusable input, and no fault of ours. */
const thrownByProposal = (defect: unknown) => {
  const error = errorOfFile(defect);
  return error === undefined ? Effect.die(defect) : Effect.fail(error);
};

export const laws = Effect.fnUntraced(function* (setting: Setting, asked: LawsAsked) {
  const { out, cells, version } = setting;
  if (asked.upstream) {
    out.write(asked.json ? `${upstreamJson(version)}\n` : `${upstreamLines().join('\n')}\n`);
    return 0 satisfies ExitCode;
  }
  const some = yield* matching('law', asked.law, LAWS);
  yield* prepareCi(asked);
  const { runs, unsaid } = yield* plan(asked);
  const found = yield* judgeRuns(setting, runs, some);
  const { all, trials } = found;
  const text = asked.patch === undefined ? report(found, asked) : proposalReport(found, unsaid);
  if (asked.json) out.write(`${lawsJson(all, trials, version)}\n`);
  else out.write(`${text.join('\n')}\n`);
  yield* writeCi(version, asked, () => casesOfLaws(all));
  if (cells.stopAsked) {
    setting.err.write(`mmcheck: interrupted, ${all.length} of ${runs.length} judged\n`);
    return 130 satisfies ExitCode;
  }
  if (failsAnywhere(all)) return 1 satisfies ExitCode;
  return (appliesAnywhere(all) ? 0 : 3) satisfies ExitCode;
}, Effect.catchDefect(thrownByProposal));
