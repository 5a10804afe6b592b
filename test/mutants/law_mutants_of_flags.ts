/** Mutants of the laws of entries: tests and setters of flags, page protections, hugetlb, swap entries. */
import {
  _PAGE_ACCESSED,
  _PAGE_DIRTY,
  _PAGE_NX,
  _PAGE_PAT,
  _PAGE_PCD,
  _PAGE_PRESENT,
  _PAGE_PROTNONE,
  _PAGE_PSE,
  _PAGE_PWT,
  _PAGE_RW,
  _PAGE_SOFTW4,
  _PAGE_USER,
  X86_64_BUILD,
} from '../../model/arch/x86/bits.ts';
import { protval_4k_2_large } from '../../model/arch/x86/pgtable.ts';
import type { Pgprots } from '../../model/formats/architecture.ts';
import {
  and,
  bits,
  clear,
  has,
  hasAll,
  join,
  not,
  or,
  pick,
  shl,
  shr,
  type U64,
  ZERO,
} from '../../model/formats/u64.ts';
import { eachOf, type LawMutant } from './law_mutant.ts';

type Change = (e: U64) => U64;

/** One protection with more bits. */
const withBits =
  (name: string, more: U64) =>
  (pgprots: Pgprots): Pgprots => ({
    ...pgprots,
    protections: pgprots.protections.map((one) => (one.says === name ? { ...one, prot: or(one.prot, more) } : one)),
  });

const FLAGS: readonly LawMutant[] = [
  {
    law: 'PG20',
    says: 'pte_mkold() does nothing',
    on: 'v7.1',
    patch: { pte_mkold: () => (e) => e },
  },
  {
    law: 'PG20',
    says: 'pmd_mkclean() leaves the dirty bit of the hardware',
    on: 'v7.1',
    patch: { pmd_mkclean: (base) => (e) => or(base(e), and(e, _PAGE_DIRTY)) },
    also: ['PG23'],
  },
  {
    law: 'PG21',
    says: 'pmd_clear_soft_dirty() does nothing',
    on: 'v7.1',
    patch: { pmd_clear_soft_dirty: () => (e) => e },
  },
  {
    law: 'PG21-uffd',
    says: 'pmd_clear_uffd_wp() does nothing',
    on: 'v7.1',
    patch: { pmd_clear_uffd_wp: () => (e) => e },
  },
  {
    law: 'PG22',
    says: 'L_mkyoung() sets dirty as well',
    on: 'v7.1',
    patch: eachOf<Change>(['pte', 'pmd', 'pud'], 'mkyoung', (base) => (e) => or(base(e), _PAGE_DIRTY)),
  },
  {
    law: 'PG22',
    says: 'pud_wrprotect() clears NX',
    on: 'v7.1',
    patch: { pud_wrprotect: (base) => (e) => clear(base(e), _PAGE_NX) },
  },
  {
    law: 'PG22',
    says: 'pte_mkyoung() clears NX',
    on: 'v7.1',
    patch: { pte_mkyoung: (base) => (e) => clear(base(e), _PAGE_NX) },
  },
  {
    law: 'PG23',
    says: 'pte_wrprotect() does not save the dirty bit: a shadow stack',
    on: 'v7.1',
    patch: { pte_wrprotect: () => (e) => clear(e, _PAGE_RW) },
  },
  {
    law: 'PG23',
    says: 'pmd_wrprotect() cleans',
    on: 'v7.1',
    patch: { pmd_wrprotect: (_, t) => (e) => clear(t.pmd_mkclean(e), _PAGE_RW) },
  },
  {
    law: 'PG24',
    says: 'PAGE_SHARED is dirty from the beginning, as PAGE_KERNEL is',
    on: 'v7.1',
    pgprots: withBits('PAGE_SHARED', _PAGE_DIRTY),
    // pgprot_modify() keeps it where the right to write goes: a shadow stack.
    also: ['PG32', 'PG42'],
  },
  {
    law: 'PG24',
    says: 'PAGE_READONLY has the saved dirty bit',
    on: 'v7.1',
    pgprots: withBits('PAGE_READONLY', X86_64_BUILD.savedDirty),
  },
  {
    law: 'PG25',
    says: 'L_protnone() does not ask whether the entry is present: global is PROT_NONE',
    on: 'v7.1',
    patch: eachOf<(e: U64) => boolean>(['pte', 'pmd'], 'protnone', () => (e) => has(e, _PAGE_PROTNONE)),
  },
  {
    law: 'PG28',
    says: 'pud_present() asks for the present bit alone, as it is on x86',
    on: 'v7.1',
    with: { pud_present: () => (e) => has(e, or(_PAGE_PRESENT, _PAGE_PROTNONE)) },
    patch: { pud_present: () => (e) => has(e, _PAGE_PRESENT) },
  },
  {
    law: 'PG28-none',
    says: 'pud_none() is true of what is not none, and of nothing else',
    on: 'v7.1',
    patch: { pud_none: (base) => (e) => !base(e) },
  },
  {
    law: 'PG28-none',
    says: 'pud_present() is true of what is not present, and of nothing else',
    on: 'v7.1',
    patch: { pud_present: (base) => (e) => !base(e) },
    also: ['PG12-absent'],
  },
  {
    law: 'PG28-thp',
    says: 'pmd_trans_huge() asks for bit 57, too',
    on: 'v7.1',
    patch: { pmd_trans_huge: () => (e) => hasAll(e, or(_PAGE_PSE, _PAGE_SOFTW4)) },
  },
  {
    law: 'PG29',
    says: 'pmd_bad() is never true',
    on: 'v7.1',
    patch: { pmd_bad: () => () => false },
  },
];

const CACHE = join(_PAGE_PAT, _PAGE_PCD, _PAGE_PWT);

