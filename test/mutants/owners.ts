/** Mutants of who owns a page: PG_anon_exclusive, fork, write faults, pins, and pages that are none. */
import { anonMemory, faultDriver, remapDriver } from '../../model/drivers/driver.ts';
import { set_page_flag } from '../../model/mm/page_flags.ts';
import { pmd_offset } from '../../model/mm/pgtable.ts';
import { folio_try_share_anon_rmap_pmd } from '../../model/mm/rmap.ts';
import { blocks } from '../../model/state/geometry.ts';
import { Page } from '../../model/state/memmap.ts';
import { Pmd, Pte } from '../../model/state/mm_types.ts';
import { type Mutant, PAGE0, setting } from './mutant.ts';

const anonPage = {
  geometry: { memory: blocks('anon', 1, 3), pins: 1 },
  alphabet: { drivers: [anonMemory('anon page', { at: 0, pages: 1 })], writes: [0] },
};
const anon2M = {
  geometry: { memory: [...blocks('anon', 2, 2)] },
  alphabet: { drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })], writes: [0] },
};

export const OWNERS: readonly Mutant[] = [
  {
    ...anonPage,
    property: 'I-EXCL',
    says: 'fork shares a page that stays PageAnonExclusive',
    on: 'v7.1',
    patch: {
      folio_try_dup_anon_rmap_ptes: (base) => (s, page, nr, dst, srcHasPinned) => {
        const shared = base(s, page, nr, dst, srcHasPinned);
        for (let i = 0; i < nr; i++) set_page_flag(s, page + i, Page.mkAnonExclusive, 1);
        return shared;
      },
    },
    length: 3,
  },
  {
    ...anonPage,
    property: 'I-EXCL',
    says: 'a write fault reuses a page that others map',
    on: 'v7.1',
    patch: { wp_can_reuse_anon_folio: () => () => true },
    length: 4,
  },
  {
    ...anon2M,
    property: 'I-EXCL',
    says: 'folio_maybe_mapped_shared() knows nothing of the other owner',
    on: 'v7.1',
    patch: { folio_maybe_mapped_shared: () => () => false },
    length: 4,
  },
  {
    ...anonPage,
    property: 'I-PIN',
    says: 'fork shares a page that is pinned',
    on: 'v7.1',
    patch: { folio_try_dup_anon_rmap_ptes: (base) => (s, page, nr, dst) => base(s, page, nr, dst, false) },
    alphabet: { ...anonPage.alphabet, pins: [0], pinsFor: ['write'] },
    length: 3,
  },
  {
    ...anonPage,
    property: 'I-PINCOPY',
    says: 'a write fault asks how many references a page has, not whose it is, as until v5.18',
    on: 'v7.1',
    patch: { wp_reuses_exclusive: () => () => false },
    alphabet: { ...anonPage.alphabet, pins: [0], pinsFor: ['read'] },
    length: 5,
  },
  {
    ...anon2M,
    property: 'exclusive-and-shared',
    says: 'a split makes every page exclusive',
    on: 'v7.1',
    patch: { folio_add_anon_rmap_ptes: (base) => (s, page, nr, mm) => base(s, page, nr, mm, true) },
    alphabet: { ...anon2M.alphabet, munmaps: [PAGE0] },
    length: 4,
  },
  {
    ...anon2M,
    property: 'VM_BUG_ON_PAGE(write-shared)',
    says: 'a split for a migration gives pages up that it then maps as before',
    on: 'v7.1',
    geometry: { ...anon2M.geometry, migrations: 1 },
    patch: {
      split_anon_pmd: (base) => (s, mm, vma, slot, freeze) => {
        if (freeze === true) folio_try_share_anon_rmap_pmd(s, Pmd.pfn(s.pmd.at(pmd_offset(s.geometry, mm, slot))));
        base(s, mm, vma, slot, false);
      },
    },
    alphabet: { ...anon2M.alphabet, migrations: [{ page: 0, to: 'split' }] },
    length: 3,
  },
  {
    ...anonPage,
    property: 'pin-not-exclusive',
    says: 'a pin for reading takes a page that is shared',
    on: 'v7.1',
    patch: { gup_must_unshare: () => () => false },
    alphabet: { ...anonPage.alphabet, pins: [0], pinsFor: ['read'] },
    length: 4,
  },
  {
    property: 'gup-of-pfn',
    says: 'gup-fast does not look at the special bit of a leaf',
    on: 'v7.1',
    geometry: { pins: 1 },
    set: [setting('gup-fast-special', 'no')],
    alphabet: {
      drivers: [faultDriver('huge_fault 2M', { at: 0, pages: 2 })],
      reads: [0],
      pins: [0],
      pinsFor: ['read'],
    },
    length: 3,
  },
  {
    property: 'no-struct-page',
    says: 'vm_normal_page() does not look at the special bit',
    on: 'v7.1',
    patch: { vm_normal_page: () => (_s, _vma, pte) => Pte.pfn(pte) },
    alphabet: { drivers: [remapDriver('BAR page', { at: 0, pages: 1 })] },
    length: 2,
  },
];
