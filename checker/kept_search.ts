/** A search that goes on from what is kept of it, and keeps a checkpoint where it is cut short. */
import { keepCheckpoint, type Keeping, keptCheckpoint } from './kept_run.ts';
import type { Checkpoint, Options } from './search/index.ts';

export interface KeptSearch {
  /** What is searched, in words. */
  readonly what: string;
  readonly warn: (text: string) => void;
  /** Kept beside each checkpoint. */
  readonly beside?: () => unknown;
}

export const resuming = (keeping: Keeping, { what, warn, beside }: KeptSearch): Pick<Options, 'from' | 'save'> => {
  const from = keptCheckpoint(keeping);
  if (from !== undefined && from.state > 0) warn(`${what} goes on behind ${from.state} states`);
  const save = (checkpoint: Checkpoint): void => {
    try {
      keepCheckpoint(keeping, checkpoint, beside?.());
    } catch (error) {
      warn(`${keeping.path} cannot be written: ${String(error)}`);
    }
  };
  return { ...(from === undefined ? {} : { from }), save };
};
