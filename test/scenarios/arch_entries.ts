/**
 * Sequences of operations on entries bit for bit, on the versions of "mm: add huge pfnmap support for remap_pfn_range()" and on
 * variants of it that nobody has posted: what they break, and what is mapped then.
 */
import type { Setting } from '../../checker/catalogue.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { remapDriver } from '../../model/drivers/driver.ts';
import { mmap, perform, type Played } from './play.ts';

const series = catalogue.series.find(({ name }) => name === 'huge-remap-pfn-range')!;
export const version = (name: string): readonly Setting[] => series.versions.find((one) => one.version === name)!.sets;

/** v4 with some toggles otherwise. */
const v4With = (...others: readonly (readonly [toggle: string, value: string])[]): readonly Setting[] => [
  ...version('v4').filter(({ toggle }) => others.every(([name]) => name !== toggle)),
  ...others.map(([toggle, value]): Setting => ({ toggle, value, evidence: 'asked' })),
];
/** Entries as in v7.1: PTEs of a split are made of pmd_pgprot() as it is. */
export const NAIVE = v4With(['pfn-pmd-format', 'raw'], ['split-pgprot', 'raw'], ['pud-pgprot', 'raw']);
/** Only pfn_pmd() and pfn_pud() take a base-PTE protection. */
export const HALF = v4With(['split-pgprot', 'raw'], ['pud-pgprot', 'raw']);

const KERNELS = {
  v1: version('v1'),
  v2: version('v2'),
  v3: version('v3'),
  v4: version('v4'),
  'leaves as in v7.1, naive split': NAIVE,
  'base-PTE leaves, naive split': HALF,
} as const;

export const CACHE = { WB: 0, WC: 1, UC: 3, WP: 5, WT: 7 } as const;
export const bar = (mode: keyof typeof CACHE): Played =>
  mmap(remapDriver(`2M ${mode}`, { at: 0, pages: 2, pfn: 2, cache: CACHE[mode] }));

/** The properties of entries that are broken, and the entries that map something at the end. */
export const told = (
  plays: readonly Played[],
  settings: readonly Setting[],
  kernel = 'v7.1',
  exact = 'x86_64',
): readonly string[] => {
  const { outcome, state } = perform(plays, { settings, kernel, exact, geometry: { memory: [] } });
  const own = outcome.split(' ').filter((word) => /^(ok|I-(CACHE|PERM|FMT|LEAF|PGPROT|AD|TRANS|SPECIAL))/.test(word));
  return [own.join(' '), ...state.filter((line) => /0x/.test(line) && !/vma/.test(line))];
};
export const onEach = (plays: readonly Played[], exact = 'x86_64') =>
  Object.fromEntries(Object.entries(KERNELS).map(([name, settings]) => [name, told(plays, settings, 'v7.1', exact)]));
