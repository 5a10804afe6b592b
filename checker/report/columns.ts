/** Text in columns, never wider than a mail. */

export const WIDTH = 80;

/** How much of a word that is wider than a line goes on it: up to a bracket or a comma, else to an underscore or a slash. */
const breakAt = (word: string, width: number): number => {
  const head = word.slice(0, width);
  const ends = [/^.*[(,]/, /^.*[_/]/].map((end) => end.exec(head)?.[0].length ?? 0);
  return ends.find((end) => end > width / 2) ?? width;
};

/** Breaks a text at its spaces, and a word that is wider than a line where breakAt() says. */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  const put = (word: string): void => {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    let rest = line === '' ? word : `${line} ${word}`;
    while (rest.length > width) {
      const end = breakAt(rest, width);
      lines.push(rest.slice(0, end));
      rest = rest.slice(end);
    }
    line = rest;
  };
  for (const word of text.split(/\s+/)) if (word !== '') put(word);
  if (line !== '') lines.push(line);
  return lines;
};

/** `text` behind `lead`; further lines start under the first. */
export const hang = (lead: string, text: string, width = WIDTH): readonly string[] => {
  const [first = '', ...more] = wrap(text, width - lead.length);
  return [`${lead}${first}`.trimEnd(), ...more.map((line) => `${' '.repeat(lead.length)}${line}`)];
};

/** A command behind `lead`, broken so that it can be pasted into a shell. */
export const hangCommand = (lead: string, command: readonly string[]): readonly string[] => {
  const room = WIDTH - lead.length - 2;
  const lines: string[] = [];
  for (const word of command) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  const under = ' '.repeat(lead.length);
  return lines.map((line, i) => `${i === 0 ? lead : under}${line}${i < lines.length - 1 ? ' \\' : ''}`);
};

const fitLine = (line: string): readonly string[] => {
  if (line.length <= WIDTH) return [line];
  const column = line.slice(0, WIDTH / 2 + 10).lastIndexOf('  ') + 2;
  const [first = '', ...more] = hang(' '.repeat(column), line.slice(column));
  return [line.slice(0, column) + first.slice(column), ...more];
};

/** Breaks the lines of a finished text that are too wide; they go on under their last column. */
export const fitLines = (text: string): string => text.split('\n').flatMap(fitLine).join('\n');

export const widest = (texts: readonly string[]): number =>
  texts.reduce((most, text) => Math.max(most, text.length), 0);

export interface Column {
  readonly title: string;
  readonly right?: boolean;
  /** Wider cells are wrapped. */
  readonly max?: number;
}

const widthOf = ({ title, max = WIDTH }: Column, i: number, rows: readonly (readonly string[])[]): number =>
  Math.min(max, widest([title, ...rows.map((row) => row[i] ?? '')]));

/** What is left of a line beside these columns. */
export const roomBeside = (columns: readonly Column[], rows: readonly (readonly string[])[]): number =>
  columns.reduce((room, column, i) => room - 2 - widthOf(column, i, rows), WIDTH);

/** A table without rules: two spaces between columns, a cell that is too wide takes several lines; a text takes a line of its own. */
export const tableOf = (
  columns: readonly Column[],
  rows: readonly (readonly string[] | string)[],
): readonly string[] => {
  const cellsOf = rows.filter((row) => typeof row !== 'string');
  const widths = columns.map((column, i) => widthOf(column, i, cellsOf));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (columns[i]!.right === true ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  const wrapped = rows.flatMap((row) => {
    if (typeof row === 'string') return hang(/^ */.exec(row)![0], row);
    const cells = row.map((cell, i) => wrap(cell, widths[i]!));
    const height = Math.max(1, ...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, k) => line(cells.map((lines) => lines[k] ?? '')));
  });
  return [line(columns.map(({ title }) => title)), ...wrapped];
};
