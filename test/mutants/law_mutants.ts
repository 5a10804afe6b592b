/** Mutants of the laws of entries: functions that make an entry, take it apart, invalidate it or change its protection. */
import {
  _PAGE_ACCESSED,
  _PAGE_DIRTY,
  _PAGE_PAT,
  _PAGE_PAT_LARGE,
  _PAGE_PCD,
  _PAGE_PRESENT,
  _PAGE_PROTNONE,
  _PAGE_PSE,
  _PAGE_PWT,
  _PAGE_RW,
  _PAGE_SOFT_DIRTY,
  _PAGE_SOFTW4,
  _PAGE_SPECIAL,
  _PAGE_USER,
  PHYSICAL_PMD_PAGE_MASK,
  X86_64_BUILD,
} from '../../model/arch/x86/bits.ts';
import type { LeafLevel, PgtablePatch } from '../../model/formats/pgtable.ts';
import { and, bit, bits, clear, has, or, pick, shl, shr, type U64, xor, ZERO } from '../../model/formats/u64.ts';
import { ALL, eachOf, type LawMutant } from './law_mutant.ts';

type Modify = (e: U64, newprot: U64) => U64;
const { savedDirty, uffdWp } = X86_64_BUILD;

const HIGH_FRAME = bit(39);
const PRESENT_OR_NONE = or(_PAGE_PRESENT, _PAGE_PROTNONE);
const CACHE = or(_PAGE_PCD, _PAGE_PWT);

/** PCD and PWT in each other's place. */
const exchanged = (e: U64): U64 => or(clear(e, CACHE), or(shl(and(e, _PAGE_PWT), 1), shr(and(e, _PAGE_PCD), 1)));

const changing = (after: (made: U64, old: U64, newprot: U64) => U64): PgtablePatch =>
  eachOf<Modify>(ALL, 'modify', (base) => (e, newprot) => after(base(e, newprot), e, newprot));

/** Bit 57 is kept, as it was when it was _PAGE_DEVMAP. */
const KEEPS_57 = changing((made, old) => pick(_PAGE_SOFTW4, old, made));

/** Present to the function that is asked, and as it was again. */
const asPresent = (word: U64): U64 => or(word, _PAGE_PRESENT);
const presentAs = (e: U64, prot: U64): U64 => pick(_PAGE_PRESENT, prot, e);

/** Without pgtable-invert.h. */
const notInverted = (level: LeafLevel): PgtablePatch => ({
  [`pfn_${level}`]: (base: Modify) => (pfn: U64, prot: U64) => presentAs(base(pfn, asPresent(prot)), prot),
  [`${level}_pfn`]: (base: (e: U64) => U64) => (e: U64) => base(asPresent(e)),
  ...eachOf<Modify>([level], 'modify', (base) => (e, prot) => presentAs(base(asPresent(e), asPresent(prot)), prot)),
});

