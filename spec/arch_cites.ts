/** Where each architecture has what a property is about. What mm has of it is the property's own `cites`, and stands before. */
import type { Property } from '../checker/search/index.ts';
import { isHash, type Machine } from '../model/state/machine.ts';
import type { MmView } from '../model/state/mm_types.ts';

/** powerpc: what both of its MMUs have; hash, radix: what one of them has. */
type Cites = Readonly<Partial<Record<Machine['arch'] | 'hash' | 'radix', string>>>;

const X86 = 'arch/x86/include/asm/pgtable.h';
const ARM64 = 'arch/arm64/include/asm/pgtable.h';
const RISCV = 'arch/riscv/include/asm/pgtable.h';
const POWERPC = 'arch/powerpc/include/asm/book3s/64/pgtable.h';

const OF_ARCH: Readonly<Record<string, Cites>> = {
  'I-ALIGN': { x86: 'Intel SDM vol. 3A 4.5.4 (bits 20:13 of a 2-MByte entry are reserved)' },
  'I-PERM': {
    x86: `${X86} pmd_modify(), pte_modify()`,
    arm64: `${ARM64} pmd_modify(), pte_modify()`,
    riscv: `${RISCV} pmd_modify(), pte_modify()`,
    powerpc: `${POWERPC} pte_modify(), arch/powerpc/mm/book3s64/pgtable.c pmd_modify()`,
  },
  'I-CACHE': {
    x86:
      'arch/x86/mm/pat/memtype.c pat_bp_init(), arch/x86/include/asm/pgtable_types.h protval_4k_2_large(); ' +
      'Documentation/arch/x86/pat.rst; Juergen Gross on v3 2/4, 2026-03-04',
    arm64: `${ARM64} pgprot_noncached(), pgprot_writecombine(), arch/arm64/mm/proc.S MAIR_EL1_SET`,
    riscv: `${RISCV} pgprot_noncached(), pgprot_writecombine(), pgtable-64.h (_PAGE_MTMASK), errata_list.h ALT_THEAD_PMA()`,
    powerpc: `${POWERPC} pgprot_noncached(), pgprot_writecombine()`,
  },
  'I-FMT': {
    x86: 'v7.1 arch/x86/mm/fault.c (X86_PF_RSVD); Intel SDM volume 3, 5.4',
    arm64: 'v7.1 arch/arm64/include/asm/pgtable-hwdef.h (PTE_TYPE_PAGE, PMD_TYPE_SECT); Arm ARM D8.3',
    riscv: 'v7.1 arch/riscv/include/asm/pgtable-bits.h, pgtable-64.h; RISC-V privileged architecture, Sv39 to Sv57',
    hash: 'v7.1 arch/powerpc/mm/book3s64/hash_utils.c hash_page_mm()',
    radix: 'Power ISA 3.0B book III, 5.7.10.2',
  },
  'I-LEAF': {
    x86: `${X86} pmd_leaf(), pud_leaf(), pud_bad()`,
    arm64: `${ARM64} pmd_leaf(), pud_leaf(), pud_bad()`,
    riscv:
      'arch/riscv/include/asm/pgtable-64.h pud_present(), pud_leaf() (_PAGE_PRESENT alone, and not _PAGE_PROT_NONE), pud_bad()',
    powerpc: `${POWERPC} pmd_leaf(), pud_leaf(), pud_bad()`,
  },
  'I-PGPROT': {
    x86: `${X86} pmd_pgprot(), pud_pgprot()`,
    arm64: `${ARM64} pmd_pgprot(), pud_pgprot()`,
    riscv: `${RISCV} pte_pgprot(), pmd_pgprot(), pud_pgprot()`,
    powerpc: 'arch/powerpc/include/asm/pgtable.h pmd_pgprot(), pud_pgprot()',
  },
  'I-AD': {
    x86: `${X86} pmd_modify() (f7491d7c81db, 2026-09)`,
    arm64: `${ARM64} pmd_modify()`,
    riscv: `${RISCV} pmd_modify()`,
    powerpc: 'arch/powerpc/mm/book3s64/pgtable.c pmd_modify()',
  },
  'I-DIRTY': { x86: `${X86} pmd_modify() until f7491d7c81db (September 2026)` },
  'I-SECOND': {
    x86: 'arch/x86/kvm/mmu/mmu.c host_pfn_mapping_level()',
    arm64: 'arch/arm64/kvm/mmu.c user_mem_abort()',
  },
  'I-SLOT': {
    x86: 'arch/x86/kvm/x86.c kvm_alloc_memslot_metadata() (lpage_info), arch/x86/kvm/mmu/mmu.c kvm_mmu_max_mapping_level()',
    arm64: 'arch/arm64/kvm/mmu.c fault_supports_stage2_huge_mapping()',
  },
  'no-PMD-leaves': {
    x86: 'v7.1 arch/x86/include/asm/pgtable.h has_transparent_hugepage() (X86_FEATURE_PSE)',
    hash: 'v7.1 arch/powerpc/include/asm/book3s/64/hash-4k.h hash__pmd_mkhuge() (BUG())',
  },
  'no-PUD-leaves': { hash: `${POWERPC} __pud_mkhuge() (BUG() with the hash MMU)` },
  'I-ZERO': { s390: 'arch/s390/mm/pgtable.c pgtable_trans_huge_withdraw()' },
  'I-DEPLOCK': {
    powerpc: 'arch/powerpc/mm/book3s64/pgtable.c set_pmd_at() (assert_spin_locked() with CONFIG_DEBUG_VM)',
  },
  'I-USE': { s390: 'arch/s390/pci/pci_mmio.c (copies under the lock)' },
  'fault-loop': {
    x86: 'arch/x86/mm/fault.c do_user_addr_fault()',
    arm64: 'arch/arm64/mm/fault.c do_page_fault()',
    riscv: 'arch/riscv/mm/fault.c handle_page_fault()',
    powerpc: 'arch/powerpc/mm/fault.c ___do_page_fault()',
    s390: 'arch/s390/mm/fault.c do_exception()',
    loongarch: 'arch/loongarch/mm/fault.c do_page_fault()',
  },
};

const citesFor = (machine: Machine): readonly (keyof Cites)[] =>
  machine.arch === 'powerpc' ? ['powerpc', isHash(machine) ? 'hash' : 'radix'] : [machine.arch];

/** A property with the sources of a machine, or of every one. */
export const citedOn =
  (machine: Machine | 'any') =>
  (one: Property<MmView>): Property<MmView> => {
    const { [one.name]: of = {} } = OF_ARCH;
    const more = machine === 'any' ? Object.values(of) : citesFor(machine).flatMap((key) => of[key] ?? []);
    return more.length === 0 ? one : { ...one, cites: [one.cites, ...more].join('; ') };
  };
