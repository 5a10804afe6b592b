/** What a driver's ->mmap does with the VMA that it is given, and what other memory a world maps. */
import { DAX_FILE_STRIDE } from '../state/geometry.ts';
import { Prot, Vma, VmaKind } from '../state/mm_types.ts';

/** Pages from..to-1 of the VMA, in one call of remap_pfn_range(). */
export interface Remap {
  readonly from: number;
  readonly to: number;
}

export interface Driver {
  /** As a trace shows it. */
  readonly name: string;
  readonly says: string;
  /** The VMA as mmap_region() hands it to ->mmap, at its fixed place. */
  readonly vma: Vma;
  /** Calls of remap_pfn_range(), in order; none for a driver that maps by faults. */
  readonly remaps: readonly Remap[];
  /** After -ENOMEM the calls are made once more. */
  readonly triesAgain?: boolean;
  /** vm_ops that the driver sets only after its calls. */
  readonly opsAfterwards?: { readonly fault: number; readonly hugeFault: number };
}

interface Place {
  /** First page and number of pages. */
  readonly at: number;
  readonly pages: number;
  /** The first frame; by default 0. */
  readonly pfn?: number;
  /** PAT<<2 | PCD<<1 | PWT; by default 2 (UC-), and 1 (WC) where it is remapped. */
  readonly cache?: number;
  readonly prot?: number;
}

/** pgprot_noncached() of x86: UC-, which a WC MTRR may still turn into WC. */
const UNCACHED = 2;

const deviceVma = ({ at, pages, pfn = 0, cache = UNCACHED, prot = Prot.RW }: Place): Vma =>
  Vma.of({ kind: VmaKind.device, start: at, end: at + pages, pgoff: pfn, prot, shared: 1, mayWrite: 1, cache });

/** pgprot_writecombine() of x86, as for a frame buffer: unlike UC-, it is another mode when a PAT bit is lost or made up. */
const WRITE_COMBINED = 1;

/** A driver that maps everything with one remap_pfn_range(). */
export const remapDriver = (name: string, place: Place): Driver => ({
  name,
  says: 'one remap_pfn_range() of the whole VMA',
  vma: deviceVma({ cache: WRITE_COMBINED, ...place }),
  remaps: [{ from: 0, to: place.pages }],
});

/** The same by a private mapping (CoW). */
export const privateDriver = (name: string, place: Place): Driver => ({
  ...remapDriver(name, place),
  says: 'one remap_pfn_range() of a private VMA',
  vma: Vma.mkShared(deviceVma(place), 0),
});

/** Two calls, split at page `middle` of the VMA. */
export const twoRemapsDriver = (name: string, place: Place, middle: number): Driver => ({
  ...remapDriver(name, place),
  says: `two calls of remap_pfn_range(), the second from page ${middle} of the VMA on`,
  remaps: [
    { from: 0, to: middle },
    { from: middle, to: place.pages },
  ],
});

/** A driver that tries its remap_pfn_range() again after -ENOMEM. */
export const triesAgainDriver = (name: string, place: Place): Driver => ({
  ...remapDriver(name, place),
  says: 'one remap_pfn_range(), and after -ENOMEM the same once more',
  triesAgain: true,
});

/** A driver that assigns vm_ops with fault handlers after its remap_pfn_range(). */
export const lateOpsDriver = (name: string, place: Place): Driver => ({
  ...remapDriver(name, place),
  says: 'one remap_pfn_range(), then vm_ops with ->fault and ->huge_fault',
  opsAfterwards: { fault: 1, hugeFault: 1 },
});

/** A driver that maps by ->fault and ->huge_fault, as vfio-pci does. */
export const faultDriver = (name: string, place: Place): Driver => ({
  name,
  says: 'VM_PFNMAP, ->fault and ->huge_fault; nothing is mapped before the first access',
  vma: Vma.mkPfnmap(Vma.mkHugeFault(Vma.mkFault(deviceVma(place), 1), 1), 1),
  remaps: [],
});

/** The same by a private mapping (CoW), which vfio-pci refuses. */
export const privateFaultDriver = (name: string, place: Place): Driver => ({
  ...faultDriver(name, place),
  says: 'a private VM_PFNMAP mapping with ->fault and ->huge_fault',
  vma: Vma.mkShared(faultDriver(name, place).vma, 0),
});

/** A driver with fault handlers that also remaps its first `pages` pages at once. */
export const remapAndFaultDriver = (name: string, place: Place, pages: number): Driver => ({
  ...faultDriver(name, place),
  says: `->fault and ->huge_fault, and remap_pfn_range() of the first ${pages} pages`,
  remaps: [{ from: 0, to: pages }],
});

/** A driver that wants to know which pages are written to (->pfn_mkwrite), as vmwgfx does. */
export const trackingDriver = (name: string, place: Place): Driver => ({
  name,
  says: 'VM_PFNMAP, ->fault and ->pfn_mkwrite; nothing is writable before the driver has been told',
  vma: Vma.mkPfnMkwrite(Vma.mkPfnmap(Vma.mkFault(deviceVma(place), 1), 1), 1),
  remaps: [],
});

