/** Mutants of those who look at page tables, and of GUP: each drops one check, or changes what it should only read. */
import { anonMemory, daxDevice, faultDriver, fileMapping } from '../../model/drivers/driver.ts';
import { FOLL_LONGTERM, FOLL_WRITE, NO_VMA } from '../../model/mm/gup_grab.ts';
import type { Level } from '../../model/mm/gup_fast.ts';
import type { Patch } from '../../model/mm/kernel.ts';
import { pmd_table, pte_offset } from '../../model/mm/pgtable.ts';
import type { Alphabet } from '../../model/operations/alphabet.ts';
import { blocks } from '../../model/state/geometry.ts';
import { Pmd, Prot, Pte, Vma } from '../../model/state/mm_types.ts';
import { type Mutant, PAGE0, setting, SLOT0 } from './mutant.ts';

const GIB0 = { from: 0, to: 4 };
const small: Partial<Alphabet> = { drivers: [anonMemory('anon page', { at: 0, pages: 1 })], writes: [0] };
const huge: Partial<Alphabet> = { drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })], writes: [0] };
const dax: Partial<Alphabet> = { drivers: [daxDevice('dax 1G', { at: 0, pages: 4 })], writes: [0] };
const bar1G: Partial<Alphabet> = { drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 })], writes: [0] };

const OF_PAGE = { on: 'v7.1', geometry: { memory: blocks('anon', 1, 2), pins: 1 } } as const;
const OF_THP = {
  on: 'v7.1',
  geometry: { memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 2)], pins: 1 },
} as const;
const OF_DAX = { on: 'v7.1', geometry: { memory: blocks('dax', 4, 1), pins: 1 } } as const;

/** Smaps changes each PTE that it sees. */
const smapsChanges = (change: (pte: Pte) => Pte): Patch => ({
  smaps_pte_range: () => (s, _walk, row, start, end) => {
    const e = s.pmd.at(row);
    if (!pmd_table(e)) return 0;
    for (let page = start; page < end; page++) {
      const at = pte_offset(s.geometry, Pmd.pfn(e), page);
      if (Pte.present(s.pte.at(at)) === 1) s.pte.put(at, change(s.pte.at(at)));
    }
    return 0;
  },
});

/** gup-fast does not ask one level for the right to read, or to write. */
const permits = (level: Level, what: 'protnone' | 'write'): Patch => ({
  gup_fast_permits: (base) => (s, at, protnone, writable, flags) =>
    base(
      s,
      at,
      at === level && what === 'protnone' ? 0 : protnone,
      writable,
      at === level && what === 'write' ? flags & ~FOLL_WRITE : flags,
    ),
});
const noSpecial = (level: Level): Patch => ({
  gup_fast_special: (base) => (s, at, special) => at !== level && base(s, at, special),
});

const forbidden = (prot: 'NONE' | 'R', range: { readonly from: number; readonly to: number }): Partial<Alphabet> => ({
  mprotects: [range],
  prots: [prot],
  pins: [0],
  pinsFor: [prot === 'R' ? 'write' : 'read'],
});

