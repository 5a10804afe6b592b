/**
 * I-LOOKUP, I-SCOPE and I-FOUND: what a look-up returns is what the tables say, as long as it holds their lock, and it returns
 * whatever they say.
 */
import type { Always, Step } from '../checker/search/index.ts';
import { Found, Level, Lookup, LookupStage } from '../model/state/lookups.ts';
import type { MmView } from '../model/state/mm_types.ts';
import {
  byLeaf,
  byPudLeaf,
  covers,
  frameAt,
  isMapped,
  isPfnmap,
  NONE,
  PARENT,
  specialAt,
  vmaAt,
  writeAt,
} from './reading.ts';
import { entryName, translationName, vmaName } from './wording.ts';

const levelAt = (s: MmView, page: number): number => {
  if (!isMapped(s, PARENT, page)) return Level.none;
  if (byPudLeaf(s, PARENT, page)) return Level.PUD;
  return byLeaf(s, PARENT, page) ? Level.PMD : Level.PTE;
};

const isHeld = (s: MmView): boolean => s.geometry.lookups > 0 && Lookup.stage(s.lookup.at(0)) === LookupStage.locked;

/** The page that is being looked up: behind those that the same call has found already. */
const lookedUp = (s: MmView): number => Lookup.page(s.lookup.at(0)) + Lookup.done(s.lookup.at(0));

/** Whether the tables say of the page what the look-up has found. */
const isAsFound = (s: MmView, page: number): boolean => {
  const at = s.found.at(0);
  return (
    frameAt(s, PARENT, page) === Found.pfn(at) &&
    levelAt(s, page) === Found.level(at) &&
    writeAt(s, PARENT, page) === Found.write(at) &&
    specialAt(s, PARENT, page) === Found.special(at)
  );
};

/** What the page translates to, and by what. */
const entryAt = (s: MmView, page: number): string => {
  if (!isMapped(s, PARENT, page)) return translationName(s, PARENT, page);
  const special = specialAt(s, PARENT, page) === 1 ? 'special' : 'not special';
  return `${translationName(s, PARENT, page)}, by ${entryName(s, PARENT, page)}, ${special}`;
};
const tell = (s: MmView, page: number): string =>
  `the look-up of page ${page} has found ${Found.show(s.found.at(0))}; the page translates to ${entryAt(s, page)}`;

export const lookupIsTrue: Always<MmView> = {
  kind: 'always',
  name: 'I-LOOKUP',
  says: 'Between follow_pfnmap_start() and follow_pfnmap_end() the page translates to the frame that was returned, at that level, with that right to write and that special bit.',
  cites:
    'v7.1 mm/memory.c follow_pfnmap_start() ("the results in @args will be valid as proper locks will be held"); ' +
    'ffef67b93aa3 "mm/memory: fix PMD/PUD checks in follow_pfnmap_start()" (v7.0)',
  subject: isHeld,
  holds: (s) => !isHeld(s) || isAsFound(s, lookedUp(s)),
  explain: (s) => tell(s, lookedUp(s)),
};

/** The first page behind the one looked up that its user takes for the next frame, and that is not; or -1. */
const beyond = (s: MmView): number => {
  const page = lookedUp(s);
  const vma = vmaAt(s, PARENT, page);
  for (let i = 1; i < Lookup.takes(s.lookup.at(0)); i++) {
    const follows = covers(vma, page + i) && frameAt(s, PARENT, page + i) === Found.pfn(s.found.at(0)) + i;
    if (!follows) return page + i;
  }
  return NONE;
};
const takesMore = (s: MmView): boolean => isHeld(s) && Lookup.takes(s.lookup.at(0)) > 1;

export const lookupScope: Always<MmView> = {
  kind: 'always',
  name: 'I-SCOPE',
  says: 'Of one look-up only pages are used, besides its own, that lie in the same VMA and translate to the frames that follow.',
  cites:
    'v6.15 62fb8adc43af (addr_mask), drivers/vfio/vfio_iommu_type1.c vaddr_get_pfns(); v6.10 "drivers/virt/acrn: fix PFNMAP PTE ' +
    'checks in acrn_vm_ram_map()"; v7.3 "mm/memory: constrain generic_access_phys() to page boundary"',
  subject: takesMore,
  holds: (s) => !takesMore(s) || beyond(s) === NONE,
  explain: (s) => {
    const page = beyond(s);
    const vma = vmaName(vmaAt(s, PARENT, page));
    return `${tell(s, lookedUp(s))}; page ${page}, in ${vma}, translates to ${translationName(s, PARENT, page)}`;
  },
};

const isMappedPfnmap = (s: MmView, page: number): boolean =>
  isPfnmap(vmaAt(s, PARENT, page)) && isMapped(s, PARENT, page);

/** The page of which a look-up has found nothing in this step, or NONE. */
const missed = (s: MmView): number => (s.missed.at(0) === 0 ? NONE : s.missed.at(0) - 1);
/** The page that a look-up has found in this step, be it the next of a call, or the same once more; or NONE. */
const found = (before: MmView, after: MmView): number => {
  if (after.geometry.lookups === 0 || after.lookup.at(0) === before.lookup.at(0)) return NONE;
  const stage = Lookup.stage(after.lookup.at(0));
  return stage === LookupStage.walked || stage === LookupStage.locked ? lookedUp(after) : NONE;
};
const isLookup = (before: MmView, after: MmView): boolean => missed(after) !== NONE || found(before, after) !== NONE;

export const lookupFinds: Step<MmView> = {
  kind: 'step',
  name: 'I-FOUND',
  says: 'follow_pfnmap_start() finds the frame of every page of a VM_PFNMAP VMA that is mapped, by whatever level.',
  cites: 'v6.12 6da8e9634bb7 "mm: new follow_pfnmap API"; v6.11 mm/memory.c follow_pte() finds PTEs only',
  subject: (before, _move, after) => isLookup(before, after),
  holds: (_before, _move, after) => missed(after) === NONE || !isMappedPfnmap(after, missed(after)),
  explain: (_before, _move, after) => {
    const page = missed(after);
    return `the look-up of page ${page} ends with EINVAL; the page translates to ${translationName(after, PARENT, page)}`;
  },
};
