/**
 * I-USE, I-RIGHTS, I-RAM and I-IOPROT: what may be done with the result of a look-up. A result that is used after the end is
 * another thing than one used before: who accesses a device by it, and is not told when it becomes wrong, has to look again. I-SECOND
 * asks of a guest what a notifier is for; of an IOMMU nobody asks, since nothing would tell it (reach.ts).
 */
import type { Always, Step } from '../checker/search/index.ts';
import { Dma, Found, Level, Lookup, LookupStage, LookupUser, lookupUserName, Spte } from '../model/state/lookups.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { newMapping } from './lookup_given.ts';
import { cacheMode, cacheModeName } from './pat.ts';
import { cacheAt, frameAt, isDeviceFrame, PARENT, writeAt } from './reading.ts';
import { entryName, translationName } from './wording.ts';

const isCopied = (s: MmView): boolean => s.geometry.lookups > 0 && Found.level(s.copied.at(0)) !== Level.none;
const isBy = (s: MmView, user: number): boolean => Lookup.user(s.lookup.at(0)) === user;
const writes = (s: MmView): boolean => Lookup.write(s.lookup.at(0)) === 1;
const pageOf = (s: MmView): number => Lookup.page(s.lookup.at(0));
const who = (s: MmView): string =>
  `${lookupUserName(Lookup.user(s.lookup.at(0)))} ${writes(s) ? 'writes' : 'reads'} page ${pageOf(s)}`;

const isTrueUse = (before: MmView, after: MmView): boolean => {
  const page = pageOf(before);
  if (frameAt(before, PARENT, page) !== Found.pfn(after.copied.at(0))) return false;
  return !writes(before) || writeAt(before, PARENT, page) === 1;
};

export const lookupUse: Step<MmView> = {
  kind: 'step',
  name: 'I-USE',
  says: 'Whoever reads or writes a device by a frame that it has looked up does so while the page still translates to that frame, and may be written, if it writes.',
  cites: 'v7.1 mm/memory.c generic_access_phys() (looks up again after ioremap_prot(), and copies under the lock)',
  subject: (_before, _move, after) => isCopied(after),
  holds: (before, _move, after) => !isCopied(after) || isTrueUse(before, after),
  explain: (before, _move, after) => {
    const translation = translationName(before, PARENT, pageOf(before));
    return `${who(before)} by ${Found.show(after.copied.at(0))}; the page translates to ${translation}`;
  },
};

/** A right to write, or any, that came into being: of a guest, of a device, or of this one access. */
const newRight = (before: MmView, after: MmView, toRead: boolean): string | undefined => {
  if (isCopied(after) && (toRead || writes(before))) return `the device is ${writes(before) ? 'written' : 'read'}`;
  for (let row = 0; row < after.spte.rows; row++) {
    const is = after.spte.at(row);
    if (is === before.spte.at(row) || Spte.level(is) === Level.none) continue;
    if (toRead || Spte.write(is) === 1) return `guest page ${row} is mapped ${Spte.show(is)}`;
  }
  for (let row = 0; row < after.dma.rows; row++) {
    const is = after.dma.at(row);
    if (is === before.dma.at(row) || Dma.pages(is) === 0) continue;
    if (toRead || Dma.write(is) === 1) return `a device may use ${Dma.show(is)}`;
  }
  return undefined;
};
/** Whether this step used a result, and which says that the entry was not writable. */
const usesReadOnly = (before: MmView): boolean =>
  before.geometry.lookups > 0 &&
  Found.level(before.found.at(0)) !== Level.none &&
  Found.write(before.found.at(0)) === 0;
/** And that nobody may access it; a debugger may all the same (FOLL_FORCE). */
const usesInaccessible = (before: MmView): boolean =>
  Found.protnone(before.found.at(0)) === 1 && !isBy(before, LookupUser.access);
const rightTaken = (before: MmView, after: MmView): string | undefined =>
  usesReadOnly(before) ? newRight(before, after, usesInaccessible(before)) : undefined;

