/** loongarch64 for the laws, with pages of 16K and of 4K. No series of ours touches it: it has no leaves of frames. */
import type { Architecture } from '../../formats/architecture.ts';
import { LOONGARCH64_4K_FORMAT, LOONGARCH64_FORMAT } from '../../formats/loongarch.ts';
import { GENERIC_PGPROT } from '../generic_pgprot.ts';
import { LOONGARCH64_4K_BUILD, LOONGARCH64_BUILD, type LoongarchBuild } from './bits.ts';
import { loongarchPgprots } from './pgprots.ts';
import { loongarchPgtable } from './pgtable.ts';
import { loongarchReleases } from './releases.ts';

const NO_PFNMAP = 'loongarch has no leaves of frames (ARCH_SUPPORTS_HUGE_PFNMAP)';

const of = (build: LoongarchBuild): Omit<Architecture, 'name' | 'says' | 'format' | 'order'> => ({
  cites: 'v7.1 arch/loongarch/include/asm/pgtable.h, pgtable-bits.h',
  levels: ['pte', 'pmd'],
  topPfnBit: 47 - build.pageShift,
  physmemBits: [{ says: 'always', bits: 48 }],
  memoryFailure: false,
  noDevicePrivate: [],
  boundaries: [],
  define: loongarchPgtable(build),
  releases: loongarchReleases(build),
  series: {},
  pgprots: loongarchPgprots,
  notes: [
    'PG5, PG6: pmd_mkhuge() makes the leaf. Bit 6 is HUGE there and GLOBAL in a PTE, so that pfn_pmd() of a protection of the kernel is a leaf, and pmd_mkhuge() of a leaf makes it global (PG6-again); with pages of 4K GLOBAL is then the lowest bit of what pmd_pfn() reads.',
    'PG11-flags: pmd_mkinvalid() clears VALID, which is the accessed bit, and the dirty bit of the hardware. MODIFIED stays, which the fault handlers and pmd_mkdirty() set beside it, so that what is clean then was dirty by PAGE_KERNEL alone. pmdp_invalidate() gives back the entry as it was: only a walker without the lock sees an old one.',
    'PG13-young, PG27: the accessed bit is the valid bit, which *_modify() takes from the new protection; the dirty bit of the hardware comes back with the next write.',
    'PG40: offset bit 36 of a PMD swap entry is PRESENT_INVALID, of which pmd_present() is true. With pages of 4K that bit says young in a migration entry (SWP_MIG_YOUNG, MAX_PHYSMEM_BITS is 48): a young huge page that migrates is taken for one that is present. With pages of 16K nothing sets it. Inferred, unconfirmed on hardware.',
  ],
  lacks: {
    pte_pgprot: GENERIC_PGPROT,
    pmd_pgprot: GENERIC_PGPROT,
    pmd_special: NO_PFNMAP,
    pgprot_4k_2_large: 'pmd_mkhuge() moves GLOBAL by itself, and nothing moves it back',
    pgprot_large_2_4k: 'pmd_mkhuge() moves GLOBAL by itself, and nothing moves it back',
  },
});

export const LOONGARCH64: Architecture = {
  ...of(LOONGARCH64_BUILD),
  name: 'loongarch64',
  says: 'loongarch64 with pages of 16K (leaves of 32M)',
  format: LOONGARCH64_FORMAT,
  order: { pte: 0, pmd: 11, pud: 22 },
};
export const LOONGARCH64_4K: Architecture = {
  ...of(LOONGARCH64_4K_BUILD),
  name: 'loongarch64_4k',
  says: 'loongarch64 with pages of 4K (leaves of 2M)',
  format: LOONGARCH64_4K_FORMAT,
  order: { pte: 0, pmd: 9, pud: 18 },
};
