/**
 * Folios by hand, counted as the kernel counts them: whoever maps, pins or caches one has a reference, rmap, rss and
 * statistics with it, so that a state is sound until a piece breaks it on purpose.
 */
import { DEVICE_FRAMES, pudPages, type Use } from '../../model/state/geometry.ts';
import { Migration, MmIds, Page, PageKind, Rss, rssBits, Vmstat, vmstatBits } from '../../model/state/memmap.ts';
import { isPrivatePte, Mm, type MmDraft, Pin, type Pmd, Pte, type Pud } from '../../model/state/mm_types.ts';
import { leaf, migration, PARENT, type Piece, pudLeaf, table } from './mm_state.ts';

const KIND = {
  anon: PageKind.anon,
  shmem: PageKind.shmem,
  file: PageKind.file,
  dax: PageKind.dax,
  driver: PageKind.driver,
  fsdax: PageKind.fsdax,
  private: PageKind.anon,
  'zero page': PageKind.zero,
  p2pdma: PageKind.p2pdma,
  'huge zero': PageKind.zero,
} as const;

const rowOf = (frame: number): number => frame - DEVICE_FRAMES;
const blockOf = ({ memmap }: MmDraft, frame: number) => memmap.blocks[memmap.blockOf[rowOf(frame)]!]!;
const folioOf = ({ memmap }: MmDraft, frame: number): number => memmap.start[memmap.blockOf[rowOf(frame)]!]!;
const largeOf = ({ memmap }: MmDraft, frame: number): number => memmap.largeRow[memmap.blockOf[rowOf(frame)]!]!;

const isAnon = (use: Use): boolean => use === 'anon' || use === 'private';

type PageFields = NonNullable<Parameters<typeof Page.of>[0]>;

/** The folio of a frame is allocated: in the page cache if it is of a file, with one reference if it has an owner. */
export const folio =
  (frame: number): Piece =>
  (draft) => {
    const { use, pages } = blockOf(draft, frame);
    const first = rowOf(folioOf(draft, frame));
    if (Page.kind(draft.page.at(first)) !== PageKind.free) return;
    const isFile = use === 'shmem' || use === 'file';
    for (let i = 0; i < pages; i++)
      draft.page.put(first + i, Page.of({ kind: KIND[use], head: pages > 1 && i === 0 ? 1 : 0, tail: i > 0 ? 1 : 0 }));
    if (isFile) draft.page.put(first, Page.mkCached(draft.page.at(first), 1));
    draft.refcount.put(first, isFile ? pages : isAnon(use) ? 0 : 1);
  };

/** Changes flags of one page. */
export const flagged =
  (frame: number, fields: PageFields): Piece =>
  ({ page }) =>
    page.put(rowOf(frame), Page.of({ ...fieldsOf(page.at(rowOf(frame))), ...fields }));
const fieldsOf = (page: Page): PageFields => ({
  kind: Page.kind(page),
  head: Page.head(page),
  tail: Page.tail(page),
  anonExclusive: Page.anonExclusive(page),
  dirty: Page.dirty(page),
  swapbacked: Page.swapbacked(page),
  cached: Page.cached(page),
  partiallyMapped: Page.partiallyMapped(page),
});

type Counts =
  | 'refcount'
  | 'mapcount'
  | 'pincount'
  | 'entireMapcount'
  | 'largeMapcount'
  | 'nrPagesMapped'
  | 'mmIdMapcount';
const add = (draft: MmDraft, counts: Counts, row: number, by: number): number => {
  draft[counts].put(row, draft[counts].at(row) + by);
  return draft[counts].at(row);
};

/** One more, or one less, in a count of the folio that a frame belongs to, or of its page. */
export const off =
  (counts: Counts, frame: number, by: number): Piece =>
  (draft) => {
    const ofLarge = counts !== 'refcount' && counts !== 'mapcount' && counts !== 'pincount';
    add(draft, counts, ofLarge ? largeOf(draft, frame) * (counts === 'mmIdMapcount' ? 2 : 1) : rowOf(frame), by);
  };
