/**
 * The model plays the runner: it reads what the runner reads and prints what the runner prints, on a modelled kernel of
 * its own. With the kernel that a comparison expects nothing may differ; with another one, what tells the two apart.
 */
import * as Effect from 'effect/Effect';
import type { Play } from '../../checker/conform/batch.ts';
import type { Ground } from '../../checker/conform/ground.ts';
import type { Sight } from '../../checker/conform/observe.ts';
import { type Header, readRunnerLine } from '../../checker/conform/read_seen.ts';
import { largeFolioPages } from '../../checker/conform/real_counts.ts';
import type { ConformScope } from '../../checker/conform/scope.ts';
import { SCOPES } from '../../checker/conform/scopes.ts';
import { answersBefore, scriptOf } from '../../checker/conform/script.ts';
import type { EntryRun, PageRun, ProcessSeen, Seen } from '../../checker/conform/seen.ts';
import { stagesOf } from '../../checker/conform/stage.ts';
import { type Stage, Walk } from '../../checker/conform/walk.ts';
import { kernelWith } from '../../checker/mm_catalogue.ts';
import { isEnabled, movesOf } from '../../checker/search/index.ts';
import type { Kernel } from '../../model/mm/kernel.ts';
import { X86_64 } from '../../model/state/machine.ts';

/** Folios of a real machine lie anywhere: nothing may rest on their numbers. */
const frameOf = ({ folio, offset = 0 }: PageRun, pages: number): readonly number[] =>
  folio === undefined ? [] : [(1000 - folio) * pages + offset];

const rawPage = (run: PageRun, folioPages: number): readonly unknown[] => [
  run.page,
  run.count,
  run.flags,
  ...(run.mapcount === undefined ? [] : [run.mapcount, run.kind]),
  ...frameOf(run, folioPages),
];

const rawEntry = ({ page, count, level, bits, refcount = -1, pincount = -1 }: EntryRun) =>
  [page, count, level, bits, refcount, pincount] as const;

const rawProcess = ({ pt, rss, vmas, pages, entries, deposits }: ProcessSeen, folioPages: number) => ({
  pt,
  // What the model cannot count, the comparison must not look at.
  rss: rss ?? [-1, -1, -1],
  vma: vmas.map(({ page, count, perm }) => [page, count, perm]),
  m: pages.map((run) => rawPage(run, folioPages)),
  ...(entries === undefined ? {} : { k: entries.map(rawEntry) }),
  ...(deposits === undefined ? {} : { dep: deposits }),
});

/** One step as the runner prints it. */
export const printedStep = (i: number, op: string, { answer, processes }: Seen, folioPages: number): string =>
  JSON.stringify({
    i,
    op,
    r: answer.ok ? (answer.value ?? 0) : -1,
    ...(answer.errno === undefined ? {} : { e: answer.errno }),
    ...(answer.signal === undefined ? {} : { sig: answer.signal }),
    p: Object.fromEntries([...processes].map(([worker, one]) => [worker, rawProcess(one, folioPages)])),
  });

export interface ModelRunner {
  readonly kernel: Kernel;
  readonly sight: Sight;
  readonly scopes?: readonly ConformScope[];
  readonly features?: Header['features'];
  /** What the n-th sequence that is played is disturbed by, counted from 0 over all texts. */
  readonly noise?: (n: number) => readonly string[];
}

const FEATURES = {
  scan: true,
  uring: true,
  uffd: true,
  softdirty: true,
  kvm: true,
  swap: true,
  rssexact: true,
  thp: 'madvise',
} as const;

export const headerOf = ({ kernel, sight, features = FEATURES }: ModelRunner): Header => {
  const level = sight.entries ? 3 : 1;
  return { runner: 1, level: sight.frames ? level : 0, uname: `model of ${kernel.name}`, features };
};

/** Lines of a text, sequence by sequence, without their first one. */
const sequencesOf = (text: string): readonly { readonly name: string; readonly lines: readonly string[] }[] =>
  text
    .split(/^seq /m)
    .slice(1)
    .map((one) => one.trimEnd().split('\n'))
    .map(([name = '', ...lines]) => ({ name, lines }));

