/** Mutants of memory that only a device reaches: its counts, who may have it, and what becomes of it on the way. */
import { anonMemory } from '../../model/drivers/driver.ts';
import { pfn_to_page, set_page_flag } from '../../model/mm/page_flags.ts';
import { folio_get } from '../../model/mm/page_ref.ts';
import { folio_remove_rmap_ptes } from '../../model/mm/rmap.ts';
import { add_mm_counter } from '../../model/mm/vmstat.ts';
import { blocks } from '../../model/state/geometry.ts';
import { Page, Rss } from '../../model/state/memmap.ts';
import { Pte, Result } from '../../model/state/mm_types.ts';
import { type Mutant, PAGE0, setting } from './mutant.ts';

const moved = {
  on: 'v7.1',
  geometry: { memory: [...blocks('anon', 1, 3), ...blocks('private', 1, 2)] },
  alphabet: {
    drivers: [anonMemory('anon page', { at: 0, pages: 1 })],
    writes: [0],
    deviceMoves: [0],
    deviceMovesTo: ['device'],
    fork: false,
  },
} as const;
const forked = { ...moved, alphabet: { ...moved.alphabet, fork: true } } as const;
const unmapped = { ...moved, alphabet: { ...moved.alphabet, munmaps: [PAGE0] } } as const;
const protectedPage = {
  ...moved,
  alphabet: { ...moved.alphabet, mprotects: [PAGE0], prots: ['R'] },
} as const;
const pinned = {
  ...moved,
  geometry: { ...moved.geometry, pins: 1 },
  alphabet: { ...moved.alphabet, pins: [0], pinsFor: ['write'] },
} as const;
const referred = {
  ...moved,
  geometry: { ...moved.geometry, pins: 1 },
  alphabet: { ...moved.alphabet, gups: [PAGE0], gupAs: ['reference'], pinsFor: ['read'] },
} as const;
const swapped = {
  ...moved,
  with: [setting('device-swapcache', 'moves')],
  geometry: { ...moved.geometry, swapSlots: 2 },
  alphabet: { ...moved.alphabet, reads: [0], reclaims: [0] },
} as const;
const written = {
  ...moved,
  with: [setting('device-write', 'dirty')],
  alphabet: { ...moved.alphabet, madvises: [PAGE0], advice: ['FREE'], deviceWrites: [0] },
} as const;

