/**
 * Mutants: for each property a small mistake in the model that it catches before any other property does, or
 * with none before it. Each runs in the least world in which it shows.
 */
import type { Setting } from '../../checker/catalogue.ts';
import {
  type Driver,
  faultDriver,
  privateDriver,
  remapAndFaultDriver,
  remapDriver,
  triesAgainDriver,
} from '../../model/drivers/driver.ts';
import type { Patch } from '../../model/mm/kernel.ts';
import type { Alphabet } from '../../model/operations/alphabet.ts';
import { mm_inc_nr_ptes } from '../../model/mm/pgalloc.ts';
import { pmd_offset, pte_offset, slot_of } from '../../model/mm/pgtable.ts';
import { type Machine, X86_64 } from '../../model/state/machine.ts';
import { Pgprot, Pmd, Prot, Pte, Pud, PudKind, Result, Vma } from '../../model/state/mm_types.ts';

export interface Mutant {
  /** The property that catches it. */
  readonly property: string;
  readonly says: string;
  /** 'main' is v7.1, 'v4' the fourth version of the series on it. */
  readonly on: 'main' | 'v4';
  readonly machine?: Machine;
  /** Toggles with which the unmutated kernel holds in this world. */
  readonly with?: readonly Setting[];
  /** The mistake: replaced functions, or toggles. */
  readonly patch?: Patch;
  readonly set?: readonly Setting[];
  readonly alphabet: Partial<Alphabet>;
  /** Operations on the shortest trace. */
  readonly length: number;
}

const leaf: readonly Driver[] = [remapDriver('2M', { at: 0, pages: 2 })];
const SLOT0 = { from: 0, to: 2 };
const PAGE0 = { from: 0, to: 1 };
const setting = (toggle: string, value: string): Setting => ({ toggle, value, evidence: 'source' });
const unmaps: Partial<Alphabet> = { drivers: leaf, munmaps: [PAGE0, SLOT0] };
const PRIVATE = { drivers: [privateDriver('private 2M', { at: 0, pages: 2 })], munmaps: [PAGE0] };

/** A private mapping that may be written is mapped writable at once. */
const writableEverywhere: Patch = {
  vm_page_prot: (base) => (vma) => Pgprot.mkWrite(base(vma), Vma.prot(vma) === Prot.RW ? 1 : 0),
};

