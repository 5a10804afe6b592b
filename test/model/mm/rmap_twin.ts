/**
 * The books kept a second time, slowly: what maps, pins and caches which folio, one by one, and every counter worked
 * out from that. Knows nothing of how the kernel gets there.
 */
import type { Vmstat } from '../../../model/state/memmap.ts';
import type { Counters } from '../../support/folio_state.ts';

export interface Leaf {
  readonly mm: number;
  readonly level: 'PTE' | 'PMD' | 'PUD';
  /** The first frame. */
  readonly page: number;
}

export interface Folio {
  readonly frame: number;
  readonly pages: number;
  readonly kind: 'anon' | 'shmem' | 'file' | 'dax' | 'fsdax';
}

export interface Twin {
  readonly folios: readonly Folio[];
  /** Pages of a PMD leaf. */
  readonly n: number;
  readonly pageMapcount: boolean;
  leaves: Leaf[];
  /** The folio of each pin. */
  pins: Folio[];
  readonly cached: Set<Folio>;
  /** Folios that are allocated; a device always is. */
  readonly allocated: Set<Folio>;
  /** Frames that are PageAnonExclusive, and folios that are queued for a deferred split. */
  readonly exclusive: Set<number>;
  readonly partial: Set<Folio>;
  /** Folios that more than one mm has mapped since nobody did. */
  readonly shared: Set<Folio>;
}

export const twinOf = (folios: readonly Folio[], n: number, pageMapcount: boolean): Twin => ({
  folios,
  n,
  pageMapcount,
  leaves: [],
  pins: [],
  cached: new Set(),
  allocated: new Set(folios.filter(isDevice)),
  exclusive: new Set(),
  partial: new Set(),
  shared: new Set(),
});

export const isDevice = ({ kind }: Folio): boolean => kind === 'dax' || kind === 'fsdax';
export const framesOf = ({ frame, pages }: Folio): readonly number[] =>
  Array.from({ length: pages }, (_, i) => frame + i);
export const leavesOf = ({ leaves }: Twin, { frame, pages }: Folio): readonly Leaf[] =>
  leaves.filter(({ page }) => frame <= page && page < frame + pages);
const wholeOf = (twin: Twin, folio: Folio): readonly Leaf[] =>
  leavesOf(twin, folio).filter(({ level }) => level !== 'PTE');
const ptesTo = ({ leaves }: Twin, frame: number): number =>
  leaves.filter(({ level, page }) => level === 'PTE' && page === frame).length;
export const pinsOf = ({ pins }: Twin, folio: Folio): number => pins.filter((one) => one === folio).length;
/** Leaves that map this page of the folio. */
export const coverOf = (twin: Twin, folio: Folio, frame: number): number =>
  ptesTo(twin, frame) + wholeOf(twin, folio).length;

/** How many mms map the folio. */
export const usersOf = (twin: Twin, folio: Folio): number => new Set(leavesOf(twin, folio).map(({ mm }) => mm)).size;

const refsOf = (twin: Twin, folio: Folio): number => {
  const { kind, pages } = folio;
  const base = kind === 'dax' ? 1 : 0;
  const cache = twin.cached.has(folio) ? pages : 0;
  return base + leavesOf(twin, folio).length + cache + pinsOf(twin, folio) * (pages > 1 ? 1 : 1024);
};

/** After a move: whatever nobody refers to any more is free. */
export const settle = (twin: Twin): void => {
  for (const folio of twin.folios) {
    if (usersOf(twin, folio) === 0) twin.shared.delete(folio);
    if (usersOf(twin, folio) > 1) twin.shared.add(folio);
  }
  for (const folio of twin.allocated) {
    if (isDevice(folio) || refsOf(twin, folio) > 0) continue;
    twin.allocated.delete(folio);
    twin.partial.delete(folio);
    for (const frame of framesOf(folio)) twin.exclusive.delete(frame);
  }
};

