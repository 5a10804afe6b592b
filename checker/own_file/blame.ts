/** What of a patch of somebody's own is likely to blame where a run breaks off, and in which line of it. */
import { thrown } from '../search/index.ts';
import { lineWith, placeIn } from './place.ts';

/** Where, and what is said of it. */
export interface Blamed {
  readonly place: string;
  readonly why: string;
}

/** What is not the same each time, and variables that stay when a function returns. */
const NOT_OF_THE_STATE = /\bMath\.random\b|\bDate\b|\bperformance\.now\b|\bprocess\.hrtime\b|^(?:let|var)\s/;

/** What comes of a function that does something else when it is asked again. */
const NOT_REPEATED = /a step is not found again|the trace does not break/;

/** The lines of the files that have it, or the files where none of them does. */
const suspects = (own: readonly string[], pattern: RegExp): string => {
  const places = own.flatMap((path) => {
    const line = lineWith(path, (one) => pattern.test(one));
    return line === '' ? [] : [`${path}${line}`];
  });
  return (places.length === 0 ? own : places).join(', ');
};

/** Undefined where nothing tells: it may be a fault of ours. */
export const blamed = (own: readonly string[], cause: unknown): Blamed | undefined => {
  if (own.length === 0) return undefined;
  const message = thrown(cause);
  const place = own.map((path) => placeIn(path, cause)).find((one) => one !== undefined);
  if (place !== undefined) return { place, why: `threw ${message}` };
  if (!NOT_REPEATED.test(message)) return undefined;
  const why =
    'likely the cause: an operation that was made again in the same state did not do the same. What a function does may ' +
    `depend on its arguments and the state alone, not on chance, on time or on a variable that it keeps (${message})`;
  return { place: suspects(own, NOT_OF_THE_STATE), why };
};

/** A thread of a search has ended before it told anything. */
export const ended = (own: readonly string[], code: number): Blamed | undefined =>
  own.length === 0
    ? undefined
    : {
        place: suspects(own, /\bprocess\.(?:exit|abort|kill)\b/),
        why: `likely the cause: the search ended with exit code ${code}, and no function of a kernel ends the process`,
      };

/** process.exit() of a patch would end a command without a verdict: from now on it throws, so that its line is known. Gives it back. */
const exitThrows = (): (() => void) => {
  const exit: unknown = Reflect.get(process, 'exit');
  process.exit = (code) => {
    throw new Error(`process.exit(${code ?? ''}) is called, and no function of a kernel ends the process`);
  };
  return () => void Reflect.set(process, 'exit', exit);
};

export const withoutExit = <A>(own: readonly string[], run: () => A): A => {
  if (own.length === 0) return run();
  const giveBack = exitThrows();
  try {
    return run();
  } finally {
    giveBack();
  }
};

/** The same of a file that is imported. */
export const importedWithoutExit = async <A>(run: () => Promise<A>): Promise<A> => {
  const giveBack = exitThrows();
  try {
    return await run();
  } finally {
    giveBack();
  }
};
