/** Sequences as text for the runner, and its answers put back beside what was expected. */
import type { Played } from './played.ts';

/** One sequence as the runner reads it. */
export const scriptOf = (
  { stage, steps, uncompared }: Pick<Played, 'stage' | 'steps' | 'uncompared'>,
  name: string,
): string =>
  [
    `seq ${name}`,
    ...stage.watch.map(({ page, count }) => `watch ${page} ${count}`),
    ...stage.objects,
    ...steps.map(({ line }) => line),
    ...(uncompared === undefined ? [] : [uncompared]),
    '',
  ].join('\n');

/** Answers of the runner that come before the first move. */
export const answersBefore = ({ stage }: Played): number => stage.objects.length;
