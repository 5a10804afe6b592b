/** From a move of the model to a line for the runner, or to the reason why user space cannot ask for it. */
import { match } from 'ts-pattern';
import type { Driver } from '../../model/drivers/driver.ts';
import type { Advice } from '../../model/mm/madvise.ts';
import type {
  Alphabet,
  DaxCut,
  GupUse,
  LookingUp,
  MemoryPolicy,
  Moving,
  PageRange,
  Truncation,
} from '../../model/operations/alphabet.ts';
import { DAX_FILE_STRIDE, pagesOf } from '../../model/state/geometry.ts';
import { Prot, Vma, VmaKind } from '../../model/state/mm_types.ts';
import { canBecome, canMove, offsetOf, type Placement, rangeOf, type Run, touchedOf } from './placement.ts';
import type { Move } from '../search/index.ts';

/** Where a step is played: which worker is which process, and how the next fork will be called. */
export interface Cast {
  readonly workers: ReadonlyMap<number, number>;
  /** Row of the table of pins that is free. */
  readonly pin: number;
  /** Pages of the VMAs that a UFFDIO_MOVE goes to. */
  readonly around: PageRange | undefined;
  /** The byte that a write writes. */
  readonly value: number;
}

export type Line = { readonly line: string } | { readonly cannot: string };

const cannot = (why: string): Line => ({ cannot: why });
const NOT_IN_PLACE = 'what moves would not be what it is in the model';

/** Numbers of the runner's objects, by what a VMA maps. */
export const OBJECTS = { shmem: 0, device: 1, dax: 2, fsdax: 3 } as const;

const PROTS = { NONE: 'none', R: 'r', RW: 'rw' } as const;
const ADVICE: Readonly<Record<Advice, string>> = {
  DONTNEED: 'dontneed',
  FREE: 'free',
  DONTFORK: 'dontfork',
  DOFORK: 'dofork',
  COLD: 'cold',
  PAGEOUT: 'pageout',
};

const text = ({ page, count }: Run): string => `${page} ${count}`;

/** How a mapping is made without a driver of our own; undefined: it is not. */
const backing = (vma: Vma, p: Placement): string | undefined => {
  const sharing = Vma.shared(vma) === 1 ? 'shared' : 'private';
  const ro = Vma.prot(vma) === Prot.R ? ' ro' : '';
  const offset = offsetOf(p, Vma.pgoff(vma));
  switch (Vma.kind(vma)) {
    case VmaKind.anon:
      return `anon${ro} hugepage`;
    case VmaKind.shmem:
      return `${sharing} ${OBJECTS.shmem} ${offset}${ro} hugepage`;
    case VmaKind.device:
      return `${sharing} ${OBJECTS.device} ${offset}${ro}`;
    case VmaKind.dax:
      return `${sharing} ${OBJECTS.dax} ${offset}${ro}`;
    case VmaKind.fsdax:
      return Vma.pgoff(vma) < DAX_FILE_STRIDE ? `${sharing} ${OBJECTS.fsdax} ${offset}${ro}` : undefined;
    default:
      return undefined;
  }
};

const mmap = (p: Placement, { vma, name }: Driver): Line => {
  const [start, end] = [Vma.start(vma), Vma.end(vma)];
  const how = backing(vma, p);
  if (how === undefined) return cannot(`"${name}" needs memory of a kind that no runner has`);
  if (Vma.kind(vma) !== VmaKind.anon && !canBecome(p, Vma.pgoff(vma), start, end - start)) return cannot(NOT_IN_PLACE);
  return { line: `map ${text(rangeOf(p, start, end))} ${how}` };
};

const mremap = (p: Placement, { from, to, pages }: Moving): Line =>
  canMove(p, from, to, pages)
    ? { line: `mremap ${text(rangeOf(p, from, from + pages))} ${rangeOf(p, to, to + pages).page}` }
    : cannot(NOT_IN_PLACE);

/** UFFDIO_MOVE, with all of the VMAs that it goes to. */
const uffdMove = (p: Placement, { from, to, pages }: Moving, around: PageRange | undefined): Line => {
  if (around === undefined || !canBecome(p, from, to, pages)) return cannot(NOT_IN_PLACE);
  const registered = text(rangeOf(p, around.from, around.to));
  return { line: `move ${text(rangeOf(p, from, from + pages))} ${rangeOf(p, to, to + pages).page} ${registered}` };
};