const READS: readonly Mutant[] = [
  {
    ...OF_PAGE,
    property: 'I-READ',
    says: 'smaps takes the right to write',
    patch: smapsChanges((pte) => Pte.mkWrite(pte, 0)),
    alphabet: { ...small, procReads: ['smaps'] },
    length: 3,
  },
  {
    ...OF_PAGE,
    property: 'I-READ',
    says: 'smaps drops private pages',
    patch: smapsChanges(() => Pte.of({})),
    alphabet: { ...small, procReads: ['smaps'] },
    length: 3,
  },
  {
    ...OF_PAGE,
    property: 'I-PURE',
    says: 'smaps clears the accessed bit',
    patch: smapsChanges((pte) => Pte.mkYoung(pte, 0)),
    alphabet: { ...small, reads: [0], procReads: ['smaps'] },
    length: 3,
  },
  {
    on: 'v7.1',
    property: 'I-PURE',
    says: 'v7.1 as it is: the walk of numa_maps splits the PUD leaf of a BAR',
    with: [setting('readers-pud', 'kept')],
    set: [setting('readers-pud', 'split')],
    alphabet: { ...bar1G, procReads: ['numa_maps'] },
    length: 3,
  },
  {
    ...OF_DAX,
    property: 'I-PURE',
    says: 'v7.1 as it is: mincore() splits the PUD leaf of a dax device',
    with: [setting('mincore-walk', 'vma')],
    set: [setting('mincore-walk', 'range')],
    alphabet: { ...dax, mincores: [GIB0] },
    length: 3,
  },
  {
    on: 'v7.1',
    property: 'no-struct-page',
    says: 'v7.1 as it is: mbind() takes the frame behind a leaf of a BAR for a folio',
    geometry: { policies: 1 },
    with: [setting('walked-leaf-page', 'normal')],
    set: [setting('walked-leaf-page', 'frame')],
    alphabet: {
      drivers: [faultDriver('BAR 2M', { at: 0, pages: 2 })],
      writes: [0],
      mbinds: [SLOT0],
      policies: [{ nodes: 'here', strict: true }],
    },
    length: 3,
  },
  {
    on: 'v7.1',
    property: 'descent-into-leaf',
    says: 'a walk does not split the PUD leaf that it goes below',
    with: [setting('readers-pud', 'kept')],
    set: [setting('readers-pud', 'split')],
    patch: { split_huge_pud: () => () => undefined },
    alphabet: { ...bar1G, procReads: ['smaps'] },
    length: 3,
  },
  {
    on: 'v7.1',
    property: 'fault-loop',
    says: 'v7.1 as it is: a frame that is known to be broken is not found behind a PUD leaf',
    geometry: { memory: blocks('driver', 1, 4), poison: 1 },
    with: [setting('hwpoison-pud', 'checked')],
    set: [setting('hwpoison-pud', 'split')],
    alphabet: { drivers: [faultDriver('RAM 1G', { at: 0, pages: 4, pfn: 16 })], poisons: [0] },
    length: 3,
  },
  {
    on: 'v7.1',
    property: 'fault-loop',
    says: 'kill_accessing_process() skips VM_PFNMAP',
    geometry: { memory: blocks('driver', 1, 4), poison: 1 },
    patch: { hwpoison_walks_pfnmap: () => () => false },
    alphabet: { drivers: [faultDriver('RAM 2M', { at: 0, pages: 2, pfn: 16 })], poisons: [0] },
    length: 3,
  },
];

const levels = [
  { level: 'PTE', of: OF_PAGE, alphabet: small, range: PAGE0 },
  { level: 'PMD', of: OF_THP, alphabet: huge, range: SLOT0 },
  { level: 'PUD', of: OF_DAX, alphabet: dax, range: GIB0 },
] as const;

const FAST: readonly Mutant[] = levels.flatMap(({ level, of, alphabet, range }) => [
  {
    ...of,
    property: 'I-GUP',
    says: `gup-fast does not ask whether a ${level} is PROT_NONE`,
    patch: permits(level, 'protnone'),
    alphabet: { ...alphabet, ...forbidden('NONE', range) },
    length: 4,
  },
  {
    ...of,
    property: 'I-GUP',
    says: `gup-fast does not ask whether a ${level} may be written`,
    patch: permits(level, 'write'),
    alphabet: { ...alphabet, ...forbidden('R', range) },
    length: 4,
  },
]);

const SPECIAL: readonly Mutant[] = (
  [
    { level: 'PTE', pages: 1 },
    { level: 'PMD', pages: 2 },
    { level: 'PUD', pages: 4 },
  ] as const
).map(({ level, pages }) => ({
  on: 'v7.1',
  property: 'gup-of-pfn',
  says: `gup-fast does not ask whether a ${level} is special`,
  geometry: { pins: 1 },
  patch: noSpecial(level),
  alphabet: {
    drivers: [faultDriver(`BAR of ${pages} pages`, { at: 0, pages })],
    reads: [0],
    pins: [0],
    pinsFor: ['read'],
  },
  length: 3,
}));