export const DEVICE_PRIVATE: readonly Mutant[] = [
  {
    ...moved,
    property: 'I-PRIVATE',
    says: 'a page of a device is mapped as if the CPU could reach it',
    patch: { make_device_private_pte: () => (pfn, write) => Pte.of({ present: 1, pfn, write: write === 1 ? 1 : 0 }) },
    length: 2,
  },
  {
    ...protectedPage,
    property: 'I-PRIVATE',
    says: 'mprotect() leaves a device the right to write',
    patch: { change_device_private_pte: () => () => undefined },
    length: 3,
  },
  {
    ...unmapped,
    property: 'I-REF',
    says: 'a device-private entry that is zapped keeps its reference',
    patch: {
      zap_device_private_pte: (base) => (s, mm, row) => {
        const folio = Pte.pfn(s.pte.at(row));
        folio_get(s, folio);
        base(s, mm, row);
      },
    },
    length: 3,
  },
  {
    ...unmapped,
    property: 'I-PRIVATE',
    says: 'a page of a device that is freed keeps its mapping, and is never free again',
    patch: { device_private_folio_free: () => () => undefined },
    length: 3,
  },
  {
    ...moved,
    property: 'I-REF',
    says: 'who has moved a page to a device keeps the reference that the driver took',
    patch: {
      migrate_vma_finalize: (base) => (s, src, to, dst) => {
        if (dst >= 0) folio_get(s, dst);
        base(s, src, to, dst);
      },
    },
    length: 3,
  },
  {
    ...moved,
    property: 'fault-loop',
    says: 'a fault has a reference too many to the page of the device, which never comes back',
    patch: {
      do_device_private_page: (base) => (s, mm, page, row) => {
        folio_get(s, Pte.pfn(s.pte.at(row)));
        return base(s, mm, page, row);
      },
    },
    length: 3,
  },
  {
    ...moved,
    property: 'I-REF',
    says: 'a free page of a device has the reference of its driver, as one of device-dax has',
    patch: {
      device_private_folio_free: (base) => (s, folio) => {
        base(s, folio);
        s.refcount.put(pfn_to_page(folio), 1);
      },
    },
    length: 3,
  },
  {
    ...moved,
    property: 'I-RSS',
    says: 'a page that is inserted on a device is in no counter',
    patch: {
      migrate_vma_insert_page: (base) => (s, mm, vmaRow, page, dst) => {
        add_mm_counter(s, mm, Rss.MM_ANONPAGES, -1);
        return base(s, mm, vmaRow, page, dst);
      },
    },
    length: 2,
  },
  {
    ...forked,
    property: 'I-RSS',
    says: 'fork does not count a page of a device for the child',
    patch: {
      copy_device_private_pte: (base) => (s, dst, vma, row, dstRow) => {
        base(s, dst, vma, row, dstRow);
        add_mm_counter(s, dst, Rss.MM_ANONPAGES, -1);
      },
    },
    length: 3,
  },
  {
    ...forked,
    property: 'I-EXCL',
    says: 'fork leaves a page of a device to one process alone',
    patch: {
      copy_device_private_pte: (base) => (s, dst, vma, row, dstRow) => {
        base(s, dst, vma, row, dstRow);
        set_page_flag(s, Pte.pfn(s.pte.at(row)), Page.mkAnonExclusive, 1);
      },
    },
    length: 3,
  },
  {
    ...forked,
    property: 'I-EXCL',
    says: 'fork leaves the device of the parent the right to write',
    patch: {
      copy_device_private_pte: (base) => (s, dst, vma, row, dstRow) => {
        const was = s.pte.at(row);
        base(s, dst, vma, row, dstRow);
        s.pte.put(row, was);
      },
    },
    length: 3,
  },
  {
    ...forked,
    property: 'I-MAPCOUNT',
    says: 'fork does not count the mapping of the child on a device',
    patch: {
      copy_device_private_pte: (base) => (s, dst, vma, row, dstRow) => {
        base(s, dst, vma, row, dstRow);
        folio_remove_rmap_ptes(s, Pte.pfn(s.pte.at(dstRow)), 1, dst);
      },
    },
    length: 3,
  },
  {
    ...forked,
    property: 'I-KEPT',
    says: 'fork leaves what is on a device to the parent',
    patch: { copy_device_private_pte: () => () => undefined },
    length: 3,
  },
  {
    ...moved,
    property: 'I-OWN',
    says: 'a page on its way to a device is nobody alone any more',
    patch: {
      migrate_vma_collect_pte: (base) => (s, mm, page, row) => {
        const done = base(s, mm, page, row);
        s.pte.put(row, Pte.mkExclusive(Pte.mkWrite(s.pte.at(row), 0), 0));
        return done;
      },
    },
    length: 3,
  },
  {
    ...pinned,
    property: 'I-KEPT',
    says: 'who takes a page to a device does not ask whether it is pinned',
    patch: {
      migrate_vma_collect_pte: (base) => (s, mm, page, row) => {
        const at = pfn_to_page(Pte.pfn(s.pte.at(row)));
        const pins = s.pincount.at(at);
        s.pincount.put(at, 0);
        const done = base(s, mm, page, row);
        s.pincount.put(at, pins);
        return done;
      },
      migrate_vma_check_page: () => () => true,
      folio_migrate_mapping: () => () => Result.ok,
    },
    length: 3,
  },
  {
    ...referred,
    property: 'I-KEPT',
    says: 'who takes a page to a device does not ask whether others refer to it',
    patch: {
      migrate_vma_check_page: () => () => true,
      folio_migrate_mapping: () => () => Result.ok,
    },
    length: 3,
  },
  {
    ...swapped,
    property: 'refcount-underflow',
    says: 'a page that has just left the swap cache gives the new one its reference',
    set: [setting('device-swapcache', 'miscounts')],
    length: 5,
  },
  {
    ...written,
    property: 'I-LAZYFREE',
    says: 'what a device writes marks nothing, and what it has made is taken for clean on its way back',
    set: [setting('device-entry-dirty', 'none'), setting('device-write', 'unmarked')],
    length: 5,
  },
];
