/**
 * Entry helpers of arch/x86/include/asm/pgtable.h, v7.1 (unchanged since v6.12 but for pmd_modify(), which its stable
 * series has mended), and vm_get_page_prot() with vma_wants_writenotify() of mm/vma.c. They are mirrored with the bits
 * that matter for the pgprot contract: write, accessed, dirty, special, PROTNONE, PWT, PCD, PAT, PSE.
 * Left out: NX, user, global, soft-dirty, uffd, encryption; PFN inversion, but where a stray bit falls into the frame number.
 * With --arch the functions of arch/x86 take the place of these, bit for bit (exact.ts); test/model/arch/x86_twin.test.ts holds the
 * two against each other.
 */
import { Pgprot, Pmd, PmdKind, Prot, Pte, Pud, PudKind, Vma } from '../state/mm_types.ts';

/**
 * vm_get_page_prot() and pgprot_* of a VMA, in base-PTE format. A private mapping never has write; its pages
 * get it one by one (maybe_mkwrite).
 */
export const vm_page_prot = (vma: Vma): Pgprot => {
  const cache = Vma.cache(vma);
  const prot = Vma.prot(vma);
  const attributes = Pgprot.mkBit7(Pgprot.mkPwtPcd(ACCESSED, cache & 3), cache >> 2);
  if (prot === Prot.NONE) return Pgprot.mkProtnone(attributes, 1);
  // vma_wants_writenotify(): the first write is to be seen, by ->pfn_mkwrite or by soft-dirty tracking.
  const notify = Vma.pfnMkwrite(vma) === 1 || Vma.softClean(vma) === 1;
  return prot === Prot.RW && Vma.shared(vma) === 1 && !notify ? Pgprot.mkWrite(attributes, 1) : attributes;
};
const ACCESSED = Pgprot.of({ young: 1 });

/** Bit 12 in the protection of a PTE falls into the frame number, which is inverted in an entry that is not present (L1TF). */
const frame_of = (pfn: number, prot: Pgprot): number => {
  if (Pgprot.deviation(prot) === 0) return pfn;
  return Pgprot.protnone(prot) === 1 ? pfn & ~1 : pfn | 1;
};

/** pfn_pte(): bit 7 is PAT here. */
export const pfn_pte = (pfn: number, prot: Pgprot): Pte => {
  let pte = Pte.mkPfn(PRESENT_PTE, frame_of(pfn, prot));
  pte = Pte.mkWrite(pte, Pgprot.write(prot));
  pte = Pte.mkYoung(pte, Pgprot.young(prot));
  pte = Pte.mkDirty(pte, Pgprot.dirty(prot));
  pte = Pte.mkSpecial(pte, Pgprot.special(prot));
  pte = Pte.mkProtnone(pte, Pgprot.protnone(prot));
  return Pte.mkCache(pte, Pgprot.pwtPcd(prot) | (Pgprot.bit7(prot) << 2));
};
const PRESENT_PTE = Pte.of({ present: 1 });
const LEAF_PMD = Pmd.of({ kind: PmdKind.leaf });

const leaf = (pfn: number, prot: Pgprot, pat: number): Pmd => {
  let pmd = Pmd.mkPfn(LEAF_PMD, pfn);
  pmd = Pmd.mkWrite(pmd, Pgprot.write(prot));
  pmd = Pmd.mkYoung(pmd, Pgprot.young(prot));
  pmd = Pmd.mkDirty(pmd, Pgprot.dirty(prot));
  pmd = Pmd.mkSpecial(pmd, Pgprot.special(prot));
  pmd = Pmd.mkProtnone(pmd, Pgprot.protnone(prot));
  return Pmd.mkCache(pmd, Pgprot.pwtPcd(prot) | (pat << 2));
};

/** pmd_mkhuge(pfn_pmd()): flags are taken as they are, so a PAT bit at 7 is swallowed by PSE. */
export const pfn_pmd = (pfn: number, prot: Pgprot): Pmd => leaf(pfn, prot, Pgprot.deviation(prot));
/** pfn_pmd() of the v4 contract: takes a base-PTE pgprot, moves PAT from bit 7 to bit 12, sets PSE. */
export const pfn_pmd_base_pte = (pfn: number, prot: Pgprot): Pmd => leaf(pfn, prot, Pgprot.bit7(prot));

