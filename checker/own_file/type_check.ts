/** Asks the TypeScript compiler of a file of one's own: a function of another shape is said with its line, before it is called. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as Effect from 'effect/Effect';
import { BadFile } from '../unusable.ts';
import { digestOf } from './imported.ts';
import { isOwn } from './place.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What an editor needs to know to type-check a file that imports 'mmcheck/...', wherever it is. */
export const compilerOptions = (): Readonly<Record<string, unknown>> => ({
  target: 'es2024',
  lib: ['es2024'],
  module: 'preserve',
  moduleResolution: 'bundler',
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  typeRoots: [join(ROOT, 'node_modules/@types')],
  types: ['node'],
  paths: {
    'mmcheck/patch': [join(ROOT, 'model/patch.ts')],
    'mmcheck/entries': [join(ROOT, 'model/entries.ts')],
    'mmcheck/model/*': [join(ROOT, 'model/*')],
  },
});

const run = (directory: string, config: string): Promise<string> =>
  new Promise((done, fail) => {
    const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
    const asked = [tsc, '-p', config, '--pretty', 'false'];
    // It names files from where it runs.
    execFile(process.execPath, asked, { encoding: 'utf8', cwd: directory }, (error, stdout) => {
      // It ends with 1 or 2 where it finds something.
      if (error === null || typeof error.code === 'number') done(stdout);
      else fail(error);
    });
  });

/**
 * The first error in a file, or in one of somebody's own that it imports, as a place and what is wrong; what follows on lines of its own
 * belongs to it.
 */
const firstError = (said: string, directory: string, path: string) => {
  const lines = said.split('\n');
  const errors = lines.flatMap((line, i) => {
    const [, file, row, why] = /^(.+)\((\d+),\d+\): error TS\d+: (.*)$/.exec(line) ?? [];
    const of = resolve(directory, file ?? '');
    if (file === undefined || !isOwn(of, [path])) return [];
    const rest = lines.slice(i + 1);
    const end = rest.findIndex((each) => !each.startsWith('  '));
    return [{ place: `${of}:${row}`, why: why!, more: rest.slice(0, end < 0 ? 0 : end) }];
  });
  return errors[0];
};

/** Files that fit, by what they are made of: one command may read a file several times. */
const fitting = new Set<string>();

/** Fails with the line of what does not fit. Of JavaScript nothing is asked. */
export const typeCheck = Effect.fnUntraced(function* (path: string, asked: string) {
  if (!/\.m?ts$/.test(path) || !relative(ROOT, path).startsWith('..')) return;
  const digest = digestOf(path);
  if (fitting.has(digest)) return;
  const directory = mkdtempSync(join(tmpdir(), 'mmcheck-types-'));
  const config = join(directory, 'tsconfig.json');
  writeFileSync(config, JSON.stringify({ compilerOptions: compilerOptions(), files: [path] }));
  const said = yield* Effect.tryPromise({
    try: () => run(directory, config),
    catch: (error) => new BadFile({ path: asked, why: `cannot be type-checked: ${String(error)}` }),
  }).pipe(Effect.ensuring(Effect.sync(() => rmSync(directory, { recursive: true, force: true }))));
  const error = firstError(said, directory, path);
  if (error !== undefined)
    return yield* new BadFile({
      path: error.place,
      why: `does not fit: ${error.why}`,
      ...(error.more.length === 0 ? {} : { hint: error.more.map((line) => line.trim()).at(-1)! }),
    });
  fitting.add(digest);
});
