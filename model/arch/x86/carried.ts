/** What a state needs to carry entries of x86-64: cache bits by the index into the PAT table, as in pgtable_types.ts. */
import { bit, clear, has, join, or, type U64, ZERO } from '../../formats/u64.ts';
import { X86_64 as MACHINE } from '../../state/machine.ts';
import type { Carried } from '../carried.ts';
import { X86_64 } from './architecture.ts';
import {
  _PAGE_ACCESSED,
  _PAGE_NX,
  _PAGE_PAT,
  _PAGE_PAT_LARGE,
  _PAGE_PCD,
  _PAGE_PRESENT,
  _PAGE_PROTNONE,
  _PAGE_PWT,
  _PAGE_RW,
  _PAGE_SOFTW4,
  _PAGE_USER,
} from './bits.ts';
import { protval_4k_2_large } from './pgtable.ts';

const READONLY = join(_PAGE_PRESENT, _PAGE_USER, _PAGE_ACCESSED, _PAGE_NX);
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

export const CARRIED_X86_64: Carried = {
  architecture: X86_64,
  machine: MACHINE,
  prots: { NONE: or(_PAGE_PROTNONE, _PAGE_ACCESSED), R: READONLY, RW: or(READONLY, _PAGE_RW) },
  asks: (t, prot, index) => {
    if (index === 1) return t.pgprot_writecombine(prot);
    if (index === 2) return t.pgprot_noncached(prot);
    if (index === 7) return t.pgprot_writethrough(prot);
    // cachemode2protval(): no function of a driver asks for the others.
    return withCache(prot, index);
  },
  cacheOf: (level, e) => {
    const pat = has(e, level === 'pte' ? _PAGE_PAT : _PAGE_PAT_LARGE) ? 4 : 0;
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
};
