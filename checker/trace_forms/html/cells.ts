/** The rows of a state, beside what they were before the step. */
import type { AnyWorld } from '../../outcomes.ts';
import type { Words } from '../../search/layout.ts';
import { type Cell, isOfInterest } from './drawing.ts';

type Rows = Readonly<Record<string, { readonly at: (row: number) => number }>>;

export interface Cells {
  /** A row of a table. */
  readonly at: (table: string, row: number) => Cell;
  readonly rows: (table: string) => number;
  /** All rows of a table. */
  readonly all: (table: string) => readonly Cell[];
  /** Text of the model in the words of the machine. */
  readonly inWords: (text: string) => string;
  /** What no drawing has asked for, as far as it is of interest. */
  readonly rest: (drawn: readonly string[]) => readonly Cell[];
}

/** Whether a text names an entry: 'child pmd[0]', which is no part of another name. */
const names = (text: string, where: string): boolean => where.includes('[') && text.includes(where);

/** `before` is left out of the initial state, of which nothing has changed; `wrong` says what is broken at the end. */
export const cellsOf = (
  { layout, inWords = (text) => text }: AnyWorld,
  before: Words | undefined,
  after: Words,
  wrong = '',
): Cells => {
  const now = layout.viewOf(after) as Rows;
  const then = before === undefined ? now : (layout.viewOf(before) as Rows);
  const rows = (table: string): number => layout.tables[table]?.rows ?? 0;
  const at = (name: string, row: number): Cell => {
    const { row: type, label, rows: count } = layout.tables[name]!;
    const [code, old] = [now[name]!.at(row), then[name]!.at(row)];
    const where = label?.(row) ?? (count === 1 ? name : `${name}[${row}]`);
    const cell = { where, code, value: inWords(type.show(code)), ...(names(wrong, where) ? { accused: true } : {}) };
    return code === old ? cell : { ...cell, was: inWords(type.show(old)), wasCode: old };
  };
  const all = (table: string): readonly Cell[] => Array.from({ length: rows(table) }, (_, row) => at(table, row));
  const rest = (drawn: readonly string[]): readonly Cell[] =>
    Object.keys(layout.tables)
      .filter((table) => !drawn.includes(table))
      .flatMap(all)
      .filter((cell) => cell.where !== '' && isOfInterest(cell));
  return { at, rows, all, inWords, rest };
};
