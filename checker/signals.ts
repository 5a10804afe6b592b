/** What signals do to the process. */
import type { Cells } from './cells.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A second signal within a second of the first is the same ^C, passed on by a parent process. */
const AGAIN_MS = 1000;

/** The first ^C lets a search end with what it knows, the second one ends the process. */
const stopOnSignal = (cells: Cells): void => {
  let first = Infinity;
  const onSignal = (): void => {
    if (performance.now() - first > AGAIN_MS) process.exit(130);
    if (first === Infinity) process.stderr.write('mmcheck: stopping; ^C again ends it at once\n');
    first = Math.min(first, performance.now());
    cells.askToStop();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
};

export interface Signals {
  /** Lets them end the process: a thread that loops would not hear them. */
  readonly end: () => void;
  /** Lets them stop a search. */
  readonly stop: () => void;
}

/** They stop a search, until something else is asked for. */
export const signalsFor = (cells: Cells): Signals => {
  let stops = false;
  const stop = (): void => {
    if (!stops) stopOnSignal(cells);
    stops = true;
  };
  const end = (): void => {
    for (const signal of SIGNALS) process.removeAllListeners(signal);
    stops = false;
  };
  stop();
  return { end, stop };
};
