/**
 * A litmus file: one scenario that a person can write, what must come of it first.
 *
 *     # What it is about.
 *     result: I-TRANS is violated
 *     kernel: v7.1
 *     world:  vfio-dontfork
 *
 *     mmap(parent, BAR 1G)
 *     fork()  alloc_pid: fails
 *
 * Operations stand one on a line as traces print them, with the answers that are not plain behind them. A line that begins with
 * a space has more answers for the operation above it; `#` begins a comment that takes all of its line.
 */

/** Where something stands in a file, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What stands at a place. */
export interface Word extends Place {
  readonly text: string;
}

export interface Answered {
  readonly question: string;
  readonly answer: string;
  readonly at: Place;
}

/** One operation as it was written. */
export interface WrittenCall extends Word {
  readonly answers: readonly Answered[];
}

/** The keys of the head, in their order. */
export const KEYS = ['result', 'kernel', 'series', 'set', 'patch', 'arch', 'world', 'size', 'initial'] as const;
export type Key = (typeof KEYS)[number];

/** A file as it was written: no name in it has been looked up. */
export interface Written {
  readonly head: Readonly<Partial<Record<Key, Word>>>;
  readonly calls: readonly WrittenCall[];
}

/** What is wrong, and where. */
export interface Wrong extends Place {
  readonly why: string;
}

const isKey = (text: string): text is Key => (KEYS as readonly string[]).includes(text);

/** Where the bracket closes that opens first; -1: nowhere. */
const closingOf = (text: string): number => {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')' && --depth === 0) return i;
  }
  return -1;
};

const ANSWER = /^([^\s:,][^:,]*):\s*([^,]*[^\s,])\s*$/;

/** `alloc_pid: fails, pte_alloc_one: fails`; `from` is the column that `text` begins at. */
const answersIn = (text: string, line: number, from: number): readonly Answered[] | Wrong => {
  const answers: Answered[] = [];
  let column = from;
  for (const part of text.split(',')) {
    const lead = part.length - part.trimStart().length;
    const [, question, answer] = ANSWER.exec(part.trim()) ?? [];
    const at = { line, column: column + lead };
    if (question === undefined || answer === undefined)
      return { ...at, why: 'an answer is written as "alloc_pid: fails", and a comma stands between two' };
    answers.push({ question, answer, at });
    column += part.length + 1;
  }
  return answers;
};

const callIn = (raw: string, line: number): WrittenCall | Wrong => {
  const end = closingOf(raw);
  if (!raw.includes('(')) return { line, column: raw.length + 1, why: 'an operation is written as "fork()"' };
  if (end < 0) return { line, column: raw.length + 1, why: 'a bracket is not closed' };
  const [text, rest] = [raw.slice(0, end + 1), raw.slice(end + 1)];
  if (rest.trim() === '') return { text, line, column: 1, answers: [] };
  const answers = answersIn(rest, line, end + 2);
  return 'why' in answers ? answers : { text, line, column: 1, answers };
};

const headIn = (raw: string, line: number, head: Written['head']): readonly [Key, Word] | Wrong => {
  const colon = raw.indexOf(':');
  const key = raw.slice(0, colon).trim();
  const text = raw.slice(colon + 1).trim();
  const column = colon + 2 + raw.slice(colon + 1).search(/\S|$/);
  if (!isKey(key)) return { line, column: 1, why: `there is no "${key}"; the head has: ${KEYS.join(', ')}` };
  if (head[key] !== undefined) return { line, column: 1, why: `"${key}" is said twice` };
  if (text === '') return { line, column, why: `"${key}" says nothing` };
  if (key !== 'result' && head.result === undefined) return { line, column: 1, why: 'the result comes first' };
  return [key, { text, line, column }];
};

const HEAD = /^[a-z]+\s*:/;

/** Reads a file as far as that can be done without a world. */
export const written = (source: string): Written | Wrong => {
  const head: Partial<Record<Key, Word>> = {};
  const calls: WrittenCall[] = [];
  const lines = source.split(/\r?\n/);
  for (const [i, full] of lines.entries()) {
    const [raw, line] = [full.trimEnd(), i + 1];
    if (raw === '' || /^\s*#/.test(raw)) continue;
    const last = calls.at(-1);
    if (/^\s/.test(raw)) {
      const column = raw.search(/\S/) + 1;
      if (last === undefined) return { line, column, why: 'there is no operation above that would ask this' };
      const more = answersIn(raw.slice(column - 1), line, column);
      if ('why' in more) return more;
      calls[calls.length - 1] = { ...last, answers: [...last.answers, ...more] };
    } else if (HEAD.test(raw) && last === undefined) {
      const said = headIn(raw, line, head);
      if ('why' in said) return said;
      head[said[0]] = said[1];
    } else {
      const call = callIn(raw, line);
      if ('why' in call) return call;
      calls.push(call);
    }
  }
  const end = { line: lines.length, column: 1 };
  if (head.result === undefined) return { ...end, why: 'it does not say its result, as "result: I-TRANS holds"' };
  if (head.world === undefined) return { ...end, why: 'it does not say its world, as "world: pfnmap"' };
  return { head, calls };
};