/** Pages are pinned one after another, and each sees what the pins before it have done: only one is as in the model. */
const pinning = (touched: Run, write: boolean, pin: number): Line => {
  if (!write) return cannot('user space can hold no pin for reading without RDMA or a device of its own');
  return touched.count === 1 ? { line: `pin ${pin} ${text(touched)}` } : cannot('several pages are not pinned at once');
};

/** A pipe keeps references for reading (vmsplice()), of one page at a time as it is a page of the model. */
const referring = (p: Placement, { from, to }: PageRange, how: GupUse, write: boolean, pin: number): Line => {
  if (how !== 'reference' || write)
    return cannot(
      'user space keeps references by vmsplice, for reading, and pins by io_uring, for writing and for long',
    );
  const touched = touchedOf(p, from);
  return to - from === 1 && touched.count === 1
    ? { line: `splice ${pin} ${text(touched)}` }
    : cannot('several pages are not pinned at once');
};

/** There is one node: it is that of a policy, or the policy is none. */
const bound = (run: string, { nodes, strict, move = false }: MemoryPolicy): Line => {
  if (nodes === 'default') return { line: `${move ? 'mbind-move' : 'mbind-default'} ${run}` };
  return nodes === 'here' && strict && !move
    ? { line: `mbind ${run}` }
    : cannot('the virtual machine has one node, and the runner binds to that strictly');
};

/** Of the one file that there is, to its end; or a hole. */
const daxCut = (p: Placement, { file, from, to, how }: DaxCut): Line => {
  if (file > 0) return cannot('no file system of two files that share blocks');
  const { count } = rangeOf(p, from, to);
  const offset = offsetOf(p, from);
  return how === 'truncate'
    ? { line: `truncate ${OBJECTS.fsdax} ${offset}` }
    : { line: `punch ${OBJECTS.fsdax} ${count} ${offset}` };
};

const NO_IOMMU = 'no runner gives frames to an IOMMU, or to another hypervisor, or reads them for somebody else';

/** In full only where nothing happens between the steps of the look-up: see guest_access.ts. */
const guestAccess = (p: Placement, { by, page, access }: LookingUp, value: number): Line => {
  if (by !== 'kvm') return cannot(NO_IOMMU);
  const touched = text(touchedOf(p, page));
  return { line: access === 'write' ? `guest-write ${touched} ${value}` : `guest-read ${touched}` };
};

