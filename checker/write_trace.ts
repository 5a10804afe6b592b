/**
 * Trace files: a violation by names alone, so that it outlives a renumbering of operations or arguments.
 * What each step changed is kept too: a replay tells from it where another kernel goes another way.
 */
import { existsSync, statSync } from 'node:fs';
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as Effect from 'effect/Effect';
import type { Finished, Ran } from './finished.ts';
import type { Story } from './narrate.ts';
import { BadFile } from './unusable.ts';

/** What a failed file operation says, without the path and the call. */
export const reason = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^[A-Z]+: /, '').replace(/, \w+ '.*$/, '') : String(error);

export const traceJson = (version: string, { kernel, world, size }: Ran, property: string, story: Story): string =>
  `${JSON.stringify(
    {
      tool: 'mmcheck',
      version,
      kernel: kernel.kernel,
      series: kernel.series,
      settings: Object.fromEntries(kernel.set.map((one) => one.split('=', 2))),
      ...(kernel.own === undefined ? {} : { patches: kernel.own.map(({ path }) => path) }),
      ...(kernel.exact === undefined ? {} : { arch: kernel.exact }),
      world,
      size,
      property,
      initial: story.from,
      steps: story.steps.map(({ op, args, answers, changes, bug }) => ({
        op,
        args,
        answers: answers.map(({ question, answer }) => ({ question, answer })),
        changes,
        ...(bug === undefined ? {} : { bug }),
      })),
    },
    null,
    2,
  )}\n`;

/** `recursive` of mkdir never ends below /proc. */
const mkdirs = async (path: string): Promise<void> => {
  if (existsSync(path)) return;
  if (dirname(path) !== path) await mkdirs(dirname(path));
  await mkdir(path);
};

/** Made before the search, which may take hours. */
export const prepareDirectory = (path: string, flag: string): Effect.Effect<void, BadFile> =>
  Effect.tryPromise({
    try: async () => {
      await mkdirs(path);
      if (!statSync(path).isDirectory()) throw new Error('it is no directory');
      await access(path, constants.W_OK);
    },
    catch: (error) => new BadFile({ path, why: `cannot be written to: ${reason(error)}`, hint: `see ${flag}` }),
  });

const fileName = ({ kernel, world, size }: Ran, property: string): string =>
  [
    kernel.kernel,
    ...kernel.series,
    ...kernel.set,
    ...(kernel.own ?? []).map(({ name }) => name),
    ...(kernel.exact === undefined ? [] : [kernel.exact]),
    world,
    size,
    property,
  ]
    .map((part) => part.replaceAll(/[^A-Za-z0-9.@=-]+/g, '_'))
    .join('+');

/** Writes a file that was asked for by its name. */
export const writeText = (path: string, text: string): Effect.Effect<void, BadFile> =>
  Effect.tryPromise({
    try: () => writeFile(path, text),
    catch: (error) => new BadFile({ path, why: `cannot be written: ${reason(error)}` }),
  });

/** Writes one file a violation, and gives their paths by property. */
export const writeTraces = Effect.fnUntraced(function* (directory: string, version: string, run: Finished) {
  const written: Record<string, string> = {};
  for (const { name, counterexample } of run.told.properties) {
    if (counterexample === undefined) continue;
    const path = join(directory, `${fileName(run, name)}.json`);
    yield* writeText(path, traceJson(version, run, name, counterexample));
    written[name] = path;
  }
  return written;
});
