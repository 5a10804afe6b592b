/**
 * I-LOOKUP, I-SCOPE and I-USE: what a look-up has returned is what the tables say, as long as it holds their lock, and who
 * has only its result does not touch the device by it. A result that is used after the end is another thing: I-SECOND asks
 * of a guest what a notifier is for; of an IOMMU nobody asks, since nothing would tell it (reach.ts).
 */
import type { Always, Step } from '../checker/search/index.ts';
import { Found, Level, Lookup, LookupStage, lookupUserName } from '../model/state/lookups.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { byLeaf, byPudLeaf, covers, frameAt, isMapped, NO_VMA, PARENT, specialAt, vmaAt, writeAt } from './reading.ts';
import { translationName, vmaName } from './wording.ts';

const levelAt = (s: MmView, page: number): number => {
  if (!isMapped(s, PARENT, page)) return Level.none;
  if (byPudLeaf(s, PARENT, page)) return Level.PUD;
  return byLeaf(s, PARENT, page) ? Level.PMD : Level.PTE;
};

const inFlight = (s: MmView): boolean => s.geometry.lookups > 0 && Lookup.stage(s.lookup.at(0)) !== LookupStage.none;
const isHeld = (s: MmView): boolean => inFlight(s) && Lookup.stage(s.lookup.at(0)) === LookupStage.locked;

/** The page that has been looked up last: acrn goes on from page to page, and counts one only at its end. */
const lookedUp = (s: MmView): number => {
  const e = s.lookup.at(0);
  const acrn = lookupUserName(Lookup.user(e)) === 'acrn';
  return acrn ? Lookup.page(e) + Lookup.pages(e) : Lookup.page(e);
};

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

const tell = (s: MmView, page: number): string =>
  `the look-up of page ${page} has found ${Found.show(s.found.at(0))}; the page translates to ${translationName(s, PARENT, page)}`;

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
  const e = s.lookup.at(0);
  const page = Lookup.page(e);
  const vma = vmaAt(s, PARENT, page);
  for (let i = 1; i < Lookup.pages(e); i++) {
    const follows =
      vma !== NO_VMA && covers(vma, page + i) && frameAt(s, PARENT, page + i) === Found.pfn(s.found.at(0)) + i;
    if (!follows) return page + i;
  }
  return -1;
};
/** acrn asks page by page, and is told of each. */
const takesMore = (s: MmView): boolean => isHeld(s) && lookupUserName(Lookup.user(s.lookup.at(0))) !== 'acrn';

export const lookupScope: Always<MmView> = {
  kind: 'always',
  name: 'I-SCOPE',
  says: 'Of one look-up only pages are used, besides its own, that lie in the same VMA and translate to the frames that follow.',
  cites:
    '62fb8adc43af (addr_mask, v6.15), drivers/vfio/vfio_iommu_type1.c vaddr_get_pfns(); mm/memory.c generic_access_phys() ' +
    '("mm/memory: constrain generic_access_phys() to page boundary", 7.3.4)',
  subject: takesMore,
  holds: (s) => !takesMore(s) || beyond(s) < 0,
  explain: (s) => {
    const page = beyond(s);
    const vma = vmaName(vmaAt(s, PARENT, page));
    return `${tell(s, Lookup.page(s.lookup.at(0)))}; page ${page}, in ${vma}, translates to ${translationName(s, PARENT, page)}`;
  },
};

export const lookupUse: Step<MmView> = {
  kind: 'step',
  name: 'I-USE',
  says: 'Whoever reads or writes a device by a frame that it has looked up does so while the page still translates to that frame.',
  cites:
    'v7.1 mm/memory.c generic_access_phys() (looks up again after ioremap_prot(), and copies under the lock), ' +
    'arch/s390/pci/pci_mmio.c (copies under the lock)',
  subject: (_before, _move, after) => after.geometry.lookups > 0 && after.copied.at(0) === 1,
  holds: (before, _move, after) => after.copied.at(0) === 0 || isAsFound(before, Lookup.page(before.lookup.at(0))),
  explain: (before) => tell(before, Lookup.page(before.lookup.at(0))),
};
