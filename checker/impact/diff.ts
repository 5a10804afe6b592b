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
}

const SIDES = { add: 'new', del: 'old', normal: 'both' } as const;

/** The head of what follows, taken for a line of a hunk that promised more lines than it has. */
const isSwallowed = ({ type, content }: parseDiff.Change): boolean =>
  type === 'normal' && /^(?:diff --git |@@ -\d)/.test(content);

const hunkOf = ({ content, changes, oldLines, newLines }: parseDiff.Chunk): Hunk => {
  const lines = changes
    .filter((one) => !one.content.startsWith('\\'))
    .map((one): Line => ({ side: SIDES[one.type], text: one.content.slice(1).replace(/\r$/, '') }));
  const count = (side: Line['side']): number => lines.filter((one) => one.side === side || one.side === 'both').length;
  return {
    context: content.replace(/^@@.*?@@ ?/, '').trimEnd(),
    lines,
    cutShort: count('old') < oldLines || count('new') < newLines || changes.some(isSwallowed),
  };
};

export const readDiff = (text: string): readonly PatchedFile[] =>
  parseDiff(text.replaceAll('\r\n', '\n')).flatMap(({ from, to, chunks }) => {
    const path = to === undefined || to === '/dev/null' ? from : to;
    return path === undefined || chunks.length === 0 ? [] : [{ path, hunks: chunks.map(hunkOf) }];
  });
