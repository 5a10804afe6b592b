/** What a state needs to carry entries of powerpc book3s64: the bits that tell a leaf, which are no bits of a protection. */
import type { Architecture } from '../../formats/architecture.ts';
import { and, clear, or, shl, shr, toNumber, u64 } from '../../formats/u64.ts';
import { type Machine, POWERPC_HASH, POWERPC_RADIX } from '../../state/machine.ts';
import { askedElsewhere, type Carried, type Deviation, protectionsOf } from '../carried.ts';
import { PPC64_HASH_4K, PPC64_HASH_64K, PPC64_RADIX_4K, PPC64_RADIX_64K } from './architecture.ts';
import { _PAGE_CACHE_CTL, _PAGE_PTE, _RPAGE_SW1, H_PAGE_4K_PFN } from './bits.ts';

const CACHE_SHIFT = 4;
const LEAF: Deviation = { says: '_PAGE_PTE', bits: _PAGE_PTE };
const THP_HUGE: Deviation = { says: '_PAGE_PTE and H_PAGE_THP_HUGE', bits: or(_PAGE_PTE, H_PAGE_4K_PFN) };
const _4K_PFN: Deviation = {
  says: 'H_PAGE_4K_PFN, the bit of H_PAGE_THP_HUGE: the page is hashed as pages of 4K, elsewhere',
  bits: H_PAGE_4K_PFN,
};

const carried = (
  architecture: Architecture,
  machine: Machine,
  deviations: Partial<Carried['deviations']> = {},
): Carried => ({
  architecture,
  machine,
  prots: protectionsOf(architecture, { NONE: 'PAGE_NONE', R: 'PAGE_READONLY', RW: 'PAGE_SHARED' }),
  asks: askedElsewhere,
  modes: ['normal', 'tolerant', 'non-idempotent', 'non-idempotent'],
  cacheOf: (_level, e) => toNumber(shr(and(e, _PAGE_CACHE_CTL), CACHE_SHIFT)),
  withCache: (prot, code) => or(clear(prot, _PAGE_CACHE_CTL), and(shl(u64(code), CACHE_SHIFT), _PAGE_CACHE_CTL)),
  leafProt: (prot) => prot,
  devmap: _RPAGE_SW1,
  deviations: { pte: [], pmd: [], pud: [], pgprot: [LEAF], ...deviations },
});

export const CARRIED_POWERPC: readonly Carried[] = [
  carried(PPC64_RADIX_4K, POWERPC_RADIX),
  carried(PPC64_RADIX_64K, POWERPC_RADIX),
  // hash__has_transparent_hugepage() is 0 there.
  carried(PPC64_HASH_4K, { ...POWERPC_HASH, pmdLeaves: false }),
  carried(PPC64_HASH_64K, POWERPC_HASH, { pte: [_4K_PFN], pgprot: [LEAF, THP_HUGE] }),
];
