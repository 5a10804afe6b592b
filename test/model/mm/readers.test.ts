/** What readers of page tables find, and what mbind() and a machine check make of it, function by function. */
import { describe, expect, it } from '@effect/vitest';
import {
  anonMemory,
  daxDevice,
  type Driver,
  faultDriver,
  fileMapping,
  mixedDriver,
} from '../../../model/drivers/driver.ts';
import { do_pages_stat, do_pages_stat_by_follow_page, folio_walk_start } from '../../../model/mm/folio_walk.ts';
import { type Kernel, patched, type Sys } from '../../../model/mm/kernel.ts';
import { access_page } from '../../../model/mm/memory_fault.ts';
import { consume_poison } from '../../../model/mm/memory_failure.ts';
import { do_mbind } from '../../../model/mm/mempolicy.ts';
import { mmap_region } from '../../../model/mm/mmap.ts';
import { pagemap_read, show_numa_map, show_smap } from '../../../model/mm/task_mmu.ts';
import { vma_lookup } from '../../../model/mm/vma.ts';
import { WHAT_IFS } from '../../../model/releases/what_ifs.ts';
import { v7_1 } from '../../../model/releases/v7_1.ts';
import { blocks, type Geometry, SMALL } from '../../../model/state/geometry.ts';
import { Result, Vma, VmaAttributes } from '../../../model/state/mm_types.ts';
import { mappings } from '../../scenarios/accounts.ts';
import { booted } from '../../support/booted.ts';

const geometry: Geometry = {
  ...SMALL,
  memory: [
    ...blocks('driver', 1, 4),
    ...blocks('dax', 4, 1),
    ...blocks('huge zero', 2, 1),
    ...blocks('anon', 2, 2),
    ...blocks('shmem', 2, 1),
    ...blocks('anon', 1, 3),
    ...blocks('zero page', 1, 1),
  ],
  policies: 1,
  migrations: 1,
  poison: 1,
};
const DRIVER = 16;
const DAX = 20;
const HUGE_ZERO = 24;
const THP = 26;
const NO_PAGE = -1;

const machine = (driver: Driver, written: readonly number[], read: readonly number[] = [], kernel = v7_1): Sys => {
  const s = booted(geometry, {}, kernel);
  mmap_region(s, 0, driver);
  for (const page of written) access_page(s, 0, page, true);
  for (const page of read) access_page(s, 0, page, false);
  return s;
};
const whatIf = (name: string) => patched(v7_1, WHAT_IFS.find((one) => one.name === name)!.values[1]!.patch);

const follow_page = patched(v7_1, { do_pages_stat_array: () => do_pages_stat_by_follow_page });

const bar1 = faultDriver('a page of a BAR', { at: 0, pages: 1 });
const bar1G = faultDriver('BAR 1G', { at: 0, pages: 4 });
const bar2M = faultDriver('BAR 2M', { at: 0, pages: 2 });
const thp = anonMemory('anon 2M', { at: 0, pages: 2 });
const dax = daxDevice('dax 1G', { at: 0, pages: 4 });
const shmem = fileMapping('shmem', { at: 0, pages: 2 }, 'shmem', 'shared');

const ram = (pages: number): Driver => faultDriver(`${pages} pages of RAM`, { at: 0, pages, pfn: DRIVER });
const twice = (s: Sys): readonly number[] => [consume_poison(s, 0, 0), consume_poison(s, 0, 0)];
const vmasOf = (s: Sys): number => [0, 1, 2, 3].filter((row) => Vma.end(s.vma.at(row)) > 0).length;
const found = (s: Sys) => [show_smap(s, 0), show_numa_map(s, 0), pagemap_read(s, 0)];