const MAKING: readonly LawMutant[] = [
  {
    law: 'PG1',
    says: 'pte_pgprot() drops uffd-wp',
    on: 'v7.1',
    patch: { pte_pgprot: (base) => (e) => clear(base(e), uffdWp) },
    also: ['PG18'],
  },
  {
    law: 'PG2',
    says: 'pte_pfn() drops the highest bit of the frame',
    on: 'v7.1',
    patch: { pte_pfn: (base) => (e) => clear(base(e), HIGH_FRAME) },
  },
  {
    law: 'PG3',
    says: 'pmd_pfn() drops the highest bit of the frame',
    on: 'v4',
    patch: { pmd_pfn: (base) => (e) => clear(base(e), HIGH_FRAME) },
    also: ['PG3-leaf'],
  },
  {
    law: 'PG3',
    says: 'pud_pfn() has the mask of a PMD',
    on: 'v4',
    patch: { pud_pfn: (_, t) => (e) => t.pmd_pfn(e) },
    also: ['PG11', 'PG13', 'PG3-leaf', 'PG35'],
  },
  {
    law: 'PG3-leaf',
    says: 'pmd_mkhuge() drops the highest bit of the frame of a present entry',
    on: 'v7.1',
    patch: { pmd_mkhuge: (base) => (e) => (has(e, _PAGE_PRESENT) ? clear(base(e), bit(51)) : base(e)) },
  },
  {
    law: 'PG4',
    says: 'pmd_pgprot() drops uffd-wp',
    on: 'v4',
    patch: { pmd_pgprot: (base) => (e) => clear(base(e), uffdWp) },
    also: ['PG11-flags', 'PG18', 'PG19'],
  },
  {
    law: 'PG5',
    says: 'pfn_pmd() sets a reserved bit of a present leaf, which pmd_pgprot() does not show',
    on: 'v4',
    patch: {
      pfn_pmd: (base) => (pfn, prot) => or(base(pfn, prot), has(prot, _PAGE_PRESENT) ? bit(13) : ZERO),
      pmd_pgprot: (base) => (e) => clear(base(e), bit(13)),
    },
  },
  {
    law: 'PG5',
    says: 'pfn_pmd() leaves PSE to pmd_mkhuge()',
    on: 'v4',
    patch: { pfn_pmd: (base) => (pfn, prot) => clear(base(pfn, prot), _PAGE_PSE) },
    also: ['PG3', 'PG6', 'PG11', 'PG12'],
  },
  {
    law: 'PG6',
    says: 'pmd_mkhuge() aligns the frame of a present leaf as if it were a PUD',
    on: 'v4',
    patch: { pmd_mkhuge: (base) => (e) => clear(base(e), has(e, _PAGE_PRESENT) ? bits(21, 29) : ZERO) },
    also: ['PG3-leaf'],
  },
  {
    law: 'PG6-again',
    says: 'pmd_mkhuge() moves PAT, and takes PSE for it when it comes again',
    on: 'v7.1',
    patch: {
      pmd_mkhuge: () => (e) => or(e, has(e, _PAGE_PAT) ? or(_PAGE_PAT_LARGE, _PAGE_PSE) : _PAGE_PSE),
    },
  },
  {
    law: 'PG7',
    says: 'a split gives the frame of the PTE before to every second one',
    on: 'v4',
    patch: { split_pfnmap_pte: (_, t) => (pfn, leaf) => t.pfn_pte(clear(pfn, bit(0)), t.pmd_pgprot(leaf)) },
    also: ['PG7-any'],
  },
  {
    law: 'PG7-any',
    says: 'pmd_pgprot() forgets PAT, where pfn_pmd() makes no leaf that has it',
    on: 'v4',
    with: { pfn_pmd: (base) => (pfn, prot) => base(pfn, clear(prot, _PAGE_PAT)) },
    patch: { pmd_pgprot: (base) => (e) => clear(base(e), _PAGE_PAT) },
  },
  {
    law: 'PG8-rights',
    says: 'pmd_mkhuge() gives leaves of the kernel to user space',
    on: 'v7.1',
    patch: { pmd_mkhuge: (base) => (e) => or(base(e), has(e, _PAGE_PRESENT) ? _PAGE_USER : ZERO) },
  },
  {
    law: 'PG8',
    says: 'pfn_pmd() forgets PAT, where nobody reads it back',
    on: 'v4',
    with: { pmd_pgprot: () => (e) => clear(e, PHYSICAL_PMD_PAGE_MASK) },
    patch: { pfn_pmd: (base) => (pfn, prot) => base(pfn, clear(prot, _PAGE_PAT)) },
  },
  {
    law: 'PG9',
    says: 'pgprot_large_2_4k() drops PAT',
    on: 'v7.1',
    patch: { pgprot_large_2_4k: (base) => (prot) => clear(base(prot), _PAGE_PAT) },
    also: ['PG10'],
  },
  {
    law: 'PG10',
    says: 'pgprot_4k_2_large() and pgprot_large_2_4k() exchange PCD and PWT',
    on: 'v7.1',
    patch: {
      pgprot_4k_2_large: (base) => (prot) => exchanged(base(prot)),
      pgprot_large_2_4k: (base) => (prot) => exchanged(base(prot)),
    },
  },
  {
    law: 'PG18',
    says: 'pud_pgprot() drops soft-dirty',
    on: 'v4',
    patch: { pud_pgprot: (base) => (e) => clear(base(e), _PAGE_SOFT_DIRTY) },
    also: ['PG4', 'PG11-flags', 'PG19'],
  },
  {
    law: 'PG19',
    says: 'pte_pgprot() drops soft-dirty',
    on: 'v4',
    patch: { pte_pgprot: (base) => (e) => clear(base(e), _PAGE_SOFT_DIRTY) },
    also: ['PG1', 'PG18'],
  },
];

