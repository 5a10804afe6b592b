/** The files and hunks of a unified diff, in whatever text stands around it. */
import parseDiff from 'parse-diff';

export interface Line {
  readonly side: 'old' | 'new' | 'both';
  readonly text: string;
}

export interface Hunk {
  /** What git prints behind the second @@: the line above the hunk that begins the nearest function, or nothing. */
  readonly context: string;
  readonly lines: readonly Line[];
  /** Lines are missing that its head promises, so that it ends somewhere in what follows. */
  readonly cutShort: boolean;
}

export interface PatchedFile {
  readonly path: string;
  readonly hunks: readonly Hunk[];
  /** What becomes of it as a whole, where no line of it is changed: 'renamed from mm/x.c'. */
  readonly whole?: string;
}

const SIDES = { add: 'new', del: 'old', normal: 'both' } as const;

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const HEAD = /^(?:diff --git |@@ -\d)/;

/** How many lines there are on each side up to the next head, if that comes before those that this one promises. */
const counted = (
  head: string,
  behind: readonly string[],
): { readonly old: number; readonly new: number } | undefined => {
  const [, , wasOld = '1', , wasNew = '1'] = HUNK.exec(head) ?? [];
  const found = { old: 0, new: 0 };
  for (const line of behind) {
    if (found.old >= Number(wasOld) && found.new >= Number(wasNew)) return undefined;
    if (HEAD.test(line)) return found;
    if (!/^[+\\]/.test(line)) found.old++;
    if (!/^[-\\]/.test(line)) found.new++;
  }
  return undefined;
};

/** An archive that drops lines leaves the numbers in the head of a hunk, and the parser would take the next head for one of its lines. */
const withTrueHeads = (text: string): { readonly text: string; readonly cutShort: ReadonlySet<string> } => {
  const lines = text.split('\n');
  const cutShort = new Set<string>();
  const heads = lines.map((line, i) => {
    const found = HUNK.test(line) ? counted(line, lines.slice(i + 1)) : undefined;
    if (found === undefined) return line;
    const head = line.replace(HUNK, (_, old, _count, now) => `@@ -${old},${found.old} +${now},${found.new} @@`);
    cutShort.add(head);
    return head;
  });
  return { text: heads.join('\n'), cutShort };
};

const hunkOf = ({ content, changes, oldLines, newLines }: parseDiff.Chunk, cut: ReadonlySet<string>): Hunk => {
  const lines = changes
    .filter((one) => !one.content.startsWith('\\'))
    .map((one): Line => ({ side: SIDES[one.type], text: one.content.slice(1).replace(/\r$/, '') }));
  const count = (side: Line['side']): number => lines.filter((one) => one.side === side || one.side === 'both').length;
  return {
    context: content.replace(/^@@.*?@@ ?/, '').trimEnd(),
    lines,
    cutShort: count('old') < oldLines || count('new') < newLines || cut.has(content),
  };
};

/** What a file without hunks is there for; undefined: it is no file of a diff. */
const wholeOf = ({ from, to, new: isNew, deleted, oldMode, newMode }: parseDiff.File): string | undefined => {
  if (from === undefined || to === undefined) return undefined;
  if (isNew === true) return 'new, and empty';
  if (deleted === true) return 'removed, and empty';
  if (from !== to) return `renamed, or copied, from ${from}`;
  if (oldMode === undefined) return undefined;
  return oldMode === newMode ? 'binary' : `mode ${oldMode} to ${newMode}`;
};

export const readDiff = (asSent: string): readonly PatchedFile[] => {
  const { text, cutShort } = withTrueHeads(asSent.replaceAll('\r\n', '\n'));
  return parseDiff(text).flatMap((file) => {
    const { from, to, chunks } = file;
    const path = to === undefined || to === '/dev/null' ? from : to;
    if (path === undefined) return [];
    if (chunks.length > 0) return [{ path, hunks: chunks.map((chunk) => hunkOf(chunk, cutShort)) }];
    const whole = wholeOf(file);
    return whole === undefined ? [] : [{ path, hunks: [], whole }];
  });
};