/** Somebody holds a reference. */
export const held = (frame: number): Piece => off('refcount', frame, 1);

export const addRss =
  (mm: number, counter: number, by: number): Piece =>
  ({ rss, geometry }) =>
    rss.put(mm * Rss.names.length + counter, rssBits(geometry).add(rss.at(mm * Rss.names.length + counter), by));
export const addStat =
  (item: number, by: number): Piece =>
  ({ vmstat, memmap }) =>
    vmstat.put(item, vmstatBits(memmap).add(vmstat.at(item), by));

const rssOf = (draft: MmDraft, frame: number): number => {
  const { use } = blockOf(draft, frame);
  if (isAnon(use)) return Rss.MM_ANONPAGES;
  return use === 'shmem' ? Rss.MM_SHMEMPAGES : Rss.MM_FILEPAGES;
};
const mappedItem = (draft: MmDraft, frame: number): number =>
  isAnon(blockOf(draft, frame).use) ? Vmstat.NR_ANON_MAPPED : Vmstat.NR_FILE_MAPPED;
const pmdItem = (draft: MmDraft, frame: number): number => {
  const { use } = blockOf(draft, frame);
  if (isAnon(use)) return Vmstat.NR_ANON_THPS;
  return use === 'shmem' ? Vmstat.NR_SHMEM_PMDMAPPED : Vmstat.NR_FILE_PMDMAPPED;
};

const addOwner = (draft: MmDraft, large: number, mm: number): void => {
  if (!draft.machine.mmId) return;
  const ids = draft.mmIds.at(large);
  const slot = [MmIds.id0(ids), MmIds.id1(ids)].findIndex((id) => id === mm + 1 || id === 0);
  if (slot < 0) return;
  const named = slot === 0 ? MmIds.mkId0(ids, mm + 1) : MmIds.mkId1(ids, mm + 1);
  draft.mmIds.put(large, slot === 1 ? MmIds.mkShared(named, 1) : named);
  add(draft, 'mmIdMapcount', 2 * large + slot, 1);
};

/** Counts `pages` pages of a folio that were not mapped as mapped. */
const countMapped = (draft: MmDraft, frame: number, pages: number): void =>
  addStat(mappedItem(draft, frame), pages)(draft);

const countPte = (draft: MmDraft, mm: number, frame: number): void => {
  folio(frame)(draft);
  const first = folioOf(draft, frame);
  const large = largeOf(draft, frame);
  add(draft, 'refcount', rowOf(first), 1);
  addRss(mm, rssOf(draft, frame), 1)(draft);
  if (large < 0 || draft.machine.pageMapcount) {
    const isFirst = add(draft, 'mapcount', rowOf(frame), 1) === 1;
    if (isFirst && large >= 0) add(draft, 'nrPagesMapped', large, 1);
    if (isFirst && (large < 0 || draft.entireMapcount.at(large) === 0)) countMapped(draft, frame, 1);
  } else if (draft.largeMapcount.at(large) === 0) {
    countMapped(draft, frame, blockOf(draft, frame).pages);
  }
  if (large < 0) return;
  add(draft, 'largeMapcount', large, 1);
  addOwner(draft, large, mm);
};

const countLeaf = (draft: MmDraft, mm: number, frame: number, pages: number): void => {
  folio(frame)(draft);
  const large = largeOf(draft, frame);
  add(draft, 'refcount', rowOf(frame), 1);
  addRss(mm, rssOf(draft, frame), pages)(draft);
  if (add(draft, 'entireMapcount', large, 1) === 1) {
    const already = draft.machine.pageMapcount ? draft.nrPagesMapped.at(large) : draft.largeMapcount.at(large);
    if (draft.machine.pageMapcount) add(draft, 'nrPagesMapped', large, draft.memmap.entirelyMapped);
    countMapped(draft, frame, draft.machine.pageMapcount ? pages - already : already > 0 ? 0 : pages);
    if (pages === draft.geometry.ptrsPerPte) addStat(pmdItem(draft, frame), pages)(draft);
  }
  add(draft, 'largeMapcount', large, 1);
  addOwner(draft, large, mm);
};

