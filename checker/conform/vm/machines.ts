/**
 * The machines that a trace can be played in, as data. A machine is there for what it *offers*: a set-up of its own
 * each, which may fail in a kernel that does not have it without harm to the others.
 */
import { nameOf, type WantedModule } from './kernel_modules.ts';

/** A file system made on this side and put into the guest's memory before it starts. */
export interface MemoryImage {
  readonly file: string;
  readonly mib: number;
  readonly atMib: number;
  /** The program that makes it, with `file` as its last argument. */
  readonly make: readonly string[];
  /** Debian package of that program. */
  readonly package: string;
}

export interface Offer {
  readonly name: string;
  /** What a trace can do with it. */
  readonly says: string;
  /** Without it the machine is of no use. */
  readonly needed?: boolean;
  readonly modules: readonly WantedModule[];
  readonly image?: MemoryImage;
  /** Lines for init.c. */
  readonly setup: readonly string[];
}

export interface Machine {
  readonly name: string;
  readonly says: string;
  readonly memoryMib: number;
  /** Nodes that the memory is spread over, with a processor each; by default one. */
  readonly nodes?: number;
  /** QEMU's -device. */
  readonly devices: readonly string[];
  readonly commandLine: readonly string[];
  readonly offers: readonly Offer[];
}

const module = (name: string, ...parameters: readonly string[]): WantedModule =>
  parameters.length === 0 ? { name } : { name, parameters };

const quiet: Offer = {
  name: 'quiet khugepaged',
  says: 'khugepaged wakes once an hour, and collapses nothing by itself while a trace is played',
  modules: [],
  setup: [
    'write /sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs 3600000',
    'write /sys/kernel/mm/transparent_hugepage/khugepaged/alloc_sleep_millisecs 3600000',
  ],
};

const hugetlb: Offer = {
  name: 'hugetlb',
  says: '32 pages of 2 MiB in the pool',
  modules: [],
  setup: ['write /proc/sys/vm/nr_hugepages 32'],
};

const swap: Offer = {
  name: 'swap',
  says: '256 MiB on zram, for madvise pageout',
  // Up to 6.11 zram asks the crypto API for its compressor, by a name that is no dependency of the module.
  modules: [{ name: 'lzo-rle', ifThere: true }, module('zram')],
  setup: ['write /sys/block/zram0/disksize 256M', 'swapon /dev/zram0'],
};

/** A guest of a process inside: under TCG, the processor has SVM (`-cpu max`). */
const kvm: Offer = {
  name: 'kvm',
  says: 'a VM of a process, by SVM',
  modules: [module('kvm'), module('kvm-amd')],
  setup: ['need /dev/kvm'],
};

const plain: Machine = {
  name: 'plain',
  says: 'anonymous memory, shmem, hugetlb, swap',
  memoryMib: 1024,
  devices: [],
  commandLine: ['transparent_hugepage=madvise'],
  offers: [quiet, hugetlb, swap, kvm],
};

/** For what goes wrong between two processors while a page moves from one node to the other. */
const numa: Machine = {
  ...plain,
  name: 'numa',
  says: 'the memory of plain on two nodes, with a processor each',
  nodes: 2,
  offers: [quiet, hugetlb],
};

/** QEMU's pci-testdev; its second BAR is as large as one asks, and nothing happens in it. */
const TESTDEV = '1b36:0005';
/** QEMU's bochs-display: its first BAR is memory. */
const DISPLAY = '1234:1111';
export const SMALL_BAR = '0000:00:02.0';
export const LARGE_BAR = '0000:00:03.0';
export const MEMORY_BAR = '0000:00:04.0';

const vfio: Offer = {
  name: 'vfio',
  says: `region 2 of ${SMALL_BAR} (64 MiB: PMD leaves) and of ${LARGE_BAR} (2 GiB: PUD leaves)`,
  needed: true,
  modules: [
    // Without interrupt remapping in the kernel VFIO wants to be told that nobody minds.
    module('vfio_iommu_type1', 'allow_unsafe_interrupts=1'),
    module('vfio-pci', `ids=${TESTDEV},${DISPLAY}`),
  ],
  setup: [
    'need /dev/vfio/vfio',
    `need /sys/bus/pci/drivers/vfio-pci/${SMALL_BAR}`,
    `need /sys/bus/pci/drivers/vfio-pci/${LARGE_BAR}`,
  ],
};

/** A kernel may have a driver for a display built in. */
const vfioMemory: Offer = {
  name: 'vfio-memory',
  says: `region 0 of ${MEMORY_BAR} (16 MiB): what is written can be read again`,
  modules: [],
  setup: [`need /sys/bus/pci/drivers/vfio-pci/${MEMORY_BAR}`],
};

const pfnmap: Machine = {
  name: 'pfnmap',
  says: 'huge VM_PFNMAP: BARs of three PCI devices, mapped through VFIO or through sysfs',
  memoryMib: 1024,
  devices: [
    'intel-iommu',
    'pci-testdev,addr=02.0,membar=64M',
    'pci-testdev,addr=03.0,membar=2G',
    'bochs-display,addr=04.0,vgamem=16M,romfile=',
  ],
  commandLine: [
    'intel_iommu=on',
    // For a kernel with VFIO built in and without an IOMMU driver.
    'vfio.enable_unsafe_noiommu_mode=1',
    // Where the switch says madvise, a BAR may be mapped by PTEs alone.
    'transparent_hugepage=always',
  ],
  offers: [quiet, vfio, vfioMemory, kvm],
};

