/**
 * The functions of entries of s390, bit for bit: arch/s390/include/asm/pgtable.h, include/linux/pgtable.h for
 * pgprot_modify(), v7.1 (those of v6.18 and v7.3 are the same). What v6.12 has: releases.ts.
 * Left out: machines without EDAT, without no-execute, with the write-back bit of PCI (mio_wb_bit_mask, whose place the firmware
 * tells; pgprot_writecombine() sets it), storage keys, the fake PTEs of hugetlb.
 */
import { named, type Functions, type Pgtable } from '../../formats/pgtable.ts';
import {
  add,
  and,
  clear,
  eq,
  flag,
  has,
  isZero,
  join,
  not,
  or,
  shl,
  shr,
  toNumber,
  type U64,
  u64,
} from '../../formats/u64.ts';
import { genericPgprot } from '../generic_pgprot.ts';
import {
  _PAGE_CHG_MASK,
  _PAGE_DIRTY,
  _PAGE_INVALID,
  _PAGE_LARGE,
  _PAGE_PRESENT,
  _PAGE_PROTECT,
  _PAGE_READ,
  _PAGE_SOFT_DIRTY,
  _PAGE_SPECIAL,
  _PAGE_WRITE,
  _PAGE_YOUNG,
  _REGION3_ENTRY_EMPTY,
  _REGION3_ENTRY_ORIGIN_LARGE,
  _REGION_ENTRY_BITS,
  _REGION_ENTRY_ORIGIN,
  _REGION_ENTRY_TYPE_MASK,
  _REGION_ENTRY_TYPE_R3,
  _SEGMENT_ENTRY_BITS,
  _SEGMENT_ENTRY_DIRTY,
  _SEGMENT_ENTRY_EMPTY,
  _SEGMENT_ENTRY_INVALID,
  _SEGMENT_ENTRY_LARGE,
  _SEGMENT_ENTRY_NOEXEC,
  _SEGMENT_ENTRY_ORIGIN,
  _SEGMENT_ENTRY_ORIGIN_LARGE,
  _SEGMENT_ENTRY_PROTECT,
  _SEGMENT_ENTRY_TYPE_MASK,
  _SEGMENT_ENTRY_YOUNG,
  PAGE_KERNEL,
  PAGE_KERNEL_RO,
  PAGE_NONE,
  PAGE_RO,
  PAGE_RW,
  PAGE_RX,
  type S390Build,
} from './bits.ts';
import { swapOf } from './swap.ts';

const PAGE_SHIFT = 12;

/** The bits of one kind of entry that follow from each other: the hardware's from the software's. */
interface Kind {
  readonly read: U64;
  readonly write: U64;
  readonly dirty: U64;
  readonly young: U64;
  readonly softDirty: U64;
  readonly protect: U64;
  readonly invalid: U64;
}

/** A page that is old is invalid, one that is clean is protected: the kernel sees the first access, and the first write. */
const flagsOf = ({ read, write, dirty, young, softDirty, protect, invalid }: Kind) => {
  const mkwrite = (e: U64): U64 => clear(or(e, write), has(e, dirty) ? protect : u64(0));
  return {
    write: flag(write).is,
    dirty: flag(dirty).is,
    young: flag(young).is,
    wrprotect: (e: U64): U64 => or(clear(e, write), protect),
    mkwrite,
    mkwrite_novma: mkwrite,
    mkclean: (e: U64): U64 => or(clear(e, dirty), protect),
    mkdirty: (e: U64): U64 => clear(join(e, dirty, softDirty), has(e, write) ? protect : u64(0)),
    mkold: (e: U64): U64 => or(clear(e, young), invalid),
    mkyoung: (e: U64): U64 => clear(or(e, young), has(e, read) ? invalid : u64(0)),
    soft_dirty: flag(softDirty).is,
    mksoft_dirty: flag(softDirty).set,
    clear_soft_dirty: flag(softDirty).unset,
  };
};
const PTE_KIND: Kind = {
  read: _PAGE_READ,
  write: _PAGE_WRITE,
  dirty: _PAGE_DIRTY,
  young: _PAGE_YOUNG,
  softDirty: _PAGE_SOFT_DIRTY,
  protect: _PAGE_PROTECT,
  invalid: _PAGE_INVALID,
};
/** Of a segment, and of a region, where its places are the same. */
const segmentKind = ({ read, write, softDirty }: S390Build): Kind => ({
  read,
  write,
  dirty: _SEGMENT_ENTRY_DIRTY,
  young: _SEGMENT_ENTRY_YOUNG,
  softDirty,
  protect: _SEGMENT_ENTRY_PROTECT,
  invalid: _SEGMENT_ENTRY_INVALID,
});

/** The protection of readable, young pages without the invalid bit, of writable, dirty ones without the protection bit. */
const pte_modify = (e: U64, newprot: U64): U64 => {
  const made = or(and(e, _PAGE_CHG_MASK), newprot);
  const young = has(made, _PAGE_YOUNG) && has(made, _PAGE_READ);
  const dirty = has(made, _PAGE_DIRTY) && has(made, _PAGE_WRITE);
  return clear(clear(made, young ? _PAGE_INVALID : u64(0)), dirty ? _PAGE_PROTECT : u64(0));
};

