/**
 * The MMU of arm64: Arm ARM (DDI 0487) D8.3 descriptor formats, D8.4 permissions, D8.6 attributes, with MAIR_EL1 and the tables of
 * permission indirection as the kernel loads them. What the direct permissions make of the same bits is the same,
 * but for GCS, which needs indirection.
 */
import { ARM64_GRANULES, type Arm64Granule, highPlace, isLpa2, shiftOf } from '../../model/formats/arm64.ts';
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import { and, bit, bits, clear, has, or, shl, shr, type U64, u64, ZERO } from '../../model/formats/u64.ts';
import { EXEC, type Mmu, READ, SHADOW, USER, WRITE } from './mmu.ts';

const VALID = bit(0);
/** With VALID: a page at level 3, where 0 is reserved; a table at any other, where 0 is a block. */
const TYPE = bit(1);
/** AttrIndx[2:0]. */
const ATTR = bits(2, 4);
const AP1 = bit(6);
const NG = bit(11);
const GP = bit(50);
const DBM = bit(51);
const PXN = bit(53);
const UXN = bit(54);
/** FEAT_BBM level 1 or 2, of a block. */
const NT = bit(16);

/** By AttrIndx. What MAIR_EL1_SET leaves out is 0, and that is nGnRnE. Tagged memory is write-back, with tags: a right. */
const MAIR = [
  'Normal',
  'Normal',
  'Normal-NC',
  'Device-nGnRnE',
  'Device-nGnRE',
  'Device-nGnRnE',
  'Device-nGnRnE',
  'Device-nGnRnE',
];
const MODES = ['Normal', 'Normal-NC', 'Device-nGnRnE', 'Device-nGnRE'];
const MODE_AT = MAIR.map((mode) => MODES.indexOf(mode));
/** AttrIndx of each mode. */
const INDEX_OF = MODES.map((mode) => shl(u64(MAIR.indexOf(mode)), 2));
const TAGGED = 1;

/** Beyond those of every architecture: allocation tags (MTE), guarded branch targets (BTI). */
const TAGS = 32;
const GUARDED = 64;
/** Bits 62:60, the index of the overlay (POE), above them. */
const OVERLAY_SHIFT = 7;

/** By PIIndex = UXN, PXN, DBM, AP[1]: PIE_E0 and PIE_E1 of v7.1 arch/arm64/include/asm/pgtable-prot.h. 0 is never used. */
const INDIRECT = [
  0,
  0,
  0,
  0,
  EXEC | USER,
  READ | EXEC | USER,
  0,
  READ | WRITE | EXEC | USER,
  READ | EXEC,
  READ | USER,
  READ | WRITE | EXEC,
  READ | WRITE | USER | SHADOW,
  READ,
  READ | USER,
  READ | WRITE,
  READ | WRITE | USER,
];

const attrOf = (e: U64): number => (e.lo >> 2) & 7;
const keyOf = (e: U64): number => (e.hi >>> 28) & 7;
const piIndex = (e: U64): number =>
  (has(e, UXN) ? 8 : 0) | (has(e, PXN) ? 4 : 0) | (has(e, DBM) ? 2 : 0) | (has(e, AP1) ? 1 : 0);

const rights = (_level: LeafLevel, e: U64): number => {
  if (!has(e, VALID)) return 0;
  return (
    INDIRECT[piIndex(e)]! | (attrOf(e) === TAGGED ? TAGS : 0) | (has(e, GP) ? GUARDED : 0) | (keyOf(e) << OVERLAY_SHIFT)
  );
};

/** Where the address is, and what between and above it is reserved (RES0). */
const placesOf = (granule: Arm64Granule, level: LeafLevel) => {
  const shift = shiftOf(granule, level);
  const lpa2 = isLpa2(granule);
  const place = highPlace(granule);
  const high = place === undefined ? ZERO : bits(...place);
  const below = shift === 12 ? ZERO : bits(12, shift - 1);
  return {
    low: bits(shift, lpa2 ? 49 : 47),
    high,
    highShift: place === undefined ? 0 : (lpa2 ? 50 : 48) - place[0],
    reserved: or(clear(below, level === 'pte' ? high : or(high, NT)), lpa2 ? ZERO : bits(48, 49)),
  };
};

const mmuOf = (granule: Arm64Granule): Mmu => {
  const places = {
    pte: placesOf(granule, 'pte'),
    pmd: placesOf(granule, 'pmd'),
    pud: placesOf(granule, 'pud'),
  };
  return {
    cites:
      'Arm ARM (DDI 0487) D8.3, D8.4, D8.6; v7.1 arch/arm64/mm/proc.S MAIR_EL1_SET, arch/arm64/include/asm/pgtable-prot.h PIE_E0, PIE_E1',
    valid: (e) => has(e, VALID),
    legal: (level, e) => !has(e, VALID) || (has(e, TYPE) === (level === 'pte') && !has(e, places[level].reserved)),
    frame: (level, e) => {
      const { low, high, highShift } = places[level];
      return shr(or(and(e, low), shl(and(e, high), highShift)), granule.pageShift);
    },
    rights,
    rightsBy: 'FEAT_S1PIE',
    mode: (_level, e) => MODE_AT[attrOf(e)]!,
    modes: MODES,
    withMode: (_level, e, mode) => or(clear(e, ATTR), INDEX_OF[mode]!),
    key: keyOf,
    deviceNeverExec: true,
    promises: { pgprot_noncached: 'Device-nGnRnE', pgprot_writecombine: 'Normal-NC', pgprot_device: 'Device-nGnRE' },
    isNone: (e) => !has(e, VALID) && has(e, NG) && !has(e, AP1) && has(e, UXN),
  };
};

export const MMUS_ARM64: Readonly<Record<string, Mmu>> = Object.fromEntries(
  ARM64_GRANULES.map((granule) => [granule.name, mmuOf(granule)]),
);
