/** What user space can pin stays where it is: refusals of migration, UFFDIO_MOVE and clear_refs, function by function. */
import { describe, expect, it } from '@effect/vitest';
import type { Words } from '../../../checker/search/index.ts';
import { anonMemory } from '../../../model/drivers/driver.ts';
import { access_page } from '../../../model/mm/memory_fault.ts';
import { migrate_folio_move, migrate_folio_unmap } from '../../../model/mm/migrate.ts';
import { mmap_region } from '../../../model/mm/mmap.ts';
import { folio_ref_add } from '../../../model/mm/page_ref.ts';
import type { Sys } from '../../../model/mm/kernel.ts';
import { canonicalFor } from '../../../model/mm/symmetry.ts';
import { clear_refs_write } from '../../../model/mm/task_mmu.ts';
import { move_pages } from '../../../model/mm/userfaultfd.ts';
import { mmWorld } from '../../../model/mm/world.ts';
import { NO_OPERATIONS } from '../../../model/operations/alphabet.ts';
import { v7_1 } from '../../../model/releases/v7_1.ts';
import { blocks, DEVICE_FRAMES, type Geometry, SMALL } from '../../../model/state/geometry.ts';
import { X86_64 } from '../../../model/state/machine.ts';
import { Migration } from '../../../model/state/memmap.ts';
import { Mm, Pmd, Result } from '../../../model/state/mm_types.ts';
import { accounts, mappings } from '../../scenarios/accounts.ts';

const geometry: Geometry = {
  ...SMALL,
  memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 2)],
  pins: 1,
  migrations: 1,
};
const THP = DEVICE_FRAMES;
const PAGE = DEVICE_FRAMES + 4;

/** A process with two VMAs of two pages; with `leaves` a write maps a THP. */
const machine = (leaves: boolean): Sys => {
  const { layout, initial } = mmWorld({
    name: 'one function',
    geometry,
    machine: { ...X86_64, pmdLeaves: leaves },
    kernel: v7_1,
    alphabet: NO_OPERATIONS,
    failuresMax: 0,
    properties: [],
  });
  const words: Words = layout.zero();
  const s = layout.draftOf(words);
  initial[0]!(s);
  for (const at of [0, 2]) mmap_region(s, 0, anonMemory(`at ${at}`, { at, pages: 2 }));
  return s;
};
const pin = (s: Sys, folio: number): void => {
  s.pincount.put(folio - DEVICE_FRAMES, 1);
  s.mm.put(0, Mm.mkHasPinned(s.mm.at(0), 1));
};
const unpin = (s: Sys, folio: number): void => s.pincount.put(folio - DEVICE_FRAMES, 0);
const seen = (s: Sys): readonly string[] => [...accounts(s), ...mappings(s, 0)];

const pinnedThp = (): Sys => {
  const s = machine(true);
  access_page(s, 0, 0, true);
  pin(s, THP);
  return s;
};
/** Beside it an exclusive one that is not pinned. */
const pinnedPage = (): Sys => {
  const s = machine(false);
  access_page(s, 0, 0, true);
  access_page(s, 0, 1, true);
  pin(s, PAGE);
  return s;
};

describe('a pinned THP', () => {
  it.each([false, true])('is not unmapped (for a split: %s)', (splits) => {
    const s = pinnedThp();
    expect(migrate_folio_unmap(s, THP, splits)).toBe(Result.EAGAIN);
    expect(Migration.taken(s.migration.at(0))).toBe(0);
    // Exclusive as it was; split first, it is PTEs by now.
    const folio = splits
      ? 'ref 2 em 0 lm 2 npm 2 parent:2 pm 1 1 AE 0 1'
      : 'ref 1 em 1 lm 1 npm E parent:1 pm 0 0 AE 0';
    expect(accounts(s)).toEqual([
      `anon 16: ${folio}`,
      'parent: MM_ANONPAGES 2',
      splits ? 'NR_ANON_MAPPED 2' : 'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ]);
  });
  it('is moved by nobody, and moves once it is not pinned', () => {
    const s = pinnedThp();
    const before = seen(s);
    expect(move_pages(s, 0, 0, 2, 2)).toBe(Result.EBUSY);
    expect(seen(s)).toEqual(before);
    unpin(s, THP);
    expect(move_pages(s, 0, 0, 2, 2)).toBe(Result.ok);
    expect(mappings(s, 0)).toEqual(['pmd[1] leaf pfn 16 RW young dirty WB']);
  });
});

describe('a pinned page', () => {
  it('is not unmapped, and not moved', () => {
    const s = pinnedPage();
    const before = seen(s);
    expect([migrate_folio_unmap(s, PAGE, false), move_pages(s, 0, 0, 2, 1)]).toEqual([Result.EAGAIN, Result.EBUSY]);
    expect(seen(s)).toEqual(before);
  });
  it('keeps the right to write when clear_refs takes it from others', () => {
    const s = pinnedPage();
    clear_refs_write(s, 0);
    expect(mappings(s, 0)).toEqual(['page 0 pfn 20 RW young dirty WB', 'page 1 pfn 21 RO young dirty WB']);
  });
});

describe('a folio under migration', () => {
  it('is not replaced while somebody else has a reference', () => {
    const s = machine(true);
    access_page(s, 0, 0, true);
    migrate_folio_unmap(s, THP, false);
    folio_ref_add(s, THP, 1);
    expect(migrate_folio_move(s, true)).toBe(Result.EAGAIN);
    expect(mappings(s, 0)).toEqual(['pmd[0] leaf pfn 16 RW young dirty WB']);
  });
  it('has one name, in the entry and in the table of migrations', () => {
    const s = machine(true);
    access_page(s, 0, 2, true);
    access_page(s, 0, 0, true);
    migrate_folio_unmap(s, THP, false);
    expect(Pmd.show(s.pmd.at(1))).toBe('writable migration entry pfn 16');
    canonicalFor(geometry)(s);
    expect([Pmd.show(s.pmd.at(0)), Pmd.show(s.pmd.at(1)), Migration.show(s.migration.at(0))]).toEqual([
      'leaf pfn 16 RW young dirty WB',
      'writable migration entry pfn 18',
      'folio 18, to be moved',
    ]);
  });
});
