/** Every operation of the model is a line for the runner, or there is a reason why user space cannot ask for it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@effect/vitest';
import { type Cast, runnerLine } from '../../../checker/conform/lines.ts';
import { placementOf } from '../../../checker/conform/placement.ts';
import { runnerSource } from '../../../checker/conform/runner_source.ts';
import { scriptOf } from '../../../checker/conform/script.ts';
import { randomWalks } from '../../../checker/conform/sequences.ts';
import { movesOf } from '../../../checker/search/index.ts';
import { MM_WORLDS } from '../../../checker/worlds/all.ts';
import { mmWorld } from '../../../model/mm/world.ts';
import type { Driver } from '../../../model/drivers/driver.ts';
import { OPERATIONS } from '../../../model/operations/operations.ts';
import { Vma } from '../../../model/state/mm_types.ts';
import { allStages, stageOf, V6_18, walkThrough } from '../../support/walks.ts';

const walks = [...randomWalks(allStages(), 1, 640, 10)];

/** The first line that each operation comes to. */
const lines = new Map<string, string>();
for (const { steps } of walks)
  for (const { move, line } of steps) if (!lines.has(move.name)) lines.set(move.name, line);

const NOBODY: Cast = { workers: new Map([0, 1, 2].map((mm) => [mm, mm])), pin: 0, around: undefined, value: 1 };

/** Why moves of the worlds of `mmcheck check` are not asked for, by operation. */
const reasons = new Map<string, Set<string>>();
for (const { name, sizes, machine } of MM_WORLDS)
  for (const { geometry, alphabet, failuresMax } of Object.values(sizes)) {
    if (geometry.puds > 2) continue;
    const world = mmWorld({ name, geometry, machine, kernel: V6_18, alphabet, failuresMax, properties: [] });
    for (const move of movesOf(world)) {
      const made = runnerLine(placementOf(geometry), alphabet, move, NOBODY);
      if ('cannot' in made) reasons.set(move.name, (reasons.get(move.name) ?? new Set()).add(made.cannot));
    }
  }

