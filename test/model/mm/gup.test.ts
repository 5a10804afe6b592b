/** GUP function by function: several pages, references, the bias of a pin, long-term pins, and access by force. */
import { describe, expect, it } from '@effect/vitest';
import { anonMemory, type Driver, faultDriver, fileMapping } from '../../../model/drivers/driver.ts';
import { copy_process } from '../../../model/mm/fork.ts';
import { access_remote_vm, gup_fast_fallback, populate_page, unpin_user_page } from '../../../model/mm/gup.ts';
import { FOLL_GET, FOLL_LONGTERM, FOLL_PIN, FOLL_WRITE } from '../../../model/mm/gup_grab.ts';
import type { Kernel, Sys } from '../../../model/mm/kernel.ts';
import { access_page, handle_mm_fault } from '../../../model/mm/memory_fault.ts';
import { mmap_region } from '../../../model/mm/mmap.ts';
import { do_mprotect_pkey } from '../../../model/mm/mprotect.ts';
import { folio_maybe_dma_pinned, folio_ref_count } from '../../../model/mm/page_ref.ts';
import { pte_offset } from '../../../model/mm/pgtable.ts';
import { vma_lookup } from '../../../model/mm/vma.ts';
import { blocks, type Geometry, SMALL } from '../../../model/state/geometry.ts';
import type { Machine } from '../../../model/state/machine.ts';
import { Page } from '../../../model/state/memmap.ts';
import { Mm, Pin, Pmd, Prot, Pte, Pud, Result, VmaKind } from '../../../model/state/mm_types.ts';
import { mappings } from '../../scenarios/accounts.ts';
import { booted, mapping } from '../../support/booted.ts';
import { kernelOf } from '../../support/model_runner.ts';

const geometry: Geometry = {
  ...SMALL,
  memory: [
    ...blocks('anon', 2, 1),
    ...blocks('file', 1, 2),
    ...blocks('shmem', 1, 2),
    ...blocks('anon', 1, 6),
    ...blocks('zero page', 1, 1),
  ],
  pins: 4,
  pinBias: 4,
};
const FILE = 18;
const PAGE = 22;
const ZERO = 28;

const machine = (drivers: readonly Driver[], written: readonly number[] = [], of: Partial<Geometry> = {}): Sys => {
  const s = booted({ ...geometry, ...of });
  for (const driver of drivers) mmap_region(s, 0, driver);
  for (const page of written) access_page(s, 0, page, true);
  return s;
};
const one = anonMemory('a page', { at: 0, pages: 1 });
const apart = anonMemory('2 pages', { at: 1, pages: 2 });
const thp = anonMemory('2M', { at: 0, pages: 2 });
const held = (s: Sys): readonly number[] =>
  [0, 1, 2, 3].flatMap((row) => (Pin.taken(s.pin.at(row)) === 1 ? [Pin.pfn(s.pin.at(row))] : []));

const file = (use: 'file' | 'shmem', sharing: 'shared' | 'private') =>
  machine([fileMapping('a file', { at: 0, pages: 1 }, use, sharing)], [0]);
const readOnly = (driver: Driver, pages: number, written: readonly number[]): Sys => {
  const s = machine([driver], written);
  do_mprotect_pkey(s, 0, 0, pages, Prot.R);
  return s;
};

/** The frames that are pinned for reading, by reads before and without, and the frame after a write. */
const pinnedThenWritten = (s: Sys, flags: number): readonly string[] => {
  gup_fast_fallback(s, 0, 0, 1, flags);
  const pins = held(s).map((frame) => `pinned ${frame}`);
  access_page(s, 0, 0, true);
  return [...pins, ...mappings(s, 0)];
};
const unread = (sharing: 'shared' | 'private') =>
  machine([fileMapping('a file', { at: 0, pages: 1 }, 'file', sharing)]);