describe('smaps, numa_maps and pagemap', () => {
  it.each([
    { says: 'a huge page', s: () => machine(thp, [0]), pages: [2, 2, 2] },
    { says: 'the huge zero folio, which no one counts', s: () => machine(thp, [], [0]), pages: [0, 0, 2] },
    { says: 'a file', s: () => machine(shmem, [0]), pages: [2, 2, 2] },
    { says: 'a BAR by a PMD leaf, which is in no pagemap', s: () => machine(bar2M, [0]), pages: [0, 0, 0] },
    { says: 'a BAR by PTEs', s: () => machine(faultDriver('a page', { at: 0, pages: 1 }), [0]), pages: [0, 0, 0] },
    { says: 'small pages', s: () => machine(anonMemory('small', { at: 0, pages: 1 }), [0]), pages: [1, 1, 1] },
  ])('$says', ({ s, pages }) => {
    const at = s();
    const before = mappings(at, 0);
    expect(found(at)).toEqual(pages);
    expect(mappings(at, 0)).toEqual(before);
  });

  it.each([
    { says: 'a BAR', driver: bar1G, left: [0, 0, 1] },
    { says: 'device-dax', driver: dax, left: [0, 0, 0] },
  ])('drop the PUD leaf of $says, all but pagemap of a BAR', ({ driver, left }) => {
    const leaves = [show_smap, show_numa_map, pagemap_read].map((read) => {
      const s = machine(driver, [0]);
      read(s, 0);
      return mappings(s, 0).length;
    });
    expect(leaves).toEqual(left);
  });

  it('leave it alone where they take care of PUD leaves', () => {
    const leaves = [show_smap, show_numa_map, pagemap_read].map((read) => {
      const s = machine(bar1G, [0], [], whatIf('readers-pud'));
      read(s, 0);
      return mappings(s, 0).length;
    });
    expect(leaves).toEqual([1, 1, 1]);
  });

  it('pagemap looks at the struct page of a leaf in VM_MIXEDMAP, if it has one or not', () => {
    const s = machine(mixedDriver('device 2M', { at: 0, pages: 2, pfn: 16 }), [0]);
    expect(() => pagemap_read(s, 0)).toThrow('takes frame 0 for a page');
  });
});

describe('folio_walk_start()', () => {
  it.each([
    { says: 'of a huge page', s: () => machine(thp, [0]), page: 1, pfn: THP + 1, zero: THP + 1 },
    { says: 'of a dax device', s: () => machine(dax, [0]), page: 3, pfn: DAX + 3, zero: DAX + 3 },
    {
      says: 'of the huge zero folio, when asked for',
      s: () => machine(thp, [], [0]),
      page: 1,
      pfn: NO_PAGE,
      zero: HUGE_ZERO + 1,
    },
    { says: 'of a BAR, none, by a PUD leaf', s: () => machine(bar1G, [0]), page: 3, pfn: NO_PAGE, zero: NO_PAGE },
    { says: 'of a BAR, none, by a PMD leaf', s: () => machine(bar2M, [0]), page: 1, pfn: NO_PAGE, zero: NO_PAGE },
    { says: 'of nothing, none', s: () => machine(thp, []), page: 0, pfn: NO_PAGE, zero: NO_PAGE },
  ])('$says', ({ s, page, pfn, zero }) => {
    const at = s();
    const before = mappings(at, 0);
    const vma = at.vma.at(vma_lookup(at, 0, page));
    expect(folio_walk_start(at, 0, vma, page, false)).toBe(pfn);
    expect(folio_walk_start(at, 0, vma, page, true)).toBe(zero);
    expect(mappings(at, 0)).toEqual(before);
  });
});

const asks = (s: Sys, page: number) => [Result.names[do_pages_stat(s, 0, page)], s.reached.at(0)];

describe('move_pages() without nodes', () => {
  const hole = anonMemory('a page', { at: 0, pages: 1 });
  const small = anonMemory('a page of zeroes', { at: 0, pages: 1 });

  it.each([
    { of: 'a huge page', s: (k: Kernel) => machine(thp, [0], [], k), page: 1, now: 'ok', before: 'ok' },
    { of: 'a dax device', s: (k: Kernel) => machine(dax, [0], [], k), page: 3, now: 'ENOENT', before: 'ENOENT' },
    { of: 'huge zeroes', s: (k: Kernel) => machine(thp, [], [0], k), page: 1, now: 'EFAULT', before: 'EFAULT' },
    { of: 'zeroes', s: (k: Kernel) => machine(small, [], [0], k), page: 0, now: 'EFAULT', before: 'EFAULT' },
    { of: 'a page of a BAR', s: (k: Kernel) => machine(bar1, [0], [], k), page: 0, now: 'ENOENT', before: 'EFAULT' },
    { of: 'a hole', s: (k: Kernel) => machine(hole, [], [], k), page: 0, now: 'ENOENT', before: 'EFAULT' },
    { of: 'a hole in a BAR', s: (k: Kernel) => machine(bar1, [], [], k), page: 0, now: 'ENOENT', before: 'ENOENT' },
    { of: 'no VMA', s: (k: Kernel) => machine(thp, [0], [], k), page: 5, now: 'EFAULT', before: 'EFAULT' },
  ])('says $now of $of, until v6.11 $before', ({ s, page, now, before }) => {
    const reached = now === 'ok' ? THP + page + 1 : 0;
    expect(asks(s(v7_1), page)).toEqual([now, reached]);
    expect(asks(s(follow_page), page)).toEqual([before, reached]);
  });
});

