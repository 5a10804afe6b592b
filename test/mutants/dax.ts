/** Mutants of files on DAX: entries, associations, and what is cut off. */
import { daxDevice, daxFile } from '../../model/drivers/driver.ts';
import { pfn_to_page } from '../../model/mm/page_flags.ts';
import type { Alphabet } from '../../model/operations/alphabet.ts';
import { blocks, type Geometry } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { file_row } from '../../model/fs/extents.ts';
import { CutKind, DaxEntry, DaxKind, DaxOwner, Extent } from '../../model/state/dax.ts';
import { type Mutant, PAGE0, setting, SLOT0 } from './mutant.ts';

const ZERO = blocks('zero page', 1, 1);
const one = (content: 'written' | 'hole'): Partial<Geometry> => ({
  memory: [...blocks('fsdax', 2, 1), ...ZERO],
  pteTables: 3,
  vmas: 2,
  daxFiles: [content],
  daxFilePages: 2,
});
const clones: Partial<Geometry> = {
  memory: [...blocks('fsdax', 1, 2), ...ZERO],
  pteTables: 2,
  vmas: 2,
  daxFiles: ['written', 'clone'],
  daxFilePages: 1,
};
const OF_2M = { on: 'v7.1', geometry: one('written') } as const;
const OF_HOLE = { on: 'v7.1', geometry: one('hole') } as const;
const OF_TWO = { on: 'v7.1', geometry: clones } as const;
const PINNED = { on: 'v7.1', geometry: { ...one('written'), pins: 1 } } as const;

const cut = (file: number, to: number) => ({ file, from: 0, to, how: 'truncate' }) as const;
const file: Partial<Alphabet> = { drivers: [daxFile('DAX file', { at: 0, pages: 2 })], fork: false };
/** A part of the file at a place where no leaf fits. */
const page: Partial<Alphabet> = { drivers: [daxFile('DAX page', { at: 0, pages: 1 })], fork: false };
const two: Partial<Alphabet> = {
  drivers: [daxFile('file A', { at: 0, pages: 1 }), daxFile('file B', { at: 1, pages: 1, file: 1 })],
  reads: [0, 1],
  fork: false,
};
const pinned: Partial<Alphabet> = { ...file, pins: [0], pinsFor: ['read'] };

