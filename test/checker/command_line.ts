/** The command line in this process and in one of its own, on the toy catalogue. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as Effect from 'effect/Effect';
import type { Catalogue } from '../../checker/catalogue.ts';
import { Cells } from '../../checker/cells.ts';
import { main } from '../../checker/cli.ts';
import { catalogue } from './toy_catalogue.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Captures what is written; `isTTY` as a terminal would have it. */
export const capture = (isTTY = false) => {
  const texts: string[] = [];
  return { write: (text: string) => texts.push(text), isTTY, columns: 80, text: () => texts.join('') };
};

/** In this process: quick, but the search still has its worker. */
export const mm = async (argv: readonly string[], cells = new Cells()): Promise<Ran> => {
  const [out, err] = [capture(), capture()];
  const module = new URL('./toy_catalogue.ts', import.meta.url).href;
  const code = await Effect.runPromise(main(argv, { catalogue, module, version: '0.0.0', out, err, cells }));
  return { code, out: out.text(), err: err.text() };
};

const MODEL = new URL('../../checker/mm_catalogue.ts', import.meta.url).href;
/** The same on the catalogue of the model. */
export const mmcheck = async (argv: readonly string[], cells = new Cells()): Promise<Ran> => {
  const { catalogue: real } = (await import(MODEL)) as { readonly catalogue: Catalogue };
  const [out, err] = [capture(), capture()];
  const setting = { catalogue: real, module: MODEL, version: '0.0.0', out, err, cells };
  const code = await Effect.runPromise(main(argv, setting));
  return { code, out: out.text(), err: err.text() };
};

const inProcess = (
  program: string,
  argv: readonly string[],
  whenStarted: (pid: number) => void = () => undefined,
): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(at('../../node_modules/.bin/node'), [at(program), ...argv]);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('spawn', () => whenStarted(child.pid!));
    child.once('close', (code) => resolve({ code, out, err }));
  });

/** In a process of its own. `whenStarted` gets it as soon as it runs. */
export const mmProcess = (argv: readonly string[], whenStarted?: (pid: number) => void): Promise<Ran> =>
  inProcess('./toy_bin.ts', argv, whenStarted);
/** The same on the catalogue of the model. */
export const mmcheckProcess = (argv: readonly string[]): Promise<Ran> => inProcess('../../checker/bin.mjs', argv);