/** The line without the worker that it is for. */
const lineOf = (p: Placement, { drivers }: Alphabet, { name, args }: Move, cast: Cast): Line => {
  const range = args['range'] as PageRange;
  const page = args['page'] as number;
  const run = () => text(rangeOf(p, range.from, range.to));
  return match(name)
    .returnType<Line>()
    .with('mmap', () =>
      mmap(
        p,
        drivers.find((one) => one.name === args['driver'])!,
      ),
    )
    .with('handle_mm_fault', () => {
      const touched = text(touchedOf(p, page));
      return { line: args['access'] === 'write' ? `write ${touched} ${cast.value}` : `read ${touched}` };
    })
    .with('munmap', () => ({ line: `munmap ${run()}` }))
    .with('mprotect', () => ({ line: `mprotect ${run()} ${PROTS[args['prot'] as keyof typeof PROTS]}` }))
    .with('madvise', () => ({ line: `madvise ${run()} ${ADVICE[args['advice'] as Advice]}` }))
    .with('mremap', () => mremap(p, args['move'] as Moving))
    .with('UFFDIO_MOVE', () => uffdMove(p, args['move'] as Moving, cast.around))
    .with('pin_user_pages', () => pinning(touchedOf(p, page), args['access'] === 'write', cast.pin))
    .with('unpin_user_page', () => ({ line: `unpin ${args['pin'] as number}` }))
    .with('truncate', () => {
      const { file, from } = args['part'] as Truncation;
      return file === 'shmem'
        ? { line: `truncate ${OBJECTS.shmem} ${offsetOf(p, from)}` }
        : cannot('no file but shmem');
    })
    .with('fork', () => ({ line: 'fork' }))
    .with('exit', () => ({ line: 'exit' }))
    .with('clear_refs', () => ({ line: 'clear-refs' }))
    .with('vfio_pci_memory_disable', () => ({ line: `vfio-memory ${OBJECTS.device} off` }))
    .with('vfio_pci_memory_enable', () => ({ line: `vfio-memory ${OBJECTS.device} on` }))
    .with('migrate_pages', 'remove_migration_ptes', () =>
      cannot('nothing can be done between the halves of a migration'),
    )
    .with('smaps', 'numa_maps', 'pagemap', () => ({
      line: `read-proc ${name} ${text(rangeOf(p, 0, pagesOf(p.geometry)))}`,
    }))
    .with('mincore', () => ({ line: `mincore ${run()}` }))
    .with('move_pages', () => ({ line: `move-pages ${text(touchedOf(p, page))}` }))
    .with('mbind', () => bound(run(), args['policy'] as MemoryPolicy))
    .with('mlock', () => ({ line: `${args['how'] === 'on fault' ? 'mlock-later' : 'mlock'} ${run()}` }))
    .with('munlock', () => ({ line: `munlock ${run()}` }))
    .with('access_remote_vm', () => {
      const touched = text(touchedOf(p, page));
      return { line: args['access'] === 'write' ? `mem-write ${touched} ${cast.value}` : `mem-read ${touched}` };
    })
    .with('get_user_pages', () => referring(p, range, args['how'] as GupUse, args['access'] === 'write', cast.pin))
    .with('put_page', () => ({ line: `unpin ${args['pin'] as number}` }))
    .with('shrink_folio_list', () => cannot('reclaim of one folio cannot be asked for'))
    .with('unmap_mapping_range', 'vmw_bo_dirty_scan', () => cannot('it takes a driver of its own'))
    .with('fault_begins', 'fault_goes_on', () => cannot('a fault cannot be stopped half-way'))
    .with('dax_truncate', () => daxCut(p, args['cut'] as DaxCut))
    .with('dax_evict_inode', () => cannot('nothing is to be seen of a file that nobody has'))
    .with('dax_layout_wakes', () => cannot('the runner does not wait for who truncates a file'))
    .with('memory_failure', () => cannot('it takes memory that breaks'))
    .with('split_folio', 'deferred_split_scan', () => cannot('no runner asks for the split of a folio'))
    .with('collapse', () => {
      const { ptrsPerPte } = p.geometry;
      const from = (args['slot'] as number) * ptrsPerPte;
      return args['by'] === 'MADV_COLLAPSE'
        ? { line: `madvise ${text(rangeOf(p, from, from + ptrsPerPte))} collapse` }
        : cannot('khugepaged comes when it likes');
    })
    .with('UFFDIO_REGISTER', 'UFFDIO_WRITEPROTECT', () => cannot('no runner has a userfaultfd but for UFFDIO_MOVE'))
    .with('follow_pfnmap_start', () => guestAccess(p, args['at'] as LookingUp, cast.value))
    .with('follow_pfnmap_lock', 'follow_pfnmap_end', 'use_of_lookup', () =>
      cannot('a look-up cannot be stopped half-way: a guest does all of it in one'),
    )
    .with('VFIO_IOMMU_UNMAP_DMA', () => cannot(NO_IOMMU))
    .with('migrate_vma', 'migrate_vma_setup', 'migrate_vma_finalize', 'device_write', () =>
      cannot('it takes a device with memory of its own'),
    )
    .otherwise(() => cannot(`nobody has said how to do ${name}`));
};

/** Operations of the machine as a whole; everything else a process does. */
const OF_NOBODY: ReadonlySet<string> = new Set([
  'unpin_user_page',
  'put_page',
  'truncate',
  'dax_truncate',
  'vfio_pci_memory_disable',
  'vfio_pci_memory_enable',
]);

/** Nobody else forks, or has a guest. */
const OF_THE_PARENT: ReadonlySet<string> = new Set(['fork', 'follow_pfnmap_start']);

export const runnerLine = (p: Placement, alphabet: Alphabet, move: Move, cast: Cast): Line => {
  const made = lineOf(p, alphabet, move, cast);
  if ('cannot' in made || OF_NOBODY.has(move.name)) return made;
  const worker = cast.workers.get(OF_THE_PARENT.has(move.name) ? 0 : (move.args['mm'] as number))!;
  return worker === 0 ? made : { line: `p${worker} ${made.line}` };
};