export const DAX: readonly Mutant[] = [
  {
    ...OF_2M,
    property: 'I-DAXFOLIO',
    says: 'a folio that is let go stays a compound page',
    patch: {
      dax_folio_reset_order: () => (s, folio) => s.daxOwner.put(pfn_to_page(folio), DaxOwner.of({})),
    },
    alphabet: { ...file, reads: [0], daxCuts: [cut(0, 2)] },
    length: 3,
  },
  {
    ...OF_2M,
    property: 'I-DAXSHARE',
    says: 'a page forgets its file with its last reference',
    set: [setting('dax-mapping-until', 'reference')],
    alphabet: { ...file, reads: [0], munmaps: [SLOT0] },
    length: 3,
  },
  {
    ...OF_TWO,
    property: 'I-DAXSHARE',
    says: 'a page knows the last file that shares it',
    set: [setting('dax-sharing', 'last')],
    alphabet: two,
    length: 4,
  },
  {
    ...OF_HOLE,
    property: 'I-DAXZERO',
    says: 'an entry for zeroes is associated with the file',
    patch: {
      dax_associate_entry: (base) => (s, e, at, index, shared) =>
        base(s, DaxEntry.kind(e) === DaxKind.zero ? DaxEntry.mkKind(e, DaxKind.mapped) : e, at, index, shared),
    },
    alphabet: { ...page, reads: [0] },
    length: 2,
  },
  {
    ...OF_HOLE,
    property: 'WARN-dax',
    says: 'an entry for zeroes that is replaced lets the zero page go',
    set: [setting('dax-zero-entries', 'taken')],
    alphabet: { ...page, reads: [0], writes: [0] },
    length: 3,
  },
  {
    ...OF_2M,
    property: 'I-DAXPAGES',
    says: 'an entry with a frame is counted in nrpages again',
    patch: {
      dax_associate_entry: (base) => (s, e, at, index, shared) => {
        base(s, e, at, index, shared);
        s.nrpages.put(at, s.nrpages.at(at) + 1);
      },
    },
    alphabet: { ...file, reads: [0] },
    length: 2,
  },
  {
    ...OF_2M,
    property: 'I-DAXTAG',
    says: 'a write to a read-only PTE of FS-DAX is made without the file system',
    set: [setting('dax-wp', 'page')],
    alphabet: { ...page, reads: [0], writes: [0] },
    length: 3,
  },
  {
    ...OF_2M,
    machine: { ...X86_64, depositsPer: 'slot' },
    property: 'I-LIVE',
    says: 'a table that is deposited for a folio of FS-DAX is freed',
    set: [setting('dax-deposit', 'freed')],
    alphabet: { ...file, reads: [0] },
    length: 2,
  },
  {
    ...PINNED,
    property: 'I-DAXBREAK',
    says: 'no page is ever busy, and nobody warns',
    with: [setting('dax-waits-for', 'busy')],
    patch: { dax_busy_page: () => () => -1, dax_put_warns: () => () => false },
    alphabet: { ...pinned, daxCuts: [cut(0, 2)] },
    length: 3,
  },
  {
    ...PINNED,
    property: 'I-DAXFREE',
    says: 'the end of an inode does not wait, and nobody warns',
    set: [setting('dax-evict-waits', 'no')],
    patch: { dax_put_warns: () => () => false },
    alphabet: { ...pinned, munmaps: [SLOT0], daxEvicts: [0] },
    length: 4,
  },
  {
    ...PINNED,
    property: 'WARN-dax',
    says: 'a file that nobody maps is not searched for busy pages',
    with: [setting('dax-waits-for', 'busy')],
    set: [setting('dax-scans-unmapped', 'no')],
    alphabet: { ...pinned, munmaps: [SLOT0], daxCuts: [cut(0, 2)] },
    length: 4,
  },
  {
    ...OF_TWO,
    property: 'I-DAXWAIT',
    says: 'a mapping by another file makes a page busy',
    set: [setting('dax-busy-by', 'any')],
    alphabet: { ...two, daxCuts: [cut(0, 1)] },
    length: 5,
  },
  {
    ...OF_2M,
    property: 'refcount-of-free',
    says: 'a fault inserts a leaf of an idle folio without a reference of its own',
    set: [setting('dax-temp-ref', 'none')],
    alphabet: { ...file, reads: [0] },
    length: 2,
  },
  {
    ...OF_2M,
    property: 'I-SPECIAL',
    says: 'a leaf of a counted folio of FS-DAX is special',
    set: [setting('huge-special', 'folios-too')],
    alphabet: { ...file, reads: [0], munmaps: [PAGE0] },
    length: 2,
  },
  {
    on: 'v7.1',
    geometry: { memory: blocks('dax', 4, 1) },
    property: 'I-DAXTAILS',
    says: 'a PUD mapping counts in the mapcount of the second page, too',
    patch: {
      folio_add_file_rmap_pud: (base) => (s, pfn, mm) => {
        base(s, pfn, mm);
        s.mapcount.put(pfn_to_page(pfn) + 1, 1);
      },
    },
    alphabet: { drivers: [daxDevice('dax', { at: 0, pages: 4 })], reads: [0], fork: false },
    length: 2,
  },
  {
    on: 'v7.1',
    geometry: { memory: blocks('dax', 4, 1) },
    property: 'BUG(pud-split)',
    says: 'soft-dirty tracking may not split a PUD leaf',
    set: [setting('pud-split', 'stops')],
    alphabet: { drivers: [daxDevice('dax', { at: 0, pages: 4 })], reads: [0], clearRefs: true, fork: false },
    length: 3,
  },
  {
    ...OF_2M,
    property: 'I-DAXTAG',
    says: 'a write fault leaves the entry of a DAX file clean',
    patch: {
      dax_insert_entry: (base) => (s, at, index, pmd, kind, pfn, shared) =>
        base(s, at, index, pmd, kind, pfn, shared, false),
    },
    alphabet: { ...file, writes: [0] },
    length: 2,
  },
  {
    ...OF_2M,
    property: 'I-DAXPAGES',
    says: 'a PMD entry counts as one page in nrpages',
    patch: {
      grab_mapping_entry: (base) => (s, at, index, pmd) => {
        const before = s.nrpages.at(at);
        const made = base(s, at, index, pmd);
        if (pmd && s.nrpages.at(at) > before) s.nrpages.put(at, before + 1);
        return made;
      },
    },
    alphabet: { ...file, reads: [0] },
    length: 2,
  },
  {
    ...OF_2M,
    property: 'I-DAXFREE',
    says: 'a truncation leaves the entries of what it cuts off',
    patch: { dax_delete_mapping_range: () => () => undefined },
    alphabet: { ...file, reads: [0], daxCuts: [cut(0, 2)] },
    length: 3,
  },
  {
    ...PINNED,
    property: 'I-DAXBREAK',
    says: 'the last page of what is cut off is not searched for users',
    with: [setting('dax-waits-for', 'busy')],
    patch: {
      dax_layout_busy_page_range: (base) => (s, at, from, to, unmapped) => base(s, at, from, to - 1, unmapped),
    },
    alphabet: {
      drivers: [daxFile('last page of a DAX file', { at: 1, pages: 1, pfn: 1 })],
      pins: [1],
      pinsFor: ['read'],
      daxCuts: [cut(0, 2)],
      fork: false,
    },
    length: 3,
  },
  {
    ...OF_2M,
    property: 'I-DAXFREE',
    says: 'the blocks of what is cut off are free before it is unmapped and has no entries',
    patch: {
      dax_break_layout: () => (s, _kind, at, from, to) => {
        for (let index = from; index < to; index++) s.extent.put(file_row(s, at, index), Extent.of({}));
      },
    },
    alphabet: { ...file, reads: [0], daxCuts: [cut(0, 2)] },
    length: 3,
  },
  {
    ...OF_2M,
    geometry: { ...OF_2M.geometry, memory: [...OF_2M.geometry.memory!, ...blocks('anon', 1, 1)] },
    property: 'I-KEPT',
    says: 'a hole punch takes private copies of a DAX file, too',
    patch: { dax_cuts_off: (base) => (s, _kind, at, from, to) => base(s, CutKind.truncate, at, from, to) },
    alphabet: {
      drivers: [daxFile('private mapping of a DAX file', { at: 0, pages: 2 }, 'private')],
      writes: [0],
      daxCuts: [{ file: 0, from: 0, to: 1, how: 'punch' }],
      fork: false,
    },
    length: 3,
  },
];
