/** What a state needs to carry entries of arm64: cache modes by AttrIndx, and the type of a block where a page is to be. */
import type { Architecture } from '../../formats/architecture.ts';
import { and, clear, or, shr, toNumber, type U64 } from '../../formats/u64.ts';
import { ARM64 as MACHINE } from '../../state/machine.ts';
import { askedElsewhere, type Carried, protectionsOf } from '../carried.ts';
import { ARM64 } from './architecture.ts';
import { PMD_TABLE_BIT, PTE_ATTRINDX, PTE_ATTRINDX_MASK, PTE_SOFTW57 } from './bits.ts';

const BLOCK = {
  says: 'the type of a block: to the CPU a reserved descriptor where a page is to be',
  bits: PMD_TABLE_BIT,
};
const TABLE = { says: 'the type of a table', bits: PMD_TABLE_BIT };

const carried = (architecture: Architecture): Carried => ({
  architecture,
  machine: MACHINE,
  prots: protectionsOf(architecture, { NONE: 'PAGE_NONE', R: 'PAGE_READONLY', RW: 'PAGE_SHARED' }),
  asks: askedElsewhere,
  modes: ['Normal', 'Normal-NC', 'Device-nGnRnE', 'Device-nGnRnE'],
  cacheOf: (_level, e) => toNumber(shr(and(e, PTE_ATTRINDX_MASK), 2)),
  withCache: (prot: U64, index) => or(clear(prot, PTE_ATTRINDX_MASK), PTE_ATTRINDX(index)),
  leafProt: (prot) => prot,
  devmap: PTE_SOFTW57,
  deviations: { pte: [BLOCK], pmd: [TABLE], pud: [TABLE], pgprot: [BLOCK] },
});

export const CARRIED_ARM64: readonly Carried[] = ARM64.map(carried);