describe('several pages in one call', () => {
  it('are taken by leaf, or one after the other', () => {
    const huge = machine([thp], [0]);
    expect([gup_fast_fallback(huge, 0, 0, 2, FOLL_PIN), held(huge)]).toEqual([Result.ok, [16, 17]]);
    expect([folio_ref_count(huge, 16), huge.pincount.at(0)]).toEqual([3, 2]);
    const small = machine([apart], [1]);
    expect([gup_fast_fallback(small, 0, 1, 3, FOLL_GET | FOLL_WRITE), held(small)]).toEqual([
      Result.ok,
      [PAGE, PAGE + 1],
    ]);
    expect([folio_ref_count(small, PAGE), folio_ref_count(small, PAGE + 1)]).toEqual([2, 2]);
  });
  it('stay taken up to the one that fails', () => {
    const s = machine([one], [0]);
    expect([gup_fast_fallback(s, 0, 0, 2, FOLL_PIN), held(s)]).toEqual([Result.ok, [PAGE]]);
    expect([gup_fast_fallback(s, 0, 1, 3, FOLL_PIN), held(s)]).toEqual([Result.EFAULT, [PAGE]]);
  });
  it('end at a page of a device, which is not touched', () => {
    const s = machine([one, faultDriver('BAR', { at: 1, pages: 1 })], [0]);
    access_page(s, 0, 1, false);
    const before = mappings(s, 0);
    expect([gup_fast_fallback(s, 0, 0, 2, FOLL_PIN | FOLL_WRITE), held(s)]).toEqual([Result.ok, [PAGE]]);
    expect(mappings(s, 0)).toEqual(before);
  });
  it('are let go one by one', () => {
    const s = machine([thp], [0]);
    gup_fast_fallback(s, 0, 0, 2, FOLL_GET);
    unpin_user_page(s, 0);
    unpin_user_page(s, 1);
    expect([held(s), folio_ref_count(s, 16)]).toEqual([[], 1]);
  });
});

describe('references without a pin', () => {
  it('mark no process, unshare nothing, and count on the zero page', () => {
    const s = machine([one]);
    access_page(s, 0, 0, false);
    const before = folio_ref_count(s, ZERO);
    expect(gup_fast_fallback(s, 0, 0, 1, FOLL_GET)).toBe(Result.ok);
    expect([held(s), folio_ref_count(s, ZERO) - before, Mm.hasPinned(s.mm.at(0))]).toEqual([[ZERO], 1, 0]);
    unpin_user_page(s, 0);
    expect(folio_ref_count(s, ZERO)).toBe(before);
    gup_fast_fallback(s, 0, 0, 1, FOLL_PIN);
    expect(folio_ref_count(s, ZERO)).toBe(before);
  });
  it('look like a pin when they are as many as its bias, and fork copies the page then', () => {
    const s = machine([one], [0]);
    for (let i = 0; i < 2; i++) gup_fast_fallback(s, 0, 0, 1, FOLL_GET);
    expect([folio_ref_count(s, PAGE), folio_maybe_dma_pinned(s, PAGE)]).toEqual([3, false]);
    gup_fast_fallback(s, 0, 0, 1, FOLL_GET);
    expect([folio_ref_count(s, PAGE), folio_maybe_dma_pinned(s, PAGE)]).toEqual([4, true]);
    // Without any pin of this mm nobody asks.
    s.mm.put(0, Mm.mkHasPinned(s.mm.at(0), 1));
    copy_process(s, 0, 1);
    expect(mappings(s, 1)).toEqual([`page 0 pfn ${PAGE + 1} RW young dirty WB`]);
    expect(mappings(s, 0)).toEqual([`page 0 pfn ${PAGE} RW young dirty WB`]);
  });
  it('never do with the bias of the kernel', () => {
    const s = machine([one], [0], { pinBias: 1024 });
    for (let i = 0; i < 4; i++) gup_fast_fallback(s, 0, 0, 1, FOLL_GET);
    expect(folio_maybe_dma_pinned(s, PAGE)).toBe(false);
  });
});

