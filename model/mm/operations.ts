/** The one list of operations: what user space, or a driver, can do next. Each is one system call or one access. */
import { action, type Action } from '../../checker/search/index.ts';
import { Mm, Prot, Vma, VmaKind } from '../state/mm_types.ts';
import type { Driver } from '../drivers/driver.ts';
import { copy_process } from './fork.ts';
import type { Sys } from './kernel.ts';
import { access_page } from './memory_fault.ts';
import { do_vmi_munmap, exit_mmap, mmap_region, unmap_mapping_range } from './mmap.ts';
import { do_mprotect_pkey } from './mprotect.ts';
import { move_vma } from './mremap.ts';
import { range_is_free, vma_lookup } from './vma.ts';

/** What an operation mirrors, for the reader: file, function, release; and what it does not do. */
export interface Operation {
  readonly name: string;
  readonly says: string;
  readonly mirrors: string;
  readonly stubs: string;
  readonly leavesOut: string;
}

export const OPERATIONS = {
  mmap: {
    name: 'mmap',
    says: 'a process maps a device, a file or memory at a fixed, free place; the driver may call remap_pfn_range()',
    mirrors: 'mm/vma.c mmap_region(), mm/memory.c remap_pfn_range(), v7.1',
    stubs: 'the driver: a list of remap_pfn_range() calls and the vm_ops that it sets',
    leavesOut: 'replacing what is mapped, memtype tracking, accounting, merging of new anonymous memory',
  },
  handle_mm_fault: {
    name: 'handle_mm_fault',
    says: 'a process reads or writes a page; the CPU sets accessed and dirty, or faults, until the access is done',
    mirrors: 'mm/memory.c __handle_mm_fault(), mm/huge_memory.c do_huge_pmd_anonymous_page(), insert_pmd(), v7.1',
    stubs: "drivers' fault handlers (vmf_insert_pfn, vmf_insert_pfn_pmd), the page cache of one shmem folio",
    leavesOut: 'zero page, swap, NUMA hints, userfaultfd, memcg, VM_FAULT_RETRY',
  },
  munmap: {
    name: 'munmap',
    says: 'pages leave the address space; a VMA or a leaf across the border is split',
    mirrors: 'mm/vma.c do_vmi_align_munmap(), mm/memory.c unmap_page_range(), free_pgtables(), v7.1',
    stubs: 'the TLB and its batch of freed tables',
    leavesOut: 'locked and sealed VMAs, hugetlb',
  },
  mprotect: {
    name: 'mprotect',
    says: 'pages get another protection; a VMA or a leaf across the border is split',
    mirrors: 'mm/mprotect.c do_mprotect_pkey(), mprotect_fixup(), change_pmd_range(), v7.1',
    stubs: 'the TLB flush',
    leavesOut: 'execute, protection keys, write notification, userfaultfd, NUMA hints',
  },
  mremap: {
    name: 'mremap',
    says: 'a mapping moves to a free place: leaf by leaf, table by table, or PTE by PTE',
    mirrors: 'mm/mremap.c move_vma(), move_page_tables(), mm/huge_memory.c move_huge_pmd(), v7.1',
    stubs: 'rmap locks',
    leavesOut:
      'an old range that cannot be split off and stays mapped, empty; growing, shrinking, MREMAP_DONTUNMAP, realignment, whole PMD tables',
  },
  fork: {
    name: 'fork',
    says: 'the parent gets a child with a copy of its address space',
    mirrors: 'kernel/fork.c copy_process(), dup_mmap(), mm/memory.c copy_page_range(), v7.1',
    stubs: 'alloc_pid() stands for all that can fail once the mm is copied',
    leavesOut: 'vfork and threads, pinned pages, VM_DONTCOPY, allocations before the first VMA',
  },
  exit: {
    name: 'exit',
    says: 'a process ends; its mm is torn down and freed',
    mirrors: 'mm/mmap.c exit_mmap(), kernel/fork.c check_mm(), v7.1',
    stubs: 'the last reference to the mm goes with the process',
    leavesOut: 'the OOM reaper',
  },
  unmap_mapping_range: {
    name: 'unmap_mapping_range',
    says: 'a driver takes its pages back from every process, as vfio-pci does when it disables memory',
    mirrors: 'mm/memory.c unmap_mapping_range(), v7.1',
    stubs: 'the i_mmap tree: every device VMA is found',
    leavesOut: 'files, truncation',
  },
} as const satisfies Readonly<Record<string, Operation>>;

export interface PageRange {
  readonly from: number;
  /** The page behind the last. */
  readonly to: number;
}
export interface Moving {
  readonly from: number;
  readonly to: number;
  readonly pages: number;
}

/** What each operation may be tried with in a world; an empty list leaves the operation out. */
export interface Alphabet {
  /** Processes that do anything but fork and exit: 0 the parent, 1 the child. */
  readonly mms: readonly number[];
  readonly drivers: readonly Driver[];
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly munmaps: readonly PageRange[];
  readonly mprotects: readonly PageRange[];
  readonly prots: readonly (typeof Prot.names)[number][];
  readonly mremaps: readonly Moving[];
  readonly fork: boolean;
  readonly revoke: boolean;
}

/** Nothing but exit: what a world does not name stays as it is here. */
export const NO_OPERATIONS: Alphabet = {
  mms: [0, 1],
  drivers: [],
  reads: [],
  writes: [],
  munmaps: [],
  mprotects: [],
  prots: [],
  mremaps: [],
  fork: false,
  revoke: false,
};

type Op = Action<Sys, Sys>;
const PARENT = 0;
const CHILD = 1;

