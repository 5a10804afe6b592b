/** How a search, or a judgement of laws, gets on, on standard error: redrawn in place on a terminal, now and then a line elsewhere. */
import { hang } from './report/columns.ts';
import type { Progress } from './search/index.ts';

export interface Out {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Said beside the report. */
export const note = (err: Out, text: string): void => {
  err.write(`${hang('mmcheck: ', text).join('\n')}\n`);
};

/** What has been said before is not said again. */
export const sayingOnce = (err: Out): Out => {
  const said = new Set<string>();
  return {
    ...err,
    write: (text) => {
      if (said.has(text)) return;
      said.add(text);
      err.write(text);
    },
  };
};

const REDRAW_MS = 100;
const LINE_MS = 10_000;
const ERASE = '\r\u001B[2K';

const thousands = (n: number): string => Math.round(n).toLocaleString('en');

export const progressLine = (label: string, shown: Progress, elapsed: number): string => {
  const { states, depth, waiting, bytes } = shown;
  const rate = states / Math.max(elapsed, 1e-3);
  return [
    `${label}: ${thousands(states)} states`,
    `${thousands(rate)}/s`,
    `depth ${depth}`,
    `${thousands(waiting)} waiting`,
    `${thousands(bytes / 2 ** 20)} MiB`,
    `${Math.floor(elapsed)} s`,
  ].join('  ');
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