/** The same with leaves for reading, as vmwgfx did until 2021. */
export const trackingLeavesDriver = (name: string, place: Place): Driver => ({
  ...trackingDriver(name, place),
  says: 'VM_PFNMAP, ->fault, ->huge_fault (for reading) and ->pfn_mkwrite',
  vma: Vma.mkHugeFault(trackingDriver(name, place).vma, 1),
});

/** The same memory by a file that was opened for reading: do_mmap() takes VM_SHARED and VM_MAYWRITE away. */
export const trackingReaderDriver = (name: string, place: Place): Driver => ({
  ...trackingDriver(name, { ...place, prot: Prot.R }),
  says: 'VM_PFNMAP, ->fault and ->pfn_mkwrite, by a file that was opened O_RDONLY',
  vma: Vma.mkMayWrite(Vma.mkShared(trackingDriver(name, { ...place, prot: Prot.R }).vma, 0), 0),
});

/** A shared mapping of memory that a fault brings, from page `pfn` of the file or the device on. */
const faultedVma = (kind: number, { at, pages, pfn = 0, prot = Prot.RW }: Place): Vma =>
  Vma.of({ kind, start: at, end: at + pages, pgoff: pfn, prot, shared: 1, mayWrite: 1, fault: 1 });

/** Memory of a driver, and from page 16 on frames of its device, in one VM_MIXEDMAP mapping: see mixed.ts. */
export const mixedDriver = (name: string, place: Place): Driver => ({
  name,
  says: 'VM_MIXEDMAP, ->fault and ->huge_fault; folios of the driver, or frames of its device',
  vma: Vma.mkMixedmap(Vma.mkHugeFault(faultedVma(VmaKind.mixed, place), 1), 1),
  remaps: [],
});

/** Memory of a PCI BAR by p2pmem/allocate: pages of the pool, as many as are mapped (p2pdma.ts). */
export const p2pMemory = (name: string, { at, pages, prot = Prot.RW }: Place): Driver => ({
  name,
  says: 'peer-to-peer memory of a PCI device: ->mmap inserts pages of its pool, and there is no ->fault',
  vma: Vma.of({ kind: VmaKind.mixed, start: at, end: at + pages, prot, shared: 1, mayWrite: 1 }),
  remaps: [],
});

/** A device-dax character device: memory with struct pages, in leaves of one size. */
export const daxDevice = (name: string, place: Place): Driver => ({
  name,
  says: 'device-dax, its alignment the size of its folios',
  vma: Vma.mkHugeFault(faultedVma(VmaKind.dax, place), 1),
  remaps: [],
});

/** A file on DAX: `file` of the world, from its page `pfn` on; shared, or private (a write copies a page). */
export const daxFile = (
  name: string,
  { at, pages, pfn = 0, file = 0 }: Place & { readonly file?: number },
  sharing: 'shared' | 'private' = 'shared',
): Driver => ({
  name,
  says: `a ${sharing} mapping of file ${file} on DAX`,
  vma: Vma.of({
    kind: VmaKind.fsdax,
    start: at,
    end: at + pages,
    pgoff: file * DAX_FILE_STRIDE + pfn,
    prot: Prot.RW,
    shared: sharing === 'shared' ? 1 : 0,
    mayWrite: 1,
    fault: 1,
    hugeFault: 1,
    pfnMkwrite: 1,
  }),
  remaps: [],
});

export const anonMemory = (name: string, { at, pages }: Place): Driver => ({
  name,
  says: 'private anonymous memory, transparent huge pages always',
  // vm_pgoff of anonymous memory is its address.
  vma: Vma.of({ kind: VmaKind.anon, start: at, end: at + pages, pgoff: at, prot: Prot.RW, mayWrite: 1 }),
  remaps: [],
});

/** A shared shmem file of one PMD-sized folio. */
export const shmemFile = (name: string, { at, pages }: Place): Driver => ({
  name,
  says: 'a shared mapping of a shmem file whose folio has PMD size',
  vma: Vma.of({ kind: VmaKind.shmem, start: at, end: at + pages, prot: Prot.RW, shared: 1, mayWrite: 1, fault: 1 }),
  remaps: [],
});

/** A file of the page cache: shared, or private (a write copies a page). */
export const fileMapping = (
  name: string,
  place: Place,
  use: 'shmem' | 'file',
  sharing: 'shared' | 'private',
): Driver => ({
  name,
  says: `a ${sharing} mapping of ${use === 'shmem' ? 'a shmem file' : 'a file'}`,
  vma: Vma.mkShared(faultedVma(VmaKind[use], place), sharing === 'shared' ? 1 : 0),
  remaps: [],
});

/** The same on a file system that is told of the first write to a page (->page_mkwrite): reads bring nothing writable. */
export const notifiedFile = (name: string, place: Place): Driver => ({
  name,
  says: 'a shared mapping of a file whose file system is told of the first write to each page',
  vma: Vma.mkPfnMkwrite(faultedVma(VmaKind.file, place), 1),
  remaps: [],
});
