/** A running guest as its two serial ports show it: what it lacks, what the kernel reported, and how it ended. */
import { initSays, isKernelReport, type KernelReport } from './console.ts';

export interface Lack {
  readonly offer: string;
  readonly why: string;
}

export type Phase =
  /** No sign of init yet. */
  | 'booting'
  /** Init is at its set-up, or the runner at the trace. */
  | 'up'
  /** The runner ended by itself. */
  | 'ended';

export interface Guest {
  readonly phase: Phase;
  readonly console: readonly string[];
  readonly reports: readonly KernelReport[];
  readonly lacks: readonly Lack[];
  readonly lastLine: string | undefined;
  /** Why nothing could be played, in the words of init. */
  readonly failed: string | undefined;
  /** How the runner ended, as in "exit 0". */
  readonly ended: string | undefined;
}

/** A guest that is nothing yet, and the two ways to tell it what came. */
export const watchGuest = (onLine: (line: string) => void) => {
  const console: string[] = [];
  const reports: KernelReport[] = [];
  const lacks: Lack[] = [];
  const guest: { -readonly [K in keyof Guest]: Guest[K] } = {
    phase: 'booting',
    console,
    reports,
    lacks,
    lastLine: undefined,
    failed: undefined,
    ended: undefined,
  };
  let results = 0;
  const heard = (line: string): void => {
    const said = initSays(line);
    if (said === undefined) return;
    guest.phase = said._tag === 'Ended' ? 'ended' : 'up';
    if (said._tag === 'Lacks') lacks.push({ offer: said.offer, why: said.why });
    if (said._tag === 'Failed') guest.failed = said.why;
    if (said._tag === 'Ended') guest.ended = `${said.how} ${said.code}`;
  };
  return {
    guest: guest as Guest,
    consoleLine: (line: string): void => {
      console.push(line);
      if (isKernelReport(line)) reports.push({ line, after: results });
      heard(line);
    },
    resultLine: (line: string): void => {
      results++;
      guest.lastLine = line;
      onLine(line);
    },
  };
};
