/**
 * Files on DAX, and device-dax, with the numbers of the final state that say how it ended. A PMD leaf has 2 pages, a PUD
 * leaf 4. V11 to V14 are the four states of a leaf of DAX memory: mapped, pinned and unmapped, of a file and of a device.
 */
import { daxDevice, daxFile } from '../../model/drivers/driver.ts';
import { blocks, type Geometry, SMALL } from '../../model/state/geometry.ts';
import { CHILD, PARENT } from './numbered.ts';
import {
  daxCut,
  daxEvict,
  daxWakes,
  exit,
  fork,
  mmap,
  mprotect,
  munmap,
  pin,
  type Played,
  read,
  type Stage,
  unpin,
  write,
} from './play.ts';

export interface DaxRecipe {
  readonly name: string;
  readonly says: string;
  readonly plays: readonly Played[];
  readonly place: Stage;
  /** `toggle=value` on top of the kernel. */
  readonly toggle?: string;
  /** As `perform` words it; by default 'ok'. */
  readonly outcome?: string;
  /** Lines of the final state, and what no line begins with. */
  readonly has?: readonly string[];
  readonly lacks?: readonly string[];
}

const ZERO = [...blocks('huge zero', 2, 1), ...blocks('zero page', 1, 1)];
const DAX: Geometry = {
  ...SMALL,
  memory: [...blocks('fsdax', 2, 2), ...ZERO, ...blocks('anon', 1, 2)],
  daxFiles: ['written'],
  daxFilePages: 2,
  pins: 1,
};
const FILE: Stage = { geometry: DAX };
const HOLE: Stage = { geometry: { ...DAX, daxFiles: ['hole'] } };
const CLONES: Stage = { geometry: { ...DAX, daxFiles: ['written', 'clone'] } };
const LONG: Stage = { geometry: { ...DAX, daxFilePages: 4 } };
const DEVICE: Stage = { geometry: { ...SMALL, memory: blocks('dax', 4, 1) } };

const file = mmap(daxFile('a DAX file', { at: 0, pages: 2 }));
const clone = mmap(daxFile('its clone', { at: 4, pages: 2, file: 1 }));
const own = mmap(daxFile('a private mapping', { at: 0, pages: 4 }, 'private'));
const device = mmap(daxDevice('device-dax of 1G', { at: 0, pages: 4 }));

const MAPPED = ['page 16 refcount 1', 'folio 16 entire mapcount 1', 'folio 16 large mapcount 1'];
const NO_COUNTS = ['folio 16 entire', 'folio 16 large', 'folio 16 nr_pages', 'parent MM_', 'NR_'];
const NOTHING_OF_IT = ['page 16 refcount', 'page 16 of', 'file 0', ...NO_COUNTS];

const waiting = [file, write(PARENT, 0), pin(PARENT, 0, 'write'), munmap(PARENT, 0, 2), daxCut(0, 0, 2)];
/** The other file maps what is pinned by the first; and a page is mapped beside the one that is pinned. */
const shared = [file, clone, read(PARENT, 4), pin(PARENT, 0, 'read')];
const besides = [file, pin(PARENT, 0, 'read'), munmap(PARENT, 0, 1), read(PARENT, 1)];
const both = [file, clone, read(PARENT, 0), read(PARENT, 4)];
const parted = [file, read(PARENT, 0), mprotect(PARENT, 0, 1, 'R'), read(PARENT, 1)];
const inherited = [own, read(PARENT, 0), write(PARENT, 2), fork, exit(CHILD), munmap(PARENT, 0, 4)];

