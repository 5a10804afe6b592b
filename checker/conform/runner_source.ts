/** The C program that plays a trace on the kernel it runs on, as one source text. */
import { readFileSync } from 'node:fs';

/** In the order in which they become one file: each names only what stands before it. */
export const RUNNER_PIECES = [
  'abi.c',
  'operation.c',
  'trace.c',
  'handshake.c',
  'vfio.c',
  'guest.c',
  'object.c',
  'worker.c',
  'walks.c',
  'uffd.c',
  'process.c',
  'output.c',
  'pool.c',
  'runs.c',
  'btf.c',
  'kcore.c',
  'kread.c',
  'play.c',
  'kernel.c',
  'report.c',
] as const;

const piece = (name: string): string => readFileSync(new URL(`./runner/${name}`, import.meta.url), 'utf8');

/** Three octal digits end by themselves, unlike \x; `?` is among them for the sake of trigraphs. */
const escaped = (line: string): string =>
  [...Buffer.from(line)]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f && !'"\\?'.includes(String.fromCodePoint(byte))
        ? String.fromCodePoint(byte)
        : `\\${byte.toString(8).padStart(3, '0')}`,
    )
    .join('');

/** `embedded`, one literal a line; without a trace it is empty, and the program reads a file or stdin. */
const embedding = (trace: string): string => {
  const lines = trace === '' ? [] : trace.replace(/\n$/, '').split('\n');
  const literals = lines.map((line) => `\t"${escaped(line)}\\n"`);
  return [
    '/* The trace that is played when no file is named. */',
    'static const char embedded[] =',
    ...(literals.length > 0 ? literals : ['\t""']),
  ].join('\n');
};

/** One self-contained C program, which plays `trace` when it is called without a file. */
export const runnerSource = (trace = ''): string =>
  [...RUNNER_PIECES.map(piece), `${embedding(trace)};\n`, piece('main.c')].join('\n');
