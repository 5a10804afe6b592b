/** The x86 MMU: Intel SDM volume 3, tables 5-15 to 5-20, with the PAT as pat_bp_init() loads it. */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import { and, bit, bits, clear, has, join, or, shr, toNumber, type U64, ZERO } from '../../model/formats/u64.ts';
import { EXEC, type Mmu, READ, SHADOW, USER, WRITE } from './mmu.ts';

const P = bit(0);
const RW = bit(1);
const US = bit(2);
const PWT = bit(3);
const PCD = bit(4);
const D = bit(6);
/** Bit 7: PAT in a PTE, PS in an entry of a higher level. */
const PS = bit(7);
const KEY = bits(59, 62);
const XD = bit(63);
const PAT: Readonly<Record<LeafLevel, U64>> = { pte: bit(7), pmd: bit(12), pud: bit(12) };
/** Between PAT and the frame. */
const RESERVED: Readonly<Record<'pmd' | 'pud', U64>> = { pmd: bits(13, 20), pud: bits(13, 29) };
const FRAME: Readonly<Record<LeafLevel, U64>> = { pte: bits(12, 51), pmd: bits(21, 51), pud: bits(30, 51) };

/** What a tag of its L1 cache holds of an address: x86_cache_bits. */
const CACHED = bits(0, 45);

/** By PAT<<2 | PCD<<1 | PWT. */
const PAT_TABLE = ['WB', 'WC', 'UC-', 'UC', 'WB', 'WP', 'UC-', 'WT'];
const MODES = ['WB', 'WC', 'UC-', 'UC', 'WP', 'WT'];
const MODE_AT = PAT_TABLE.map((mode) => MODES.indexOf(mode));

export const MMU_X86: Mmu = {
  cites: 'Intel SDM volume 3, 5.4 (4-level paging), 13.12 (PAT); v7.1 arch/x86/mm/pat/memtype.c pat_bp_init()',
  valid: (e) => has(e, P),
  legal: (level, e) => !has(e, P) || level === 'pte' || (has(e, PS) && !has(e, RESERVED[level])),
  frame: (level, e) => shr(and(e, FRAME[level]), 12),
  rights: (_level, e) => {
    if (!has(e, P)) return 0;
    const writes = has(e, RW) ? WRITE : has(e, D) ? SHADOW : 0;
    return READ | writes | (has(e, XD) ? 0 : EXEC) | (has(e, US) ? USER : 0);
  },
  mode: (level, e) => MODE_AT[(has(e, PAT[level]) ? 4 : 0) | (has(e, PCD) ? 2 : 0) | (has(e, PWT) ? 1 : 0)]!,
  modes: MODES,
  withMode: (level, e, mode) => {
    const index = PAT_TABLE.indexOf(MODES[mode]!);
    const plain = clear(e, join(PAT[level], PCD, PWT));
    return join(
      plain,
      (index & 4) === 0 ? ZERO : PAT[level],
      (index & 2) === 0 ? ZERO : PCD,
      (index & 1) === 0 ? ZERO : PWT,
    );
  },
  isNone: (e) => !has(e, P) && has(e, bit(8)),
  // v7.1 arch/x86/mm/pat/set_memory.c set_memory_np(), pgprot_clear_protnone_bits().
  withdrawn: (prot) => clear(prot, or(P, bit(8))),
  key: (e) => toNumber(shr(and(e, KEY), 59)),
  promises: { pgprot_noncached: 'UC-', pgprot_writecombine: 'WC', pgprot_writethrough: 'WT' },
  guessing: {
    cites:
      'v7.1 Documentation/admin-guide/hw-vuln/l1tf.rst; arch/x86/include/asm/processor.h l1tf_pfn_limit(), for a CPU with 46 bits of physical address',
    frame: (level, e) => shr(and(and(e, has(e, PS) ? FRAME[level] : FRAME.pte), CACHED), 12),
    limit: bit(46 - 1 - 12),
  },
};

/** AMD SME: bit 47 says encrypted, and the bits from there to 51 are none of the frame. */
const C_BIT = bit(47);
const ABOVE = bits(48, 51);
export const MMU_X86_SME: Mmu = {
  ...MMU_X86,
  cites: `${MMU_X86.cites}; AMD APM volume 2, 7.10`,
  legal: (level, e) => MMU_X86.legal(level, e) && !(has(e, P) && has(e, ABOVE)),
  frame: (level, e) => MMU_X86.frame(level, clear(e, C_BIT)),
};
