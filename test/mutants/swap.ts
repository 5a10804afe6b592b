/** Mutants of reclaim: of what goes to swap, of whose it is there, and of what reclaim must leave alone. */
import { anonMemory, fileMapping } from '../../model/drivers/driver.ts';
import { set_page_flag } from '../../model/mm/page_flags.ts';
import { folio_put_swap } from '../../model/mm/swapfile.ts';
import { add_swapents } from '../../model/mm/vmstat.ts';
import { blocks } from '../../model/state/geometry.ts';
import { Page } from '../../model/state/memmap.ts';
import { Pte } from '../../model/state/mm_types.ts';
import { type Mutant, PAGE0 } from './mutant.ts';

const swapped = {
  on: 'v7.1',
  geometry: { memory: blocks('anon', 1, 3), swapSlots: 2 },
  alphabet: { drivers: [anonMemory('anon page', { at: 0, pages: 1 })], writes: [0], reclaims: [0], fork: false },
} as const;
const forked = { ...swapped, alphabet: { ...swapped.alphabet, fork: true } } as const;

export const SWAP: readonly Mutant[] = [
  {
    ...forked,
    property: 'I-SWAP',
    says: 'fork does not count the entry of the child in its swap slot',
    patch: {
      copy_swap_pte: (base) => (s, dst, row, dstRow) => {
        base(s, dst, row, dstRow);
        folio_put_swap(s, Pte.pfn(s.pte.at(row)));
      },
    },
    length: 4,
  },
  {
    ...forked,
    property: 'I-SWAPEXCL',
    says: "fork leaves the swap entry of the parent marked as nobody else's",
    patch: {
      copy_swap_pte: (base) => (s, dst, row, dstRow) => {
        const pte = s.pte.at(row);
        base(s, dst, row, dstRow);
        s.pte.put(row, pte);
      },
    },
    length: 4,
  },
  {
    ...forked,
    property: 'I-SWAPEXCL',
    says: 'what comes back from swap is exclusive, whoever else has an entry for it',
    patch: {
      do_swap_page: (base) => (s, mm, vmaRow, page, row, write) => {
        s.pte.put(row, Pte.mkExclusive(s.pte.at(row), 1));
        return base(s, mm, vmaRow, page, row, write);
      },
    },
    alphabet: { ...forked.alphabet, reads: [0] },
    length: 5,
  },
  {
    ...swapped,
    property: 'I-SWAPDATA',
    says: 'a folio is clean once it has been unmapped for swap, and is never written out',
    patch: {
      unmap_to_swap: (base) => (s, mm, row, pte) => {
        set_page_flag(s, Pte.pfn(pte), Page.mkDirty, 0);
        return base(s, mm, row, pte);
      },
    },
    length: 3,
  },
  {
    ...swapped,
    property: 'I-PINSWAP',
    says: 'reclaim asks nowhere whether a page is pinned',
    geometry: { ...swapped.geometry, pins: 1 },
    patch: {
      folio_maybe_dma_pinned: () => () => false,
      folio_try_share_anon_rmap_pte: () => (s, pfn) => {
        set_page_flag(s, pfn, Page.mkAnonExclusive, 0);
        return true;
      },
    },
    alphabet: { ...swapped.alphabet, pins: [0], pinsFor: ['write'] },
    length: 3,
  },
  {
    ...swapped,
    property: 'I-RSS',
    says: 'a swap entry that is zapped stays in MM_SWAPENTS',
    patch: {
      zap_swap_pte: (base) => (s, mm, row) => {
        base(s, mm, row);
        add_swapents(s, mm, 1);
      },
    },
    alphabet: { ...swapped.alphabet, munmaps: [PAGE0] },
    length: 4,
  },
  {
    ...forked,
    property: 'I-KEPT',
    says: 'fork leaves swap entries to the faults of the child',
    patch: { copy_swap_pte: () => () => undefined },
    length: 4,
  },
  {
    ...swapped,
    property: 'I-SWAPFREED',
    says: 'what is unmapped last is left in the swap cache',
    patch: { free_swap_cache: () => () => undefined },
    alphabet: { ...swapped.alphabet, reads: [0], munmaps: [PAGE0] },
    length: 5,
  },
  {
    property: 'I-DIRTY',
    says: 'reclaim takes a dirty folio of a file for a clean one',
    on: 'v7.1',
    geometry: { memory: blocks('file', 1, 1) },
    patch: {
      pageout: () => (s, folio) => {
        set_page_flag(s, folio, Page.mkDirty, 0);
        return true;
      },
    },
    alphabet: {
      drivers: [fileMapping('file', { at: 0, pages: 1 }, 'file', 'shared')],
      writes: [0],
      reclaims: [0],
      fork: false,
    },
    length: 3,
  },
];
