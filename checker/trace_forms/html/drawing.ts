/** What a step is drawn from: boxes over pages and frames, whatever model they are of. Made from tables, row by row. */

/** One row of a table: what reports call it, what it holds, and, if the step has changed it, what it held. */
export interface Cell {
  readonly where: string;
  readonly code: number;
  readonly value: string;
  readonly was?: string;
  readonly wasCode?: number;
  /** The assertion that failed, or what is observed, names it. */
  readonly accused?: boolean;
}

export type BoxKind = 'none' | 'vma' | 'table' | 'leaf' | 'readonly' | 'migration' | 'other' | 'free';

/** Something that covers pages `from` to `from + pages - 1`. */
export interface Box {
  readonly from: number;
  readonly pages: number;
  readonly kind: BoxKind;
  /** A line each; one that is too long for the box is cut. */
  readonly lines: readonly string[];
  readonly cell: Cell;
}

/** Boxes of one table, or of one list; `label` names it where it has a number. */
export interface Group {
  readonly from: number;
  readonly pages: number;
  readonly label?: string;
  readonly boxes: readonly Box[];
}

/** One level of an address space, from VMAs down. */
export interface Level {
  readonly name: string;
  readonly groups: readonly Group[];
}

export interface AddressSpace {
  readonly name: string;
  /** What it is, as 'alive' of a process. */
  readonly state: Cell;
  readonly pages: number;
  readonly levels: readonly Level[];
  readonly counters: readonly Cell[];
}

/** A folio: its frames in order, and what is counted of all of it. */
export interface FolioDrawn {
  readonly name: string;
  readonly facts: readonly Cell[];
  readonly frames: readonly FrameDrawn[];
}
export interface FrameDrawn {
  readonly frame: number;
  readonly kind: BoxKind;
  readonly lines: readonly string[];
  readonly cells: readonly Cell[];
}

export interface Drawing {
  readonly spaces: readonly AddressSpace[];
  readonly folios: readonly FolioDrawn[];
  /** Folios that are left out: nobody uses them, and the step has not touched them. */
  readonly freeFolios: readonly string[];
  /** Page tables that no entry leads to. */
  readonly loose: readonly Group[];
  /** All other rows that are not zero, or that the step has changed. */
  readonly facts: readonly Cell[];
}

export const isChanged = ({ was }: Cell): boolean => was !== undefined;
/** Whether a report would name it. */
export const isOfInterest = (cell: Cell): boolean => cell.code !== 0 || isChanged(cell);

/** A process, or a guest, that never lived is not drawn. */
export const hasLived = ({ state, levels }: AddressSpace): boolean =>
  isOfInterest(state) ||
  levels.some(({ groups }) => groups.some(({ boxes }) => boxes.some(({ cell }) => isOfInterest(cell))));

/** An entry, or a VMA, that is not there, or not there any more. */
export const NONE: Pick<Box, 'kind' | 'lines'> = { kind: 'none', lines: ['none'] };
export const GONE: Pick<Box, 'kind' | 'lines'> = { kind: 'none', lines: ['gone'] };

/** What a row holds, or, if the step has emptied it, what it held: that is drawn where it was. */
export const heldIn = (cell: Cell): { readonly code: number; readonly gone: boolean } =>
  cell.code === 0 ? { code: cell.wasCode ?? 0, gone: true } : { code: cell.code, gone: false };

export const words = (...all: readonly string[]): string => all.filter((word) => word !== '').join(' ');
export const ifSet = (code: number, text: string): string => (code === 1 ? text : '');