const pteOf = (t: Functions): Pgtable => ({
  ...named('pte', flagsOf(PTE_KIND)),
  // Young from the start, whatever the protection says.
  pfn_pte: (pfn, prot) => t.pte_mkyoung(or(shl(pfn, PAGE_SHIFT), prot)),
  pte_pfn: (e) => shr(e, PAGE_SHIFT),
  // For a mapping of the kernel: neither invalid nor, where it may write, protected. The frame number stays in it.
  pte_pgprot: (e) => or(and(e, _PAGE_CHG_MASK), t.pte_write(e) ? PAGE_KERNEL : PAGE_KERNEL_RO),
  pte_none: (e) => eq(e, _PAGE_INVALID),
  pte_present: flag(_PAGE_PRESENT).is,
  pte_special: flag(_PAGE_SPECIAL).is,
  pte_mkspecial: flag(_PAGE_SPECIAL).set,
  pte_protnone: (e) => t.pte_present(e) && !has(e, _PAGE_READ),
  pte_mkhuge: flag(_PAGE_LARGE).set,
  pte_modify,
  ...swapOf(t),
});

/**
 * massage_pgprot_pmd(): the five protections of protection_map[] by their exact values. Any other, be it one of these with a
 * software bit, is taken for the last: readable, writable, executable.
 */
const massage_pgprot_pmd =
  ({ present, read, write }: S390Build) =>
  (prot: U64): U64 => {
    if (eq(prot, PAGE_NONE)) return join(present, _SEGMENT_ENTRY_INVALID, _SEGMENT_ENTRY_PROTECT);
    if (eq(prot, PAGE_RO)) return join(present, _SEGMENT_ENTRY_PROTECT, read, _SEGMENT_ENTRY_NOEXEC);
    if (eq(prot, PAGE_RX)) return join(present, _SEGMENT_ENTRY_PROTECT, read);
    if (eq(prot, PAGE_RW)) return join(present, read, write, _SEGMENT_ENTRY_NOEXEC);
    return join(present, read, write);
  };

const pmdOf = (t: Functions, build: S390Build): Pgtable => {
  const massage = massage_pgprot_pmd(build);
  const kept = join(
    _SEGMENT_ENTRY_ORIGIN_LARGE,
    _SEGMENT_ENTRY_DIRTY,
    _SEGMENT_ENTRY_YOUNG,
    _SEGMENT_ENTRY_LARGE,
    build.softDirty,
  );
  return {
    ...named('pmd', flagsOf(segmentKind(build))),
    pfn_pmd: (pfn, prot) => add(shl(pfn, PAGE_SHIFT), massage(prot)),
    // Before pmd_mkhuge() it is a table's, and READ and WRITE are in it.
    pmd_pfn: (e) => shr(and(e, t.pmd_leaf(e) ? _SEGMENT_ENTRY_ORIGIN_LARGE : _SEGMENT_ENTRY_ORIGIN), PAGE_SHIFT),
    pmd_mkhuge: (e) => join(e, _SEGMENT_ENTRY_LARGE, _SEGMENT_ENTRY_YOUNG, _SEGMENT_ENTRY_PROTECT),
    pmd_none: (e) => eq(e, _SEGMENT_ENTRY_EMPTY),
    pmd_present: (e) => (isZero(build.present) ? !eq(e, _SEGMENT_ENTRY_EMPTY) : has(e, build.present)),
    pmd_leaf: (e) => t.pmd_present(e) && has(e, _SEGMENT_ENTRY_LARGE),
    pmd_trans_huge: (e) => t.pmd_leaf(e),
    pmd_bad: (e) => has(e, _SEGMENT_ENTRY_TYPE_MASK) || t.pmd_leaf(e) || has(e, not(_SEGMENT_ENTRY_BITS)),
    pmd_protnone: (e) => t.pmd_leaf(e) && !has(e, build.read),
    pmd_modify: (e, newprot) => {
      const made = or(and(e, kept), massage(newprot));
      const clean = has(made, _SEGMENT_ENTRY_DIRTY) ? made : or(made, _SEGMENT_ENTRY_PROTECT);
      return has(made, _SEGMENT_ENTRY_YOUNG) ? clean : or(clean, _SEGMENT_ENTRY_INVALID);
    },
  };
};

const type = (e: U64): number => toNumber(and(e, _REGION_ENTRY_TYPE_MASK));
const R3 = toNumber(_REGION_ENTRY_TYPE_R3);

/** What there is of a PUD: nothing makes one of a frame and a protection. Of another type it is folded into the level above. */
const pudOf = (t: Functions, build: S390Build): Pgtable => {
  const { write, wrprotect, mkwrite, mkclean, mkdirty } = flagsOf(segmentKind(build));
  return {
    ...named('pud', { write, wrprotect, mkwrite, mkclean, mkdirty }),
    pud_pfn: (e) => shr(and(e, t.pud_leaf(e) ? _REGION3_ENTRY_ORIGIN_LARGE : _REGION_ENTRY_ORIGIN), PAGE_SHIFT),
    pud_none: (e) => type(e) >= R3 && eq(e, _REGION3_ENTRY_EMPTY),
    pud_present: (e) => type(e) < R3 || has(e, isZero(build.present) ? _REGION_ENTRY_ORIGIN : build.present),
    pud_leaf: (e) => type(e) === R3 && (isZero(build.present) || t.pud_present(e)) && has(e, _SEGMENT_ENTRY_LARGE),
    pud_bad: (e) => {
      if (type(e) > R3 || t.pud_leaf(e)) return true;
      return type(e) === R3 && has(e, not(_REGION_ENTRY_BITS));
    },
  };
};

/** The generic modifiers change nothing, and neither does pgprot_writecombine() without its bit. */
const same = (prot: U64): U64 => prot;
const pgprotOf = (t: Functions): Pgtable => ({
  pgprot_noncached: same,
  pgprot_writecombine: same,
  ...genericPgprot(t),
});

/** The functions of s390 in v7.1, or with the bits of v6.12. */
export const s390Pgtable =
  (build: S390Build) =>
  (t: Functions): Pgtable => ({ ...pteOf(t), ...pmdOf(t, build), ...pudOf(t, build), ...pgprotOf(t) });