const own = (draft: MmDraft, frame: number): void => {
  if (isAnon(blockOf(draft, frame).use)) flagged(frame, { anonExclusive: 1 })(draft);
};

interface Place {
  readonly mm?: number;
  readonly slot?: number;
}
type PmdFields = NonNullable<Parameters<typeof Pmd.of>[0]>;
type PudFields = NonNullable<Parameters<typeof Pud.of>[0]>;

/** A PTE table whose entries count; a page of anonymous memory that one may write to is the mm's own. */
export const countedPtes =
  (at: Place & { readonly page: number }, ...entries: readonly Pte[]): Piece =>
  (draft) => {
    table(at, ...entries)(draft);
    for (const pte of entries) {
      if (Pte.present(pte) === 0 && Pte.migration(pte) === 0 && !isPrivatePte(pte)) continue;
      const mm = at.mm ?? PARENT;
      folio(Pte.pfn(pte))(draft);
      if (Pte.migration(pte) === 1) addRss(mm, rssOf(draft, Pte.pfn(pte)), 1)(draft);
      else countPte(draft, mm, Pte.pfn(pte));
      if (Pte.migration(pte) === 0 && Pte.write(pte) === 1) own(draft, Pte.pfn(pte));
    }
  };

/** A PMD leaf that counts. */
export const countedLeaf =
  ({ write = 1, ...one }: Place & PmdFields & { readonly pfn: number }): Piece =>
  (draft) => {
    leaf({ special: 0, byRemap: 0, write, ...one })(draft);
    countLeaf(draft, one.mm ?? PARENT, one.pfn, draft.geometry.ptrsPerPte);
    if (write === 1) own(draft, one.pfn);
  };

/** A PUD leaf that counts. */
export const countedPud =
  (one: { readonly mm?: number; readonly pud?: number } & PudFields & { readonly pfn: number }): Piece =>
  (draft) => {
    pudLeaf({ special: 0, ...one })(draft);
    countLeaf(draft, one.mm ?? PARENT, one.pfn, pudPages(draft.geometry));
  };

/** A PMD migration entry, with the pages that it counts in the mm's rss. */
export const countedMigration =
  ({ mm = PARENT, ...one }: Place & PmdFields & { readonly pfn: number }): Piece =>
  (draft) => {
    migration({ mm, ...one })(draft);
    folio(one.pfn)(draft);
    addRss(mm, rssOf(draft, one.pfn), draft.geometry.ptrsPerPte)(draft);
  };

/** User space has pinned a frame that an mm maps at a page. */
export const pinned =
  ({
    mm = PARENT,
    page,
    pfn,
    write = 1,
    longterm = 0,
  }: {
    mm?: number;
    page: number;
    pfn: number;
    write?: number;
    longterm?: number;
  }): Piece =>
  (draft) => {
    const row = Array.from({ length: draft.pin.rows }, (_, i) => i).find((i) => draft.pin.at(i) === 0)!;
    draft.pin.put(row, Pin.of({ taken: 1, mm, page, pfn, write, longterm }));
    if (pfn < DEVICE_FRAMES || blockOf(draft, pfn).use === 'zero page') return;
    add(draft, 'pincount', rowOf(folioOf(draft, pfn)), 1);
    if (largeOf(draft, pfn) >= 0) add(draft, 'refcount', rowOf(folioOf(draft, pfn)), 1);
  };

/** The mm has a reference to the huge zero folio. */
export const usesHugeZero =
  (frame: number, mm = PARENT): Piece =>
  (draft) => {
    folio(frame)(draft);
    add(draft, 'refcount', rowOf(frame), 1);
    draft.mm.put(mm, Mm.mkHugeZero(draft.mm.at(mm), 1));
  };

/** A migration of the folio that is under way: it holds a reference. */
export const underMigration =
  (pfn: number): Piece =>
  (draft) => {
    draft.migration.put(0, Migration.of({ taken: 1, pfn }));
    held(pfn)(draft);
  };
