/** What a world should reach at some time; without it, its invariants hold of too little. Each world asks for some. */
import type { Sometimes } from '../checker/search/index.ts';
import { DaxOwner } from '../model/state/dax.ts';
import { DEVICE_FRAMES, pagesOf, slotsOf } from '../model/state/geometry.ts';
import { Dma, Found, Level, Lookup, LookupStage, Spte } from '../model/state/lookups.ts';
import { SwapSlot } from '../model/state/memmap.ts';
import { Memtype } from '../model/state/memtypes.ts';
import { Mm, type MmView, Pmd, PmdKind, Pte, Pud, PudKind } from '../model/state/mm_types.ts';
import { isWaiting } from './dax_reading.ts';
import { deposited, slotsPerList } from './deposit_lists.ts';
import { cachedFolio } from './file_pages.ts';
import { isInLarge, pagesOfFolio, rowOf } from './folios.ts';
import { firstPageOfRow, mmOfRow } from './huge_entries.ts';
import {
  CHILD,
  frameAt,
  isAnonFrame,
  isDeviceFrame,
  isFileFrame,
  isPfnmap,
  NONE,
  PARENT,
  privateAt,
  pteAt,
  vmaAt,
} from './reading.ts';

type Holds = (s: MmView) => boolean;
const sometimes = (name: string, says: string, holds: Holds): Sometimes<MmView> => ({
  kind: 'sometimes',
  name,
  says,
  holds,
});

const isDeviceLeaf = (pmd: Pmd): boolean => Pmd.kind(pmd) === PmdKind.leaf && isDeviceFrame(Pmd.pfn(pmd));
const isAnonLeaf = (s: MmView, pmd: Pmd): boolean => Pmd.kind(pmd) === PmdKind.leaf && isAnonFrame(s, Pmd.pfn(pmd));

/** Whether one of the `n` slots from row `from` on holds a leaf that maps the device. */
const anyDeviceLeaf = (s: MmView, from: number, n: number): boolean => {
  for (let row = from; row < from + n; row++) if (isDeviceLeaf(s.pmd.at(row))) return true;
  return false;
};
const anyAnonLeaf = (s: MmView, from: number, n: number): boolean => {
  for (let row = from; row < from + n; row++) if (isAnonLeaf(s, s.pmd.at(row))) return true;
  return false;
};

const rowsOf = (s: MmView): number => s.geometry.mms * slotsOf(s.geometry);

export const twoDeposits = sometimes('two deposits', 'Two tables wait in one deposit list.', (s) => {
  for (let row = 0; row < rowsOf(s); row += slotsPerList(s)) if (deposited(s, row) >= 2) return true;
  return false;
});

/** Whether PTEs map what a leaf in this slot could: the device, aligned, all pages, and two VMAs share the slot. */
const isSplitLeaf = (s: MmView, row: number): boolean => {
  if (Pmd.kind(s.pmd.at(row)) !== PmdKind.table) return false;
  const mm = mmOfRow(s, 'PMD', row);
  const page = firstPageOfRow(s, 'PMD', row);
  const { ptrsPerPte } = s.geometry;
  const first = Pte.pfn(pteAt(s, mm, page));
  if (first % ptrsPerPte !== 0 || !isDeviceFrame(first)) return false;
  for (let i = 0; i < ptrsPerPte; i++) {
    const pte = pteAt(s, mm, page + i);
    if (Pte.present(pte) === 0 || Pte.pfn(pte) !== first + i || !isPfnmap(vmaAt(s, mm, page + i))) return false;
  }
  return vmaAt(s, mm, page) !== vmaAt(s, mm, page + ptrsPerPte - 1);
};

export const splitLeaf = sometimes(
  'device leaf split',
  'PTEs map all that a device leaf mapped, in a slot that two VMAs have come to share.',
  (s) => {
    for (let row = 0; row < rowsOf(s); row++) if (isSplitLeaf(s, row)) return true;
    return false;
  },
);

export const bothMapByLeaf = sometimes('both map by leaf', 'Parent and child both map the device by a leaf.', (s) => {
  const slots = slotsOf(s.geometry);
  return anyDeviceLeaf(s, PARENT * slots, slots) && anyDeviceLeaf(s, CHILD * slots, slots);
});

export const mixedTable = sometimes(
  'anon and device leaf in one PMD table',
  'A THP leaf and a device leaf share a PMD table, and with it a deposit list.',
  (s) => {
    const { ptrsPerPmd } = s.geometry;
    for (let row = 0; row < rowsOf(s); row += ptrsPerPmd)
      if (anyDeviceLeaf(s, row, ptrsPerPmd) && anyAnonLeaf(s, row, ptrsPerPmd)) return true;
    return false;
  },
);

export const leafMoved = sometimes(
  'leaf moved',
  'A slot of PMD table 1 holds a leaf: mremap() moved it, where mmap() only uses PMD table 0.',
  (s) => {
    const { ptrsPerPmd } = s.geometry;
    const slots = slotsOf(s.geometry);
    for (let row = 0; row < rowsOf(s); row++) {
      const inTable1 = Math.floor((row % slots) / ptrsPerPmd) === 1;
      if (inTable1 && Pmd.kind(s.pmd.at(row)) === PmdKind.leaf) return true;
    }
    return false;
  },
);

export const orphan = sometimes('orphan', 'The parent is dead, and the child still maps pages.', (s) => {
  if (Mm.alive(s.mm.at(PARENT)) === 1 || Mm.alive(s.mm.at(CHILD)) === 0) return false;
  const { puds } = s.geometry;
  for (let row = CHILD * puds; row < (CHILD + 1) * puds; row++)
    if (Pud.kind(s.pud.at(row)) === PudKind.leaf) return true;
  const slots = slotsOf(s.geometry);
  for (let row = CHILD * slots; row < (CHILD + 1) * slots; row++)
    if (Pmd.kind(s.pmd.at(row)) !== PmdKind.none) return true;
  return false;
});