const PROTECTIONS: readonly LawMutant[] = [
  {
    law: 'PG31',
    says: 'pgprot_modify() drops PAT',
    on: 'v7.1',
    patch: { pgprot_modify: (base) => (oldprot, newprot) => clear(base(oldprot, newprot), _PAGE_PAT) },
  },
  {
    law: 'PG32',
    says: 'pgprot_modify() keeps NX',
    on: 'v7.1',
    patch: { pgprot_modify: (base) => (oldprot, newprot) => pick(_PAGE_NX, oldprot, base(oldprot, newprot)) },
  },
  {
    law: 'PG32',
    says: 'pgprot_modify() sets NX of what is not cached',
    on: 'v7.1',
    patch: {
      pgprot_modify: (base) => (oldprot, newprot) =>
        or(base(oldprot, newprot), has(oldprot, _PAGE_PCD) ? _PAGE_NX : ZERO),
    },
    also: ['PG27'],
  },
  {
    law: 'PG33',
    says: 'pgprot_modify() turns bit 57 over',
    on: 'v7.1',
    patch: {
      pgprot_modify: (base) => (oldprot, newprot) => or(base(oldprot, newprot), and(_PAGE_SOFTW4, not(oldprot))),
    },
  },
  {
    law: 'PG34',
    says: 'PAGE_COPY is writable',
    on: 'v7.1',
    pgprots: withBits('PAGE_READONLY', _PAGE_RW),
  },
  {
    law: 'PG34',
    says: 'PAGE_NONE is present, and for the kernel',
    on: 'v7.1',
    pgprots: withBits('PAGE_NONE', _PAGE_PRESENT),
  },
  {
    law: 'PG36',
    says: 'pgprot_writecombine() sets PCD for PWT',
    on: 'v7.1',
    patch: { pgprot_writecombine: () => (prot) => or(clear(prot, CACHE), _PAGE_PCD) },
  },
  {
    law: 'PG37',
    says: 'pgprot_noncached() takes the right to write',
    on: 'v7.1',
    patch: { pgprot_noncached: (base) => (prot) => clear(base(prot), _PAGE_RW) },
  },
  {
    law: 'PG37',
    says: 'pgprot_noncached() sets NX',
    on: 'v7.1',
    patch: { pgprot_noncached: (base) => (prot) => or(base(prot), _PAGE_NX) },
  },
  {
    law: 'PG38',
    says: 'pgprot_noncached() joins its bits to those of another mode, as it does on x86',
    on: 'v7.1',
    with: { pgprot_noncached: () => (prot) => or(clear(prot, CACHE), _PAGE_PCD) },
    patch: { pgprot_noncached: () => (prot) => or(prot, _PAGE_PCD) },
  },
];

const HUGETLB: readonly LawMutant[] = [
  {
    law: 'PG35',
    says: 'arch_make_huge_pte() does nothing',
    on: 'v7.1',
    patch: { arch_make_huge_pte: () => (e) => e },
  },
  {
    law: 'PG35-mode',
    says: 'arch_make_huge_pte() sets PSE in the place of PAT, as it does on x86',
    on: 'v7.1',
    with: { arch_make_huge_pte: () => (e) => or(protval_4k_2_large(e), _PAGE_PSE) },
    patch: { arch_make_huge_pte: () => (e) => or(e, _PAGE_PSE) },
  },
];

const OFFSET = bits(9, 58);

const SWAP: readonly LawMutant[] = [
  {
    law: 'PG30-swap',
    says: 'the offset of a swap entry is not inverted',
    on: 'v7.1',
    patch: {
      swp_pte: (base) => (type, offset) => pick(OFFSET, not(base(type, offset)), base(type, offset)),
      swp_offset: (base) => (e) => base(pick(OFFSET, not(e), e)),
    },
  },
  {
    law: 'PG39',
    says: '__swp_offset() has 40 bits',
    on: 'v7.1',
    patch: { swp_offset: (base) => (e) => shr(shl(base(e), 24), 24) },
  },
  {
    law: 'PG40',
    says: 'soft-dirty of a swap entry is the bit of PROT_NONE',
    on: 'v7.1',
    patch: {
      pte_swp_soft_dirty: () => (e) => has(e, _PAGE_PROTNONE),
      pte_swp_mksoft_dirty: () => (e) => or(e, _PAGE_PROTNONE),
      pte_swp_clear_soft_dirty: () => (e) => clear(e, _PAGE_PROTNONE),
    },
  },
  {
    law: 'PG40',
    says: 'uffd-wp of the swap entry of a PMD is PSE, by which pmd_present() goes',
    on: 'v7.1',
    patch: {
      pmd_swp_uffd_wp: () => (e) => has(e, _PAGE_PSE),
      pmd_swp_mkuffd_wp: () => (e) => or(e, _PAGE_PSE),
      pmd_swp_clear_uffd_wp: () => (e) => clear(e, _PAGE_PSE),
    },
  },
  {
    law: 'PG41',
    says: 'exclusive and uffd-wp of a swap entry are the same bit',
    on: 'v7.1',
    patch: {
      pte_swp_exclusive: () => (e) => has(e, _PAGE_USER),
      pte_swp_mkexclusive: () => (e) => or(e, _PAGE_USER),
      pte_swp_clear_exclusive: () => (e) => clear(e, _PAGE_USER),
    },
  },
  {
    law: 'PG41',
    says: 'pmd_swp_clear_soft_dirty() clears accessed',
    on: 'v7.1',
    patch: { pmd_swp_clear_soft_dirty: () => (e) => clear(e, _PAGE_ACCESSED) },
  },
];

export const FLAG_MUTANTS: readonly LawMutant[] = [...FLAGS, ...PROTECTIONS, ...HUGETLB, ...SWAP];