export const lookupRights: Step<MmView> = {
  kind: 'step',
  name: 'I-RIGHTS',
  says: 'Nobody gets a right by a look-up that has found an entry without it: to write, and, but for a debugger, to read.',
  cites:
    'v7.1 virt/kvm/kvm_main.c (KVM_PFN_ERR_RO_FAULT), drivers/vfio/vfio_iommu_type1.c follow_fault_pfn(); v6.10 "drivers/virt/acrn: fix ' +
    'PFNMAP PTE checks in acrn_vm_ram_map()"',
  subject: (before) => usesReadOnly(before),
  holds: (before, _move, after) => rightTaken(before, after) === undefined,
  explain: (before, _move, after) =>
    `${rightTaken(before, after)!}; the look-up of page ${pageOf(before)} has found ${Found.show(before.found.at(0))}`,
};

const isPhysAccess = (before: MmView, after: MmView): boolean => isCopied(after) && isBy(before, LookupUser.access);
const isOfDevice = (e: Dma): boolean => isDeviceFrame(Dma.pfn(e)) && isDeviceFrame(Dma.pfn(e) + Dma.pages(e) - 1);

export const lookupRam: Step<MmView> = {
  kind: 'step',
  name: 'I-RAM',
  says: 'By a look-up generic_access_phys(), IOMMUs and other hypervisors get frames of devices, and no memory: whoever wants a private copy in a VM_PFNMAP VMA has to take a reference.',
  cites:
    'v7.3 mm/memory.c generic_access_phys() (pfn_to_online_page()); v7.1 drivers/vfio/vfio_iommu_type1.c is_invalid_reserved_pfn(), ' +
    'drivers/virt/acrn/mm.c acrn_vm_ram_map() ("Disallow refcounted pages")',
  subject: (before, _move, after) => isPhysAccess(before, after) || newMapping(before, after) !== -1,
  holds: (before, _move, after) => {
    const row = newMapping(before, after);
    if (row !== -1) return isOfDevice(after.dma.at(row));
    return !isPhysAccess(before, after) || isDeviceFrame(Found.pfn(after.copied.at(0)));
  },
  explain: (before, _move, after) => {
    const row = newMapping(before, after);
    if (row !== -1) return `a device may use ${Dma.show(after.dma.at(row))}, which is not all of a device`;
    return `${who(before)} by ${Found.show(after.copied.at(0))}, which is a page of memory`;
  },
};

/** On x86 ioremap_prot() takes flags as those of a PTE, whatever level they come from. A frame that is wrong is for I-LOOKUP. */
const isRemapped = (s: MmView): boolean =>
  s.geometry.lookups > 0 &&
  Lookup.stage(s.lookup.at(0)) === LookupStage.locked &&
  isBy(s, LookupUser.access) &&
  frameAt(s, PARENT, pageOf(s)) === Found.pfn(s.found.at(0));

export const lookupProt: Always<MmView> = {
  kind: 'always',
  name: 'I-IOPROT',
  says: 'The protection that a look-up returns for ioremap_prot(), which reads it as that of a PTE, has the cache mode of the mapping.',
  cites:
    'v7.1 mm/memory.c generic_access_phys(), arch/x86/mm/ioremap.c ioremap_prot() (pgprot2cachemode()), ' +
    'arch/x86/include/asm/pgtable_types.h (_PAGE_PSE and _PAGE_PAT are one bit)',
  subject: isRemapped,
  holds: (s) => !isRemapped(s) || cacheMode(Found.cache(s.found.at(0))) === cacheMode(cacheAt(s, PARENT, pageOf(s))),
  explain: (s) => {
    const page = pageOf(s);
    const is = `page ${page} is ${cacheModeName(cacheAt(s, PARENT, page))}, ${entryName(s, PARENT, page)}`;
    return `${is}; as that of a PTE its protection is ${cacheModeName(Found.cache(s.found.at(0)))}`;
  },
};