/** Two pieces of RAM are taken for persistent memory, 128 MiB each: one for a file system, one for device-dax. */
const FS_DAX_MIB = 512;
const DEVICE_DAX_MIB = 768;
const PMEM_MIB = 128;

const pmem = [module('nd_e820'), module('nd_pmem')];

/** Where a file on DAX can be made. */
export const DAX_FILES = '/mnt/dax';

const fsDax: Offer = {
  name: 'fs-dax',
  says: 'ext4 with dax=always on /mnt/dax, blocks in runs of 2 MiB',
  // ext4 asks the crypto API for its checksum. Where it is built in, not every package says so (modules.builtin).
  modules: [...pmem, { name: 'crc32c_generic', ifThere: true }, { name: 'ext4', ifThere: true }],
  image: {
    file: 'pmem0.ext4',
    mib: PMEM_MIB,
    atMib: FS_DAX_MIB,
    // Without a journal what is freed can be used at once.
    make: ['mkfs.ext4', '-q', '-b', '4096', '-O', '^has_journal', '-E', 'stride=512,stripe_width=512'],
    package: 'e2fsprogs',
  },
  setup: [
    'wait /dev/pmem0',
    'mkdir /mnt',
    `mount /dev/pmem0 ${DAX_FILES} ext4 dax=always`,
    // Write-back would make clean what has been written.
    'write /proc/sys/vm/dirty_writeback_centisecs 0',
  ],
};

/** The device, once it is there. */
export const DEVICE_DAX = '/dev/dax1.0';

/** What ndctl create-namespace --mode=devdax does, by hand; the uuid is any. */
const deviceDax = (align: string, bytes: number): Offer => ({
  name: 'device-dax',
  says: `${DEVICE_DAX}, aligned to ${align}: leaves of that size and nothing else`,
  needed: true,
  modules: [...pmem, module('device_dax'), module('dax_pmem')],
  setup: [
    'wait /sys/bus/nd/drivers/nd_pmem/namespace1.0',
    'write /sys/bus/nd/drivers/nd_pmem/unbind namespace1.0',
    `write /sys/bus/nd/devices/dax1.0/align ${bytes}`,
    'write /sys/bus/nd/devices/dax1.0/mode ram',
    'write /sys/bus/nd/devices/dax1.0/uuid 6d6d6368-6563-6b00-8000-000000000001',
    'write /sys/bus/nd/devices/dax1.0/namespace namespace1.0',
    'write /sys/bus/nd/drivers/dax_pmem/bind dax1.0',
    `wait ${DEVICE_DAX}`,
  ],
});

const dax: Machine = {
  name: 'dax',
  says: 'huge mappings of device memory that has struct pages: a file system with DAX, and device-dax',
  memoryMib: 1024,
  devices: [],
  commandLine: [
    `memmap=${PMEM_MIB}M!${FS_DAX_MIB}M`,
    `memmap=${PMEM_MIB}M!${DEVICE_DAX_MIB}M`,
    'transparent_hugepage=always',
  ],
  offers: [quiet, fsDax, deviceDax('2 MiB', 2 ** 21)],
};

/** Two leaves of 1 GiB, and what the namespace needs beside them, above 4 GiB: of 5 GiB, QEMU puts 3 GiB there. */
const dax1G: Machine = {
  ...dax,
  name: 'dax-1G',
  says: 'device-dax in leaves of 1 GiB',
  memoryMib: 5120,
  commandLine: [`memmap=${PMEM_MIB}M!${FS_DAX_MIB}M`, 'memmap=3G!4G', 'transparent_hugepage=always'],
  offers: [quiet, deviceDax('1 GiB', 2 ** 30)],
};

/** Taken at boot, since nothing puts so much memory together later. */
const hugetlb1G: Machine = {
  name: 'hugetlb-1G',
  says: 'two hugepages of 1 GiB',
  memoryMib: 5120,
  devices: [],
  commandLine: ['hugepagesz=1G', 'hugepages=2', 'transparent_hugepage=madvise'],
  offers: [
    quiet,
    {
      name: 'hugetlb',
      says: 'two pages of 1 GiB in the pool',
      needed: true,
      modules: [],
      setup: ['need /sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages'],
    },
  ],
};

export const machines: ReadonlyMap<string, Machine> = new Map(
  [plain, numa, pfnmap, dax, dax1G, hugetlb1G].map((one) => [one.name, one]),
);

/**
 * What the kernel is started with. Warnings are to be seen (level 5), a kernel that went wrong ends at once, the log
 * takes every line of init, and a built-in driver learns what a module would be given. The kernel does not test whether
 * its timer ticks in time, which is up to how busy this machine is, and which would be a panic. Nobody but the trace
 * clears accessed bits: DAMON, which samples them where it is on from boot (v6.17, CONFIG_DAMON_STAT_ENABLED_DEFAULT), is off.
 */
export const commandLineOf = (machine: Machine): readonly string[] => [
  'console=ttyS0',
  'loglevel=5',
  'oops=panic',
  'panic=-1',
  // FOLL_FORCE by /proc/PID/mem, whatever the kernel is configured to (CONFIG_PROC_MEM_FORCE_PTRACE, since v6.12).
  'proc_mem.force_override=always',
  'printk.devkmsg=on',
  'no_timer_check',
  'damon_stat.enabled=N',
  ...machine.commandLine,
  ...machine.offers.flatMap(({ modules }) =>
    modules.flatMap(({ name, parameters = [] }) => parameters.map((parameter) => `${nameOf(name)}.${parameter}`)),
  ),
];