export const copiedPage = sometimes(
  'copied page',
  'A page of a private device mapping has been copied by a write.',
  (s) => {
    const { mms } = s.geometry;
    const pages = pagesOf(s.geometry);
    for (let mm = 0; mm < mms; mm++)
      for (let page = 0; page < pages; page++)
        if (isPfnmap(vmaAt(s, mm, page)) && frameAt(s, mm, page) >= DEVICE_FRAMES) return true;
    return false;
  },
);

/** Whether a look-up that has ended is still in use, and its page translates elsewhere by now. */
export const staleLookup = sometimes(
  'stale look-up',
  'What a look-up has found is used after its end, and the page no longer translates to that frame.',
  (s) => {
    if (s.geometry.lookups === 0) return false;
    const e = s.lookup.at(0);
    if (Lookup.stage(e) !== LookupStage.ended) return false;
    return frameAt(s, PARENT, Lookup.page(e)) !== Found.pfn(s.found.at(0));
  },
);

export const outlivedEntry = sometimes(
  'device mapping outlives its entry',
  'An IOMMU may use a frame that its process no longer maps: nobody told it (vfio relies on the driver, and on its user).',
  (s) => {
    for (let row = 0; row < s.dma.rows; row++) {
      const e = s.dma.at(row);
      for (let i = 0; i < Dma.pages(e); i++) if (frameAt(s, PARENT, Dma.page(e) + i) !== Dma.pfn(e) + i) return true;
    }
    return false;
  },
);

export const guestLeaf = sometimes('guest leaf', 'A guest maps the device by a large second-stage entry.', (s) => {
  for (let row = 0; row < s.spte.rows; row++) if (Spte.level(s.spte.at(row)) > Level.PTE) return true;
  return false;
});

export const fileLeaf = sometimes('file leaf', 'A leaf maps the folio of the file.', (s) => {
  for (let row = 0; row < rowsOf(s); row++) {
    const pmd = s.pmd.at(row);
    if (Pmd.kind(pmd) === PmdKind.leaf && isFileFrame(s, Pmd.pfn(pmd))) return true;
  }
  return false;
});

export const sharedReservation = sometimes(
  'shared reservation',
  'A frame of the device that is reserved for a cache mode is mapped twice.',
  (s) => {
    const { mms } = s.geometry;
    const pages = pagesOf(s.geometry);
    for (let row = 0; row < s.memtype.rows; row++) {
      const e = s.memtype.at(row);
      if (Memtype.frames(e) === 0) continue;
      let n = 0;
      for (let mm = 0; mm < mms; mm++)
        for (let page = 0; page < pages; page++) if (frameAt(s, mm, page) === Memtype.from(e)) n++;
      if (n > 1) return true;
    }
    return false;
  },
);

export const slotInUse = sometimes('swap slot in use', 'An entry names a swap slot.', (s) => {
  for (let slot = 0; slot < s.swapSlot.rows; slot++) if (SwapSlot.count(s.swapSlot.at(slot)) > 0) return true;
  return false;
});

/** The page of memory that the swap cache has for a slot that some entry names, or NONE. */
const rowInSwapCache = (s: MmView, slot: number): number => {
  const e = s.swapSlot.at(slot);
  const row = rowOf(SwapSlot.cached(e));
  return SwapSlot.count(e) > 0 && row >= 0 && row < s.memmap.frames ? row : NONE;
};

export const swapCached = sometimes(
  'folio in swap cache',
  'An entry names a swap slot, of which there is a copy in memory.',
  (s) => {
    for (let slot = 0; slot < s.swapSlot.rows; slot++) if (rowInSwapCache(s, slot) !== NONE) return true;
    return false;
  },
);

export const largeSwapCached = sometimes(
  'large folio in swap cache',
  'An entry names a swap slot, of which a folio of several pages is the copy in memory.',
  (s) => {
    for (let slot = 0; slot < s.swapSlot.rows; slot++) {
      const row = rowInSwapCache(s, slot);
      if (row !== NONE && isInLarge(s, row)) return true;
    }
    return false;
  },
);

/** A fault allocates none there: only a collapse makes one. */
export const collapsedFile = sometimes(
  'collapsed file',
  'A folio of PMD size has taken the place of small ones in the page cache of a file.',
  (s) => {
    for (let index = 0; index < s.iPages.rows; index++) {
      const folio = cachedFolio(s, index);
      if (folio !== NONE && pagesOfFolio(s, folio) === s.geometry.ptrsPerPte) return true;
    }
    return false;
  },
);

export const cutWaits = sometimes('cut waits', 'The cut of a DAX file waits until a page of it is idle.', isWaiting);

export const sharedBlock = sometimes('shared block', 'Two files on DAX share a page of memory.', (s) => {
  for (let row = 0; row < s.daxOwner.rows; row++) {
    const e = s.daxOwner.at(row);
    if (DaxOwner.mapping(e) === 0 && DaxOwner.indexOrShare(e) > 1) return true;
  }
  return false;
});

/** Whether an entry of an mm stands for a page of a device. */
const anyOnDevice = (s: MmView): boolean => {
  const pages = pagesOf(s.geometry);
  for (let mm = 0; mm < s.geometry.mms; mm++)
    for (let page = 0; page < pages; page++) if (privateAt(s, mm, page) !== NONE) return true;
  return false;
};
export const onDevice = sometimes('page on a device', 'A device-private entry stands for a page.', anyOnDevice);
