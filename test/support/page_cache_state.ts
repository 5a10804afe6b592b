/** States by hand with a file whose page cache is a table: frames 16 to 19 are two huge blocks, 20 and 21 small ones. */
import { blocks, DEVICE_FRAMES, type Geometry, pagesOf, SMALL } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { memmapOf, Page, PageKind } from '../../model/state/memmap.ts';
import {
  type MmDraft,
  mmLayout,
  type MmView,
  Mm,
  Pin,
  Pmd,
  PmdKind,
  Prot,
  PtePage,
  type Pte,
  Pud,
  PudKind,
  type Uffd,
  Vma,
  VmaAttributes,
  VmaKind,
} from '../../model/state/mm_types.ts';
import { AddressSpace, NrPages } from '../../model/state/page_cache.ts';

export type CachePiece = (draft: MmDraft) => void;

export const cacheGeometry = (use: 'shmem' | 'file', largeFolios = true): Geometry => ({
  ...SMALL,
  puds: 1,
  pins: 1,
  uffd: 1,
  memory: [...blocks(use, 2, 2), ...blocks(use, 1, 2)],
  pageCache: { use, pages: 4, largeFolios },
});

export const stateWith = (geometry: Geometry, ...pieces: readonly CachePiece[]): MmView => {
  const layout = mmLayout(geometry);
  const shape = { geometry, memmap: memmapOf(geometry), machine: X86_64 };
  const words = layout.zero();
  const draft: MmDraft = { ...layout.draftOf(words), ...shape };
  draft.mm.put(0, Mm.of({ alive: 1 }));
  for (const piece of pieces) piece(draft);
  return { ...layout.viewOf(words), ...shape };
};

type Flags = Parameters<typeof Page.of>[0];

/** A page, or a huge folio from its first page on, in the page cache as page `index` of the file. */
export const cached =
  (index: number, pfn: number, { pages = 1, ...flags }: Flags & { pages?: number } = {}): CachePiece =>
  (s) => {
    const kind = PageKind[s.geometry.pageCache!.use];
    for (let i = 0; i < pages; i++) {
      const large = { head: pages > 1 && i === 0 ? 1 : 0, tail: i > 0 ? 1 : 0 } as const;
      s.page.put(pfn + i - DEVICE_FRAMES, Page.of({ kind, ...large, ...(i === 0 ? { cached: 1, ...flags } : {}) }));
      s.iPages.put(index + i, pfn + i);
    }
  };

export const counts =
  (nrpages: number, nrThps = 0): CachePiece =>
  ({ addressSpace }) =>
    addressSpace.put(0, AddressSpace.of({ nrpages: NrPages.add(0, nrpages), nrThps }));

export const pinned =
  (pfn: number): CachePiece =>
  ({ pin }) =>
    pin.put(0, Pin.of({ taken: 1, pfn }));

/** A shared mapping of two pages of the file, from page `at` on, registered with a userfaultfd; its PTEs. */
export const registered =
  (at: number, mode: (typeof Uffd)['missing' | 'wp'], ...ptes: readonly Pte[]): CachePiece =>
  (s) => {
    const vma = Vma.of({
      kind: VmaKind.shmem,
      start: at,
      end: at + 2,
      pgoff: at,
      prot: Prot.RW,
      shared: 1,
      mayWrite: 1,
      fault: 1,
    });
    s.vma.put(0, vma);
    for (let page = at; page < at + 2 && page < pagesOf(s.geometry); page++)
      s.vmaAttributes.put(page, VmaAttributes.of({ uffd: mode }));
    if (ptes.length === 0) return;
    s.pud.put(0, Pud.of({ kind: PudKind.table }));
    s.pmd.put(at / 2, Pmd.of({ kind: PmdKind.table, pfn: 0 }));
    s.ptePage.put(0, PtePage.of({ allocated: 1 }));
    for (const [i, pte] of ptes.entries()) s.pte.put(i, pte);
  };

/** The move has written the folio to its disk. */
export const wroteBack =
  (folio: number): CachePiece =>
  (s) =>
    s.wroteBack.put(folio - DEVICE_FRAMES, 1);