describe('every operation', () => {
  const names = Object.keys(OPERATIONS);
  it('is a line, or there is a reason why not', () => {
    expect(names.filter((name) => !lines.has(name) && !reasons.has(name))).toEqual([]);
    expect(
      [...new Set([...reasons.values()].flatMap((all) => Array.from(all)))].filter((why) =>
        why.startsWith('nobody has said'),
      ),
    ).toEqual([]);
  });
  it('that can be asked for is a line like this', () => {
    const made = names.flatMap((name) => (lines.has(name) ? [`${name}: ${lines.get(name)}`] : []));
    expect(made).toMatchInlineSnapshot(`
      [
        "mmap: map 261632 512 anon hugepage",
        "handle_mm_fault: write 261632 511 5",
        "munmap: p2 munmap 261888 256",
        "mprotect: mprotect 261632 256 none",
        "mremap: mremap 261120 256 262400",
        "madvise: p2 madvise 261632 512 dofork",
        "pin_user_pages: p1 pin 0 261632 1",
        "unpin_user_page: unpin 0",
        "truncate: truncate 0 0",
        "fork: fork",
        "exit: p1 exit",
        "UFFDIO_MOVE: move 261120 256 261888 261120 1024",
        "clear_refs: clear-refs",
        "vfio_pci_memory_disable: vfio-memory 1 off",
        "vfio_pci_memory_enable: vfio-memory 1 on",
        "smaps: read-proc smaps 261632 512",
        "numa_maps: read-proc numa_maps 261632 512",
        "pagemap: read-proc pagemap 261632 512",
        "mincore: mincore 261632 512",
        "move_pages: move-pages 261632 256",
        "get_user_pages: p1 splice 0 262143 1",
        "put_page: unpin 0",
        "access_remote_vm: p1 mem-write 261632 256 4",
        "mbind: mbind-default 261632 256",
        "dax_truncate: punch 3 512 0",
        "collapse: madvise 261632 512 collapse",
        "follow_pfnmap_start: guest-read 260864 256",
        "mlock: mlock 261632 512",
        "munlock: munlock 261888 256",
      ]
    `);
  });
  it('that cannot has a reason', () => {
    const made = names.flatMap((name) => [...(reasons.get(name) ?? [])].map((why) => `${name}: ${why}`));
    expect(made.toSorted()).toMatchInlineSnapshot(`
      [
        "UFFDIO_MOVE: what moves would not be what it is in the model",
        "UFFDIO_REGISTER: no runner has a userfaultfd but for UFFDIO_MOVE",
        "UFFDIO_WRITEPROTECT: no runner has a userfaultfd but for UFFDIO_MOVE",
        "VFIO_IOMMU_UNMAP_DMA: no runner gives frames to an IOMMU, or to another hypervisor, or reads them for somebody else",
        "collapse: khugepaged comes when it likes",
        "dax_evict_inode: nothing is to be seen of a file that nobody has",
        "dax_layout_wakes: the runner does not wait for who truncates a file",
        "dax_truncate: no file system of two files that share blocks",
        "deferred_split_scan: no runner asks for the split of a folio",
        "device_write: it takes a device with memory of its own",
        "fault_begins: a fault cannot be stopped half-way",
        "fault_goes_on: a fault cannot be stopped half-way",
        "follow_pfnmap_end: a look-up cannot be stopped half-way: a guest does all of it in one",
        "follow_pfnmap_lock: a look-up cannot be stopped half-way: a guest does all of it in one",
        "follow_pfnmap_start: no runner gives frames to an IOMMU, or to another hypervisor, or reads them for somebody else",
        "get_user_pages: several pages are not pinned at once",
        "get_user_pages: user space keeps references by vmsplice, for reading, and pins by io_uring, for writing and for long",
        "mbind: the virtual machine has one node, and the runner binds to that strictly",
        "memory_failure: it takes memory that breaks",
        "migrate_pages: nothing can be done between the halves of a migration",
        "migrate_vma: it takes a device with memory of its own",
        "migrate_vma_finalize: it takes a device with memory of its own",
        "migrate_vma_setup: it takes a device with memory of its own",
        "mmap: "a page of a driver device" needs memory of a kind that no runner has",
        "mmap: "a page of it" needs memory of a kind that no runner has",
        "mmap: "a private file" needs memory of a kind that no runner has",
        "mmap: "a shared file" needs memory of a kind that no runner has",
        "mmap: "driver device 1G" needs memory of a kind that no runner has",
        "mmap: "driver device 2M" needs memory of a kind that no runner has",
        "mmap: "driver device" needs memory of a kind that no runner has",
        "mmap: "driver memory 2M" needs memory of a kind that no runner has",
        "mmap: "driver memory" needs memory of a kind that no runner has",
        "mmap: "file 2M" needs memory of a kind that no runner has",
        "mmap: "file B" needs memory of a kind that no runner has",
        "mmap: "file from its page 1" needs memory of a kind that no runner has",
        "mmap: "file of 2 pages" needs memory of a kind that no runner has",
        "mmap: "file page" needs memory of a kind that no runner has",
        "mmap: "its clone" needs memory of a kind that no runner has",
        "mmap: "p2pmem of 2 more" needs memory of a kind that no runner has",
        "mmap: "p2pmem of 2 pages" needs memory of a kind that no runner has",
        "mmap: "page 2 of the file, by a new open(O_RDWR)" needs memory of a kind that no runner has",
        "mmap: "private file 2M" needs memory of a kind that no runner has",
        "mmap: "private file 2M, by a new open(O_RDONLY)" needs memory of a kind that no runner has",
        "mmap: "private file of 2 pages" needs memory of a kind that no runner has",
        "mmap: "private file of 3 pages" needs memory of a kind that no runner has",
        "mmap: "private file page" needs memory of a kind that no runner has",
        "mremap: what moves would not be what it is in the model",
        "pin_user_pages: several pages are not pinned at once",
        "pin_user_pages: user space can hold no pin for reading without RDMA or a device of its own",
        "remove_migration_ptes: nothing can be done between the halves of a migration",
        "shrink_folio_list: reclaim of one folio cannot be asked for",
        "split_folio: no runner asks for the split of a folio",
        "truncate: no file but shmem",
        "unmap_mapping_range: it takes a driver of its own",
        "use_of_lookup: a look-up cannot be stopped half-way: a guest does all of it in one",
        "vmw_bo_dirty_scan: it takes a driver of its own",
      ]
    `);
  });
});

