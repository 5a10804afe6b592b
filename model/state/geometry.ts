/**
 * How small the modelled machine is. A page of address space has a number; page `a` lies in PMD slot
 * `a / ptrsPerPte`, and that slot in PMD table `slot / ptrsPerPmd` (the real fan-outs are 512 and 512).
 *
 * Frames 0..15 belong to the device; then come one folio of a shmem file and `thpFolios` anonymous folios of
 * PMD size; the last frame number stands for any small anonymous page, whose identity nothing here asks for.
 */
export interface Geometry {
  /** Processes: 0 is the parent, 1 the child. */
  readonly mms: number;
  /** PMD tables of an mm: each covers what is 1 GiB on x86-64, and has a lock and a deposit list of its own. */
  readonly pmdTables: number;
  readonly ptrsPerPmd: number;
  readonly ptrsPerPte: number;
  /** VMAs that an mm may have (sysctl max_map_count). */
  readonly vmas: number;
  /** Pages of memory for PTE tables, for all processes together; without one, an allocation fails. */
  readonly pteTables: number;
  /** Anonymous folios of PMD size; without one, a fault falls back to a small page. */
  readonly thpFolios: number;
}

export const DEVICE_FRAMES = 16;
export const FRAME_MAX = 31;
/** Any small anonymous page. */
export const SMALL_PAGE = FRAME_MAX;
/** The first frame of the shmem file's folio. */
export const FILE_FOLIO = DEVICE_FRAMES;

/** Fan-out 2, two PMD tables, two processes: the least in which deposit lists per table and sharing matter. */
export const SMALL: Geometry = {
  mms: 2,
  pmdTables: 2,
  ptrsPerPmd: 2,
  ptrsPerPte: 2,
  vmas: 4,
  pteTables: 10,
  thpFolios: 2,
};

export const slotsOf = ({ pmdTables, ptrsPerPmd }: Geometry): number => pmdTables * ptrsPerPmd;
export const pagesOf = (g: Geometry): number => slotsOf(g) * g.ptrsPerPte;
/** The first frame of anonymous folio `i`. */
export const thpFrame = (g: Geometry, i: number): number => FILE_FOLIO + g.ptrsPerPte * (1 + i);

/** @throws RangeError when frames or tables do not fit the fields of an entry. */
export const checkGeometry = (g: Geometry): Geometry => {
  if (thpFrame(g, g.thpFolios) > SMALL_PAGE)
    throw new RangeError(`${g.thpFolios} folios of ${g.ptrsPerPte} pages need more than ${FRAME_MAX} frames`);
  if (g.pteTables > FRAME_MAX) throw new RangeError(`${g.pteTables} PTE tables; an entry can name ${FRAME_MAX}`);
  // The counter of page-table pages sticks at 15, and must not before they are all in use.
  if (g.pmdTables + g.pteTables > 15)
    throw new RangeError(`${g.pmdTables} PMD and ${g.pteTables} PTE tables; an mm can count 15`);
  if (pagesOf(g) > 15) throw new RangeError(`${pagesOf(g)} pages of address space; a VMA can end at 15`);
  return g;
};
