/** Mutants of what user space has written, and of the VMAs that it is found by: what is lost, or laid open. */
import { anonMemory, fileMapping } from '../../model/drivers/driver.ts';
import type { Patch } from '../../model/mm/kernel.ts';
import { folio_test_large } from '../../model/mm/page_flags.ts';
import { blocks } from '../../model/state/geometry.ts';
import { Pgprot, Prot, Pte, Vma } from '../../model/state/mm_types.ts';
import { type Mutant, PAGE0 } from './mutant.ts';

const anonPage = {
  geometry: { memory: blocks('anon', 1, 3) },
  alphabet: { drivers: [anonMemory('anon page', { at: 0, pages: 1 })], writes: [0], fork: false },
};
const anon2M = {
  geometry: { memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 2)] },
  alphabet: { drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })], writes: [0], munmaps: [PAGE0], fork: false },
};

/** vm_get_page_prot() of a shared mapping, for private ones too. */
const writableEverywhere: Patch = {
  vm_page_prot: (base) => (vma) => Pgprot.mkWrite(base(vma), Vma.prot(vma) === Prot.RW ? 1 : 0),
};

/** The end of a migration that puts the two pages of its new folio into each other's place. */
const swapsPages: Patch = {
  remove_migration_ptes: (base) => (s, src, dst) => {
    base(s, src, dst);
    if (src === dst || !folio_test_large(s, dst)) return;
    for (let row = 0; row < s.pte.rows; row++) {
      const pte = s.pte.at(row);
      const index = Pte.pfn(pte) - dst;
      if (Pte.present(pte) === 1 && (index === 0 || index === 1)) s.pte.put(row, Pte.mkPfn(pte, dst + 1 - index));
    }
  },
};

export const KEPT: readonly Mutant[] = [
  {
    ...anonPage,
    property: 'I-KEPT',
    says: 'mremap() moves the VMA, and no PTE of it',
    on: 'v7.1',
    patch: { move_ptes: () => () => true },
    alphabet: { ...anonPage.alphabet, mremaps: [{ from: 0, to: 2, pages: 1 }] },
    length: 3,
  },
  {
    ...anonPage,
    property: 'I-KEPT',
    says: 'fork leaves the PTEs of a private mapping to the faults of the child',
    on: 'v7.1',
    patch: { copy_pte_range: () => () => true },
    alphabet: { ...anonPage.alphabet, fork: true },
    length: 3,
  },
  {
    ...anon2M,
    property: 'I-VMA',
    says: 'the lower part of a VMA that is split keeps its end',
    on: 'v7.1',
    patch: {
      split_vma: (base) => (s, mm, row, at) => {
        const end = Vma.end(s.vma.at(row));
        const error = base(s, mm, row, at);
        s.vma.put(row, Vma.mkEnd(s.vma.at(row), end));
        return error;
      },
    },
    alphabet: { ...anon2M.alphabet, munmaps: [], mprotects: [{ from: 1, to: 2 }], prots: ['R'] },
    length: 2,
  },
  {
    property: 'I-NOCOW',
    says: 'a private mapping of a file gets write from its protection',
    on: 'v7.1',
    geometry: { memory: [...blocks('file', 1, 1), ...blocks('anon', 1, 2)] },
    patch: writableEverywhere,
    alphabet: { drivers: [fileMapping('private file', { at: 0, pages: 1 }, 'file', 'private')], reads: [0] },
    length: 2,
  },
  {
    ...anonPage,
    property: 'I-REF',
    says: 'a migration ends without a look for its entries',
    on: 'v7.1',
    geometry: { ...anonPage.geometry, migrations: 1 },
    patch: { remove_migration_ptes: () => () => undefined },
    alphabet: { ...anonPage.alphabet, migrations: [{ page: 0, to: 'move' }] },
    length: 4,
  },
  {
    ...anon2M,
    property: 'I-KEPT',
    says: 'the end of a migration maps the pages of the new folio in the wrong order',
    on: 'v7.1',
    geometry: { memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 1)], migrations: 1 },
    patch: swapsPages,
    alphabet: {
      ...anon2M.alphabet,
      munmaps: [],
      mprotects: [PAGE0],
      prots: ['R'],
      migrations: [{ page: 0, to: 'move' }],
    },
    length: 5,
  },
];
