/** How a search, or a judgement of laws, gets on, on standard error: redrawn in place on a terminal, now and then a line elsewhere. */
import { hang } from './report/columns.ts';
import type { Progress } from './search/index.ts';

export interface Out {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

const REDRAW_MS = 100;
const LINE_MS = 10_000;
/** A terminal as wide as a mail breaks a line that fills it. */
const LINE_MAX = 79;
const ERASE = '\r\u001B[2K';

const thousands = (n: number): string => Math.round(n).toLocaleString('en');

/** Said beside the report. */
export const note = (err: Out, text: string): void => {
  err.write(`${err.isTTY === true ? ERASE : ''}${hang('mmcheck: ', text).join('\n')}\n`);
};

/** What has been said before is not said again. */
export const sayingOnce = (err: Out): Out => {
  const said = new Set<string>();
  return {
    write: (text) => {
      if (said.has(text)) return;
      said.add(text);
      err.write(text);
    },
  };
};

/** '[3/177] pfnmap'; without the number where it is the only one. */
export const numbered = (i: number, of: number, label: string): string =>
  of === 1 ? label : `[${i + 1}/${of}] ${label}`;

const shortened = (label: string, room: number): string =>
  label.length <= room ? label : `${label.slice(0, Math.max(0, room - 3))}...`;

/** Names take what is left of a line; where that is little, the rate and the memory go first. */
export const progressLine = (label: string, shown: Progress, elapsed: number): string => {
  const { states, depth, waiting, bytes } = shown;
  const rate = `${thousands(states / Math.max(elapsed, 1e-3))}/s`;
  const memory = `${thousands(bytes / 2 ** 20)} MiB`;
  const line = (...without: readonly string[]): string =>
    [
      `${thousands(states)} states`,
      rate,
      `depth ${depth}`,
      `${thousands(waiting)} waiting`,
      memory,
      `${Math.floor(elapsed)} s`,
    ]
      .filter((one) => !without.includes(one))
      .join('  ');
  const room = LINE_MAX - label.length - 2;
  const fitting = [line(), line(rate), line(rate, memory)].find((one) => one.length <= room) ?? line(rate, memory);
  return `${shortened(label, LINE_MAX - fitting.length - 2)}: ${fitting}`;
};

/** Writes what `lineAt` says after so many seconds, until `done` is called. `everyMs` is for tests. */
export const watch = (
  out: Out,
  lineAt: (elapsed: number) => string,
  everyMs = out.isTTY === true ? REDRAW_MS : LINE_MS,
): { readonly done: () => void } => {
  const started = performance.now();
  let drawn = false;
  const timer = setInterval(() => {
    const line = lineAt((performance.now() - started) / 1000);
    out.write(out.isTTY === true ? `${ERASE}${line.slice(0, (out.columns ?? 80) - 1)}` : `${line}\n`);
    drawn = true;
  }, everyMs);
  return {
    done: () => {
      clearInterval(timer);
      if (drawn && out.isTTY === true) out.write(ERASE);
    },
  };
};

export const watchProgress = (
  out: Out,
  label: string,
  shown: () => Progress,
  everyMs?: number,
): { readonly done: () => void } => watch(out, (elapsed) => progressLine(label, shown(), elapsed), everyMs);
