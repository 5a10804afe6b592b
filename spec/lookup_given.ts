/** I-GIVEN: what an IOMMU, or another hypervisor, is told to map is what was looked up for it. */
import type { Step } from '../checker/search/index.ts';
import { Dma, Found, Lookup } from '../model/state/lookups.ts';
import type { MmView } from '../model/state/mm_types.ts';

/** A mapping that a device has been given in this step, or -1. */
export const newMapping = (before: MmView, after: MmView): number => {
  for (let row = 0; row < after.dma.rows; row++)
    if (after.dma.at(row) !== before.dma.at(row) && Dma.pages(after.dma.at(row)) > 0) return row;
  return -1;
};

/** A call that goes on has found a page, and goes by the frame of its first. */
const goesOn = (before: MmView, after: MmView): boolean => {
  if (before.geometry.lookups === 0) return false;
  const [was, is] = [before.lookup.at(0), after.lookup.at(0)];
  return Lookup.user(is) === Lookup.user(was) && Lookup.done(is) > Lookup.done(was);
};

/** Pages that were looked up: those of earlier look-ups of the call, and those that it takes from the last. */
const found = (s: MmView): number => Lookup.done(s.lookup.at(0)) + Lookup.takes(s.lookup.at(0));
/** The frame from which on they must be, if the last one is right. */
const firstFrame = (s: MmView): number => Found.pfn(s.found.at(0)) - Lookup.done(s.lookup.at(0));

const isAsFound = (before: MmView, e: Dma): boolean =>
  Dma.page(e) === Lookup.page(before.lookup.at(0)) &&
  Dma.pages(e) === found(before) &&
  Dma.pfn(e) === firstFrame(before);

const isUse = (before: MmView, after: MmView): boolean => newMapping(before, after) !== -1 || goesOn(before, after);

export const lookupGiven: Step<MmView> = {
  kind: 'step',
  name: 'I-GIVEN',
  says: 'An IOMMU, or another hypervisor, is given all pages that were looked up for it in a call, and no others, each with the frame that was found.',
  cites:
    'v7.1 drivers/vfio/vfio_iommu_type1.c vfio_pin_pages_remote(), vfio_iommu_map(); drivers/virt/acrn/mm.c acrn_vm_ram_map() (start_pfn, ' +
    '"Disallow non-contiguous ranges")',
  subject: (before, _move, after) => isUse(before, after),
  holds: (before, _move, after) => {
    const row = newMapping(before, after);
    if (row !== -1) return isAsFound(before, after.dma.at(row));
    return !goesOn(before, after) || Found.pfn(after.kept.at(0)) === firstFrame(before);
  },
  explain: (before, _move, after) => {
    const row = newMapping(before, after);
    const is = row === -1 ? `goes by ${Found.show(after.kept.at(0))}` : `is given ${Dma.show(after.dma.at(row))}`;
    return `a device ${is}; ${Lookup.show(before.lookup.at(0))}, with ${Found.show(before.found.at(0))}`;
  },
};