const SLOW: readonly Mutant[] = [
  {
    on: 'v7.1',
    property: 'I-GUP',
    says: 'check_vma_flags() lets VM_PFNMAP pass: GUP faults a page of a BAR in',
    geometry: { pins: 1 },
    patch: { check_vma_flags: (base) => (vma, flags) => base(Vma.mkPfnmap(vma, 0), flags) },
    alphabet: {
      drivers: [faultDriver('a page of a BAR', { at: 0, pages: 1 })],
      pins: [0],
      pinsFor: ['write'],
    },
    length: 2,
  },
  {
    on: 'v7.1',
    property: 'gup-of-pfn',
    says: 'check_vma_flags() lets VM_PFNMAP pass: the slow path takes the frame behind a leaf',
    geometry: { pins: 1 },
    patch: { check_vma_flags: (base) => (vma, flags) => base(Vma.mkPfnmap(vma, 0), flags) },
    alphabet: {
      drivers: [faultDriver('BAR 2M', { at: 0, pages: 2 })],
      pins: [0],
      pinsFor: ['read'],
    },
    length: 2,
  },
  {
    on: 'v7.1',
    property: 'fault-loop',
    says: 'check_vma_flags() does not ask for the right to write: GUP faults without end',
    geometry: { memory: blocks('shmem', 1, 1), pins: 1 },
    patch: { check_vma_flags: (base) => (vma, flags) => base(vma, flags & ~FOLL_WRITE) && Vma.prot(vma) !== Prot.NONE },
    alphabet: {
      drivers: [fileMapping('a shared shmem file', { at: 0, pages: 1 }, 'shmem', 'shared')],
      mprotects: [PAGE0],
      prots: ['R'],
      pins: [0],
      pinsFor: ['write'],
    },
    length: 3,
  },
  {
    on: 'v7.1',
    property: 'I-GUP',
    says: 'writable_file_mapping_allowed() lets a long-term pin write to a file',
    geometry: { memory: blocks('file', 1, 1), pins: 1 },
    patch: { check_vma_flags: (base) => (vma, flags) => base(vma, flags & ~FOLL_LONGTERM) },
    alphabet: {
      drivers: [fileMapping('a shared file', { at: 0, pages: 1 }, 'file', 'shared')],
      gups: [PAGE0],
      gupAs: ['long-term pin'],
      pinsFor: ['write'],
    },
    length: 2,
  },
  {
    on: 'v7.1',
    property: 'I-GUP',
    says: 'gup_fast_folio_allowed() lets a long-term pin write to a file',
    geometry: { memory: blocks('file', 1, 1), pins: 1 },
    patch: { gup_fast_folio_allowed: () => () => true },
    alphabet: {
      drivers: [fileMapping('a shared file', { at: 0, pages: 1 }, 'file', 'shared')],
      writes: [0],
      gups: [PAGE0],
      gupAs: ['long-term pin'],
      pinsFor: ['write'],
    },
    length: 3,
  },
];

const ofFile: Partial<Alphabet> = {
  drivers: [fileMapping('a private file', { at: 0, pages: 1 }, 'file', 'private')],
  writes: [0],
  gups: [PAGE0],
  gupAs: ['long-term pin'],
  pinsFor: ['read'],
};
const OF_FILE = {
  on: 'v7.1',
  geometry: { memory: [...blocks('file', 1, 1), ...blocks('anon', 1, 2)], pins: 1 },
} as const;

/** What is pinned on long term, and not written to. */
const LONG: readonly Mutant[] = [
  {
    ...OF_FILE,
    property: 'I-PINCOPY',
    says: 'gup_must_unshare() asks anonymous pages only: a long-term pin for reading takes the page of a private file',
    patch: {
      gup_must_unshare: (base) => (s, vma, page, flags) => base(s, vma, page, flags & ~FOLL_LONGTERM),
    },
    alphabet: ofFile,
    length: 3,
  },
  {
    ...OF_FILE,
    property: 'I-PINCOPY',
    says: 'gup-fast, which does not know the VMA, takes a page of a file on long term',
    patch: {
      gup_must_unshare: (base) => (s, vma, page, flags) =>
        base(s, vma, page, vma === NO_VMA ? flags & ~FOLL_LONGTERM : flags),
    },
    alphabet: { ...ofFile, reads: [0] },
    length: 4,
  },
];

export const LOOKS: readonly Mutant[] = [...READS, ...FAST, ...SPECIAL, ...SLOW, ...LONG];