describe('a long-term pin', () => {
  const FOR_WRITING = FOLL_PIN | FOLL_LONGTERM | FOLL_WRITE;

  it.each([
    { use: 'file', sharing: 'shared', write: Result.EFAULT },
    { use: 'file', sharing: 'private', write: Result.ok },
    { use: 'shmem', sharing: 'shared', write: Result.ok },
  ] as const)('of a $sharing $use for writing', ({ use, sharing, write }) => {
    expect(gup_fast_fallback(file(use, sharing), 0, 0, 1, FOR_WRITING)).toBe(write);
    expect(gup_fast_fallback(file(use, sharing), 0, 0, 1, FOLL_PIN | FOLL_WRITE)).toBe(Result.ok);
    expect(gup_fast_fallback(file(use, sharing), 0, 0, 1, FOLL_PIN | FOLL_LONGTERM)).toBe(Result.ok);
  });

  it('for reading takes a copy of a private file, to which a later write goes', () => {
    for (const read of [false, true]) {
      const s = unread('private');
      if (read) access_page(s, 0, 0, false);
      expect(pinnedThenWritten(s, FOLL_PIN | FOLL_LONGTERM)).toEqual([
        `pinned ${PAGE}`,
        `page 0 pfn ${PAGE} RW young dirty WB`,
      ]);
    }
  });
  it('for reading takes the page of a shared file; so does one for a moment of a private one', () => {
    const shared = pinnedThenWritten(unread('shared'), FOLL_PIN | FOLL_LONGTERM);
    expect(shared).toEqual([`pinned ${FILE}`, `page 0 pfn ${FILE} RW young dirty WB`]);
    const short = pinnedThenWritten(unread('private'), FOLL_PIN);
    expect(short).toEqual([`pinned ${FILE}`, `page 0 pfn ${PAGE} RW young dirty WB`]);
  });
  it('for reading takes no page of zeroes', () => {
    const s = machine([one]);
    access_page(s, 0, 0, false);
    expect(held(s)).toEqual([]);
    expect(pinnedThenWritten(s, FOLL_PIN | FOLL_LONGTERM)).toEqual([
      `pinned ${PAGE}`,
      `page 0 pfn ${PAGE} RW young dirty WB`,
    ]);
  });
});

describe('access by force', () => {
  it('writes to a copy of a private file, which stays read-only', () => {
    const s = readOnly(fileMapping('private', { at: 0, pages: 1 }, 'file', 'private'), 1, []);
    access_page(s, 0, 0, false);
    expect(mappings(s, 0)).toEqual([`page 0 pfn ${FILE} RO young WB`]);
    expect(access_remote_vm(s, 0, 0, true)).toBe(Result.ok);
    expect(mappings(s, 0)).toEqual([`page 0 pfn ${PAGE} RO young dirty WB`]);
    expect(Page.dirty(s.page.at(PAGE - 16))).toBe(1);
    expect(folio_ref_count(s, PAGE)).toBe(1);
  });
  it('writes to a page of our own where it is', () => {
    const s = readOnly(thp, 2, [0]);
    expect(mappings(s, 0)).toEqual(['pmd[0] leaf pfn 16 RO young WB']);
    expect(access_remote_vm(s, 0, 1, true)).toBe(Result.ok);
    expect(mappings(s, 0)).toEqual(['pmd[0] leaf pfn 16 RO young dirty WB']);
  });
  it('does not write to what is shared, nor look at a BAR', () => {
    const s = readOnly(fileMapping('shared', { at: 0, pages: 1 }, 'file', 'shared'), 1, [0]);
    expect([access_remote_vm(s, 0, 0, true), access_remote_vm(s, 0, 0, false)]).toEqual([Result.EIO, Result.ok]);
    expect(access_remote_vm(machine([faultDriver('BAR', { at: 0, pages: 1 })]), 0, 0, false)).toBe(Result.EIO);
  });
});

