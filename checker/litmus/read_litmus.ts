/** From a litmus file to a scenario: every name in it is looked up, and what is not found is told with its place. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as Effect from 'effect/Effect';
import { SIZES } from '../catalogue.ts';
import type { Setting } from '../check.ts';
import { find } from '../named.ts';
import { nearest } from '../nearest.ts';
import { CalledFiles } from '../own_file/called_files.ts';
import type { AnyWorld } from '../outcomes.ts';
import { type AskedKernel, kernelsOf, type PlannedKernel } from '../plan.ts';
import type { TraceFile } from '../read_trace.ts';
import { askedOr, kernelsFor, trying } from '../replay.ts';
import { call } from '../report/trace_text.ts';
import { movesOf } from '../search/index.ts';
import { BadFile, BadValue, UnknownName } from '../unusable.ts';
import { reason } from '../write_trace.ts';
import { type Key, type Place, type Word, type Written, type WrittenCall, type Wrong, written } from './syntax.ts';

export const SUFFIX = '.litmus';

/** What must come of a scenario. */
export type Outcome = 'is violated' | 'holds';

/** A scenario: its operations by name, and what must come of them. Nothing is known of what its steps change. */
export interface Scenario {
  readonly path: string;
  readonly outcome: Outcome;
  readonly trace: TraceFile;
  /** Where each operation stands in the file. */
  readonly calls: readonly WrittenCall[];
  readonly kernel: PlannedKernel;
  readonly world: AnyWorld;
  /** What the way calls of patches of somebody's own. */
  readonly files: CalledFiles;
}

const HINT = 'README.md, "A scenario in a file", says how one is written; `mmcheck trace FILE --to litmus` writes one';

const badAt = (path: string, { line, column, why }: Wrong): BadFile =>
  new BadFile({ path: `${path}:${line}:${column}:`, why, hint: HINT });

const inText = (said: Word | undefined): readonly string[] =>
  said === undefined ? [] : said.text.split(',').map((one) => one.trim());

/** The errors of a look-up, with the place of what was looked up. */
const located =
  (path: string, place: Place | undefined) =>
  <A, E extends { readonly message: string }>(looked: Effect.Effect<A, E>): Effect.Effect<A, BadFile> =>
    Effect.mapError(looked, ({ message }) => badAt(path, { line: 1, column: 1, ...place, why: message }));

const RESULT = /^(\S+)\s+(is violated|holds)$/;

const resultOf = (path: string, said: Word) => {
  const [, property, outcome] = RESULT.exec(said.text) ?? [];
  return property === undefined
    ? Effect.fail(badAt(path, { ...said, why: 'a result is "PROPERTY is violated" or "PROPERTY holds"' }))
    : Effect.succeed({ property, outcome: outcome as Outcome });
};

const sizeOf = (path: string, said: Word | undefined) => {
  const size = SIZES.find((one) => one === (said?.text ?? 'quick'));
  return size === undefined
    ? Effect.fail(badAt(path, { ...said!, why: `there is no size "${said!.text}"; there are: ${SIZES.join(', ')}` }))
    : Effect.succeed(size);
};

const initialOf = (path: string, said: Word | undefined) =>
  said === undefined || /^\d+$/.test(said.text)
    ? Effect.succeed(Number(said?.text ?? 0))
    : Effect.fail(badAt(path, { ...said, why: `an initial state is a number, not "${said.text}"` }));

/** A file without the operations: what it runs on, and what must come of it. */
const headOf = Effect.fnUntraced(function* (path: string, { head }: Written) {
  const { property, outcome } = yield* resultOf(path, head.result!);
  const sets = inText(head.set);
  const bad = sets.find((one) => !one.includes('='));
  if (bad !== undefined) return yield* badAt(path, { ...head.set!, why: `a setting is TOGGLE=VALUE, not "${bad}"` });
  const trace: TraceFile = {
    tool: 'mmcheck',
    version: '',
    kernel: head.kernel?.text ?? '',
    series: inText(head.series),
    settings: Object.fromEntries(sets.map((one) => one.split('=', 2) as [string, string])),
    // A patch of somebody's own lies where the file says, seen from the file.
    patches: inText(head.patch).map((one) => resolve(dirname(path), one)),
    ...(head.arch === undefined ? {} : { arch: head.arch.text }),
    world: head.world!.text,
    size: yield* sizeOf(path, head.size),
    property,
    initial: yield* initialOf(path, head.initial),
    steps: [],
  };
  return { outcome, trace };
});

/** Spaces count as one; none count beside a bracket or a comma. */
const normal = (text: string): string =>
  text
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([(),]) ?/g, '$1');

/** All moves of a world by what traces print of them. */
const printed = (
  world: AnyWorld,
): ReadonlyMap<string, { readonly text: string; readonly step: TraceFile['steps'][0] }> =>
  new Map(
    movesOf(world).map(({ action, name: op, args }) => {
      const shown = world.actions[action]!.show?.(args);
      const inWords = shown === undefined ? {} : { shown: world.inWords?.(shown) ?? shown };
      const text = call({ op, args, ...inWords });
      return [normal(text), { text, step: { op, args, answers: [], changes: [] } }];
    }),
  );

