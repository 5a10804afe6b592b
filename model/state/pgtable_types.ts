/**
 * Page-table entries, at three levels. Mirrors arch/x86/include/asm/pgtable_types.h (v7.1) as far as modelled, and the
 * migration, swap and device-private entries and the uffd-wp marker of include/linux/swapops.h. There are no others that are
 * not present: other markers, device-exclusive.
 */
import { entry, flag, oneOf, shownAs, upTo, type Word } from '../../checker/search/index.ts';
import { FRAME_MAX } from './geometry.ts';

/**
 * Cache attribute bits of an entry, as an index into the x86 PAT table: PAT<<2 | PCD<<1 | PWT.
 * In a PTE the PAT bit is bit 7, in a leaf it is bit 12 (bit 7 is PSE there): see `Pgprot`.
 */
export const cache = upTo(7);
const pfn = upTo(FRAME_MAX);

export const CACHE_MODES = ['WB', 'WC', 'UC-', 'UC', 'WB (PAT index 4)', 'WP', 'UC- (PAT index 6)', 'WT'] as const;

/** What a driver asks for on any other machine, by the same index: nothing, pgprot_writecombine(), pgprot_noncached(). */
const ELSEWHERE = ['cached', 'writecombine', 'noncached', 'noncached'] as const;
/**
 * A report that names modes of x86, in the words of the other machines, or in `modes`, those of its hardware; bits that only x86
 * has say nothing there.
 */
export const cacheModesElsewhere = (text: string, modes: readonly string[] = ELSEWHERE): string =>
  text.replaceAll(
    /\b(WB|WC|UC-?|WP|WT)( \(PAT index \d\))?(?=[\s.,:;)]|$)/g,
    (_, mode: string) => modes[CACHE_MODES.findIndex((one) => one === mode) % modes.length]!,
  );

/**
 * Which bits of the real word no field has, where entries are those of an architecture bit for bit: 0, those that the fields
 * call for; otherwise a number in its list of deviations (model/arch/carried.ts). Without an architecture always 0.
 */
const deviation = upTo(7);

interface Attributes<N extends string> {
  readonly write: (e: Word<N>) => number;
  readonly young: (e: Word<N>) => number;
  readonly dirty: (e: Word<N>) => number;
  readonly special: (e: Word<N>) => number;
  readonly protnone: (e: Word<N>) => number;
  readonly cache: (e: Word<N>) => number;
}

const joined = (words: readonly string[]): string => words.filter((word) => word !== '').join(' ');

/** What an entry allows, and which flags it has, in words. */
const attributes = <N extends string>(of: Attributes<N>, e: Word<N>): string => {
  const access = of.write(e) === 1 ? 'RW' : 'RO';
  return joined([
    of.protnone(e) === 1 ? 'NONE' : access,
    of.young(e) === 1 ? 'young' : '',
    of.dirty(e) === 1 ? 'dirty' : '',
    of.special(e) === 1 ? 'special' : '',
    CACHE_MODES[of.cache(e)]!,
  ]);
};

/** The fields of a present entry, at every level. `protnone`: present for the kernel, not for the CPU. */
const present = {
  pfn,
  write: flag,
  young: flag,
  dirty: flag,
  special: flag,
  protnone: flag,
  cache,
};

const migrationName = (write: number, exclusive: number): string => {
  if (write === 1) return 'writable migration entry';
  return exclusive === 1 ? 'readable exclusive migration entry' : 'readable migration entry';
};

export const PudKind = oneOf('none', 'table', 'leaf');
/** A PUD slot. Its PMD table has no number: it is the one of the slot. `devmap`: _PAGE_DEVMAP, until v6.16. */
const pud = entry('pud')({ kind: PudKind, ...present, devmap: flag, deviation });
export const Pud = shownAs(pud, (e) => {
  const kind = PudKind.names[pud.kind(e)]!;
  if (kind !== 'leaf') return kind;
  return joined([`leaf pfn ${pud.pfn(e)} ${attributes(pud, e)}`, pud.devmap(e) === 1 ? 'devmap' : '']);
});
export type Pud = Word<'pud'>;

export const PmdKind = oneOf('none', 'table', 'leaf', 'migration');
/**
 * A PMD slot. `pfn` is the first frame of a leaf, or the number of the PTE table. A migration entry is writable,
 * or readable and `exclusive`, or readable. `byRemap` is a ghost: remap_pfn_range() installed the leaf; no kernel
 * function reads it, only the spec does.
 */
