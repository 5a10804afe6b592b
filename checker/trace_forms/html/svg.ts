/** Boxes as SVG: address spaces level by level, folios frame by frame. Colours are those of the page. */
import type { AddressSpace, Cell, FolioDrawn, FrameDrawn, Group, Level } from './drawing.ts';
import { isChanged } from './drawing.ts';
import { element, escaped } from './markup.ts';

const LETTER = 6.7;
const LINE = 14;
const GUTTER = 62;
const GAP = 12;
const LABEL = 15;
const PAD = 4;

/** Pages are narrower where there are many. */
const pageWidth = (pages: number): number => (pages > 12 ? 54 : pages > 8 ? 64 : 78);

const cut = (text: string, width: number): string => {
  const letters = Math.floor((width - 2 * PAD) / LETTER);
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1))}…`;
};

const textAt = (x: number, y: number, text: string, kind = '', anchor = 'middle'): string =>
  element('text', { x, y, class: kind === '' ? undefined : kind, 'text-anchor': anchor }, escaped(text));

/** A row as a report prints it, with what it was. */
export const cellText = ({ where, value, was }: Cell): string =>
  was === undefined ? `${where}: ${value || '-'}` : `${where}: ${was || '-'} → ${value || '-'}`;

interface Placed {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A filled box with its lines; one that has changed has a heavy edge and a marked corner. */
const boxSvg = (
  { x, y, width, height }: Placed,
  kind: string,
  lines: readonly string[],
  cells: readonly Cell[],
): string => {
  const changed = cells.some(isChanged);
  const accused = cells.some((one) => one.accused === true);
  const shown = lines.filter((line) => line !== '').slice(0, Math.floor(height / LINE));
  const top = y + height / 2 - (shown.length * LINE) / 2 + LINE - 3.5;
  const [right, corner] = [x + width - 1, 9];
  return element('g', { class: `box ${kind}${changed ? ' changed' : ''}${accused ? ' accused' : ''}` }, [
    element('title', {}, escaped(cells.map(cellText).join('\n'))),
    element('rect', { x: x + 1, y, width: width - 2, height, rx: 3 }),
    ...(changed ? [element('path', { class: 'corner', d: `M${right - corner} ${y}H${right}V${y + corner}Z` })] : []),
    ...shown.map((line, i) => textAt(x + width / 2, top + i * LINE, cut(line, width))),
  ]);
};

const linesOf = (groups: readonly Group[]): number =>
  Math.max(1, ...groups.flatMap(({ boxes }) => boxes.map(({ lines }) => lines.filter((line) => line !== '').length)));

const overlap = (a: Group, b: Group): boolean => a.from < b.from + b.pages && b.from < a.from + a.pages;

/** Groups that overlap lie in lanes below each other. */
const lanesOf = (groups: readonly Group[]): readonly (readonly Group[])[] => {
  const lanes: Group[][] = [];
  for (const group of groups.toSorted((a, b) => a.from - b.from)) {
    const lane = lanes.find((one) => one.every((other) => !overlap(one.at(-1)!, group) && !overlap(other, group)));
    if (lane === undefined) lanes.push([group]);
    else lane.push(group);
  }
  return lanes;
};

/** One level at `top`, and where it ends. */
const levelSvg = (
  { name, groups }: Level,
  top: number,
  unit: number,
): { readonly svg: string; readonly end: number } => {
  const parts: string[] = [];
  let y = top;
  for (const [i, lane] of lanesOf(groups).entries()) {
    const height = linesOf(lane) * LINE + 2 * PAD;
    const labelled = lane.some(({ label }) => label !== undefined) ? LABEL : 0;
    if (i === 0) parts.push(textAt(0, y + labelled + height / 2 + 4, name, 'level', 'start'));
    for (const { label, boxes, from, pages } of lane) {
      const x = GUTTER + from * unit;
      if (label !== undefined) parts.push(textAt(x + 3, y + LABEL - 4, cut(label, pages * unit), 'label', 'start'));
      for (const box of boxes) {
        const place = { x: GUTTER + box.from * unit, y: y + labelled, width: box.pages * unit, height };
        parts.push(boxSvg(place, box.kind, box.lines, [box.cell]));
      }
    }
    y += labelled + height + GAP / 2;
  }
  return { svg: element('g', {}, parts), end: y + GAP / 2 };
};

/** It shrinks a little where there is not room, and is scrolled where that would make it too small to read. */
const svgOf = (width: number, height: number, name: string, parts: readonly string[]): string => {
  const least = `min-width: ${Math.floor(width * 0.85)}px`;
  return element(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height, style: least, role: 'img', 'aria-label': name },
    parts,
  );
};

/** In words, for who does not see the drawing. */
const described = ({ name, levels }: AddressSpace): string =>
  `Page tables of ${name}. ${levels
    .flatMap(({ groups }) => groups.flatMap(({ boxes }) => boxes))
    .filter(({ kind }) => kind !== 'none')
    .map(({ cell }) => cellText(cell))
    .join('; ')}`;

export const spaceSvg = (space: AddressSpace): string => {
  const unit = pageWidth(space.pages);
  const ruler = Array.from({ length: space.pages }, (_, page) =>
    textAt(GUTTER + (page + 0.5) * unit, 11, String(page), 'ruler'),
  );
  const parts = [textAt(0, 11, 'page', 'ruler', 'start'), ...ruler];
  let y = 20;
  for (const level of space.levels) {
    const { svg, end } = levelSvg(level, y, unit);
    parts.push(svg);
    y = end;
  }
  return svgOf(GUTTER + space.pages * unit + 2, y, described(space), parts);
};

/** Page tables that nothing leads to, side by side. */
export const looseSvg = (groups: readonly Group[]): string => {
  const unit = 78;
  const parts: string[] = [];
  let [x, most] = [0, 0];
  const height = linesOf(groups) * LINE + 2 * PAD;
  for (const { label = '', boxes } of groups) {
    const width = Math.max(boxes.length * unit, label.length * LETTER + 2 * PAD);
    parts.push(textAt(x + 3, LABEL - 4, label, 'label', 'start'));
    for (const [i, { kind, lines, cell }] of boxes.entries())
      parts.push(boxSvg({ x: x + i * unit, y: LABEL, width: unit, height }, kind, lines, [cell]));
    x += width + GAP;
    most = Math.max(most, x);
  }
  return svgOf(most, LABEL + height + 2, 'Page tables that no entry leads to', parts);
};

const frameSvg = ({ frame, kind, lines, cells }: FrameDrawn, x: number, width: number, height: number): string =>
  boxSvg({ x, y: 0, width, height }, kind, [String(frame), ...lines], cells);

export const folioSvg = ({ name, frames }: FolioDrawn): string => {
  const width = Math.max(88, ...frames.flatMap(({ lines }) => lines.map((line) => line.length * LETTER + 2 * PAD + 4)));
  const lines = Math.max(...frames.map((one) => one.lines.filter((line) => line !== '').length));
  const height = (lines + 1) * LINE + 2 * PAD;
  const parts = frames.map((one, i) => frameSvg(one, i * width, width, height));
  const said = frames.flatMap(({ cells }) => cells.map(cellText)).join('; ');
  return svgOf(frames.length * width, height + 2, `${name}. ${said}`, parts);
};