export const MUTANTS: readonly Mutant[] = [
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
    property: 'I-REFAULT',
    says: 'zap_pte_range() takes the whole slot',
    on: 'v4',
    patch: {
      zap_pte_range: (base) => (s, mm, vma, slot) =>
        base(s, mm, vma, slot, slot * s.geometry.ptrsPerPte, (slot + 1) * s.geometry.ptrsPerPte),
    },
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'I-TRANS',
    says: 'a split maps the first frame everywhere',
    on: 'v4',
    patch: {
      __split_huge_pfnmap_pmd: (base) => (s, mm, slot, e) => {
        base(s, mm, slot, e);
        const table = Pmd.pfn(s.pmd.at(pmd_offset(s.geometry, mm, slot)));
        for (let i = 1; i < s.geometry.ptrsPerPte; i++)
          s.pte.put(pte_offset(s.geometry, table, i), s.pte.at(pte_offset(s.geometry, table, 0)));
      },
    },
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'I-PERM',
    says: 'mprotect of a whole leaf changes the VMA only',
    on: 'v4',
    patch: { change_huge_pmd: () => () => undefined },
    alphabet: { drivers: leaf, mprotects: [SLOT0], prots: ['R', 'RW'] },
    length: 2,
  },
  {
    property: 'I-SPECIAL',
    says: 'the PTEs of a split are not special',
    on: 'v4',
    patch: { split_special_pgprot: () => (prot) => Pgprot.mkSpecial(prot, 0) },
    alphabet: unmaps,
    length: 2,
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
    property: 'I-ALIGN',
    says: 'the frame need not be aligned',
    on: 'v4',
    patch: {
      remap_is_aligned:
        () =>
        (s, { from, to }) =>
          to - from === s.geometry.ptrsPerPte,
    },
    alphabet: { drivers: [remapDriver('2M at an odd frame', { at: 0, pages: 2, pfn: 1 })] },
    length: 1,
  },
  {
    property: 'I-NOCOW',
    says: 'a private mapping gets write from its protection',
    on: 'v4',
    patch: writableEverywhere,
    alphabet: PRIVATE,
    length: 1,
  },
  {
    property: 'WARN-cow-write',
    says: 'the same, seen by the assertion in fork',
    on: 'v4',
    patch: writableEverywhere,
    alphabet: PRIVATE,
    length: 2,
  },
  {
    property: 'I-FORKRO',
    says: 'the child of a shared mapping gets its leaf read-only',
    on: 'v4',
    patch: {
      copy_huge_pmd: (base) => (s, src, dst, vmaRow, slot) => {
        const row = pmd_offset(s.geometry, dst, slot);
        const copied = base(s, src, dst, vmaRow, slot);
        s.pmd.put(row, Pmd.mkWrite(s.pmd.at(row), 0));
        return copied;
      },
    },
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'I-CACHE',
    says: 'a split takes the bits of the leaf as they are',
    on: 'v4',
    set: [setting('split-pgprot', 'raw')],
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'I-ATOM',
    says: 'a VMA that cannot be split loses its upper part all the same',
    on: 'main',
    patch: {
      split_vma: (base) => (s, mm, row, at) => {
        const error = base(s, mm, row, at);
        if (error !== Result.ok) s.vma.put(row, Vma.mkEnd(s.vma.at(row), at));
        return error;
      },
    },
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'I-BOUND',
    says: 'a driver that is refused in the middle keeps the VMA and what is mapped',
    on: 'main',
    machine: { ...X86_64, l1tf: true },
    patch: {
      remap_pfn_range: () => (s, mm, vmaRow, from, to, pfn) => {
        const vma = Vma.mkPfnmap(s.vma.at(vmaRow), 1);
        s.vma.put(vmaRow, vma);
        const prot = s.kernel.vm_page_prot(vma);
        const slot = slot_of(s.geometry, from);
        s.pud.put(mm * s.geometry.puds, Pud.of({ kind: PudKind.table }));
        return s.kernel.remap_pte_range(s, { mm, vmaRow, slot, from, to, pfn, prot });
      },
      unmap_and_free_vma: () => (s, _mm, row) => s.vma.put(row, Vma.mkEnd(s.vma.at(row), 1)),
    },
    alphabet: { drivers: [remapDriver('across the limit', { at: 0, pages: 2, pfn: 6, prot: Prot.NONE })] },
    length: 1,
  },
  {
    property: 'I-L1TF',
    says: 'the frames of a leaf are not asked for',
    on: 'v4',
    machine: { ...X86_64, l1tf: true },
    with: [setting('pfn-modify-check', 'yes')],
    set: [setting('pfn-modify-check', 'no')],
    alphabet: { drivers: [remapDriver('high', { at: 0, pages: 2, pfn: 8, prot: Prot.NONE })] },
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
    property: 'BUG_ON(cow-pfnmap)',
    says: 'the upper part of a VMA that is split is private',
    on: 'main',
    patch: {
      split_vma: (base) => (s, mm, row, at) => {
        const error = base(s, mm, row, at);
        if (error !== Result.ok) return error;
        for (let other = 0; other < s.vma.rows; other++) {
          const vma = s.vma.at(other);
          if (Vma.start(vma) === at) s.vma.put(other, Vma.mkShared(vma, 0));
        }
        return Result.ok;
      },
    },
    alphabet: {
      // Not on a PUD boundary, so that its leaves are PMDs.
      drivers: [faultDriver('huge_fault 4M', { at: 2, pages: 4, pfn: 2 })],
      munmaps: [{ from: 2, to: 3 }],
      writes: [4],
    },
    length: 3,
  },
  {
    property: 'BUG_ON(!pte_none)',
    says: 'a failed remap_pfn_range() leaves its PTEs, and the driver tries again',
    on: 'main',
    patch: { zap_pte_range: () => () => undefined },
    alphabet: { drivers: [triesAgainDriver('4M, tried again', { at: 0, pages: 4 })] },
    length: 1,
  },
  {
    property: 'VM_BUG_ON(pmd_huge_pte)',
    says: 'zap leaves the deposit where it is',
    on: 'v4',
    machine: { ...X86_64, depositsPer: 'mm' },
    patch: { has_deposited_pgtable: () => () => false },
    alphabet: { drivers: leaf },
    length: 2,
  },
  {
    property: 'no-PMD-leaves',
    says: 'nobody asks the CPU',
    on: 'v4',
    machine: { ...X86_64, pmdLeaves: false },
    set: [setting('runtime-leaf-check', 'no')],
    alphabet: unmaps,
    length: 1,
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
  {
    property: 'VM_BUG_ON_VMA(range)',
    says: 'the split of a VMA does not split its leaf',
    on: 'v4',
    patch: { vma_adjust_trans_huge: () => () => undefined },
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'fault-loop',
    says: 'the driver inserts nothing and says that it did',
    on: 'main',
    patch: { insert_pmd: () => () => true },
    alphabet: { drivers: [faultDriver('huge_fault 2M', { at: 0, pages: 2 })], writes: [0] },
    length: 2,
  },
  {
    property: 'bad-pmd',
    says: 'zap forgets the leaf',
    on: 'main',
    patch: { zap_huge_pmd: () => () => undefined },
    alphabet: { drivers: [faultDriver('huge_fault 2M', { at: 0, pages: 2 })], writes: [0], munmaps: [SLOT0] },
    length: 3,
  },
];
