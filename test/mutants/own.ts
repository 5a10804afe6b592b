/** Mutants of I-OWN: who has memory for himself loses the mark of it. And of a fork that gives a child less than there is. */
import { anonMemory, faultDriver } from '../../model/drivers/driver.ts';
import type { Patch, Sys } from '../../model/mm/kernel.ts';
import { page_folio, PageAnonExclusive, set_page_flag } from '../../model/mm/page_flags.ts';
import {
  is_migration_entry,
  pmd_offset,
  pmd_table,
  pte_offset,
  pte_present,
  pud_offset,
} from '../../model/mm/pgtable.ts';
import type { Alphabet } from '../../model/operations/alphabet.ts';
import { blocks } from '../../model/state/geometry.ts';
import { Page } from '../../model/state/memmap.ts';
import { Pmd, Pte, Pud } from '../../model/state/mm_types.ts';
import { type Mutant, PAGE0, SLOT0 } from './mutant.ts';

const THP = { memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 2)], migrations: 1 } as const;
const readOnly: Partial<Alphabet> = {
  drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })],
  writes: [0],
  mprotects: [SLOT0],
  prots: ['R'],
  fork: false,
};
const PAGES = { memory: blocks('anon', 1, 3), migrations: 1, pins: 1 } as const;
const one: Partial<Alphabet> = { drivers: [anonMemory('anon page', { at: 0, pages: 1 })], writes: [0] };

/** PTEs of a slot of the first process, each changed. */
const change_ptes = (s: Sys, mm: number, slot: number, change: (pte: Pte) => Pte): void => {
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot));
  if (!pmd_table(e)) return;
  for (let i = 0; i < s.geometry.ptrsPerPte; i++) {
    const row = pte_offset(s.geometry, Pmd.pfn(e), i);
    s.pte.put(row, change(s.pte.at(row)));
  }
};
/** Clears the mark of what a read-only PTE maps. */
const unmarked =
  (s: Sys) =>
  (pte: Pte): Pte => {
    if (pte_present(pte) && Pte.write(pte) === 0) set_page_flag(s, Pte.pfn(pte), Page.mkAnonExclusive, 0);
    return pte;
  };

/** A split of a leaf that changes the PTEs it has made. */
const splitting = (change: (s: Sys) => (pte: Pte) => Pte): Patch => ({
  split_anon_pmd: (base) => (s, mm, vma, slot, freeze) => {
    base(s, mm, vma, slot, freeze);
    change_ptes(s, mm, slot, change(s));
  },
});

const OWN: readonly Mutant[] = [
  {
    on: 'v7.1',
    property: 'I-OWN',
    says: 'the split of a read-only leaf forgets that its pages are exclusive',
    geometry: THP,
    patch: splitting(unmarked),
    alphabet: { ...readOnly, munmaps: [PAGE0] },
    length: 4,
  },
  {
    on: 'v7.1',
    property: 'I-OWN',
    says: 'the split of a read-only leaf for a migration writes entries that are not exclusive',
    geometry: THP,
    patch: splitting(() => (pte) => (is_migration_entry(pte) ? Pte.mkExclusive(pte, 0) : pte)),
    alphabet: { ...readOnly, migrations: [{ page: 0, to: 'split' }] },
    length: 4,
  },
  {
    on: 'v7.1',
    property: 'I-OWN',
    says: 'the end of a migration does not look whether a read-only entry is exclusive',
    geometry: PAGES,
    patch: {
      remove_migration_ptes: (base) => (s, src, dst) => {
        base(s, src, dst);
        change_ptes(s, 0, 0, unmarked(s));
      },
    },
    alphabet: {
      ...one,
      mprotects: [PAGE0],
      prots: ['R'],
      migrations: [{ page: 0, to: 'move' }],
      fork: false,
    },
    length: 5,
  },
  {
    on: 'v7.1',
    property: 'I-OWN',
    says: 'fork does not share a page that looks pinned, and takes its mark all the same',
    geometry: { ...PAGES, pinBias: 3, pins: 3 },
    patch: {
      folio_try_dup_anon_rmap_ptes: (base) => (s, page, nr, dst, srcHasPinned) => {
        const shared = base(s, page, nr, dst, srcHasPinned);
        if (!shared && PageAnonExclusive(s, page)) set_page_flag(s, page_folio(s, page), Page.mkAnonExclusive, 0);
        return shared;
      },
    },
    alphabet: { ...one, pins: [0], pinsFor: ['write'] },
    length: 3,
  },
];

const FORK: readonly Mutant[] = [
  {
    on: 'v7.1',
    property: 'I-FORKRO',
    says: 'copy_huge_pmd() copies no special leaf',
    patch: { copy_as_special: () => () => false },
    alphabet: { drivers: [faultDriver('BAR 2M', { at: 0, pages: 2 })], reads: [0] },
    length: 3,
  },
  {
    on: 'v7.1',
    property: 'I-FORKRO',
    says: 'copy_huge_pud() gives the child a leaf that it has accessed',
    patch: {
      copy_huge_pud: (base) => (s, src, dst, vmaRow, pud) => {
        base(s, src, dst, vmaRow, pud);
        const row = pud_offset(s.geometry, dst, pud);
        s.pud.put(row, Pud.mkYoung(s.pud.at(row), 1));
      },
    },
    alphabet: { drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 })], reads: [0] },
    length: 3,
  },
];

export const OWNED: readonly Mutant[] = [...OWN, ...FORK];
