/** What a state needs to carry entries of riscv64: memory types by a number, since those of T-Head have more bits than a state has room for. */
import type { Architecture } from '../../formats/architecture.ts';
import { and, clear, or, shl, shr, toNumber, u64 } from '../../formats/u64.ts';
import { RISCV64 as MACHINE } from '../../state/machine.ts';
import { askedElsewhere, type Carried, protectionsOf } from '../carried.ts';
import { RISCV64, RISCV64_SVPBMT, RISCV64_THEAD } from './architecture.ts';
import { _PAGE_RSW_HIGH, RISCV64_BUILD, RISCV64_SVPBMT_BUILD, RISCV64_THEAD_BUILD, type RiscvBuild } from './bits.ts';

/** The memory types of a CPU: the lowest of their bits, the value of each number, and what a driver gets. */
interface Types {
  readonly from: number;
  readonly values: readonly number[];
  readonly modes: readonly string[];
}
/** A device has the type of its addresses, whatever its driver asks for. */
const PLAIN: Types = { from: 61, values: [0], modes: ['PMA'] };
const MODES = ['PMA', 'NC', 'IO', 'IO'];
/** None, NC, IO. */
const SVPBMT: Types = { from: 61, values: [0, 1, 2], modes: MODES };
/** As a protection has them: none, NC, IO; NC and IO as pte_pgprot() gives them, xor-ed with PMA; and PMA. */
const THEAD: Types = { from: 59, values: [0, 0b00110, 0b10010, 0b01000, 0b11100, 0b01110], modes: MODES };

const carried = (architecture: Architecture, build: RiscvBuild, { from, values, modes }: Types): Carried => {
  const { mtmask, pma } = build;
  const pmaType = toNumber(shr(pma, from));
  return {
    architecture,
    machine: MACHINE,
    prots: protectionsOf(architecture, { NONE: 'PAGE_NONE', R: 'PAGE_READ', RW: 'PAGE_WRITE' }),
    asks: askedElsewhere,
    modes,
    cacheOf: (level, e) => {
      const type = toNumber(shr(and(e, mtmask), from));
      // What pfn_pte() and pfn_pmd() bring in by themselves, and pfn_pud() does not.
      const own = level === 'pte' || level === 'pmd' ? pmaType : 0;
      return type === own ? 0 : Math.max(0, values.indexOf(type));
    },
    withCache: (prot, code) => or(clear(prot, mtmask), and(shl(u64(values[code] ?? 0), from), mtmask)),
    leafProt: (prot) => prot,
    devmap: _PAGE_RSW_HIGH,
    deviations: { pte: [], pmd: [], pud: [], pgprot: [] },
  };
};

export const CARRIED_RISCV: readonly Carried[] = [
  carried(RISCV64, RISCV64_BUILD, PLAIN),
  carried(RISCV64_SVPBMT, RISCV64_SVPBMT_BUILD, SVPBMT),
  carried(RISCV64_THEAD, RISCV64_THEAD_BUILD, THEAD),
];
