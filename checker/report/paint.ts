/** Colour, kept out of the text: a report must read the same without it. */
import { styleText } from 'node:util';

export interface Paint {
  readonly bad: (text: string) => string;
  readonly good: (text: string) => string;
  readonly doubtful: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const same = (text: string): string => text;
export const plain: Paint = { bad: same, good: same, doubtful: same, strong: same, faint: same };

const coloured: Paint = {
  bad: (text) => styleText(['bold', 'red'], text, { validateStream: false }),
  good: (text) => styleText('green', text, { validateStream: false }),
  doubtful: (text) => styleText('yellow', text, { validateStream: false }),
  strong: (text) => styleText('bold', text, { validateStream: false }),
  faint: (text) => styleText('dim', text, { validateStream: false }),
};

/** Colour for people only: a terminal, and no NO_COLOR (https://no-color.org). */
export const paintFor = (out: { readonly isTTY?: boolean | undefined }): Paint =>
  out.isTTY === true && (process.env['NO_COLOR'] ?? '') === '' ? coloured : plain;