describe('the lines of a walk', () => {
  it('name the worker, but not the first one', () => {
    const walk = walkThrough(
      stageOf('anon-three'),
      'mmap(parent, anon 2M)',
      'fork()',
      'handle_mm_fault(child, page 0, write)',
      'fork()',
      'handle_mm_fault(second child, page 0, read)',
      'exit(child)',
      'fork()',
      'handle_mm_fault(child, page 0, read)',
      'exit(parent)',
    );
    expect(walk.steps.map(({ line }) => line)).toMatchInlineSnapshot(`
      [
        "map 261632 512 anon hugepage",
        "fork",
        "p1 write 261632 256 3",
        "fork",
        "p2 read 261632 256",
        "p1 exit",
        "fork",
        "p3 read 261632 256",
        "exit",
      ]
    `);
  });
  it('say how far into its file a mapping begins', () => {
    const { alphabet, placement } = stageOf('shmem', [16, 496]);
    const [driver] = alphabet.drivers;
    const from1 = { ...driver!, vma: Vma.mkPgoff(Vma.mkEnd(driver!.vma, 2), 1) };
    const map = (offset: Driver) =>
      runnerLine(
        placement,
        { ...alphabet, drivers: [offset] },
        { action: 0, name: 'mmap', args: { mm: 0, driver: driver!.name } },
        NOBODY,
      );
    expect(map({ ...from1, vma: Vma.mkPgoff(driver!.vma, 2) })).toEqual({
      line: 'map 261120 512 shared 0 512 hugepage',
    });
    // Its pages would not be of the size that they have in the file.
    expect(map(from1)).toEqual({ cannot: 'what moves would not be what it is in the model' });
  });
  it('stand behind what is watched, and the files that they need', () => {
    expect(scriptOf(walkThrough(stageOf('shmem'), 'mmap(parent, private shmem 2M)'), 'one')).toMatchInlineSnapshot(`
      "seq one
      watch 261120 512
      watch 261632 512
      object 0 memfd-huge 512
      map 261632 512 private 0 0 hugepage
      "
    `);
    expect(scriptOf(walkThrough(stageOf('vfio'), 'mmap(parent, BAR 4M)'), 'two')).toMatchInlineSnapshot(`
      "seq two
      watch 260608 512
      watch 261120 512
      watch 261632 512
      watch 262144 512
      watch 262656 512
      watch 263168 512
      object 1 vfio 0000:00:02.0 2
      map 260608 1024 shared 1 0
      "
    `);
  });
});

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-lines-'));
afterAll(() => rmSync(directory, { recursive: true }));

const compile = (): string => {
  writeFileSync(join(directory, 'runner.c'), runnerSource());
  const { status, stderr, error } = spawnSync(process.env['CC'] ?? 'cc', ['-static', '-o', 'runner', 'runner.c'], {
    cwd: directory,
    encoding: 'utf8',
  });
  return error?.message ?? (status === 0 ? '' : stderr);
};

describe('the runner', () => {
  it('takes every line', ({ skip }) => {
    const why = compile();
    skip(why !== '', `it cannot be built: ${why}`);
    // A bad last line: everything before it is looked at, and nothing is played.
    const text = walks.map((walk, i) => scriptOf(walk, `s${i}`)).join('');
    const { status, stderr } = spawnSync(join(directory, 'runner'), [], { input: `${text}bad\n`, encoding: 'utf8' });
    const last = text.split('\n').length;
    expect(status).toBe(2);
    expect(stderr).toMatch(new RegExp(`line ${last}: `));
  });
});
