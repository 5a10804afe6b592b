/** The folios of the mm model: frames of memory with what is counted of them. */
import { DEVICE_FRAMES } from '../../../model/state/geometry.ts';
import { Page, PageKind } from '../../../model/state/memmap.ts';
import type { MmView } from '../../../model/state/mm_types.ts';
import type { Cells } from './cells.ts';
import { type BoxKind, type Cell, type FolioDrawn, type FrameDrawn, isOfInterest } from './drawing.ts';

/** By frame - DEVICE_FRAMES. */
const OF_FRAME = ['page', 'mapcount', 'refcount', 'pincount', 'hwpoison', 'mlock'] as const;
/** By the row of a large folio. */
const OF_LARGE = ['entireMapcount', 'largeMapcount', 'nrPagesMapped', 'mmIds'] as const;
const MM_ID_MAPCOUNT = 'mmIdMapcount';

const flagWords = (e: Page): string =>
  [
    Page.anonExclusive(e) === 1 ? 'X' : '',
    Page.dirty(e) === 1 ? 'D' : '',
    Page.referenced(e) === 1 ? 'R' : '',
    Page.cached(e) === 1 ? 'C' : '',
  ]
    .filter((word) => word !== '')
    .join(' ');

const frameDrawn = (cells: Cells, row: number, large: boolean): FrameDrawn => {
  const own = OF_FRAME.filter((table) => cells.rows(table) > row).map(
    (table) => [table, cells.at(table, row)] as const,
  );
  const cell = (name: string): Cell | undefined => own.find(([table]) => table === name)?.[1];
  const e = cell('page')!.code as Page;
  const free = Page.kind(e) === PageKind.free;
  const counts = large
    ? `map ${cell('mapcount')!.value}`
    : `ref ${cell('refcount')!.value} map ${cell('mapcount')!.value}`;
  const pins = cell('pincount');
  const kind: BoxKind = free ? 'free' : 'leaf';
  return {
    frame: row + DEVICE_FRAMES,
    kind,
    lines: [
      PageKind.names[Page.kind(e)]!,
      counts,
      [flagWords(e), pins === undefined || pins.code === 0 ? '' : `pin ${pins.value}`]
        .filter((word) => word !== '')
        .join(' '),
    ],
    cells: own.map(([, one]) => one),
  };
};

const folioDrawn = ({ memmap }: MmView, cells: Cells, block: number): FolioDrawn => {
  const { use, pages } = memmap.blocks[block]!;
  const [start, row] = [memmap.start[block]!, memmap.largeRow[block]!];
  const large = row >= 0;
  const mmIds =
    cells.rows(MM_ID_MAPCOUNT) > 0 && large ? [2 * row, 2 * row + 1].map((one) => cells.at(MM_ID_MAPCOUNT, one)) : [];
  const facts = large
    ? [cells.at('refcount', start - DEVICE_FRAMES), ...OF_LARGE.map((table) => cells.at(table, row)), ...mmIds]
    : [];
  return {
    name: large ? `${use}, frames ${start}..${start + pages - 1}` : use,
    facts: facts.filter(isOfInterest),
    frames: Array.from({ length: pages }, (_, i) => frameDrawn(cells, start - DEVICE_FRAMES + i, large)),
  };
};

const isIdle = ({ facts, frames }: FolioDrawn): boolean =>
  facts.length === 0 && frames.every(({ cells }) => !cells.some(isOfInterest));

/** '17', '20..21' */
const nameOf = ({ frames }: FolioDrawn): string =>
  frames.length === 1 ? `${frames[0]!.frame}` : `${frames[0]!.frame}..${frames.at(-1)!.frame}`;

export const foliosOf = (view: MmView, cells: Cells) => {
  const all = view.memmap.blocks.map((_, block) => folioDrawn(view, cells, block));
  return {
    folios: all.filter((one) => !isIdle(one)),
    freeFolios: all.filter(isIdle).map(nameOf),
    tables: [...OF_FRAME, ...OF_LARGE, MM_ID_MAPCOUNT] as readonly string[],
  };
};
