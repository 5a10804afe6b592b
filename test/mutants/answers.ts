/** Mutants of those who look at page tables for somebody, and of who accesses the memory of another: answers, and writes. */
import { anonMemory, daxDevice, fileMapping } from '../../model/drivers/driver.ts';
import { FOLL_FORCE, FOLL_GET, FOLL_PIN } from '../../model/mm/gup_grab.ts';
import { folio_test_anon, folio_test_large, page_folio, pfn_to_page, pfn_valid } from '../../model/mm/page_flags.ts';
import { pmd_is_huge } from '../../model/mm/pgtable.ts';
import type { Alphabet } from '../../model/operations/alphabet.ts';
import { blocks, type Geometry } from '../../model/state/geometry.ts';
import { Prot, Vma } from '../../model/state/mm_types.ts';
import { type Mutant, PAGE0, SLOT0 } from './mutant.ts';

const small: Partial<Alphabet> = { drivers: [anonMemory('anon page', { at: 0, pages: 1 })] };
const huge: Partial<Alphabet> = { drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })] };
const THP: Partial<Geometry> = { memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 2)], pins: 1 };
const PAGES: Partial<Geometry> = { memory: blocks('anon', 1, 2), pins: 1 };

const NODES: readonly Mutant[] = [
  {
    on: 'v7.1',
    property: 'I-NODE',
    says: 'folio_walk_start() finds the same folio at every address',
    geometry: THP,
    patch: { folio_walk_start: () => () => 16 },
    alphabet: { ...huge, pageStats: [0] },
    length: 2,
  },
  {
    on: 'v7.1',
    property: 'I-NODE',
    says: 'folio_walk_start() finds the first page of a leaf, whichever is asked for',
    geometry: THP,
    patch: {
      folio_walk_start: (base) => (s, mm, vma, page, zeropage) => {
        const pfn = base(s, mm, vma, page, zeropage);
        return pfn < 0 ? pfn : page_folio(s, pfn);
      },
    },
    alphabet: { ...huge, writes: [0], pageStats: [1] },
    length: 3,
  },
  {
    on: 'v7.1',
    property: 'I-NODE',
    says: 'do_pages_stat_array() tells a node of zeroes',
    geometry: { memory: [...blocks('anon', 1, 1), ...blocks('zero page', 1, 1)] },
    patch: { do_pages_stat_array: () => (s, mm, vma, page) => s.kernel.folio_walk_start(s, mm, vma, page, true) },
    alphabet: { ...small, reads: [0], pageStats: [0] },
    length: 3,
  },
  {
    on: 'v7.1',
    property: 'I-NODE',
    says: 'do_pages_stat_array() tells a node of the memory of a device',
    geometry: { memory: blocks('dax', 4, 1) },
    patch: { do_pages_stat_array: () => (s, mm, vma, page) => s.kernel.folio_walk_start(s, mm, vma, page, true) },
    alphabet: { drivers: [daxDevice('dax 1G', { at: 0, pages: 4 })], reads: [0], pageStats: [0] },
    length: 3,
  },
];

const SMAPS: readonly Mutant[] = [
  {
    on: 'v7.1',
    property: 'I-SMAPS',
    says: 'smaps leaves out the last page of a range',
    geometry: PAGES,
    patch: { smaps_pte_range: (base) => (s, walk, row, start, end) => base(s, walk, row, start, end - 1) },
    alphabet: { ...small, writes: [0], procReads: ['smaps'] },
    length: 3,
  },
  {
    on: 'v7.1',
    property: 'I-SMAPS',
    says: 'smaps does not ask whether zeroes are a page',
    geometry: { memory: [...blocks('anon', 1, 1), ...blocks('zero page', 1, 1)] },
    patch: {
      smaps_pte_range: (base) => (s, walk, row, start, end) =>
        base({ ...s, kernel: { ...s.kernel, vm_normal_page: () => 0 } }, walk, row, start, end),
    },
    alphabet: { ...small, reads: [0], procReads: ['smaps'] },
    length: 3,
  },
];