/** The child's side of a fork, whose leaf nobody has accessed. */
const childOf = (arch: Machine['arch']): Sys => {
  const s = booted(geometry, { arch });
  mmap_region(s, 0, thp);
  access_page(s, 0, 0, true);
  copy_process(s, 0, 1);
  return s;
};
/** A PUD leaf of device-dax that nobody has accessed, read for another; a write would find it dirty. */
const daxLeaf = (kernel: Kernel, arch: Machine['arch'], flags: number): readonly string[] => {
  const s = booted({ ...SMALL, memory: blocks('dax', 4, 1), pins: 1 }, { arch, pudLeaves: true }, kernel);
  mmap_region(s, 0, mapping({ kind: VmaKind.dax, end: 4, shared: 1, fault: 1, hugeFault: 1 }));
  access_page(s, 0, 0, false);
  s.pud.put(0, Pud.mkYoung(s.pud.at(0), 0));
  populate_page(s, 0, 1, flags);
  return mappings(s, 0);
};

/** What GUP and faults do to the accessed and dirty bits of an entry that is good enough. */
describe('accessed bits', () => {
  const ARCHS = ['x86', 'arm64', 'powerpc', 's390'] as const;
  const YOUNG = ['pmd[0] leaf pfn 16 RO young dirty WB'];
  const OLD = ['pmd[0] leaf pfn 16 RO dirty WB'];

  it.each(ARCHS)('of a leaf are set by who reads it for another, but on x86: %s', (arch) => {
    const s = childOf(arch);
    expect(mappings(s, 1)).toEqual(OLD);
    expect(access_remote_vm(s, 1, 0, false)).toBe(Result.ok);
    expect(mappings(s, 1)).toEqual(arch === 'x86' ? OLD : YOUNG);
  });
  it.each(ARCHS)('of a leaf are set by who writes there by force: %s', (arch) => {
    const s = booted(geometry, { arch });
    mmap_region(s, 0, thp);
    access_page(s, 0, 0, true);
    s.pmd.put(0, Pmd.mkDirty(Pmd.mkYoung(s.pmd.at(0), 0), 0));
    expect(access_remote_vm(s, 0, 0, true)).toBe(Result.ok);
    expect(mappings(s, 0)).toEqual(['pmd[0] leaf pfn 16 RW young dirty WB']);
  });
  it.each(ARCHS)('are set by a fault that finds another thread has been here: %s', (arch) => {
    const huge = childOf(arch);
    expect(handle_mm_fault(huge, 1, vma_lookup(huge, 1, 0), 0, false)).toBe(Result.ok);
    expect(mappings(huge, 1)).toEqual(arch === 'x86' ? OLD : YOUNG);
    for (const write of [false, true]) {
      const small = booted(geometry, { arch });
      mmap_region(small, 0, one);
      access_page(small, 0, 0, true);
      const row = pte_offset(geometry, Pmd.pfn(small.pmd.at(0)), 0);
      small.pte.put(row, Pte.mkDirty(Pte.mkYoung(small.pte.at(row), 0), 0));
      expect(handle_mm_fault(small, 0, vma_lookup(small, 0, 0), 0, write)).toBe(Result.ok);
      const after = write ? 'RW young dirty' : arch === 'x86' ? 'RW' : 'RW young';
      expect(mappings(small, 0)).toEqual([`page 0 pfn ${PAGE} ${after} WB`]);
    }
  });

  const [OF_12, OF_18] = [kernelOf('v6.12'), kernelOf('v6.18')];
  it('of a PUD leaf are set by who takes the page, while such leaves are devmap', () => {
    const none = ['pud[0] (from page 0) leaf pfn 16 RW WB'];
    expect(daxLeaf(OF_12, 'x86', FOLL_PIN | FOLL_WRITE)).toEqual([
      'pud[0] (from page 0) leaf pfn 16 RW young dirty WB devmap',
    ]);
    expect(daxLeaf(OF_12, 'x86', FOLL_PIN)).toEqual(['pud[0] (from page 0) leaf pfn 16 RW WB devmap']);
    expect(daxLeaf(OF_12, 'powerpc', FOLL_PIN)).toEqual(['pud[0] (from page 0) leaf pfn 16 RW young WB devmap']);
    expect(daxLeaf(OF_12, 'powerpc', 0)).toEqual(['pud[0] (from page 0) leaf pfn 16 RW WB devmap']);
    for (const arch of ['x86', 'powerpc'] as const) expect(daxLeaf(OF_18, arch, FOLL_PIN | FOLL_WRITE)).toEqual(none);
  });
});
