/**
 * States by hand: `mmState(device({ pages: [0, 4] }), leaf({ slot: 0, pfn: 0 }), deposits({}, [3]))`.
 * Pieces belong to the parent unless they say `mm: CHILD`. Whatever puts a PTE page or a PMD table in place also
 * allocates and counts it, so that a state is sound until a piece breaks it on purpose.
 */
import type { Always, Step } from '../../checker/search/index.ts';
import { blocks, DEVICE_FRAMES, type Geometry, MEMORY, SMALL, pagesOf, slotsOf } from '../../model/state/geometry.ts';
import { type Carried, codecOf } from '../../model/arch/carried.ts';
import { type Machine, X86_64 } from '../../model/state/machine.ts';
import { memmapOf, Mlock, SwapSlot } from '../../model/state/memmap.ts';
import {
  Mm,
  type MmDraft,
  mmLayout,
  type MmView,
  NrPmds,
  NrPtes,
  Pmd,
  PmdKind,
  Prot,
  Pte,
  PtePage,
  Pud,
  PudKind,
  type Shape,
  Vma,
  VmaAttributes,
  VmaKind,
} from '../../model/state/mm_types.ts';

export const PARENT = 0;
export const CHILD = 1;
export const SECOND_CHILD = 2;
/** The folio of the shmem file, the first anonymous one of PMD size, and the first small anonymous page. */
export const FILE = DEVICE_FRAMES;
export const THP = DEVICE_FRAMES + 2;
export const PAGE = DEVICE_FRAMES + 6;
/** Behind them: a dax folio of PUD size; of PMD size one of a driver, the huge zero folio, one of a regular file. */
export const DAX = DEVICE_FRAMES + 16;
export const DRIVER = DAX + 4;
export const HUGE_ZERO = DRIVER + 2;
export const REGULAR = HUGE_ZERO + 2;
export const ZERO_PAGE = REGULAR + 2;
/** The first page of memory that only a device reaches. */
export const PRIVATE = ZERO_PAGE + 1;

export type Piece = (draft: MmDraft) => void;
interface Of {
  readonly mm?: number;
}

/** That of every state made here: three processes, memory of every kind, two pins. */
export const geometry: Geometry = {
  ...SMALL,
  mms: 3,
  memory: [
    ...MEMORY,
    ...blocks('dax', 4, 1),
    ...blocks('driver', 2, 1),
    ...blocks('huge zero', 2, 1),
    ...blocks('file', 2, 1),
    ...blocks('zero page', 1, 1),
    ...blocks('private', 1, 2),
  ],
  pins: 2,
  migrations: 1,
  trackedFrames: 6,
  swapSlots: 4,
  lookups: 1,
  guestPages: 8,
  dmaMappings: 2,
  locks: 1,
  poison: 1,
};
const memmap = memmapOf(geometry);
const slots = slotsOf(SMALL);

/** A state on a machine that differs from x86-64 in `facts`; the parent is alive and has PMD table 0. */
export const stateOn = (facts: Partial<Machine>, ...pieces: readonly Piece[]): MmView =>
  stateOf({ geometry, memmap, machine: { ...X86_64, ...facts } }, pieces);
/** A state that carries the entries of an architecture bit for bit. */
export const exactState =
  (carried: Carried) =>
  (...pieces: readonly Piece[]): MmView =>
    stateOf({ geometry, memmap, machine: carried.machine, exact: codecOf(carried, geometry) }, pieces);

const stateOf = (shape: Shape, pieces: readonly Piece[]): MmView => {
  const layout = mmLayout(geometry, shape.exact);
  const words = layout.zero();
  const draft: MmDraft = { ...layout.draftOf(words), ...shape };
  for (const piece of [alive(), pmdTable({}), ...pieces]) piece(draft);
  return { ...layout.viewOf(words), ...shape };
};
export const mmState = (...pieces: readonly Piece[]): MmView => stateOn({}, ...pieces);

/** VM_LOCKED of the VMA of these pages; a folio that is marked. */
export const lockedPages =
  (
    { mm = PARENT, pages: [from, end] }: Of & { readonly pages: readonly [number, number] },
    onFault: 0 | 1 = 0,
  ): Piece =>
  ({ vmaAttributes }) => {
    for (let page = from; page < end; page++)
      vmaAttributes.put(mm * pagesOf(geometry) + page, VmaAttributes.of({ locked: 1, onFault }));
  };
export const mlocked =
  (pfn: number, count = 1): Piece =>
  (draft) =>
    draft.mlock.put(pfn - DEVICE_FRAMES, Mlock.of({ mlocked: 1, count }));

/** Adds to the counter of PTE tables. */
export const counted =
  (n: number, { mm = PARENT }: Of = {}): Piece =>
  ({ mm: mms }) =>
    mms.put(mm, Mm.mkNrPtes(mms.at(mm), NrPtes.add(Mm.nrPtes(mms.at(mm)), n)));

