/** What mlock() marks, and what reclaim makes of it, function by function. */
import { describe, expect, it } from '@effect/vitest';
import { anonMemory } from '../../../model/drivers/driver.ts';
import { patched, type Sys } from '../../../model/mm/kernel.ts';
import { access_page } from '../../../model/mm/memory_fault.ts';
import { do_mlock, do_munlock } from '../../../model/mm/mlock.ts';
import { folio_referenced_locked, rmap_mlocks_small } from '../../../model/mm/mlock_folio.ts';
import { mmap_region } from '../../../model/mm/mmap.ts';
import { move_vma } from '../../../model/mm/mremap.ts';
import { pfn_to_page } from '../../../model/mm/page_flags.ts';
import { folio_get, folio_put } from '../../../model/mm/page_ref.ts';
import { try_to_unmap } from '../../../model/mm/rmap_unmap.ts';
import { shrink_folio_list } from '../../../model/mm/vmscan.ts';
import { v7_1 } from '../../../model/releases/v7_1.ts';
import { blocks, type Geometry, SMALL } from '../../../model/state/geometry.ts';
import { Mlock } from '../../../model/state/memmap.ts';
import { Result, Vma, VmaAttributes, VmaKind } from '../../../model/state/mm_types.ts';
import { mappings } from '../../scenarios/accounts.ts';
import { booted } from '../../support/booted.ts';

const geometry: Geometry = {
  ...SMALL,
  locks: 1,
  swapSlots: 2,
  memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 2)],
};
const THP = 16;
/** A huge page, written to. */
const machine = (kernel = v7_1): Sys => {
  const s = booted(geometry, {}, kernel);
  mmap_region(s, 0, anonMemory('anon 2M', { at: 0, pages: 2 }));
  access_page(s, 0, 0, true);
  return s;
};
const mark = (s: Sys, pfn: number): string => Mlock.show(s.mlock.at(pfn_to_page(pfn)));
const vmas = (s: Sys): number => {
  let n = 0;
  for (let row = 0; row < s.geometry.vmas; row++) if (Vma.kind(s.vma.at(row)) !== VmaKind.none) n++;
  return n;
};
const older = patched(v7_1, { rmap_mlocks: () => rmap_mlocks_small });

describe('mlock()', () => {
  it('splits and merges VMAs by VM_LOCKED', () => {
    const s = machine();
    expect([do_mlock(s, 0, 0, 1, false), vmas(s)]).toEqual([Result.ok, 2]);
    expect([do_mlock(s, 0, 1, 2, false), vmas(s)]).toEqual([Result.ok, 1]);
    expect([do_munlock(s, 0, 0, 2), vmas(s)]).toEqual([Result.ok, 1]);
  });

  it('counts once, however often it is called', () => {
    const s = machine();
    for (const onFault of [false, true, false]) do_mlock(s, 0, 0, 2, onFault);
    expect(mark(s, THP)).toBe('mlocked, count 1');
    do_munlock(s, 0, 0, 2);
    expect(mark(s, THP)).toBe('not mlocked');
  });

  it('says what a VMA is locked for', () => {
    const { of, show } = VmaAttributes;
    expect([of({ locked: 1 }), of({ locked: 1, onFault: 1 }), of({ policy: 2, locked: 1 }), of({})].map(show)).toEqual([
      'VM_LOCKED',
      'VM_LOCKED | VM_LOCKONFAULT',
      'memory policy: elsewhere, VM_LOCKED',
      'none',
    ]);
  });
});

/** A huge page by PTEs, locked, that has lost its mark. */
const unmarked = (kernel = v7_1): Sys => {
  const s = machine(kernel);
  do_mlock(s, 0, 0, 2, false);
  do_munlock(s, 0, 0, 1);
  do_mlock(s, 0, 0, 1, false);
  expect(mark(s, THP)).toBe('not mlocked');
  return s;
};

describe('reclaim of what is locked', () => {
  it('marks it again, uncounted, where all of it is locked', () => {
    const s = unmarked();
    shrink_folio_list(s, THP);
    expect([mark(s, THP), mappings(s, 0).length]).toEqual(['mlocked, count 0', 2]);
    const old = unmarked(older);
    expect([folio_referenced_locked(old, THP), mark(old, THP)]).toEqual([true, 'mlocked, count 1']);
  });

  it('leaves it where it is; try_to_unmap() marks it since v6.18', () => {
    for (const [kernel, marked] of [
      [v7_1, 'mlocked, count 1'],
      [older, 'not mlocked'],
    ] as const) {
      const s = unmarked(kernel);
      folio_get(s, THP);
      try_to_unmap(s, THP);
      expect([mark(s, THP), mappings(s, 0).length]).toEqual([marked, 2]);
      folio_put(s, THP);
    }
  });

  it('does not mark a folio whose PTEs lie in two tables, nor one of which a part is not locked', () => {
    const s = machine();
    do_mlock(s, 0, 0, 1, false);
    expect(folio_referenced_locked(s, THP)).toBe(false);
    do_mlock(s, 0, 1, 2, false);
    expect(folio_referenced_locked(s, THP)).toBe(true);
    do_munlock(s, 0, 0, 2);
    move_vma(s, 0, 0, 3, 2);
    do_mlock(s, 0, 3, 5, false);
    expect([folio_referenced_locked(s, THP), mark(s, THP)]).toEqual([false, 'not mlocked']);
  });
});