const is_alive = (s: Sys, mm: number): boolean => Mm.alive(s.mm.at(mm)) === 1;
const all_mapped = (s: Sys, mm: number, { from, to }: PageRange): boolean => {
  for (let page = from; page < to; page++) if (vma_lookup(s, mm, page) < 0) return false;
  return true;
};

const WHO = ['parent', 'child'] as const;
const pagesOf = ({ from, to }: PageRange): string => (to - from === 1 ? `page ${from}` : `pages ${from}..${to - 1}`);

/** Runs an operation with its result in the scratch row. */
const returning = (s: Sys, result: number): void => s.result.put(0, result);

const mmap = (mms: readonly number[], drivers: readonly Driver[]): Op => {
  const byName = new Map(drivers.map((one) => [one.name, one]));
  return action<Sys, Sys, { mm: number; driver: string }>({
    ...OPERATIONS.mmap,
    args: { mm: mms, driver: [...byName.keys()] },
    show: ({ mm, driver }) => `${WHO[mm]}, ${driver}`,
    guard: (s, { mm, driver }) => {
      const { vma } = byName.get(driver)!;
      return is_alive(s, mm) && range_is_free(s, mm, Vma.start(vma), Vma.end(vma));
    },
    effect: (s, { mm, driver }, choose) => {
      s.choose = choose;
      returning(s, mmap_region(s, mm, byName.get(driver)!));
    },
  });
};

const handle_mm_fault = ({ mms, reads, writes }: Alphabet): Op => {
  const pages = [...new Set([...reads, ...writes])].toSorted((a, b) => a - b);
  return action<Sys, Sys, { mm: number; page: number; access: 'read' | 'write' }>({
    ...OPERATIONS.handle_mm_fault,
    args: { mm: mms, page: pages, access: ['read', 'write'] },
    show: ({ mm, page, access }) => `${WHO[mm]}, page ${page}, ${access}`,
    guard: (s, { mm, page, access }) =>
      (access === 'read' ? reads : writes).includes(page) && is_alive(s, mm) && vma_lookup(s, mm, page) >= 0,
    effect: (s, { mm, page, access }, choose) => {
      s.choose = choose;
      returning(s, access_page(s, mm, page, access === 'write'));
    },
  });
};

const munmap = ({ mms, munmaps }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; range: PageRange }>({
    ...OPERATIONS.munmap,
    args: { mm: mms, range: munmaps },
    show: ({ mm, range }) => `${WHO[mm]}, ${pagesOf(range)}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && all_mapped(s, mm, range),
    effect: (s, { mm, range }, choose) => {
      s.choose = choose;
      returning(s, do_vmi_munmap(s, mm, range.from, range.to));
    },
  });

const mprotect = ({ mms, mprotects, prots }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; range: PageRange; prot: 'NONE' | 'R' | 'RW' }>({
    ...OPERATIONS.mprotect,
    args: { mm: mms, range: mprotects, prot: prots },
    show: ({ mm, range, prot }) => `${WHO[mm]}, ${pagesOf(range)}, ${prot}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && all_mapped(s, mm, range),
    effect: (s, { mm, range, prot }, choose) => {
      s.choose = choose;
      returning(s, do_mprotect_pkey(s, mm, range.from, range.to, Prot[prot]));
    },
  });

const mremap = ({ mms, mremaps }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; move: Moving }>({
    ...OPERATIONS.mremap,
    args: { mm: mms, move: mremaps },
    show: ({ mm, move: { from, to, pages } }) => `${WHO[mm]}, ${pagesOf({ from, to: from + pages })} to page ${to}`,
    guard: (s, { mm, move: { from, to, pages } }) => {
      if (!is_alive(s, mm) || !range_is_free(s, mm, to, to + pages)) return false;
      const row = vma_lookup(s, mm, from);
      return row >= 0 && from + pages <= Vma.end(s.vma.at(row));
    },
    effect: (s, { mm, move: { from, to, pages } }, choose) => {
      s.choose = choose;
      returning(s, move_vma(s, mm, from, to, pages));
    },
  });

const fork: Op = action<Sys, Sys>({
  ...OPERATIONS.fork,
  args: {},
  guard: (s) => is_alive(s, PARENT) && !is_alive(s, CHILD),
  effect: (s, _none, choose) => {
    s.choose = choose;
    returning(s, copy_process(s, PARENT, CHILD));
  },
});

const exit: Op = action<Sys, Sys, { mm: number }>({
  ...OPERATIONS.exit,
  args: { mm: [PARENT, CHILD] },
  show: ({ mm }) => `${WHO[mm]}`,
  guard: (s, { mm }) => is_alive(s, mm),
  effect: (s, { mm }) => exit_mmap(s, mm),
});

const revoke: Op = action<Sys, Sys>({
  ...OPERATIONS.unmap_mapping_range,
  args: {},
  guard: (s) => {
    for (let row = 0; row < s.vma.rows; row++) {
      const vma = s.vma.at(row);
      // A driver without a fault handler that revokes would leave its users with SIGBUS, by design.
      if (Vma.kind(vma) === VmaKind.device && Vma.fault(vma) === 1) return true;
    }
    return false;
  },
  effect: (s) => unmap_mapping_range(s),
});

const isPossible = ({ args }: Op): boolean => Object.values(args).every((values) => values.length > 0);

/** The operations of a world; one that has nothing to be tried with is left out. */
export const operationsOf = (alphabet: Alphabet): readonly Op[] =>
  [
    mmap([PARENT], alphabet.drivers),
    handle_mm_fault(alphabet),
    munmap(alphabet),
    mprotect(alphabet),
    mremap(alphabet),
    ...(alphabet.fork ? [fork] : []),
    exit,
    ...(alphabet.revoke ? [revoke] : []),
  ].filter((one) => isPossible(one));