const CORE: readonly Mutant[] = [
  {
    on: 'v7.1',
    property: 'I-MINCORE',
    says: 'mincore() takes a leaf for a hole',
    geometry: THP,
    patch: {
      mincore_pte_range: (base) => (s, walk, row, start, end) =>
        pmd_is_huge(s.pmd.at(row)) ? 0 : base(s, walk, row, start, end),
    },
    alphabet: { ...huge, writes: [0], mincores: [SLOT0] },
    length: 3,
  },
  {
    on: 'v7.1',
    property: 'I-MINCORE',
    says: 'mincore() calls all pages of a page table resident',
    geometry: PAGES,
    patch: {
      mincore_pte_range: () => (s, _walk, _row, start, end) => {
        s.inCore.put(0, s.inCore.at(0) | ((1 << end) - (1 << start)));
        return 0;
      },
    },
    alphabet: {
      drivers: [anonMemory('2 pages', { at: 2, pages: 2 }), anonMemory('a page', { at: 0, pages: 1 })],
      writes: [2],
      mincores: [{ from: 2, to: 4 }],
    },
    length: 3,
  },
];

const readOnlyFile: Partial<Alphabet> = {
  drivers: [fileMapping('a private file', { at: 0, pages: 1 }, 'shmem', 'private')],
  reads: [0],
  mprotects: [PAGE0],
  prots: ['R'],
  remotes: [0],
  fork: false,
};

const REMOTE: readonly Mutant[] = [
  {
    on: 'v7.1',
    property: 'I-REMOTE',
    says: 'FOLL_FORCE lets a write go to whatever a private mapping maps (Dirty COW)',
    geometry: { memory: [...blocks('shmem', 1, 1), ...blocks('anon', 1, 1)] },
    patch: {
      can_follow_write_common: () => (s, vma, pfn, flags) =>
        (flags & FOLL_FORCE) !== 0 && Vma.shared(vma) === 0 && Vma.prot(vma) !== Prot.RW && pfn_valid(s, pfn),
    },
    alphabet: readOnlyFile,
    length: 4,
  },
  {
    on: 'v7.1',
    property: 'I-REMOTE',
    says: 'FOLL_FORCE lets a write go to any page of anonymous memory, exclusive or not',
    geometry: PAGES,
    patch: {
      can_follow_write_common: () => (s, vma, pfn, flags) =>
        (flags & FOLL_FORCE) !== 0 && Vma.prot(vma) !== Prot.RW && folio_test_anon(s, page_folio(s, pfn)),
    },
    alphabet: { ...small, writes: [0], mprotects: [PAGE0], prots: ['R'], remotes: [0] },
    length: 5,
  },
];

const GRABS: readonly Mutant[] = [
  {
    on: 'v7.1',
    property: 'I-PIN',
    says: 'try_grab_folio() counts a pin as a plain reference',
    geometry: PAGES,
    patch: {
      try_grab_folio: (base) => (s, folio, flags) =>
        base(s, folio, (flags & FOLL_PIN) === 0 ? flags : (flags & ~FOLL_PIN) | FOLL_GET),
    },
    alphabet: { ...small, writes: [0], pins: [0], pinsFor: ['write'] },
    length: 2,
  },
  {
    on: 'v7.1',
    property: 'I-REF',
    says: 'try_grab_folio() takes no reference with the pin of a large folio',
    geometry: THP,
    patch: {
      try_grab_folio: (base) => (s, folio, flags) => {
        if ((flags & FOLL_PIN) === 0 || !folio_test_large(s, folio)) return base(s, folio, flags);
        s.pincount.put(pfn_to_page(folio), s.pincount.at(pfn_to_page(folio)) + 1);
      },
    },
    alphabet: { ...huge, writes: [0], pins: [0], pinsFor: ['write'] },
    length: 2,
  },
];

export const ANSWERS: readonly Mutant[] = [...NODES, ...SMAPS, ...CORE, ...REMOTE, ...GRABS];