const flagsOf = (e: Pmd, bit7: number, bit12: number): Pgprot => {
  let prot = Pgprot.mkWrite(NO_FLAGS, Pmd.write(e));
  prot = Pgprot.mkYoung(prot, Pmd.young(e));
  prot = Pgprot.mkDirty(prot, Pmd.dirty(e));
  prot = Pgprot.mkSpecial(prot, Pmd.special(e));
  prot = Pgprot.mkProtnone(prot, Pmd.protnone(e));
  prot = Pgprot.mkPwtPcd(prot, Pmd.cache(e) & 3);
  return Pgprot.mkDeviation(Pgprot.mkBit7(prot, bit7), bit12);
};
const NO_FLAGS = Pgprot.of({});

/** pmd_pgprot(): the flags as stored, PSE at bit 7 and PAT at bit 12. */
export const pmd_pgprot = (e: Pmd): Pgprot => flagsOf(e, 1, Pmd.cache(e) >> 2);
/** pmd_pgprot() of the v4 contract: base-PTE format. */
export const pmd_pgprot_base_pte = (e: Pmd): Pgprot => flagsOf(e, Pmd.cache(e) >> 2, 0);

/** pte_clrhuge() on a PTE made from these flags: bit 7 is cleared. */
export const clear_huge = (prot: Pgprot): Pgprot => Pgprot.mkBit7(prot, 0);

/**
 * pmd_modify(): write and PROTNONE come from the new protection; frame, special, accessed and cache stay. A
 * hardware dirty bit (dirty and writable) is lost: _HPAGE_CHG_MASK is used without _PAGE_DIRTY, from v6.6 until
 * commit f7491d7c81db (September 2026).
 */
export const pmd_modify = (e: Pmd, prot: Pgprot): Pmd => {
  const dirty = Pmd.dirty(e) === 1 && Pmd.write(e) === 0 ? 1 : 0;
  const kept = Pmd.mkDirty(e, dirty);
  return Pmd.mkProtnone(Pmd.mkWrite(kept, Pgprot.write(prot)), Pgprot.protnone(prot));
};

const pud_leaf = (pfn: number, prot: Pgprot, pat: number): Pud => {
  let pud = Pud.mkPfn(LEAF_PUD, pfn);
  pud = Pud.mkWrite(pud, Pgprot.write(prot));
  pud = Pud.mkYoung(pud, Pgprot.young(prot));
  pud = Pud.mkDirty(pud, Pgprot.dirty(prot));
  pud = Pud.mkSpecial(pud, Pgprot.special(prot));
  pud = Pud.mkProtnone(pud, Pgprot.protnone(prot));
  return Pud.mkCache(pud, Pgprot.pwtPcd(prot) | (pat << 2));
};
const LEAF_PUD = Pud.of({ kind: PudKind.leaf });

/** pfn_pud(): flags are taken as they are. */
export const pfn_pud = (pfn: number, prot: Pgprot): Pud => pud_leaf(pfn, prot, Pgprot.deviation(prot));
/** pfn_pud() of the v4 contract, as its pfn_pmd(). */
export const pfn_pud_base_pte = (pfn: number, prot: Pgprot): Pud => pud_leaf(pfn, prot, Pgprot.bit7(prot));

/** pud_modify(): as pmd_modify(), but dirty stays. */
export const pud_modify = (e: Pud, prot: Pgprot): Pud =>
  Pud.mkProtnone(Pud.mkWrite(e, Pgprot.write(prot)), Pgprot.protnone(prot));

/** pte_modify(): as pmd_modify(), but dirty stays. */
export const pte_modify = (pte: Pte, prot: Pgprot): Pte =>
  Pte.mkProtnone(Pte.mkWrite(pte, Pgprot.write(prot)), Pgprot.protnone(prot));