describe('mbind()', () => {
  const { here, elsewhere, default: none } = VmaAttributes.policies;

  it('splits a VMA, and merges it again', () => {
    const s = machine(thp, [0]);
    expect([do_mbind(s, 0, 0, 1, elsewhere, false), vmasOf(s)]).toEqual([Result.ok, 2]);
    expect(mappings(s, 0)).toEqual(['page 0 pfn 26 RW young dirty WB', 'page 1 pfn 27 RW young dirty WB']);
    expect([do_mbind(s, 0, 0, 2, none, true), vmasOf(s)]).toEqual([Result.ok, 1]);
  });
  it('fails strictly where a page is on another node, and changes nothing', () => {
    const s = machine(thp, [0]);
    expect([do_mbind(s, 0, 0, 1, elsewhere, true), vmasOf(s)]).toEqual([Result.EIO, 1]);
    expect(do_mbind(s, 0, 0, 1, here, true)).toBe(Result.ok);
  });
  it('drops the PUD leaf of a BAR, if it is strict', () => {
    const s = machine(bar1G, [0]);
    expect([do_mbind(s, 0, 0, 4, here, false), mappings(s, 0).length]).toEqual([Result.ok, 1]);
    expect([do_mbind(s, 0, 0, 4, elsewhere, true), mappings(s, 0).length]).toEqual([Result.ok, 0]);
  });
  it('takes the frame behind a PMD leaf for a folio, if it is strict', () => {
    expect(() => do_mbind(machine(bar2M, [0]), 0, 0, 2, here, true)).toThrow('queue_folios_pmd() takes frame 0');
    expect(do_mbind(machine(bar2M, [0]), 0, 0, 2, here, false)).toBe(Result.ok);
  });
  it('moves whatever it finds for MPOL_DEFAULT, which has no nodes, and nothing for the nodes that it is on', () => {
    const frames = (policy: number): readonly string[] => {
      const s = machine(thp, [0]);
      expect(do_mbind(s, 0, 0, 2, policy, true, true)).toBe(Result.ok);
      return mappings(s, 0);
    };
    const [there] = [mappings(machine(thp, [0]), 0)];
    expect([frames(here), frames(none)]).toEqual([there, there.map((line) => line.replace(`${THP}`, `${THP + 2}`))]);
  });
  it('looks at no zeroes and no memory of a device', () => {
    expect(do_mbind(machine(thp, [], [0]), 0, 0, 2, elsewhere, true)).toBe(Result.ok);
  });
});

describe('a machine check', () => {
  it('is told to the process, the first time and again', () => {
    expect(twice(machine(ram(1), []))).toEqual([Result.SIGBUS, Result.SIGBUS]);
    expect(twice(machine(ram(2), []))).toEqual([Result.SIGBUS, Result.SIGBUS]);
    expect(twice(machine(bar1G, []))).toEqual([Result.SIGBUS, Result.SIGBUS]);
  });
  it('comes again without end by a PUD leaf', () => {
    const s = machine(ram(4), []);
    expect(consume_poison(s, 0, 0)).toBe(Result.SIGBUS);
    expect(() => consume_poison(s, 0, 1)).not.toThrow();
    expect(() => consume_poison(s, 0, 0)).toThrow('without end');
  });
  it('does not where the PUD leaf is looked at', () => {
    const s = machine(ram(4), [], [], whatIf('hwpoison-pud'));
    expect(twice(s)).toEqual([Result.SIGBUS, Result.SIGBUS]);
    expect(mappings(s, 0)).toHaveLength(1);
  });
  const skips = patched(v7_1, { hwpoison_walks_pfnmap: () => () => false });
  it('came again without end in v6.15 and v6.16, by any entry', () => {
    for (const pages of [1, 2, 4]) expect(() => twice(machine(ram(pages), [], [], skips))).toThrow('without end');
  });
  it('killed the process until v6.14, which found nothing and said so', () => {
    const before = patched(skips, { hwpoison_not_found_kills: () => () => true });
    for (const pages of [1, 2, 4])
      expect(twice(machine(ram(pages), [], [], before))).toEqual([Result.SIGBUS, Result.SIGBUS]);
  });
});
