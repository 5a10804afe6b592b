/** The operations of a world: those of the list that its alphabet has anything for. */
import type { Geometry } from '../state/geometry.ts';
import { handle_mm_fault } from './access.ts';
import { madvise } from './advice.ts';
import type { Alphabet } from './alphabet.ts';
import { dax_evict_inode, dax_layout_wakes, dax_truncate } from './dax.ts';
import { dirty_scan, memory_disable, memory_enable, revoke } from './devices.ts';
import { truncate } from './files.ts';
import { access_remote_vm, get_user_pages, put_page } from './gup.ts';
import { collapse, deferred_split_scan, split_folio } from './folios.ts';
import { mmap, mprotect, mremap, munmap } from './mappings.ts';
import {
  follow_pfnmap_end,
  follow_pfnmap_lock,
  follow_pfnmap_start,
  unmap_dma_range,
  use_of_lookup,
} from './lookups.ts';
import { device_write, migrate_vma, migrate_vma_finalize, migrate_vma_setup } from './device_private.ts';
import { migrate_pages, remove_migration_ptes } from './migration.ts';
import { mlock, munlock } from './mlock.ts';
import { type Op, PARENT } from './op.ts';
import { clear_refs } from './proc.ts';
import { fault_begins, fault_goes_on, under_mmap_lock } from './half_faults.ts';
import { UFFDIO_MOVE, UFFDIO_REGISTER, UFFDIO_WRITEPROTECT } from './userfaultfd.ts';
import { pin_user_pages, unpin_user_page } from './pins.ts';
import { exit, fork } from './processes.ts';
import { mbind } from './policies.ts';
import { memory_failure, mincore, move_pages_stat, numa_maps, pagemap, smaps } from './readers.ts';
import { shrink_folio_list } from './reclaim.ts';
import { with_room } from './room.ts';
import { waiting } from './waiting.ts';

const isPossible = ({ args }: Op): boolean => Object.values(args).every((values) => values.length > 0);

/** The operations of a world of this shape; one that has nothing to be tried with is left out. */
export const operationsOf = (
  alphabet: Alphabet,
  { mms, pins, halfFaults, uffd, lookups, dmaMappings, memtypes }: Geometry,
): readonly Op[] =>
  [
    mmap([PARENT], alphabet.drivers),
    handle_mm_fault(alphabet),
    munmap(alphabet),
    mprotect(alphabet),
    mremap(alphabet),
    madvise(alphabet),
    pin_user_pages(alphabet, pins),
    unpin_user_page(alphabet, pins),
    truncate(alphabet),
    shrink_folio_list(alphabet),
    ...(alphabet.fork ? [fork] : []),
    exit(mms),
    ...(alphabet.revoke ? [revoke] : []),
    migrate_pages(alphabet),
    remove_migration_ptes(alphabet),
    UFFDIO_MOVE(alphabet),
    clear_refs(alphabet),
    ...(alphabet.memoryEnable ? [memory_disable, memory_enable] : []),
    ...(alphabet.dirtyScan ? [dirty_scan] : []),
    fault_begins(alphabet, halfFaults),
    fault_goes_on(halfFaults),
    smaps(alphabet),
    numa_maps(alphabet),
    pagemap(alphabet),
    mincore(alphabet),
    move_pages_stat(alphabet),
    get_user_pages(alphabet, pins),
    put_page(alphabet, pins),
    access_remote_vm(alphabet),
    mbind(alphabet),
    memory_failure(alphabet),
    dax_truncate(alphabet),
    dax_evict_inode(alphabet),
    ...(alphabet.daxCuts.length + alphabet.daxEvicts.length > 0 ? [dax_layout_wakes] : []),
    split_folio(alphabet),
    ...(alphabet.deferredScan ? [deferred_split_scan] : []),
    collapse(alphabet),
    UFFDIO_REGISTER(alphabet, uffd),
    UFFDIO_WRITEPROTECT(alphabet, uffd),
    follow_pfnmap_start(alphabet, lookups),
    follow_pfnmap_lock(alphabet),
    follow_pfnmap_end(alphabet),
    use_of_lookup(alphabet),
    unmap_dma_range(alphabet, dmaMappings),
    mlock(alphabet),
    munlock(alphabet),
    migrate_vma(alphabet),
    migrate_vma_setup(alphabet),
    migrate_vma_finalize(alphabet),
    device_write(alphabet),
  ]
    .filter((one) => isPossible(one))
    .map((one) => (halfFaults > 0 ? under_mmap_lock(one) : one))
    .map((one) => (lookups > 0 ? waiting(one) : one))
    .map((one) => (memtypes > 0 ? with_room(one) : one));
