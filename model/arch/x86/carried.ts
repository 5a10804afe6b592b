/** What a state needs to carry entries of x86: cache bits by the index into the PAT table, as in pgtable_types.ts. */
import { bit, clear, has, join, type U64, ZERO } from '../../formats/u64.ts';
import { type Machine, X86_32, X86_64 as MACHINE } from '../../state/machine.ts';
import type { Architecture } from '../../formats/architecture.ts';
import { type Carried, protectionsOf } from '../carried.ts';
import { X86_64, X86_64_SME, X86_PAE } from './architecture.ts';
import { _PAGE_PAT, _PAGE_PAT_LARGE, _PAGE_PCD, _PAGE_PWT, _PAGE_SOFTW4 } from './bits.ts';
import { protval_4k_2_large } from './pgtable.ts';

const CACHE = join(_PAGE_PAT, _PAGE_PCD, _PAGE_PWT);

const withCache = (prot: U64, index: number): U64 =>
  join(
    clear(prot, CACHE),
    (index & 1) === 0 ? ZERO : _PAGE_PWT,
    (index & 2) === 0 ? ZERO : _PAGE_PCD,
    (index & 4) === 0 ? ZERO : _PAGE_PAT,
  );

/** What a wrong conversion of PAT sets: the bit behind that of a leaf. */
const RESERVED = { says: 'bit 13, which is reserved in a leaf', bits: bit(13) };

const carried = (architecture: Architecture, machine: Machine): Carried => ({
  architecture,
  machine,
  prots: protectionsOf(architecture, { NONE: 'PAGE_NONE', R: 'PAGE_READONLY', RW: 'PAGE_SHARED' }),
  asks: (t, prot, index) => {
    if (index === 1) return t.pgprot_writecombine(prot);
    if (index === 2) return t.pgprot_noncached(prot);
    if (index === 7) return t.pgprot_writethrough(prot);
    // cachemode2protval(): no function of a driver asks for the others.
    return withCache(prot, index);
  },
  modes: ['WB', 'WC', 'UC-', 'UC', 'WB', 'WP', 'UC-', 'WT'],
  cacheOf: (of, e) => {
    const pat = has(e, of === 'pte' || of === 'pgprot' ? _PAGE_PAT : _PAGE_PAT_LARGE) ? 4 : 0;
    return pat | (has(e, _PAGE_PCD) ? 2 : 0) | (has(e, _PAGE_PWT) ? 1 : 0);
  },
  withCache,
  leafProt: protval_4k_2_large,
  devmap: _PAGE_SOFTW4,
  deviations: {
    pte: [],
    pmd: [RESERVED],
    pud: [RESERVED],
    // pmd_pgprot() of a leaf as it is stored: in a PTE this is the lowest bit of the frame number.
    pgprot: [{ says: 'PAT of a leaf, at bit 12', bits: _PAGE_PAT_LARGE }],
  },
});

export const CARRIED_X86_64 = carried(X86_64, MACHINE);
export const CARRIED_X86: readonly Carried[] = [CARRIED_X86_64, carried(X86_64_SME, MACHINE), carried(X86_PAE, X86_32)];
