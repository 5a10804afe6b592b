/** The hugepages of the pool, with what is counted of each and of its pages. */
import { Folio, type HugetlbView } from '../../../model/state/hugetlb/hugetlb_types.ts';
import type { Cells } from './cells.ts';
import { type FolioDrawn, type FrameDrawn, isOfInterest } from './drawing.ts';

const OF_FOLIO = ['folio', 'refcount', 'entireMapcount', 'nrPagesMapped'] as const;
const OF_FRAME = ['mapcount', 'rawHwpoison'] as const;

const frameDrawn = (cells: Cells, frame: number, used: boolean): FrameDrawn => {
  const own = OF_FRAME.map((table) => cells.at(table, frame));
  const [mapcount, poison] = own;
  return {
    frame,
    kind: poison!.code === 1 ? 'migration' : used ? 'leaf' : 'free',
    lines: [`map ${mapcount!.value}`, poison!.code === 1 ? 'hwpoison' : ''],
    cells: own,
  };
};

const hugepage = ({ geometry: { hugepage: pages } }: HugetlbView, cells: Cells, folio: number): FolioDrawn => {
  const used = Folio.used(cells.at('folio', folio).code as Folio) === 1;
  const first = folio * pages;
  return {
    name: `folio ${folio}`,
    facts: OF_FOLIO.map((table) => cells.at(table, folio)).filter(isOfInterest),
    frames: Array.from({ length: pages }, (_, i) => frameDrawn(cells, first + i, used)),
  };
};

const isIdle = ({ facts, frames }: FolioDrawn): boolean =>
  facts.length === 0 && frames.every(({ cells }) => !cells.some(isOfInterest));

export const hugepagesOf = (view: HugetlbView, cells: Cells) => {
  const all = Array.from({ length: view.geometry.folios }, (_, folio) => hugepage(view, cells, folio));
  return {
    folios: all.filter((one) => !isIdle(one)),
    freeFolios: all.filter(isIdle).map(({ name }) => name),
    tables: [...OF_FOLIO, ...OF_FRAME] as readonly string[],
  };
};