export const alive =
  ({ mm = PARENT }: Of = {}): Piece =>
  ({ mm: mms }) =>
    mms.put(mm, Mm.mkAlive(mms.at(mm), 1));

/** An mm that has died, its counter as it is. */
export const dead =
  ({ mm = PARENT }: Of = {}): Piece =>
  ({ mm: mms }) =>
    mms.put(mm, Mm.mkAlive(mms.at(mm), 0));

/** PMD table `table` comes into being. */
export const pmdTable =
  ({ mm = PARENT, table = 0 }: Of & { readonly table?: number }): Piece =>
  (draft) => {
    const row = mm * SMALL.puds + table;
    if (draft.pud.at(row) !== 0) return;
    draft.pud.put(row, Pud.of({ kind: PudKind.table }));
    draft.mm.put(mm, Mm.mkNrPmds(draft.mm.at(mm), NrPmds.add(Mm.nrPmds(draft.mm.at(mm)), 1)));
  };

/** The driver that tracks dirty pages has been told of writes to these frames. */
export const noted =
  (...frames: readonly number[]): Piece =>
  ({ notedDirty }) => {
    for (const frame of frames) notedDirty.put(frame, 1);
  };

/** Makes the child alive, with PMD table 0. */
export const child: Piece = (draft) => {
  alive({ mm: CHILD })(draft);
  pmdTable({ mm: CHILD })(draft);
};

/** Writes a PMD entry, with the PMD table that it stands in. */
const putPmd = (draft: MmDraft, mm: number, slot: number, e: Pmd): void => {
  pmdTable({ mm, table: Math.floor(slot / SMALL.ptrsPerPmd) })(draft);
  draft.pmd.put(mm * slots + slot, e);
};

export const allocated =
  (...pages: readonly number[]): Piece =>
  ({ ptePage }) => {
    for (const page of pages) ptePage.put(page, PtePage.mkAllocated(ptePage.at(page), 1));
  };

type VmaFields = NonNullable<Parameters<typeof Vma.of>[0]>;
type Cover = Of & Omit<VmaFields, 'start' | 'end'> & { readonly pages: readonly [from: number, end: number] };

const firstFree = ({ vma }: MmDraft, mm: number): number => {
  const row = Array.from({ length: SMALL.vmas }, (_, i) => mm * SMALL.vmas + i).find((one) => vma.at(one) === 0);
  if (row === undefined) throw new RangeError('no VMA is free');
  return row;
};

const vma =
  ({ mm = PARENT, pages: [start, end], ...fields }: Cover): Piece =>
  (draft) =>
    draft.vma.put(firstFree(draft, mm), Vma.of({ prot: Prot.RW, mayWrite: 1, ...fields, start, end }));

/** A shared, writable VM_PFNMAP VMA without fault handler, that maps frame 0 at its first page. */
export const device = (one: Cover): Piece => vma({ kind: VmaKind.device, shared: 1, pfnmap: 1, ...one });
/** The private one, in which a write copies. */
export const cowDevice = (one: Cover): Piece => device({ shared: 0, ...one });
export const anon = (one: Cover): Piece => vma({ kind: VmaKind.anon, ...one });
export const shmem = (one: Cover): Piece => vma({ kind: VmaKind.shmem, shared: 1, ...one });
export const file = (one: Cover): Piece => vma({ kind: VmaKind.file, shared: 1, fault: 1, ...one });
export const dax = (one: Cover): Piece => vma({ kind: VmaKind.dax, shared: 1, fault: 1, hugeFault: 1, ...one });
/** Of a driver with VM_MIXEDMAP: its own pages first, frames of the device from page 16 of it on. */
export const mixed = (one: Cover): Piece => vma({ kind: VmaKind.mixed, shared: 1, mixedmap: 1, fault: 1, ...one });
/** munmap() as far as VMAs go: none of this process is left. */
export const noVma =
  ({ mm = PARENT }: Of = {}): Piece =>
  (draft) => {
    for (let i = 0; i < SMALL.vmas; i++) draft.vma.put(mm * SMALL.vmas + i, Vma.of({}));
  };

type PmdFields = NonNullable<Parameters<typeof Pmd.of>[0]>;
type PteFields = NonNullable<Parameters<typeof Pte.of>[0]>;
type Slot = Of & { readonly slot?: number };

/** A leaf by remap_pfn_range(): special, writable. */
export const leaf =
  ({ mm = PARENT, slot = 0, ...fields }: Slot & PmdFields): Piece =>
  (draft) =>
    putPmd(draft, mm, slot, Pmd.of({ kind: PmdKind.leaf, write: 1, special: 1, byRemap: 1, ...fields }));
