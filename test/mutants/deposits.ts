/** Mutants of what a leaf has in reserve: deposit lists, PTE tables, and what counts them. */
import { remapAndFaultDriver } from '../../model/drivers/driver.ts';
import { mm_inc_nr_ptes } from '../../model/mm/pgalloc.ts';
import { pte_offset } from '../../model/mm/pgtable.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { Pte } from '../../model/state/mm_types.ts';
import { leaf, type Mutant, setting, unmaps } from './mutant.ts';
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
    machine: { ...X86_64, depositsPer: 'slot' },
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
