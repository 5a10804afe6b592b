/**
 * What the functions of entries of arm64 were, or are, in releases other than v7.1. v6.18 and v7.3 have the same: v7.3 calls uffd_wp
 * uffd, and makes pte_present() a function. v6.12 is read in v6.12.117; that its stable series changed none of these is inferred.
 */
import type { Arm64Granule } from '../../formats/arm64.ts';
import type { PgtableChange } from '../../formats/architecture.ts';
import { clear, join, or, type U64 } from '../../formats/u64.ts';
import { PMD_TABLE_BIT, PTE_CONT, PTE_TYPE_PAGE } from './bits.ts';
import { hugetlbShifts } from './pgtable.ts';

/** It makes the entry a page, and valid. */
const pte_mkcont = (e: U64): U64 => join(e, PTE_CONT, PTE_TYPE_PAGE);

/** Bit 57 is PTE_DEVMAP there, which no function but p??_devmap() asks for; p?d_mkhuge() are the same by another expression. */
const mkhuge = (granule: Arm64Granule): PgtableChange => {
  const { contPte, contPmd } = hugetlbShifts(granule);
  return {
    says: 'arch_make_huge_pte() begins with pte_mkhuge(), and pte_mkcont() makes an entry valid, also one of PROT_NONE',
    cites:
      'v6.12.117 arch/arm64/include/asm/pgtable.h pte_mkhuge(), pte_mkcont(); mm/hugetlbpage.c arch_make_huge_pte(); not in v6.18',
    evidence: 'source',
    patch: {
      pte_mkhuge: () => (e) => clear(e, PMD_TABLE_BIT),
      arch_make_huge_pte: (_, t) => (entry, shift) => {
        const e = t.pte_mkhuge(entry);
        if (shift === contPte) return pte_mkcont(e);
        return shift === contPmd ? or(e, PTE_CONT) : e;
      },
    },
  };
};

export const arm64Releases = (granule: Arm64Granule) => ({
  'v6.12.117': [mkhuge(granule)],
  'v6.12': [mkhuge(granule)],
});
