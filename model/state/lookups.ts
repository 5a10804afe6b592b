/**
 * Look-ups of frames in flight, and where their results go: struct follow_pfnmap_args of include/linux/mm.h, the
 * second-stage entries of a guest, and what an IOMMU or another hypervisor has been given; v7.1. One look-up at a time,
 * always in the address space of the parent.
 */
import { entry, flag, oneOf, shownAs, table, upTo, type Word } from '../../checker/search/index.ts';
import { FRAME_MAX, type Geometry } from './geometry.ts';
import { cache, CACHE_MODES } from './pgtable_types.ts';

/**
 * `walked`: the tables have been read without a lock. `locked`: follow_pfnmap_start() has returned, and holds the lock
 * of the entry. `ended`: follow_pfnmap_end() has let it go, and the result is still in use.
 */
export const LookupStage = oneOf('none', 'walked', 'locked', 'ended');
export const LookupUser = oneOf('kvm', 'vfio', 'acrn', 's390', 'access');
/** The level at which something is mapped. */
export const Level = oneOf('none', 'PTE', 'PMD', 'PUD');

/**
 * A user wants `want` pages from `page` on, for reading or writing. `done`: those that earlier look-ups of the same call have
 * found. `takes`: those that it takes from this one, which begins behind them. `block`: the level at which KVM will map, where it
 * decides before it looks up. `again`: generic_access_phys() looks up for the second time. `invalidated`: mmu_invalidate_seq is no
 * longer what KVM has read.
 */
const lookup = entry('lookup')({
  stage: LookupStage,
  user: LookupUser,
  page: upTo(15),
  want: upTo(7),
  done: upTo(7),
  takes: upTo(7),
  write: flag,
  block: Level,
  again: flag,
  invalidated: flag,
});
const WHO = ['KVM', 'vfio', 'acrn', 's390 MMIO', 'generic_access_phys()'] as const;
export const lookupUserName = (user: number): string => WHO[user]!;
const pagesFrom = (page: number, pages: number): string =>
  pages < 2 ? `page ${page}` : `pages ${page}..${page + pages - 1}`;

export const Lookup = shownAs(lookup, (e) => {
  if (lookup.stage(e) === LookupStage.none) return 'none';
  const [page, done, takes] = [lookup.page(e), lookup.done(e), lookup.takes(e)];
  const words = [
    `${lookupUserName(lookup.user(e))}, ${pagesFrom(page, lookup.want(e))}`,
    `to ${lookup.write(e) === 1 ? 'write' : 'read'}:`,
    LookupStage.names[lookup.stage(e)]!,
    lookup.again(e) === 1 ? 'again' : '',
    done > 0 ? `at page ${page + done}` : '',
    takes > 1 ? `(takes ${pagesFrom(page + done, takes)})` : '',
    lookup.block(e) === Level.none ? '' : `(block of a ${Level.names[lookup.block(e)]})`,
  ];
  const said = words.filter((word) => word !== '').join(' ');
  return lookup.invalidated(e) === 1 ? `${said}; mmu_invalidate_seq has changed` : said;
});
export type Lookup = Word<'lookup'>;

/**
 * What a look-up has read: the level, the frame of the page, and the attributes of the entry. `entry`: it is the entry itself, and
 * what stands for the frame is the PTE table that it lies in, if any.
 */
const found = entry('found')({
  level: Level,
  pfn: upTo(FRAME_MAX),
  write: flag,
  special: flag,
  cache,
  protnone: flag,
  entry: flag,
});
const accessName = (write: number, protnone: number): string => {
  if (protnone === 1) return 'NONE';
  return write === 1 ? 'RW' : 'RO';
};
export const Found = shownAs(found, (e) => {
  if (found.level(e) === Level.none) return 'nothing';
  if (found.entry(e) === 1)
    return found.level(e) === Level.PTE ? `a PTE of table ${found.pfn(e)}` : `a ${Level.names[found.level(e)]} entry`;
  const words = [
    `frame ${found.pfn(e)} by a ${Level.names[found.level(e)]}`,
    accessName(found.write(e), found.protnone(e)),
    found.special(e) === 1 ? 'special' : '',
    CACHE_MODES[found.cache(e)]!,
  ];
  return words.filter((word) => word !== '').join(' ');
});
export type Found = Word<'found'>;

/** A second-stage entry: it stands in the row of the first guest page that it maps. Guest page i is page i of the parent. */
const spte = entry('spte')({ level: Level, pfn: upTo(FRAME_MAX), write: flag });
export const Spte = shownAs(spte, (e) => {
  if (spte.level(e) === Level.none) return 'none';
  return `${Level.names[spte.level(e)]} frame ${spte.pfn(e)} ${spte.write(e) === 1 ? 'RW' : 'RO'}`;
});
export type Spte = Word<'spte'>;

/** Frames that an IOMMU (vfio) or another hypervisor (acrn) may use, until it is told otherwise; no notifier tells it. */
const dma = entry('dma')({
  user: oneOf('none', 'vfio', 'acrn'),
  page: upTo(15),
  pages: upTo(7),
  pfn: upTo(FRAME_MAX),
  write: flag,
});
export const Dma = shownAs(dma, (e) => {
  const n = dma.pages(e);
  if (n === 0) return 'none';
  const frames = n === 1 ? `frame ${dma.pfn(e)}` : `frames ${dma.pfn(e)}..${dma.pfn(e) + n - 1}`;
  return `${frames} for ${pagesFrom(dma.page(e), n)} ${dma.write(e) === 1 ? 'RW' : 'RO'}`;
});
export type Dma = Word<'dma'>;
export const DmaUser = { vfio: 1, acrn: 2 } as const;

/** With cache bits of another architecture as their number, which the bits of x86 would be read as modes of. */
const foundElsewhere = shownAs(found, (e) =>
  Found.show(e).replace(/ (WB|WC|UC-?|WP|WT)( \(PAT index \d\))?$/, ` cache bits ${found.cache(e)}`),
);

/** `pat`: cache bits are those of x86. */
export const lookupTables = ({ lookups, guestPages, dmaMappings }: Geometry, pat = true) => {
  const Shown = pat ? Found : foundElsewhere;
  return {
    lookup: table(lookups, Lookup, () => 'look-up'),
    /** What the walk without a lock has read: kernels that do not read again return it. Later, an entry that was returned itself. */
    walked: table(lookups, Shown, () => 'look-up has walked to'),
    /** What the look-up has returned. */
    found: table(lookups, Shown, () => 'look-up has found'),
    /** What its user keeps of an earlier result: generic_access_phys() has mapped it, acrn begins with it. */
    kept: table(lookups, Shown, () => 'look-up goes by'),
    spte: table(guestPages, Spte, (row) => `guest page ${row}`),
    dma: table(dmaMappings, Dma, (row) => `device mapping ${row}`),
  };
};