/** A leaf by ->huge_fault. */
export const faultLeaf = (one: Slot & PmdFields): Piece => leaf({ byRemap: 0, ...one });
/** A leaf that maps the first anonymous folio. */
export const thp = (one: Slot & PmdFields): Piece => leaf({ special: 0, byRemap: 0, pfn: THP, ...one });
/** A migration entry for it, readable. */
export const migration = (one: Slot & PmdFields): Piece => thp({ kind: PmdKind.migration, write: 0, ...one });
type PudFields = NonNullable<Parameters<typeof Pud.of>[0]>;
/** A PUD leaf of the device in place of PMD table `pud`: special, writable. */
export const pudLeaf =
  ({ mm = PARENT, pud = 0, ...fields }: Of & { readonly pud?: number } & PudFields): Piece =>
  (draft) => {
    const row = mm * SMALL.puds + pud;
    if (Pud.kind(draft.pud.at(row)) === PudKind.table)
      draft.mm.put(mm, Mm.mkNrPmds(draft.mm.at(mm), NrPmds.add(Mm.nrPmds(draft.mm.at(mm)), -1)));
    draft.pud.put(row, Pud.of({ kind: PudKind.leaf, write: 1, special: 1, ...fields }));
  };
export const emptySlot =
  ({ mm = PARENT, slot = 0 }: Slot): Piece =>
  ({ pmd }) =>
    pmd.put(mm * slots + slot, Pmd.of({}));

/** A PTE that maps a device frame: special, writable. */
export const pte = (pfn: number, fields: PteFields = {}): Pte =>
  Pte.of({ present: 1, pfn, write: 1, special: 1, ...fields });
/** A PTE that maps a page of memory. */
export const memory = (pfn: number, fields: PteFields = {}): Pte => pte(pfn, { special: 0, ...fields });
export const none: Pte = Pte.of({});
/** A migration entry, readable. */
export const migrating = (pfn: number, fields: PteFields = {}): Pte => Pte.of({ migration: 1, pfn, ...fields });

/** A swap entry. */
export const privateEntry = (pfn: number, fields: PteFields = {}): Pte =>
  Pte.of({ special: 1, young: 1, pfn, ...fields });
export const swapEntry = (slot: number, fields: PteFields = {}): Pte => Pte.of({ special: 1, pfn: slot, ...fields });
/** A swap slot, its page in the swap cache or none. */
export const swapSlot =
  (slot: number, fields: NonNullable<Parameters<typeof SwapSlot.of>[0]>): Piece =>
  (draft) =>
    draft.swapSlot.put(slot, SwapSlot.of(fields));

/** A PTE table in a slot. */
export const table =
  ({ mm = PARENT, slot = 0, page }: Slot & { readonly page: number }, ...entries: readonly Pte[]): Piece =>
  (draft) => {
    putPmd(draft, mm, slot, Pmd.of({ kind: PmdKind.table, pfn: page }));
    allocated(page)(draft);
    counted(1, { mm })(draft);
    for (const [i, entry] of entries.entries()) draft.pte.put(page * SMALL.ptrsPerPte + i, entry);
  };

/** A deposit list at the row of `slot`; the first table is the head. */
export const deposits =
  ({ mm = PARENT, slot = 0 }: Slot, pages: readonly number[]): Piece =>
  (draft) => {
    pmdTable({ mm, table: Math.floor(slot / SMALL.ptrsPerPmd) })(draft);
    draft.deposit.put(mm * slots + slot, pages[0]! + 1);
    for (const [i, page] of pages.entries())
      draft.ptePage.put(page, PtePage.of({ allocated: 1, next: pages[(i + 1) % pages.length]! + 1 }));
    counted(pages.length, { mm })(draft);
  };

/** Breaks a list: behind `page` comes `next` (number + 1). */
export const linked =
  (page: number, next: number): Piece =>
  ({ ptePage }) =>
    ptePage.put(page, PtePage.mkNext(ptePage.at(page), next));

/** What an operation returned, and how many of its allocations failed. */
export const returned =
  (result: number, failures = 0): Piece =>
  (draft) => {
    draft.result.put(0, result);
    draft.failures.put(0, failures);
  };

/** The frame that an operation has told of, or read or written. */
export const reached =
  (frame: number): Piece =>
  (draft) =>
    draft.reached.put(0, frame + 1);

type Args = Readonly<Record<string, unknown>>;

/** What the search would make of one state. */
export const verdict = ({ subject, holds, explain }: Always<MmView>, s: MmView): string => {
  if (subject?.(s) === false) return holds(s) ? 'no subject' : 'violated without a subject';
  return holds(s) ? 'holds' : explain!(s);
};

/** What the search would make of one transition. */
export const stepVerdict = (
  { subject, holds, explain }: Step<MmView>,
  before: MmView,
  name: string,
  after: MmView,
  args: Args = {},
): string => {
  const made = { action: 0, name, args };
  if (subject?.(before, made, after) === false)
    return holds(before, made, after) ? 'no subject' : 'violated without a subject';
  return holds(before, made, after) ? 'holds' : explain!(before, made, after);
};
