/** I-REACH: a BAR can be reached. Which leaves map it, and what sysfs says of huge pages, does not matter. */
import type { Move, Step } from '../checker/search/index.ts';
import { type MmView, Prot, Result, Vma } from '../model/state/mm_types.ts';
import { isMapped, isPfnmap, vmaAt, writeAt } from './reading.ts';
import { outcomeName, translationName, vmaName } from './wording.ts';

const pageOf = ({ args }: Move): number => args['page'] as number;
const mmOf = ({ args }: Move): number => args['mm'] as number;
const isWrite = ({ args }: Move): boolean => args['access'] === 'write';

/** An access that its VMA allows, of a device that is on, and for which the driver has a handler. One with ->pfn_mkwrite may refuse. */
const isAllowed = (before: MmView, move: Move): boolean => {
  if (move.name !== 'handle_mm_fault' || before.memoryDisabled.at(0) === 1) return false;
  const vma = vmaAt(before, mmOf(move), pageOf(move));
  if (!isPfnmap(vma) || Vma.fault(vma) === 0 || Vma.pfnMkwrite(vma) === 1) return false;
  return isWrite(move) ? Vma.prot(vma) === Prot.RW : Vma.prot(vma) !== Prot.NONE;
};

const isServed = (move: Move, after: MmView): boolean => {
  const [mm, page] = [mmOf(move), pageOf(move)];
  if (after.result.at(0) !== Result.ok || !isMapped(after, mm, page)) return false;
  return !isWrite(move) || writeAt(after, mm, page) === 1;
};

export const reachable: Step<MmView> = {
  kind: 'step',
  name: 'I-REACH',
  says: 'An access to a page of a VM_PFNMAP VMA with a fault handler, and without ->pfn_mkwrite, is served, if the VMA allows it, the device is on, and no allocation fails: whatever THP policy says, whichever leaf fits.',
  cites:
    'v7.1 mm/memory.c __handle_mm_fault() (VM_FAULT_FALLBACK goes one level down), do_fault(); drivers/vfio/pci/vfio_pci_core.c ' +
    'vfio_pci_mmap_huge_fault(); "mm/huge_memory: bypass THP tuneables for huge pfnmap mappings" (v7.3)',
  subject: (before, move, after) => after.failures.at(0) === 0 && isAllowed(before, move),
  holds: (before, move, after) => after.failures.at(0) > 0 || !isAllowed(before, move) || isServed(move, after),
  explain: (before, move, after) => {
    const [mm, page] = [mmOf(move), pageOf(move)];
    const access = isWrite(move) ? 'write to' : 'read of';
    const what = `the ${access} page ${page} in ${vmaName(vmaAt(before, mm, page))}`;
    return `${what}: ${outcomeName(move.name, after)}; it translates to ${translationName(after, mm, page)}`;
  },
};
