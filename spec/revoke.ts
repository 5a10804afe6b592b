/** I-REVOKE: a device whose memory is off is mapped by nobody. */
import type { Always } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Vma } from '../model/state/mm_types.ts';
import { findMappedPage, frameAt, isDevice, isDeviceFrame, NONE, type OfPage, vmaAt } from './reading.ts';
import { entryName, pageName, vmaName } from './wording.ts';

/** A driver without fault handler could not bring its pages back, and does not revoke. */
const isRevocable = (vma: Vma): boolean => isDevice(vma) && Vma.fault(vma) === 1;

const isOff = (s: MmView): boolean => s.memoryDisabled.at(0) === 1;

const mapsBar: OfPage = (s, mm, page, vma) => isRevocable(vma) && isDeviceFrame(frameAt(s, mm, page));

const anyRevocable = (s: MmView): boolean => {
  for (let row = 0; row < s.vma.rows; row++) if (isRevocable(s.vma.at(row))) return true;
  return false;
};

export const revoke: Always<MmView> = {
  kind: 'always',
  name: 'I-REVOKE',
  says: 'While the memory of the device is off, nothing maps a frame of it in a VMA with a fault handler.',
  cites:
    'v7.1 drivers/vfio/pci/vfio_pci_core.c vfio_pci_zap_and_down_write_memory_lock(), vfio_pci_mmap_huge_fault() ' +
    '(__vfio_pci_memory_enabled())',
  subject: (s) => isOff(s) && anyRevocable(s),
  holds: (s) => !isOff(s) || findMappedPage(s, mapsBar) === NONE,
  explain: (s) => {
    const at = findMappedPage(s, mapsBar);
    const pages = pagesOf(s.geometry);
    const [mm, page] = [Math.trunc(at / pages), at % pages];
    const vma = vmaName(vmaAt(s, mm, page));
    return `${pageName(s, at)} in ${vma} translates to frame ${frameAt(s, mm, page)} (${entryName(s, mm, page)})`;
  },
};