/** Where two texts part. */
const partAt = (a: string, b: string): number => {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
};

/** What is wrong with an operation that the world does not have, and the one that was probably meant. */
const unknownCall = (one: WrittenCall, world: string, texts: readonly string[]): Wrong => {
  const op = one.text.slice(0, one.text.indexOf('('));
  const ofName = texts.filter((text) => text.startsWith(`${op}(`));
  const close = nearest(one.text, ofName.length > 0 ? ofName : texts) ?? ofName[0];
  const column = ofName.length === 0 || close === undefined ? 1 : partAt(one.text, close) + 1;
  const names = [...new Set(texts.map((text) => text.slice(0, text.indexOf('('))))];
  const there = ofName.length > 0 ? `${op}() has ${ofName.length} forms here` : `there are: ${names.join(', ')}`;
  return {
    line: one.line,
    column,
    why: [
      `world ${world} has no operation "${one.text}"`,
      ...(close === undefined ? [] : [`did you mean: ${close}`]),
      there,
    ].join('\n'),
  };
};

const stepsOf = Effect.fnUntraced(function* (path: string, calls: readonly WrittenCall[], world: AnyWorld) {
  const moves = printed(world);
  const steps: TraceFile['steps'][number][] = [];
  for (const one of calls) {
    const found = moves.get(normal(one.text));
    if (found === undefined) {
      const texts = [...moves.values()].map(({ text }) => text);
      return yield* badAt(path, unknownCall(one, world.name, texts));
    }
    steps.push({ ...found.step, answers: one.answers.map(({ question, answer }) => ({ question, answer })) });
  }
  return steps;
});

/** The key that an error of a kernel is about. */
const keyOf = (error: { readonly message: string }): Key => {
  if (error instanceof UnknownName && (error.kind === 'series' || error.kind === 'version')) return 'series';
  if (error instanceof BadValue || (error instanceof UnknownName && ['toggle', 'value'].includes(error.kind)))
    return 'set';
  if (error instanceof BadFile) return 'patch';
  return error instanceof UnknownName && error.kind === 'architecture' ? 'arch' : 'kernel';
};

/** The kernel of the file, or another one that the command line names. */
const kernelFor = Effect.fnUntraced(function* (
  setting: Setting,
  path: string,
  trace: TraceFile,
  asked: AskedKernel,
  head: Written['head'],
) {
  const own = yield* askedOr(asked, trace);
  const named = { ...own, kernel: own.kernel.filter((name) => name !== '') };
  const byHand = asked.kernel.length + asked.series.length + asked.set.length + (asked.patch?.length ?? 0) > 0;
  const kernels = yield* kernelsOf(setting.catalogue, named).pipe(
    Effect.mapError((error) =>
      byHand ? error : badAt(path, { line: 1, column: 1, ...head[keyOf(error)], why: error.message }),
    ),
  );
  if (kernels.length !== 1)
    return yield* badAt(path, {
      line: 1,
      column: 1,
      ...head.series,
      why: `is run on one kernel, not on ${kernels.length}`,
    });
  return kernels[0]!;
});

/** The scenario of a file, on its kernel or on the one that is asked for. */
export const readLitmus = Effect.fnUntraced(function* (setting: Setting, path: string, asked: AskedKernel) {
  const source = yield* Effect.tryPromise({
    try: () => readFile(path, 'utf8'),
    catch: (error) => new BadFile({ path, why: `cannot be read: ${reason(error)}` }),
  });
  const file = written(source);
  if ('why' in file) return yield* badAt(path, file);
  const { head, calls } = file;
  const { outcome, trace } = yield* headOf(path, file);
  const entry = yield* find('world', trace.world, setting.catalogue.worlds).pipe(located(path, head.world));
  yield* find('property', trace.property, setting.catalogue.properties).pipe(located(path, head.result));
  const kernel = yield* kernelFor(setting, path, trace, asked, head);
  yield* kernelsFor(setting, entry, [kernel]).pipe(located(path, head.kernel ?? head.world));
  const files = new CalledFiles(setting.catalogue, kernel);
  const watched = { ...kernel, watch: files.watch, watchEntries: files.watch };
  const world = yield* trying(() => entry.build(watched, trace.size), kernel);
  if (world.properties.every(({ name }) => name !== trace.property))
    return yield* badAt(path, {
      ...head.result!,
      why: `${trace.property} is not asked in world ${trace.world} of this kernel`,
    });
  const steps = yield* stepsOf(path, calls, world);
  const known: TraceFile = { ...trace, kernel: kernel.kernel, steps };
  const scenario: Scenario = { path, outcome, trace: known, calls, kernel, world, files };
  return scenario;
});
