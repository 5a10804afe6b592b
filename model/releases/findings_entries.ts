/**
 * What the releases are known to violate in the functions of entries of an architecture: what a law of `mmcheck laws` finds, and
 * a world shows where it carries these entries. Inferred from the source, unconfirmed on hardware.
 */
import { type Finding, SINCE_6_12 } from './finding.ts';
import { releases } from './releases.ts';

/** Who looks up a leaf: follow_pfnmap_start() hands on what pmd_pgprot() or pud_pgprot() gives. */
const LOOKS_UP = ['phys-access-leaf', 'vfio-dma'];
const BY_KVM = ['second-stage', 'second-stage-pud', 'second-stage-slot'];
const AS_A_PTE: Finding['repair'] = [
  { toggle: 'split-pgprot', value: 'base-pte' },
  { toggle: 'pud-pgprot', value: 'base-pte' },
];
/** The releases whose functions were read; those between are taken to be as their neighbours. */
const UNREAD = releases('v6.15', 'v6.17');

export const ENTRY_FINDINGS: readonly Finding[] = [
  {
    name: 'arm64-block-handed-on',
    says:
      'follow_pfnmap_start() returns the protection of a leaf with the type of a block, which is reserved in a PTE (laws PG4, PG18, PG19). ' +
      'No harm where ioremap_prot() takes nothing but the memory type from it: in 6.12.117, 6.18.35 and later, and v7.1 and later. Up to 6.18.9, and in ' +
      'v6.12 and v6.18 as released, as far as can be told, it maps with all of it: generic_access_phys() gets a reserved descriptor, and every access of the kernel by it would fault (inferred)',
    cites:
      'v7.1 arch/arm64/include/asm/pgtable.h pmd_pgprot(), pud_pgprot(), arch/arm64/include/asm/io.h ioremap_prot() ' +
      '(PTE_ATTRINDX_MASK); 6.12.117, 6.18.35, 6.18.44, v7.0-rc3, v7.2 and v7.3 likewise; 6.18.9 arch/arm64/mm/ioremap.c ioremap_prot() (the whole pgprot ' +
      'to generic_ioremap_prot()), mm/memory.c generic_access_phys()',
    status: 'candidate',
    arch: ['arm64_*'],
    kernels: SINCE_6_12,
    assumed: UNREAD,
    worlds: [...LOOKS_UP, ...BY_KVM, 'second-stage-arm64'],
    properties: ['I-PGPROT'],
    repair: AS_A_PTE,
  },
  {
    name: 'powerpc-leaf-handed-on',
    says:
      'follow_pfnmap_start() returns the protection of a leaf with _PAGE_PTE, which no protection has (laws PG4, PG18). ' +
      'No harm by itself: pfn_pte() sets it anyway',
    cites:
      'v7.1 arch/powerpc/include/asm/pgtable.h pmd_pgprot(), pud_pgprot(), arch/powerpc/include/asm/book3s/64/pgtable.h pfn_pte(); ' +
      'leaves of frames since v7.1',
    status: 'candidate',
    arch: ['ppc64_radix_*'],
    kernels: releases('v7.1'),
    worlds: LOOKS_UP,
    properties: ['I-PGPROT'],
    repair: AS_A_PTE,
  },
  {
    name: 'powerpc-huge-handed-on',
    says:
      'follow_pfnmap_start() returns the protection of a leaf with H_PAGE_THP_HUGE, the bit that in a PTE says that its page is hashed ' +
      'as pages of 4K (laws PG4, PG18, PG19): ioremap_prot() maps with it, and other memory is mapped. No driver that was read has both ' +
      '->huge_fault and ->access',
    cites:
      'v7.1 arch/powerpc/include/asm/pgtable.h pmd_pgprot(), arch/powerpc/include/asm/book3s/64/hash-64k.h (H_PAGE_THP_HUGE is ' +
      'H_PAGE_4K_PFN), arch/powerpc/mm/ioremap.c ioremap_prot()',
    status: 'candidate',
    arch: ['ppc64_hash_64k'],
    kernels: releases('v7.1'),
    worlds: LOOKS_UP,
    properties: ['I-PGPROT'],
    repair: AS_A_PTE,
  },
  {
    name: 'thead-pgprot-other-type',
    says:
      'pmd_pgprot() of T-Head is the entry xor that of ordinary memory, whose type is not 0: follow_pfnmap_start() returns another ' +
      'memory type than the leaf has, of NC a cacheable one (laws PG1, PG4, PG18). No driver that was read has both ->huge_fault and ->access',
    cites:
      'v7.1 arch/riscv/include/asm/pgtable.h pte_pgprot(), pmd_pgprot(), pud_pgprot(), pfn_pte() (ALT_THEAD_PMA())',
    status: 'candidate',
    arch: ['riscv64_thead'],
    kernels: releases('v6.18'),
    worlds: LOOKS_UP,
    properties: ['I-PGPROT'],
    repair: [{ toggle: 'thead-pgprot', value: 'masked' }],
  },
  {
    name: 'thead-pud-uncached',
    says:
      'pfn_pud() has no ALT_THEAD_PMA(), as pfn_pte() and pfn_pmd() have: a PUD leaf of ordinary memory has type 0 on T-Head and is uncached, ' +
      'until pud_modify() (laws PG8, PG15, PG19, PG27)',
    cites: 'v7.1 arch/riscv/include/asm/pgtable-64.h pfn_pud(), pfn_pmd(), errata_list.h ALT_THEAD_PMA()',
    status: 'candidate',
    arch: ['riscv64_thead'],
    kernels: releases('v6.18'),
    worlds: ['device-pud', 'mixedmap-pinned-leaf', 'mixedmap-soft-dirty', 'readers-mixedmap'],
    properties: ['I-CACHE'],
    repair: [{ toggle: 'thead-pfn-pud', value: 'pma' }],
  },
  {
    name: 'riscv-pud-none-is-no-leaf',
    says:
      'a PUD leaf that mprotect() makes PROT_NONE is no leaf to pud_leaf(), and bad to pud_bad() (laws PG5, PG13, PG28): the next mprotect() ' +
      'goes down into the mapped memory as into a table',
    cites:
      'v7.1 arch/riscv/include/asm/pgtable-64.h pud_present() (_PAGE_PRESENT alone), pud_leaf(), pud_bad(); mm/mprotect.c change_pud_range()',
    status: 'candidate',
    arch: ['riscv64*'],
    kernels: releases('v6.18'),
    worlds: ['device-pud'],
    size: 'standard',
    properties: ['I-LEAF'],
    repair: [{ toggle: 'riscv-pud-present', value: 'none-too' }],
  },
];
