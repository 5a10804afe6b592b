/** x86 for the laws: 64 bits, with 4 or 5 levels of tables, and 32 bits with PAE. */
import { type Architecture, PGTABLE_RELEASES } from '../../formats/architecture.ts';
import { X86_64_FORMAT, X86_64_SME_FORMAT, X86_PAE_FORMAT } from '../../formats/x86.ts';
import { bit, bits, clear, shr } from '../../formats/u64.ts';
import { X86_64_BUILD, X86_64_SME_BUILD, X86_PAE_BUILD, type X86Build } from './bits.ts';
import { x86Pgprots } from './pgprots.ts';
import { x86Pgtable } from './pgtable.ts';
import { x86Releases } from './releases.ts';
import { x86Series } from './series.ts';

const ORDER = { pte: 0, pmd: 9, pud: 18 };

/**
 * l1tf_pfn_limit(): half of what the CPU has of physical addresses (46 bits here). The frames on both sides of it, as the first
 * of a leaf.
 */
const L1TF_LIMIT = bit(46 - 1 - 12);
const L1TF = [
  { says: 'the L1TF limit', pfn: L1TF_LIMIT },
  { says: 'the last PUD leaf below the L1TF limit', pfn: clear(shr(bits(0, 63), 64 - 33), bits(0, 17)) },
];

const of = (build: X86Build): Omit<Architecture, 'name' | 'says' | 'format' | 'levels'> => ({
  cites: 'v7.1 arch/x86/include/asm/pgtable.h, pgtable_types.h',
  order: ORDER,
  topPfnBit: 39,
  physmemBits: [
    { says: 'with 4 levels of tables', bits: 46 },
    { says: 'with 5 levels', bits: 52 },
  ],
  memoryFailure: true,
  noDevicePrivate: [],
  boundaries: L1TF,
  define: x86Pgtable(build),
  releases: x86Releases(build),
  series: x86Series(build),
  pgprots: () => x86Pgprots(build),
  notes: [
    'PG3 fails of PROT_NONE alone, and of pfn_pmd() before pmd_mkhuge(): without PSE pmd_pfn() takes bits 12 to 20 for the frame, which are inverted. No caller asks it then.',
    'PG12 of a PMD: pmd_mkhuge() sets PSE, which pmd_present() takes for present, since a leaf that is being split has nothing else. CPA, which takes large pages away (set_memory_np()), sets PSE by itself, and only where the page stays present.',
    'PG12-absent of a PMD: version 4 of the series has pfn_pmd() set PSE, so that PG12 holds and a page that CPA takes away is present from the beginning; where it sets PSE of what is present alone, pmd_mkinvalid() has to set it. Until then a PAT bit of a base-PTE pgprot_t is PSE in the same way. Inferred: 1/7 was not found.',
    'PG14, PG16: pmd_modify() drops the dirty bit of a writable leaf, from v6.6 until f7491d7c81db (2026-09; in 7.3.4 and 6.12.111): mprotect() forgets a write.',
    'PG8: of WP and WT, which only a driver or the firmware can ask for, PAT is lost in PSE: a leaf becomes WC, or UC.',
  ],
  lacks: {
    pud_protnone: 'x86 has no pud_protnone()',
    ...(build.puds ? {} : { pfn_pud: 'with PAE PUD entries are folded into the PGD' }),
  },
});

export const X86_64: Architecture = {
  ...of(X86_64_BUILD),
  name: 'x86_64',
  says: 'x86-64; leaves are the same with 4 and with 5 levels of tables',
  format: X86_64_FORMAT,
  levels: ['pte', 'pmd', 'pud'],
};
export const X86_64_SME: Architecture = {
  ...of(X86_64_SME_BUILD),
  name: 'x86_64_sme',
  says: 'x86-64 with AMD memory encryption: bit 47 of an entry says encrypted, and is no bit of a frame number',
  format: X86_64_SME_FORMAT,
  levels: ['pte', 'pmd', 'pud'],
  topPfnBit: 46 - 12,
  boundaries: [],
};
export const X86_PAE: Architecture = {
  ...of(X86_PAE_BUILD),
  name: 'x86_pae',
  says: '32-bit x86 with PAE',
  format: X86_PAE_FORMAT,
  levels: ['pte', 'pmd'],
  // An unsigned long has 32 bits.
  topPfnBit: 31,
  // Of FLATMEM nobody says it: SWP_TYPE_SHIFT is what there is. X86_SUPPORTS_MEMORY_FAILURE is of FLATMEM alone.
  physmemBits: [
    { says: 'with SPARSEMEM', bits: 36 },
    { says: 'with FLATMEM', bits: 38, noMarks: true },
  ],
  // CONFIG_MEMORY_HOTPLUG is of 64 bits.
  noDevicePrivate: PGTABLE_RELEASES,
  boundaries: [],
};