export const DAX_RECIPES: readonly DaxRecipe[] = [
  {
    name: 'V11',
    says: 'a fault maps a folio by a leaf: one reference, of the mapping; that of the fault is gone',
    plays: [file, write(PARENT, 0)],
    place: FILE,
    has: [
      ...MAPPED,
      'folio 16 nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_FILEPAGES 2',
      'NR_FILE_MAPPED 2',
      'NR_FILE_PMDMAPPED 2',
      'page 16 of file 0, index 0',
    ],
    lacks: ['page 16 mapcount', 'page 17 mapcount'],
  },
  {
    name: 'V12',
    says: 'pinned and unmapped: the reference is that of the pin, and the folio is busy',
    plays: [file, write(PARENT, 0), pin(PARENT, 1, 'read'), munmap(PARENT, 0, 2)],
    place: FILE,
    has: ['page 16 refcount 1', 'page 16 pincount 1', 'page 16 of file 0, index 0', 'file 0 nrpages 2'],
    lacks: NO_COUNTS,
  },
  {
    name: 'V13',
    says: 'a PUD leaf of device-dax: a reference of the device, and one of the mapping; not NR_FILE_PMDMAPPED',
    plays: [device, write(PARENT, 0)],
    place: DEVICE,
    has: ['page 16 refcount 2', 'folio 16 entire mapcount 1', 'folio 16 large mapcount 1', 'NR_FILE_MAPPED 4'],
    lacks: ['NR_FILE_PMDMAPPED', 'page 16 mapcount'],
  },
  {
    name: 'V14',
    says: 'unmapped, it has that of the device',
    plays: [device, write(PARENT, 0), munmap(PARENT, 0, 4)],
    place: DEVICE,
    has: ['page 16 refcount 1'],
    lacks: NO_COUNTS,
  },
  {
    name: 'V13 in the seed',
    says: 'NR_FILE_PMDMAPPED too',
    plays: [device, write(PARENT, 0)],
    place: DEVICE,
    toggle: 'pud-rmap=pmd-mapped',
    outcome: 'I-STAT@2',
    has: ['NR_FILE_PMDMAPPED 4'],
  },
  {
    name: 'S6',
    says: 'a part of a leaf is unmapped: the leaf is split, nothing maps the folio, and the file still has it',
    plays: [file, write(PARENT, 0), munmap(PARENT, 0, 1)],
    place: FILE,
    has: ['page 16 of file 0, index 0', 'file 0 nrpages 2'],
    lacks: ['page 16 refcount', ...NO_COUNTS],
  },
  {
    name: 'S6 in the seed',
    says: 'the page has forgotten the file',
    plays: [file, write(PARENT, 0), munmap(PARENT, 0, 1)],
    place: FILE,
    toggle: 'dax-mapping-until=reference',
    outcome: 'I-DAXSHARE@3',
    lacks: ['page 16 of'],
  },
  {
    name: 'S7',
    says: 'a truncation waits for who has pinned a page, though nobody maps the file',
    plays: waiting,
    place: FILE,
    has: [
      'breaking layouts truncate of file 0, pages 0..1, waits until page 16 is idle',
      'file 0 page 0 block 16, written',
    ],
  },
  {
    name: 'S7, the end',
    says: 'it ends when the pin is gone',
    plays: [...waiting, unpin(0), daxWakes],
    place: FILE,
    lacks: [...NOTHING_OF_IT, 'breaking'],
  },
  {
    name: 'S7 in v6.12',
    says: 'the blocks are given back all the same',
    plays: waiting,
    place: { ...FILE, kernel: 'v6.12' },
    outcome: 'I-DAXFREE@5 I-DAXBREAK@5 WARN-dax@5',
  },
  {
    name: 'S7, mapped again',
    says: 'a fault while it waits: nobody wakes it when the pin is gone',
    plays: [file, write(PARENT, 0), pin(PARENT, 0, 'write'), daxCut(0, 0, 2), write(PARENT, 0), unpin(0)],
    place: FILE,
    outcome: 'I-DAXWAIT@6',
    has: [...MAPPED, 'breaking layouts truncate of file 0, pages 0..1, waits until page 16 is idle'],
  },
  {
    name: 'S7, mapped by another file',
    says: 'a truncation waits for a pin, and then for the mapping of the other file, though nothing is mapped again',
    plays: [...shared, daxCut(0, 0, 2), unpin(0)],
    place: CLONES,
    outcome: 'I-DAXWAIT@6',
    has: [...MAPPED, 'breaking layouts truncate of file 0, pages 0..1, waits until page 16 is idle'],
  },
  {
    name: 'S7, mapped by another file, at the end',
    says: 'the end of an inode does, too',
    plays: [...shared, munmap(PARENT, 0, 2), daxEvict(0), unpin(0)],
    place: CLONES,
    outcome: 'I-DAXWAIT@7',
    has: [...MAPPED, 'breaking layouts evict of file 0, pages 0..1, waits until page 16 is idle'],
  },
  {
    name: 'S7, mapped by another file, repaired',
    says: 'with the pin nothing is left that was waited for',
    plays: [...shared, daxCut(0, 0, 2), unpin(0), daxWakes],
    place: CLONES,
    toggle: 'dax-waits-for=busy',
    has: [...MAPPED, 'page 16 of no mapping, share 1'],
    lacks: ['breaking', 'file 0 page'],
  },
  {
    name: 'S7, mapped beside',
    says: 'a hole punch of one page breaks the layout of the file, and what is beside it is unmapped, too',
    plays: [...besides, daxCut(0, 0, 1, 'punch'), unpin(0), daxWakes],
    place: FILE,
    has: ['file 0 page 1 block 17, written'],
    lacks: [...NO_COUNTS, 'breaking', 'file 0 page 0 in'],
  },
  {
    name: 'S7, mapped beside, of the part',
    says: 'where that of the page alone is broken, it waits for the page beside it',
    plays: [...besides, daxCut(0, 0, 1, 'punch'), unpin(0)],
    place: FILE,
    toggle: 'dax-break-range=part',
    outcome: 'I-DAXWAIT@6',
    has: [
      'page 16 refcount 1',
      'page 17 mapcount 1',
      'breaking layouts punch of file 0, pages 0..0, waits until page 16 is idle',
    ],
  },
  {
    name: 'S8',
    says: 'a hole is read as zeroes, which nobody counts',
    plays: [file, munmap(PARENT, 1, 2), read(PARENT, 0)],
    place: HOLE,
    has: ['file 0 page 0 in i_pages PTE entry, zero', 'file 0 nrpages 1', 'page 22 refcount 1'],
    lacks: ['page 22 of', 'page 22 mapcount', 'parent MM_', 'NR_'],
  },
  {
    name: 'S8, by a leaf',
    says: 'of the huge zero folio, without a table in reserve',
    plays: [file, read(PARENT, 0)],
    place: HOLE,
    has: ['file 0 page 0 in i_pages PMD entry, zero', 'parent pmd[0] leaf pfn 20 RO young special WB'],
    lacks: ['parent MM_', 'NR_', 'parent pmd[0] deposit'],
  },
  {
    name: 'S8, written',
    says: 'a folio of the file takes its place',
    plays: [file, read(PARENT, 0), write(PARENT, 1)],
    place: HOLE,
    has: [...MAPPED, 'file 0 page 0 in i_pages PMD entry, frame 16, dirty', 'page 16 of file 0, index 0'],
  },
  {
    name: 'S8, written and truncated',
    says: 'nothing is left',
    plays: [file, munmap(PARENT, 1, 2), read(PARENT, 0), write(PARENT, 0), daxCut(0, 0, 2)],
    place: HOLE,
    lacks: NOTHING_OF_IT,
  },
  {
    name: 'S8 in v9',
    says: 'the zero page is let go',
    plays: [file, munmap(PARENT, 1, 2), read(PARENT, 0), write(PARENT, 0)],
    place: HOLE,
    toggle: 'dax-zero-entries=taken',
    outcome: 'WARN-dax@4',
  },
  {
    name: 'S9',
    says: 'the block of a folio that is no more is mapped as a page',
    plays: [file, write(PARENT, 0), daxCut(0, 0, 1, 'punch'), write(PARENT, 0)],
    place: FILE,
    has: ['page 16 mapcount 1', 'file 0 page 0 in i_pages PTE entry, frame 16, dirty', 'page 16 fsdax referenced'],
    lacks: ['folio 16'],
  },
  {
    name: 'S10',
    says: 'two files have a folio, and map it: share 2',
    plays: both,
    place: CLONES,
    has: ['page 16 refcount 2', 'folio 16 large mapcount 2', 'page 16 of no mapping, share 2'],
  },
  {
    name: 'S10, one truncated',
    says: 'share 1, and the other still maps it',
    plays: [...both, daxCut(0, 0, 2)],
    place: CLONES,
    has: [...MAPPED, 'page 16 of no mapping, share 1', 'file 1 nrpages 2'],
    lacks: ['file 0'],
  },
  {
    name: 'S10, both truncated',
    says: 'nobody has it',
    plays: [...both, daxCut(0, 0, 2), daxCut(1, 0, 2)],
    place: CLONES,
    lacks: [...NOTHING_OF_IT, 'file 1'],
  },
  {
    name: 'S10, copied',
    says: 'a write gets blocks of its own, and the other keeps the folio alone, as shared',
    plays: [...both, write(PARENT, 4)],
    place: CLONES,
    has: ['page 16 of no mapping, share 1', 'page 18 of file 1, index 0', 'file 1 page 0 block 18, written'],
  },
  {
    name: 'S10 in the seed',
    says: 'the page knows the second file only, and is let go with the first',
    plays: [...both, daxCut(0, 0, 2)],
    place: CLONES,
    toggle: 'dax-sharing=last',
    outcome: 'I-DAXSHARE@4 I-MAPCOUNT@5 I-STAT@5 I-DAXFOLIO@5 WARN-dax@5',
  },
  {
    name: 'S10, by a page',
    says: 'where no leaf fits any more, the entry of a page stands in the place of that of the leaf',
    plays: parted,
    place: CLONES,
    outcome: 'I-DAXPAGES@4',
    has: ['file 0 page 0 in i_pages PTE entry in the place of a PMD, frame 17', 'page 17 of file 0, index 1'],
    lacks: ['file 0 page 1 in i_pages', 'folio 16', 'page 16 of'],
  },
  {
    name: 'S10, by a page, truncated',
    says: 'one page is left in nrpages',
    plays: [...parted, daxCut(0, 0, 2)],
    place: CLONES,
    outcome: 'I-DAXPAGES@4',
    has: ['file 0 nrpages 1'],
    lacks: ['file 0 page 0 in i_pages'],
  },
  {
    name: 'S10, by a page, repaired',
    says: 'the entry of the leaf goes, and each page has its own',
    plays: [...parted, read(PARENT, 0)],
    place: CLONES,
    toggle: 'dax-shared-pte=split',
    has: ['file 0 page 0 in i_pages PTE entry, frame 16', 'file 0 page 1 in i_pages PTE entry, frame 17'],
  },
  {
    name: 'S11',
    says: 'fork of a private mapping with a copy: the child gets no leaf, and all is given back',
    plays: inherited,
    place: LONG,
    lacks: ['page 16 refcount', ...NO_COUNTS],
  },
  {
    name: 'S11 in v6.15',
    says: 'the leaf is special, and the child gets it without a reference; nobody gives back what it counts',
    plays: inherited,
    place: LONG,
    toggle: 'huge-special=folios-too',
    outcome: 'I-SPECIAL@2 I-REF@4 I-MAPCOUNT@4 I-RSS@4 I-STAT@6',
    has: ['page 16 refcount 1', 'folio 16 entire mapcount 1'],
  },
  {
    name: 'the end of an inode',
    says: 'it waits, too',
    plays: [file, write(PARENT, 0), pin(PARENT, 0, 'write'), munmap(PARENT, 0, 2), daxEvict(0)],
    place: FILE,
    has: ['breaking layouts evict of file 0, pages 0..1, waits until page 16 is idle'],
  },
];
