/** Knobs of the running kernel: set only where the user allows it, and put back however the comparison ends. */
import { readFileSync, writeFileSync } from 'node:fs';
import * as Effect from 'effect/Effect';
import { reason } from '../write_trace.ts';
import { KnobFailed } from './runner_failed.ts';

export interface Knob {
  readonly path: string;
  readonly value: string;
}

/** What stands in brackets among several choices, or all of it. */
const valueIn = (text: string): string => /\[(.+?)\]/.exec(text)?.[1] ?? text.trim();

/** Whether a knob of the running kernel stands where it is wanted. */
export const isTurned = ({ path, value }: Knob): boolean => {
  try {
    return valueIn(readFileSync(path, 'utf8')) === value;
  } catch {
    return false;
  }
};

const set = ({ path, value }: Knob): (() => void) => {
  const before = valueIn(readFileSync(path, 'utf8'));
  const restore = (): void => {
    try {
      writeFileSync(path, before);
    } catch (error) {
      process.stderr.write(`mmcheck: ${path} could not be put back to ${before}: ${reason(error)}\n`);
    }
  };
  writeFileSync(path, value);
  // A pool of hugepages may get fewer than it was asked for.
  if (isTurned({ path, value })) return restore;
  const now = valueIn(readFileSync(path, 'utf8'));
  restore();
  throw new Error(`it was set to ${value}, and stands at ${now}`);
};

/** Sets a knob until the scope closes; also where the process ends without closing it. */
export const turned = (knob: Knob) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const restore = set(knob);
        process.once('exit', restore);
        return restore;
      },
      catch: (error) => new KnobFailed({ path: knob.path, why: reason(error) }),
    }),
    (restore) =>
      Effect.sync(() => {
        process.off('exit', restore);
        restore();
      }),
  );
