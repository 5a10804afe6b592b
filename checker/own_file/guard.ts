/** What a process does about functions of files of somebody's own, which may loop for ever. */
import * as Context from 'effect/Context';

export interface Guard {
  /** From now on functions of a file may run in this thread. */
  readonly runs: (path: string) => void;
  /** From now on a worker searches, and this thread hears signals. */
  readonly searches: () => void;
}

const nothing = (): void => undefined;

/** Nothing, but in a process of mmcheck's own. */
export const Guard = Context.Reference<Guard>('mmcheck/Guard', {
  defaultValue: () => ({ runs: nothing, searches: nothing }),
});
