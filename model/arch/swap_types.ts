/**
 * What the type of a swap entry stands for: include/linux/swap.h and swapops.h. Of 2^MAX_SWAPFILES_SHIFT numbers the last are no
 * swap devices; how many depends on the configuration. Here CONFIG_MIGRATION and CONFIG_MEMORY_FAILURE are set.
 */
import type { Architecture, PgtableRelease } from '../formats/architecture.ts';
import { and, bit, bits, clear, has, isZero, join, shortHex, type U64, ZERO } from '../formats/u64.ts';

const MAX_SWAPFILES_SHIFT = 5;

/** SWP_DEVICE_NUM: in v6.12 device-exclusive entries tell writes from reads. */
const DEVICE = ['SWP_DEVICE_WRITE', 'SWP_DEVICE_READ', 'SWP_DEVICE_EXCLUSIVE'];
const DEVICE_6_12 = ['SWP_DEVICE_WRITE', 'SWP_DEVICE_READ', 'SWP_DEVICE_EXCLUSIVE_WRITE', 'SWP_DEVICE_EXCLUSIVE_READ'];

/** v6.12 has no PTE_MARKER_GUARD; a release does not set what it does not have. */
const MARKERS = ['PTE_MARKER_UFFD_WP', 'PTE_MARKER_POISONED', 'PTE_MARKER_GUARD'];

/** From SWP_HWPOISON, which is MAX_SWAPFILES, to the last. */
const specials = (release: PgtableRelease, devicePrivate: boolean): readonly string[] => [
  'SWP_HWPOISON',
  'SWP_MIGRATION_READ',
  'SWP_MIGRATION_READ_EXCLUSIVE',
  'SWP_MIGRATION_WRITE',
  ...(devicePrivate ? (release.startsWith('v6.12') ? DEVICE_6_12 : DEVICE) : []),
  'SWP_PTE_MARKER',
];

/** Of a migration entry SWP_MIG_YOUNG and SWP_MIG_DIRTY stand above SWP_PFN_BITS. */
const frameAt = (offset: U64, pfnBits: number, migrates: boolean) => {
  const frame = and(offset, bits(0, pfnBits - 1));
  const [young, dirty] = [bit(pfnBits), bit(pfnBits + 1)].map((mark) => (migrates ? and(offset, mark) : ZERO));
  const marks = [isZero(young!) ? [] : ['young'], isZero(dirty!) ? [] : ['dirty']].flat();
  const above = clear(offset, join(frame, young!, dirty!));
  return {
    isWhole: isZero(above),
    words: [
      `frame ${shortHex(frame)}`,
      ...marks,
      ...(isZero(above) ? [] : [`${shortHex(above)} above, which is to be 0`]),
    ].join(', '),
  };
};

/** The frame by each MAX_PHYSMEM_BITS that leaves nothing above it, or by all; once where they say the same. */
const framesInWords = ({ format, physmemBits }: Architecture, offset: U64, migrates: boolean): string => {
  const all = physmemBits.map(({ says, bits: top }) => ({
    by: `${says}, MAX_PHYSMEM_BITS ${top}`,
    ...frameAt(offset, top - format.pageShift, migrates),
  }));
  if (new Set(all.map(({ words }) => words)).size === 1) return all[0]!.words;
  const whole = all.filter(({ isWhole }) => isWhole);
  return (whole.length > 0 ? whole : all).map(({ words, by }) => `${words} (${by})`).join(' or ');
};

const meaningOf = (architecture: Architecture, name: string | undefined, type: number, offset: U64): string => {
  if (name === undefined) return `swap device ${type}, slot ${shortHex(offset)}`;
  if (name !== 'SWP_PTE_MARKER') return `${name}: ${framesInWords(architecture, offset, name.includes('MIGRATION'))}`;
  const markers = MARKERS.filter((_, n) => has(offset, bit(n)));
  return `${name}: ${markers.length === 0 ? `no marker of ${shortHex(offset)} is known` : markers.join(', ')}`;
};

/** What type and offset stand for: a line, or one for each configuration that gives the number another meaning. */
export const swapInWords = (
  architecture: Architecture,
  release: PgtableRelease,
  type: number,
  offset: U64,
): readonly string[] => {
  const [device = '', none = ''] = [true, false].map((devicePrivate) => {
    const names = specials(release, devicePrivate);
    const name = names[type - (2 ** MAX_SWAPFILES_SHIFT - names.length)];
    return meaningOf(architecture, name, type, offset);
  });
  if (device === none) return [device];
  return [
    `with CONFIG_DEVICE_PRIVATE ${device}`,
    `without it ${none}`,
    '(numbers of CONFIG_MIGRATION and CONFIG_MEMORY_FAILURE)',
  ];
};
