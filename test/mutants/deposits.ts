/** Mutants of what a leaf has in reserve: deposit lists, PTE tables, and what counts them. */
import { anonMemory, remapAndFaultDriver } from '../../model/drivers/driver.ts';
import { is_anon_leaf } from '../../model/mm/huge_memory.ts';
import { mm_dec_nr_ptes, mm_inc_nr_ptes } from '../../model/mm/pgalloc.ts';
import { pte_offset } from '../../model/mm/pgtable.ts';
import { blocks } from '../../model/state/geometry.ts';
import { POWERPC_HASH, X86_64 } from '../../model/state/machine.ts';
import { Pte } from '../../model/state/mm_types.ts';
import { leaf, type Mutant, setting, SLOT0, unmaps } from './mutant.ts';
const anon2M = { drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })], writes: [0] };

export const DEPOSITS: readonly Mutant[] = [
  {
    property: 'I-DEP',
    says: 'fork deposits twice for a special leaf',
    on: 'v4',
    patch: {
      copy_huge_pmd: (base) => (s, src, dst, vmaRow, slot) => {
        if (base(s, src, dst, vmaRow, slot) === 'ENOMEM') return 'ENOMEM';
        const table = s.kernel.pte_alloc_one(s);
        if (table < 0) return 'done';
        mm_inc_nr_ptes(s, dst);
        s.pmdLocked.put(0, 1);
        s.kernel.pgtable_trans_huge_deposit(s, dst, slot, table);
        s.pmdLocked.put(0, 0);
        return 'done';
      },
    },
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'I-DEP',
    says: 'mremap() leaves the table of an anonymous leaf behind',
    on: 'v7.1',
    geometry: { puds: 2, memory: blocks('anon', 2, 1) },
    patch: { pmd_move_must_withdraw: () => () => false },
    alphabet: { ...anon2M, mremaps: [{ from: 0, to: 4, pages: 2 }] },
    length: 3,
  },
  {
    property: 'I-LIVE',
    says: 'zap does not know that a leaf of the huge zero folio has a table',
    on: 'v7.1',
    geometry: { memory: [...blocks('huge zero', 2, 1), ...blocks('zero page', 1, 1)] },
    patch: { has_deposited_pgtable: () => (s, _vma, e) => is_anon_leaf(s, e) },
    alphabet: { drivers: anon2M.drivers, reads: [0], munmaps: [SLOT0] },
    length: 3,
  },
  {
    property: 'I-NRPTES',
    says: 'the table in reserve of an anonymous leaf is not counted',
    on: 'v7.1',
    geometry: { memory: blocks('anon', 2, 1) },
    patch: {
      map_anon_folio_pmd: (base) => (s, mm, vma, slot, pfn, pgtable) => {
        base(s, mm, vma, slot, pfn, pgtable);
        mm_dec_nr_ptes(s, mm);
      },
    },
    alphabet: anon2M,
    length: 2,
  },
  {
    property: 'I-LIVE',
    says: 'fork keeps the table that it does not need',
    on: 'v7.1',
    geometry: { memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 2)], pins: 1 },
    patch: { pte_free: () => () => undefined },
    alphabet: { drivers: anon2M.drivers, pins: [0], pinsFor: ['write'] },
    length: 3,
  },
  {
    property: 'I-NOEMPTY',
    says: 'zap withdraws twice',
    on: 'v4',
    patch: {
      zap_huge_pmd: (base) => (s, mm, vma, slot) => {
        base(s, mm, vma, slot);
        s.pmdLocked.put(0, 1);
        s.kernel.pgtable_trans_huge_withdraw(s, mm, slot);
        s.pmdLocked.put(0, 0);
      },
    },
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'I-NRPTES',
    says: 'zap does not count the table that it frees',
    on: 'v4',
    patch: {
      zap_huge_pmd: (base) => (s, mm, vma, slot) => {
        base(s, mm, vma, slot);
        mm_inc_nr_ptes(s, mm);
      },
    },
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'I-LIVE',
    says: 'pte_free() frees nothing',
    on: 'v4',
    patch: { pte_free: () => () => undefined },
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'I-ZERO',
    says: 'what threads the deposit list through a table is left in its first entry',
    on: 'v4',
    patch: {
      pgtable_trans_huge_deposit: (base) => (s, mm, slot, table) => {
        base(s, mm, slot, table);
        s.pte.put(pte_offset(s.geometry, table, 0), Pte.of({ present: 1 }));
      },
    },
    alphabet: unmaps,
    length: 1,
  },
  {
    property: 'I-DISC',
    says: 'leaves also where a fault handler is',
    on: 'v4',
    set: [setting('handler-excludes', 'no')],
    alphabet: { drivers: [remapAndFaultDriver('remap 2M and huge_fault 2M', { at: 0, pages: 4 }, 2)] },
    length: 1,
  },
  {
    property: 'I-DEPLOCK',
    says: 'the leaf is written before the lock is taken',
    on: 'v4',
    set: [setting('leaf-under-lock', 'no')],
    alphabet: unmaps,
    length: 1,
  },
  {
    property: 'I-ORDER',
    says: 'the leaf comes before its table',
    on: 'v4',
    machine: POWERPC_HASH,
    set: [setting('deposit-first', 'no')],
    alphabet: unmaps,
    length: 1,
  },
  {
    property: 'assert_spin_locked',
    says: 'zap withdraws once more, after it has let go of the lock',
    on: 'v4',
    patch: {
      zap_huge_pmd: (base) => (s, mm, vma, slot) => {
        base(s, mm, vma, slot);
        s.kernel.pgtable_trans_huge_withdraw(s, mm, slot);
      },
    },
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'VM_BUG_ON(pmd_huge_pte)',
    says: 'zap leaves the deposit where it is',
    on: 'v4',
    machine: { ...X86_64, depositsPer: 'mm' },
    patch: { has_deposited_pgtable: () => () => false },
    alphabet: { drivers: leaf, fork: false },
    length: 2,
  },
  {
    property: 'VM_BUG_ON(!pte_none)',
    says: 'withdraw leaves what threaded the list in the first entry',
    on: 'v4',
    patch: {
      pgtable_trans_huge_withdraw: (base) => (s, mm, slot) => {
        const table = base(s, mm, slot);
        s.pte.put(pte_offset(s.geometry, table, 0), Pte.of({ present: 1 }));
        return table;
      },
    },
    alphabet: unmaps,
    length: 2,
  },
];