/** Takes leaves away, and says of anonymous folios whether some of them is mapped now, and some is not. */
export const take = (twin: Twin, folio: Folio, gone: readonly Leaf[]): void => {
  const covered = (): readonly number[] => framesOf(folio).filter((frame) => coverOf(twin, folio, frame) > 0);
  const before = covered().length;
  twin.leaves = twin.leaves.filter((one) => !gone.includes(one));
  if (folio.kind !== 'anon' || folio.pages === 1) return;
  const after = covered().length;
  const mappings = leavesOf(twin, folio).length;
  // Without page mapcounts only totals are known: fewer mappings than pages, and no leaf among them.
  const partly = twin.pageMapcount
    ? 0 < after && after < before
    : 0 < mappings && mappings < folio.pages && wholeOf(twin, folio).length === 0;
  if (partly) twin.partial.add(folio);
};

/** All but the owners. */
export const counters = (twin: Twin, folio: Folio): Omit<Counters, 'owners'> => {
  const frames = framesOf(folio);
  const large = folio.pages > 1;
  const pm = frames.map((frame) => (large && !twin.pageMapcount ? 0 : ptesTo(twin, frame)));
  const em = wholeOf(twin, folio).length;
  return {
    ref: refsOf(twin, folio),
    em,
    lm: large ? leavesOf(twin, folio).length : 0,
    npm: large && twin.pageMapcount ? pm.filter((count) => count > 0).length + (em > 0 ? ENTIRELY_MAPPED : 0) : 0,
    pm,
    pins: pinsOf(twin, folio),
    exclusive: frames.filter((frame) => twin.exclusive.has(frame)).map((frame) => frame - folio.frame),
    partiallyMapped: twin.partial.has(folio),
  };
};
/** For leaves of 4 and 8 pages. */
const ENTIRELY_MAPPED = 32;

type Statistics = Readonly<Record<(typeof Vmstat.names)[number], number>>;
const HUGE = { anon: 'NR_ANON_THPS', shmem: 'NR_SHMEM_PMDMAPPED' } as const;

export const vmstat = (twin: Twin): Statistics => {
  const sum = {
    NR_ANON_MAPPED: 0,
    NR_FILE_MAPPED: 0,
    NR_ANON_THPS: 0,
    NR_SHMEM_PMDMAPPED: 0,
    NR_FILE_PMDMAPPED: 0,
  };
  for (const folio of twin.folios) {
    const { kind, pages } = folio;
    const whole = wholeOf(twin, folio).length > 0;
    const touched = framesOf(folio).filter((frame) => ptesTo(twin, frame) > 0).length;
    const mapped = whole || (!twin.pageMapcount && touched > 0) ? pages : touched;
    sum[kind === 'anon' ? 'NR_ANON_MAPPED' : 'NR_FILE_MAPPED'] += mapped;
    const huge = kind === 'anon' || kind === 'shmem' ? HUGE[kind] : 'NR_FILE_PMDMAPPED';
    if (whole && pages === twin.n) sum[huge] += pages;
  }
  return sum;
};

/** What the owners of a folio as shown ("0:3 -:0 shared") say that is not so; '' when all of it is. */
export const ownersWrong = (twin: Twin, folio: Folio, shown: string, mmId: boolean): string => {
  const leaves = leavesOf(twin, folio);
  const users = usersOf(twin, folio);
  const [slots, shared] = [shown.split(' ').slice(0, 2), shown.endsWith('shared')];
  if (!mmId) return shown === '-:0 -:0' ? '' : 'kept without CONFIG_MM_ID';
  if (users > 1 && !shared) return `${users} mms map it, and it is not shared`;
  if (shared && !twin.shared.has(folio)) return 'never has another mm mapped it';
  if (users === 0 && shown !== '-:0 -:0') return 'nobody maps it';
  if (slots[0] === slots[1] && slots[0] !== '-:0') return 'an mm has both slots';
  for (const slot of slots) {
    const [owner, count] = slot.split(':') as [string, string];
    const really = leaves.filter(({ mm }) => `${mm}` === owner).length;
    if ((owner === '-') !== (count === '0')) return `the slot ${slot}`;
    if (owner !== '-' && Number(count) > really) return `the slot ${slot} counts more than ${really}`;
    if (shared && leaves.length > 0 && Number(count) === leaves.length) return `the slot ${slot} counts them all`;
  }
  return '';
};
