/** Waits for a module to be read, which may wait for something itself: a promise that never settles is no loop that anybody sees. */
import { readFileSync } from 'node:fs';
import { setTimeout as rest } from 'node:timers/promises';
import { BadFile } from '../unusable.ts';
import { longer, PATIENCE_MS } from './patience.ts';

/** Time in which the thread does something else counts as one tick. */
const TICKS = 100;

/** The only line of the files in which something is awaited; undefined where there are several, or none. */
const awaitedIn = (files: readonly string[]): string | undefined => {
  const places = files.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, i) => (/^[^/'"`]*\bawait\b/.test(line) ? [`${path}:${i + 1}`] : [])),
  );
  return places.length === 1 ? places[0] : undefined;
};

const tooLong = async (place: () => string, limit: number, signal: AbortSignal): Promise<never> => {
  for (let tick = 0; tick < TICKS; tick++) await rest(limit / TICKS, undefined, { signal });
  throw new BadFile({ path: place(), why: `waits for something that has not come after ${limit / 1000} s` });
};

/** What a file exports; `files`: those that have been read so far, the one with them. */
export const settled = async <A>(
  module: Promise<A>,
  path: string,
  files: () => readonly string[],
  patience = PATIENCE_MS,
): Promise<A> => {
  const over = new AbortController();
  const place = (): string => awaitedIn(files()) ?? path;
  try {
    return await Promise.race([module, tooLong(place, longer(patience), over.signal)]);
  } finally {
    over.abort();
  }
};
