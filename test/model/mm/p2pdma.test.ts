import { describe, expect, it } from '@effect/vitest';
import { kernelWith } from '../../../checker/mm_catalogue.ts';
import { p2pMemory } from '../../../model/drivers/driver.ts';
import { gup_fast_fallback, unpin_user_page } from '../../../model/mm/gup.ts';
import { FOLL_PCI_P2PDMA, FOLL_PIN } from '../../../model/mm/gup_grab.ts';
import type { Sys } from '../../../model/mm/kernel.ts';
import { do_madvise } from '../../../model/mm/madvise.ts';
import { access_page } from '../../../model/mm/memory_fault.ts';
import { do_vmi_munmap, exit_mmap, mmap_region } from '../../../model/mm/mmap.ts';
import type { Release } from '../../../model/releases/releases.ts';
import { blocks, SMALL } from '../../../model/state/geometry.ts';
import { Page, PageKind } from '../../../model/state/memmap.ts';
import { Result, Vma } from '../../../model/state/mm_types.ts';
import { booted, fork } from '../../support/booted.ts';

/** A BAR of three pages, on a machine with so many PTE tables. */
const bar = (kernel: Release = 'v7.1', pteTables = 6): Sys =>
  booted({ ...SMALL, pins: 2, pteTables, memory: blocks('p2pdma', 1, 3) }, {}, kernelWith(kernel, []));
/** Pages 1 and 2 lie in two tables. */
const TWO = p2pMemory('two pages', { at: 1, pages: 2 });
const map = (s: Sys, driver = TWO): string => Result.names[mmap_region(s, 0, driver)]!;

/** Each page as 'pool' or 'taken', with its count, and the references to the pgmap. */
const said = (s: Sys): string => {
  const one = (row: number): string =>
    `${Page.kind(s.page.at(row)) === PageKind.p2pdma ? 'taken' : 'pool'} ${s.refcount.at(row)}`;
  return `${[0, 1, 2].map(one).join(', ')}; pgmap ${s.pgmapRef.at(0)}`;
};

describe('p2pmem_alloc_mmap()', () => {
  it('takes the first pages that follow each other, and gives each to its entry', () => {
    const s = bar();
    expect(map(s)).toBe('ok');
    expect(said(s)).toBe('taken 1, taken 1, pool 0; pgmap 2');
    expect(Vma.mixedmap(s.vma.at(0))).toBe(1);
    expect(map(s, p2pMemory('two more', { at: 4, pages: 2 }))).toBe('ENOMEM');
    expect(map(s, p2pMemory('one more', { at: 4, pages: 1 }))).toBe('ok');
    expect(said(s)).toBe('taken 1, taken 1, taken 1; pgmap 3');
  });

  it('takes over the reference that a page has in the pool, until v6.14', () => {
    const s = bar('v6.12');
    expect(said(s)).toBe('pool 1, pool 1, pool 1; pgmap 0');
    map(s);
    expect(said(s)).toBe('taken 1, taken 1, pool 1; pgmap 2');
    exit_mmap(s, 0);
    expect(said(s)).toBe('pool 1, pool 1, pool 1; pgmap 0');
  });

  it.each([
    ['v7.1', 'pool 0, pool 0, pool 0; pgmap 0', 'does not warn'],
    ['v6.18', 'pool 0, pool 1, pool 0; pgmap 1', 'warns'],
    ['v6.15', 'pool 0, pool 1, pool 0; pgmap 1', 'warns'],
    ['v6.12.117', 'pool 1, pool 1, pool 1; pgmap 0', 'does not warn'],
    ['v6.12', 'pool 1, pool 1, pool 1; pgmap 1', 'does not warn'],
    ['v6.9', 'pool 1, pool 1, pool 1; pgmap 1', 'does not warn'],
  ] as const)('on %s leaves %s where the second page cannot be inserted, and %s', (release, left, warns) => {
    const s = bar(release, 1);
    expect(map(s)).toBe('ENOMEM');
    expect(said(s)).toBe(left);
    expect(s.warnedP2pdma.at(0) === 1 ? 'warns' : 'does not warn').toBe(warns);
  });

  it('warns of what could not be inserted once, until that is put right', () => {
    const s = booted(
      { ...SMALL, pteTables: 1, memory: blocks('p2pdma', 1, 2) },
      {},
      {
        ...kernelWith('v7.1', []),
        p2pdma_failed_resets: () => false,
      },
    );
    expect(map(s)).toBe('ENOMEM');
    expect(s.warnedP2pdma.at(0)).toBe(0);
    expect(map(s)).toBe('ENOMEM');
    expect(s.warnedP2pdma.at(0)).toBe(1);
  });
});

describe('a page of a BAR', () => {
  it('is in the pool again when the last process has unmapped it', () => {
    const s = bar();
    map(s);
    fork(s);
    expect(said(s)).toBe('taken 2, taken 2, pool 0; pgmap 2');
    do_vmi_munmap(s, 0, 1, 2);
    do_vmi_munmap(s, 0, 2, 3);
    expect(said(s)).toBe('taken 1, taken 1, pool 0; pgmap 2');
    exit_mmap(s, 1);
    expect(said(s)).toBe('pool 0, pool 0, pool 0; pgmap 0');
  });

  it('is given back by MADV_DONTNEED, and nobody brings another one', () => {
    const s = bar();
    map(s);
    expect(Result.names[do_madvise(s, 0, 1, 2, 'DONTNEED')]).toBe('ok');
    expect(said(s)).toBe('pool 0, taken 1, pool 0; pgmap 1');
    expect(Result.names[access_page(s, 0, 1, false)]).toBe('SIGBUS');
    expect(Result.names[access_page(s, 0, 2, true)]).toBe('ok');
  });

  it('is taken by GUP with FOLL_PCI_P2PDMA alone, and kept from the pool by a pin', () => {
    const s = bar();
    map(s);
    expect(Result.names[gup_fast_fallback(s, 0, 1, 2, FOLL_PIN)]).toBe('EREMOTEIO');
    expect(s.pincount.at(0)).toBe(0);
    expect(Result.names[gup_fast_fallback(s, 0, 1, 2, FOLL_PIN | FOLL_PCI_P2PDMA)]).toBe('ok');
    exit_mmap(s, 0);
    expect(said(s)).toBe('taken 0, pool 0, pool 0; pgmap 1');
    unpin_user_page(s, 0);
    expect(said(s)).toBe('pool 0, pool 0, pool 0; pgmap 0');
  });

  it('has one page', () => {
    expect(() => booted({ ...SMALL, memory: blocks('p2pdma', 2, 1) })).toThrow('a folio of a PCI BAR has one page');
  });
});