const pmd = entry('pmd')({ kind: PmdKind, ...present, devmap: flag, exclusive: flag, byRemap: flag, deviation });
export const Pmd = shownAs(pmd, (e) => {
  const kind = PmdKind.names[pmd.kind(e)]!;
  if (kind === 'none') return 'none';
  if (kind === 'table') return `table ${pmd.pfn(e)}`;
  if (kind === 'migration') return `${migrationName(pmd.write(e), pmd.exclusive(e))} pfn ${pmd.pfn(e)}`;
  return joined([
    `leaf pfn ${pmd.pfn(e)} ${attributes(pmd, e)}`,
    pmd.devmap(e) === 1 ? 'devmap' : '',
    pmd.byRemap(e) === 1 ? '(by remap)' : '',
  ]);
});
export type Pmd = Word<'pmd'>;

/**
 * A PTE: present, or a migration entry, or a swap entry, or a hwpoison entry, or a device-private entry, or none. A swap entry has the number of its slot
 * for a frame, and the bit that says special in a present one: so does hardware leave the bits of what is not present to the
 * kernel. A hwpoison entry has protnone as well, and names its page; a device-private entry has young as well, and names a
 * page of the device, which may be written if it says so. In a present entry `exclusive` is pte_uffd_wp(), and
 * alone it is the marker of a page that userfaultfd protects.
 */
const pte = entry('pte')({ present: flag, ...present, migration: flag, exclusive: flag, deviation });
const isSwapType = (e: Pte): boolean => pte.special(e) === 1 && pte.present(e) === 0 && pte.migration(e) === 0;
/** Whether the entry is neither present nor of a migration, and names a swap slot. */
export const isSwapPte = (e: Pte): boolean => isSwapType(e) && pte.protnone(e) === 0 && pte.young(e) === 0;
/** Whether it names a page that is broken. */
export const isHwpoisonPte = (e: Pte): boolean => isSwapType(e) && pte.protnone(e) === 1;
/** Whether it stands for a page that only a device reaches. */
export const isPrivatePte = (e: Pte): boolean => isSwapType(e) && pte.young(e) === 1;
/** pte_uffd_wp(): a present PTE that userfaultfd protects. */
export const isUffdWp = (e: Pte): boolean => pte.exclusive(e) === 1 && pte.present(e) === 1;
/** pte_is_uffd_wp_marker(): the same where there is no page; it is none for who does not look. */
export const isUffdMarker = (e: Pte): boolean =>
  pte.exclusive(e) === 1 && pte.present(e) === 0 && pte.migration(e) === 0 && !isSwapType(e);
export const Pte = shownAs(pte, (e) => {
  if (pte.present(e) === 1) return `pfn ${pte.pfn(e)} ${attributes(pte, e)}${isUffdWp(e) ? ' uffd-wp' : ''}`;
  if (isSwapPte(e)) return `${pte.exclusive(e) === 1 ? 'exclusive ' : ''}swap entry of slot ${pte.pfn(e)}`;
  if (isUffdMarker(e)) return 'uffd-wp marker';
  if (isPrivatePte(e))
    return `${pte.write(e) === 1 ? 'writable' : 'readable'} device-private entry of page ${pte.pfn(e)}`;
  if (isHwpoisonPte(e)) return `hwpoison entry of page ${pte.pfn(e)}`;
  return pte.migration(e) === 0 ? 'none' : `${migrationName(pte.write(e), pte.exclusive(e))} pfn ${pte.pfn(e)}`;
});
export type Pte = Word<'pte'>;

/**
 * A pgprot_t: attribute bits as they stand in an x86 entry. `bit7` is PAT in a PTE and PSE in a leaf; `deviation` is what it
 * has otherwise than a base-PTE protection: on x86 1 is bit 12, PAT in a leaf and the lowest bit of the frame number in a PTE.
 */
export const Pgprot = entry('pgprot')({
  write: flag,
  young: flag,
  dirty: flag,
  special: flag,
  protnone: flag,
  pwtPcd: upTo(3),
  bit7: flag,
  deviation,
});
export type Pgprot = Word<'pgprot'>;