const INVALID: readonly LawMutant[] = [
  {
    law: 'PG11',
    says: 'pmd_mkinvalid() keeps the present bit',
    on: 'v7.1',
    patch: { pmd_mkinvalid: () => (e) => clear(e, has(e, _PAGE_PRESENT) ? bit(8) : bit(0)) },
  },
  {
    law: 'PG11-mode',
    says: 'pmd_mkinvalid() drops PCD',
    on: 'v7.1',
    patch: { pmd_mkinvalid: (base) => (e) => clear(base(e), _PAGE_PCD) },
  },
  {
    law: 'PG11-flags',
    says: 'pmd_mkinvalid() drops special',
    on: 'v7.1',
    patch: { pmd_mkinvalid: (base) => (e) => clear(base(e), _PAGE_SPECIAL) },
  },
  {
    law: 'PG12',
    says: 'pmd_mkhuge() sets PSE of what is not present, as it does on x86',
    on: 'v7.1',
    with: { pmd_mkhuge: (base) => (e) => (has(e, PRESENT_OR_NONE) ? base(e) : e) },
    patch: { pmd_mkhuge: () => (e) => or(e, _PAGE_PSE) },
  },
  {
    law: 'PG12-absent',
    says: 'pfn_pmd() sets PSE of what is not present, as in v4',
    on: 'v4',
    with: {
      pfn_pmd: (base) => (pfn, prot) => clear(base(pfn, prot), has(prot, PRESENT_OR_NONE) ? ZERO : _PAGE_PSE),
      pmd_mkinvalid: (base) => (e) => or(base(e), _PAGE_PSE),
    },
    patch: { pfn_pmd: (base) => (pfn, prot) => or(base(pfn, prot), _PAGE_PSE) },
  },
  {
    law: 'PG12',
    says: 'pud_present() asks for PSE as well, which pfn_pud() has not set yet',
    on: 'v7.1',
    patch: { pud_present: () => (e) => has(e, or(_PAGE_PRESENT, _PAGE_PSE)) },
    also: ['PG12-absent'],
  },
  {
    law: 'PG30',
    says: 'the frame of an entry that is not present is not inverted',
    on: 'v7.1',
    patch: { ...notInverted('pte'), ...notInverted('pmd'), ...notInverted('pud') },
    also: ['PG30-modify'],
  },
  {
    law: 'PG30-modify',
    says: 'the frame of a PMD that is not present is not inverted',
    on: 'v7.1',
    patch: notInverted('pmd'),
    // hugetlb makes its PMDs as PTEs.
    also: ['PG30', 'PG35'],
  },
];

const MPROTECT: readonly LawMutant[] = [
  {
    law: 'PG13',
    says: 'L_modify() drops soft-dirty',
    on: 'v7.1',
    patch: changing((made) => clear(made, _PAGE_SOFT_DIRTY)),
  },
  {
    law: 'PG13-young',
    says: 'L_modify() makes old',
    on: 'v7.1',
    patch: changing((made) => clear(made, _PAGE_ACCESSED)),
  },
  {
    law: 'PG14',
    says: 'L_modify() drops dirty at every level',
    on: 'v7.3',
    patch: changing((made) => clear(made, or(_PAGE_DIRTY, savedDirty))),
  },
  {
    law: 'PG14',
    says: 'pmd_modify() drops the dirty bit of the hardware, as v7.1 does',
    on: 'v7.3',
    patch: { pmd_modify: (base) => (e, newprot) => base(clear(e, _PAGE_DIRTY), newprot) },
    also: ['PG16'],
  },
  {
    law: 'PG15',
    says: 'L_modify() exchanges PCD for that of the new protection',
    on: 'v7.1',
    patch: changing((made, _old, newprot) => xor(made, and(newprot, _PAGE_PCD))),
  },
  {
    law: 'PG15-driver',
    says: 'L_modify() takes the cache mode of the new protection',
    on: 'v7.1',
    patch: changing((made, _old, newprot) => pick(CACHE, newprot, made)),
  },
  {
    law: 'PG16',
    says: 'pmd_modify() keeps bit 57, and pte_modify() does not',
    on: 'v7.3',
    patch: { pmd_modify: (base) => (e, newprot) => pick(_PAGE_SOFTW4, e, base(e, newprot)) },
  },
  {
    law: 'PG17',
    says: 'a PMD has special in bit 57',
    on: 'v7.1',
    with: KEEPS_57,
    patch: {
      pmd_special: () => (e) => has(e, _PAGE_SOFTW4),
      pmd_mkspecial: () => (e) => or(e, _PAGE_SOFTW4),
    },
  },
  {
    law: 'PG26',
    says: 'L_modify() clears bit 8, global or PROT_NONE',
    on: 'v7.1',
    patch: changing((made) => clear(made, _PAGE_PROTNONE)),
  },
  {
    law: 'PG27',
    says: 'L_modify() does not invert the frame back',
    on: 'v7.1',
    patch: eachOf<Modify>(
      ALL,
      'modify',
      (base) => (e, prot) =>
        has(e, _PAGE_PRESENT) ? base(e, prot) : presentAs(base(asPresent(e), asPresent(prot)), prot),
    ),
    also: ['PG13', 'PG16'],
  },
  {
    law: 'PG42',
    says: 'L_modify() keeps the right to write',
    on: 'v7.1',
    patch: changing((made, old) => or(made, and(old, _PAGE_RW))),
  },
  {
    law: 'PG42',
    says: 'pmd_modify() keeps the protection key',
    on: 'v7.3',
    patch: { pmd_modify: (base) => (e, newprot) => pick(shl(bit(59), 3), e, base(e, newprot)) },
    also: ['PG16'],
  },
];

export const ENTRY_MUTANTS: readonly LawMutant[] = [...MAKING, ...INVALID, ...MPROTECT];
