/**
 * What the type of a swap entry stands for: include/linux/swap.h and swapops.h. Of 2^MAX_SWAPFILES_SHIFT numbers the last are no
 * swap devices; how many depends on the configuration. Here CONFIG_MIGRATION is set, and CONFIG_MEMORY_FAILURE where it can be.
 */
import type { Architecture, PgtableRelease } from '../formats/architecture.ts';
import type { LeafLevel } from '../formats/pgtable.ts';
import { and, bit, bits, clear, has, isZero, join, shortHex, type U64, ZERO } from '../formats/u64.ts';

/** 1 << MAX_SWAPFILES_SHIFT. An architecture may have more bits for a type. */
const SWAP_TYPES = 32;

/** SWP_DEVICE_NUM: in v6.12 device-exclusive entries tell writes from reads. */
const DEVICE = ['SWP_DEVICE_WRITE', 'SWP_DEVICE_READ', 'SWP_DEVICE_EXCLUSIVE'];
const DEVICE_6_12 = ['SWP_DEVICE_WRITE', 'SWP_DEVICE_READ', 'SWP_DEVICE_EXCLUSIVE_WRITE', 'SWP_DEVICE_EXCLUSIVE_READ'];

const is6_12 = (release: PgtableRelease): boolean => release.startsWith('v6.12');

/** From SWP_HWPOISON, which is MAX_SWAPFILES, to the last. */
const specials = ({ memoryFailure }: Architecture, release: PgtableRelease, device: boolean): readonly string[] => [
  ...(memoryFailure ? ['SWP_HWPOISON'] : []),
  'SWP_MIGRATION_READ',
  'SWP_MIGRATION_READ_EXCLUSIVE',
  'SWP_MIGRATION_WRITE',
  ...(device ? (is6_12(release) ? DEVICE_6_12 : DEVICE) : []),
  'SWP_PTE_MARKER',
];

/**
 * Whether a PMD can be an entry of the name: huge pages are split before they are swapped out, or given to a device for itself, and
 * until v6.18 also before they move to a device. Poison and markers are of hugetlb.
 */
const isOfPmds = (release: PgtableRelease, name: string | undefined): boolean => {
  if (name === undefined || name.startsWith('SWP_DEVICE_EXCLUSIVE')) return false;
  return !name.startsWith('SWP_DEVICE') || release.startsWith('v7');
};

/** Of a migration entry SWP_MIG_YOUNG and SWP_MIG_DIRTY stand above SWP_PFN_BITS. */
const frameAt = (offset: U64, pfnBits: number, hasMarks: boolean) => {
  const frame = and(offset, bits(0, pfnBits - 1));
  const [young, dirty] = [bit(pfnBits), bit(pfnBits + 1)].map((mark) => (hasMarks ? and(offset, mark) : ZERO));
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
  const all = physmemBits.map(({ says, bits: top, noMarks = false }) => ({
    by: `${says}, MAX_PHYSMEM_BITS ${top}`,
    ...frameAt(offset, top - format.pageShift, migrates && !noMarks),
  }));
  if (new Set(all.map(({ words }) => words)).size === 1) return all[0]!.words;
  const whole = all.filter(({ isWhole }) => isWhole);
  return (whole.length > 0 ? whole : all).map(({ words, by }) => `${words} (${by})`).join(' or ');
};

/** PTE_MARKER_MASK: v6.12 has no PTE_MARKER_GUARD. */
const markersInWords = (release: PgtableRelease, offset: U64): string => {
  const markers = ['PTE_MARKER_UFFD_WP', 'PTE_MARKER_POISONED', ...(is6_12(release) ? [] : ['PTE_MARKER_GUARD'])];
  const others = clear(offset, bits(0, markers.length - 1));
  const set = markers.filter((_, n) => has(offset, bit(n)));
  const unknown = isZero(others) ? [] : [`${shortHex(others)}, which is no marker of ${release}`];
  return [...set, ...unknown].join(', ') || 'no marker';
};

/** A swap entry taken apart by __swp_type() and __swp_offset(). */
interface SwapEntry {
  readonly level: LeafLevel;
  readonly type: number;
  readonly offset: U64;
}

const meaningOf = (
  architecture: Architecture,
  release: PgtableRelease,
  names: readonly string[],
  { level, type, offset }: SwapEntry,
): string => {
  const name = names[type - (SWAP_TYPES - names.length)];
  const never = level === 'pmd' && !isOfPmds(release, name) ? ': no PMD is such an entry' : '';
  if (name === undefined) return `swap device ${type}, slot ${shortHex(offset)}${never}`;
  const says =
    name === 'SWP_PTE_MARKER'
      ? markersInWords(release, offset)
      : framesInWords(architecture, offset, name.includes('MIGRATION'));
  return `${name}: ${says}${never}`;
};

/** What type and offset stand for: a line, or one for each configuration that gives the number another meaning. */
export const swapInWords = (
  architecture: Architecture,
  release: PgtableRelease,
  entry: SwapEntry,
): readonly string[] => {
  if (entry.type >= SWAP_TYPES) return [`no type: there are ${SWAP_TYPES} (MAX_SWAPFILES_SHIFT)`];
  const says = (device: boolean): string =>
    meaningOf(architecture, release, specials(architecture, release, device), entry);
  const [without, device] = [says(false), architecture.noDevicePrivate.includes(release) ? '' : says(true)];
  if (device === '' || device === without) return [without];
  return [
    `with CONFIG_DEVICE_PRIVATE ${device}`,
    `without it ${without}`,
    `(numbers of CONFIG_MIGRATION${architecture.memoryFailure ? ' and CONFIG_MEMORY_FAILURE' : ''})`,
  ];
};