/** The walk that takes the moves that the lines stand for, as far as the stage can follow. */
const followed = (stage: Stage, lines: readonly string[]): Walk => {
  const walk = new Walk(stage);
  const moves = movesOf(stage.world);
  for (const line of lines) {
    const move = moves.find((one) => {
      if (!isEnabled(stage.world.actions[one.action]!, walk.state, one.args)) return false;
      const made = walk.lineFor(one);
      return 'line' in made && made.line === line;
    });
    // A kernel knows nothing of what is not known of it.
    if (move === undefined || !walk.take(move, true)) break;
  }
  return walk;
};

/** The walk that follows the lines furthest, on whichever stage they were made for. */
const played = (stages: readonly Stage[], lines: readonly string[]): Walk => {
  let best: Walk | undefined;
  for (const stage of stages) {
    const empty = new Walk(stage);
    const opening = scriptOf(empty, '').trimEnd().split('\n').slice(1);
    if (opening.some((line, i) => line !== lines[i])) continue;
    const walk = followed(stage, lines.slice(opening.length));
    if (best === undefined || walk.steps.length > best.steps.length) best = walk;
    if (best.steps.length === lines.length - opening.length) break;
  }
  if (best === undefined) throw new Error(`no scope begins with\n${lines.join('\n')}`);
  return best;
};

/** What the runner prints of one sequence. */
function* printed(walk: Walk, name: string, lines: readonly string[], noise: readonly string[]): Generator<string> {
  const pages = largeFolioPages(walk.stage.placement);
  const objects = answersBefore(walk);
  const operations = lines.filter((line) => !line.startsWith('watch '));
  yield JSON.stringify({ seq: name });
  for (const [i, op] of operations.entries()) {
    const step = walk.steps[i - objects];
    if (i < objects) yield JSON.stringify({ i, op, r: 0, p: {} });
    else if (step === undefined) yield JSON.stringify({ i, op, r: -1, lost: true, p: {} });
    else yield printedStep(i, op, step.seen, pages);
  }
  yield JSON.stringify({ end: name, noise });
}

/** Plays texts on a modelled kernel. */
export const modelPlay = (runner: ModelRunner): Play<never> => {
  const { kernel, sight, scopes = SCOPES, noise = () => [] } = runner;
  const stages = scopes.flatMap((scope) => stagesOf(scope, { kernel, machine: X86_64, sight }));
  let n = 0;
  return (text, onLine) =>
    Effect.sync(() => {
      onLine({ _tag: 'header', header: headerOf(runner) });
      for (const { name, lines } of sequencesOf(text)) {
        const walk = played(stages, lines);
        for (const line of printed(walk, name, lines, noise(n++))) onLine(readRunnerLine(line));
      }
      return {};
    });
};

/** The modelled kernel as something that a comparison can be made on. */
export const modelGround = (runner: ModelRunner, machine: Ground['machine'] = 'live'): Ground => ({
  machine,
  header: headerOf(runner),
  play: modelPlay(runner),
  batch: 50,
  reports: [],
  lacks: new Map(),
});

/** A release with some toggles at other values. */
export const kernelOf = (release: string, values: Readonly<Record<string, string>> = {}): Kernel =>
  kernelWith(
    release,
    Object.entries(values).map(([toggle, value]) => ({ toggle, value, evidence: 'asked' })),
  );

/** Another kernel than the one that plays: `change` gets the lines of the sequence so far, and what is seen then. */
export const tampered =
  <E>(play: Play<E>, change: (done: readonly string[], seen: Seen) => Seen): Play<E> =>
  (text, onLine, knobs) => {
    let done: string[] = [];
    return play(
      text,
      (line) => {
        if (line._tag === 'begin') done = [];
        if (line._tag !== 'step') return onLine(line);
        done.push(line.op);
        onLine({ ...line, seen: change(done, line.seen) });
      },
      knobs,
    );
  };
