/** A driver that is told of writes: what it notes, what a write fault makes of entries, and what the collection of dirty pages does to them. */
import { describe, expect, it } from '@effect/vitest';
import type { Setting } from '../../checker/catalogue.ts';
import { trackingDriver, trackingLeavesDriver, trackingReaderDriver } from '../../model/drivers/driver.ts';
import type { Patch, Sys } from '../../model/mm/kernel.ts';
import { clean_record_shared_mapping_range, wp_shared_mapping_range } from '../../model/mm/mapping_dirty_helpers.ts';
import { NONE_PMD, pmd_offset, pte_offset, slot_of } from '../../model/mm/pgtable.ts';
import { NOPAGE } from '../../model/mm/vm_fault.ts';
import { Pmd, Pte, Result } from '../../model/state/mm_types.ts';
import { mappings } from './accounts.ts';
import { clearRefs, dirtyScan, fork, mmap, mprotect, munmap, perform, type Played, read, write } from './play.ts';

const PARENT = 0;
const CHILD = 1;
const ptes = mmap(trackingDriver('2 pages', { at: 0, pages: 2 }));
const leaves = mmap(trackingLeavesDriver('a PUD leaf', { at: 0, pages: 4 }));
const pmds = mmap(trackingLeavesDriver('PMD leaves', { at: 0, pages: 4, pfn: 2 }));
const second = mmap(trackingDriver('page 1', { at: 4, pages: 1, pfn: 1 }));
const reader = mmap(trackingReaderDriver('for reading', { at: 6, pages: 2 }));

/** What v7.1 does about both findings here, mended. */
const MENDED: readonly Setting[] = [
  { toggle: 'dirty-scan', value: 'cleans', evidence: 'source' },
  { toggle: 'walk-skipped-vma', value: 'goes-on', evidence: 'source' },
];

const noted = (s: Sys): readonly number[] =>
  Array.from({ length: s.notedDirty.rows }, (_, pfn) => pfn).filter((pfn) => s.notedDirty.at(pfn) === 1);

/** What the operations return, what the driver has noted, and what both processes map. */
const played = (plays: readonly Played[], settings: readonly Setting[] = [], patch: Patch = {}) => {
  const { outcome, at } = perform(plays, { geometry: { trackedFrames: 6, memory: [] }, settings, patch });
  return { outcome, noted: noted(at), parent: mappings(at, PARENT), child: mappings(at, CHILD) };
};

const RO = 'special UC-';

describe('->fault and ->pfn_mkwrite', () => {
  it('map for reading first, and note nothing', () => {
    expect(played([ptes, read(PARENT, 0)])).toEqual({
      outcome: 'ok',
      noted: [],
      parent: [`page 0 pfn 0 RO young ${RO}`],
      child: [],
    });
  });
  it('note the one page that is written to', () => {
    const { outcome, noted: which, parent } = played([ptes, read(PARENT, 0), write(PARENT, 1)]);
    expect([outcome, which]).toEqual(['ok', [1]]);
    expect(parent).toEqual([`page 0 pfn 0 RO young ${RO}`, `page 1 pfn 1 RW young dirty ${RO}`]);
  });
  it('note by frame, not by page', () => {
    expect(played([second, write(PARENT, 4)]).noted).toEqual([1]);
  });
  it('refuse what lies beyond the buffer object', () => {
    const beyond = mmap(trackingDriver('beyond the end', { at: 0, pages: 2, pfn: 5 }));
    expect(played([beyond, write(PARENT, 0), write(PARENT, 1)])).toMatchObject({ outcome: 'SIGBUS@3', noted: [5] });
    const leaf = mmap(trackingLeavesDriver('a leaf beyond the end', { at: 0, pages: 4, pfn: 6 }));
    expect(played([leaf, read(PARENT, 0)])).toMatchObject({ outcome: 'SIGBUS@2', parent: [] });
  });
  it('tell of a write of the child, which has the right to write where its parent has it', () => {
    const forked = [ptes, write(PARENT, 0), read(PARENT, 1), fork, write(CHILD, 1)];
    expect(played(forked)).toEqual({
      outcome: 'ok',
      noted: [0, 1],
      parent: [`page 0 pfn 0 RW young dirty ${RO}`, `page 1 pfn 1 RO young ${RO}`],
      child: [`page 0 pfn 0 RW ${RO}`, `page 1 pfn 1 RW young dirty ${RO}`],
    });
  });
  it('serve a write under soft-dirty tracking', () => {
    expect(played([leaves, read(PARENT, 0), clearRefs(PARENT), write(PARENT, 0)])).toMatchObject({
      outcome: 'ok',
      noted: [0],
    });
  });
});

/** A driver that says the same to every write. */
const answers = (answer: number): Patch => ({ driver_pfn_mkwrite: () => () => answer });

/** The driver is told, and something happens to the entry, or to the table, before the lock is taken again. */
const meanwhile = (happens: (s: Sys, row: number, slot: number) => void): Patch => {
  let first = true;
  return {
    driver_pfn_mkwrite: (base) => (s, mm, vma, page) => {
      const slot = pmd_offset(s.geometry, mm, slot_of(s.geometry, page));
      if (first) happens(s, pte_offset(s.geometry, Pmd.pfn(s.pmd.at(slot)), page), slot);
      first = false;
      return base(s, mm, vma, page);
    },
  };
};

describe('wp_pfn_shared()', () => {
  const written = [ptes, read(PARENT, 0), write(PARENT, 0)];
  const onlyRead = [`page 0 pfn 0 RO young ${RO}`];
  it('passes on that the driver refuses, and leaves the entry as it is', () => {
    const { outcome, parent } = played(written, [], answers(Result.SIGBUS));
    expect([outcome, parent]).toEqual(['SIGBUS@3', onlyRead]);
  });
  it('lets the access be made again where the driver says so: without end, if it never changes anything', () => {
    const { outcome } = played(written, [], answers(NOPAGE));
    expect(outcome).toBe('fault-loop@3');
  });

  it('does not touch an entry that has changed meanwhile; the second fault makes it writable', () => {
    const lost: number[] = [];
    const patch: Patch = {
      ...meanwhile((s, row) => s.pte.put(row, Pte.mkCache(s.pte.at(row), 0))),
      wp_pfn_shared: (base) => (s, mm, vma, page, row) => {
        const result = base(s, mm, vma, page, row);
        lost.push(Pte.write(s.pte.at(row)));
        return result;
      },
    };
    const { parent } = played(written, [], patch);
    expect(lost).toEqual([0, 1]);
    expect(parent).toEqual(['page 0 pfn 0 RW young dirty special WB']);
  });
  it('does not touch a table that has gone meanwhile; the faults after it begin anew', () => {
    const gone = meanwhile((s, _row, slot) => s.pmd.put(slot, NONE_PMD));
    expect(played(written, [], gone).parent).toEqual([`page 0 pfn 0 RW young dirty ${RO}`]);
  });
});

describe('leaves of a driver that tracks writes', () => {
  it('are for reading', () => {
    expect(played([leaves, read(PARENT, 1)])).toMatchObject({
      noted: [],
      parent: [`pud[0] (from page 0) leaf pfn 0 RO young ${RO}`],
    });
    expect(played([pmds, read(PARENT, 1)])).toMatchObject({ noted: [], parent: [`pmd[0] leaf pfn 2 RO young ${RO}`] });
  });
  it('are split by a write, of which only the page is noted', () => {
    const one = [`page 2 pfn 2 RW young dirty ${RO}`];
    expect(played([leaves, read(PARENT, 1), write(PARENT, 2)])).toMatchObject({
      outcome: 'ok',
      noted: [2],
      parent: one,
    });
    const { outcome, noted: which, parent } = played([pmds, read(PARENT, 0), read(PARENT, 2), write(PARENT, 1)]);
    expect([outcome, which]).toEqual(['ok', [3]]);
    expect(parent).toEqual([`page 1 pfn 3 RW young dirty ${RO}`, `pmd[1] leaf pfn 4 RO young ${RO}`]);
  });
  it('are left alone by the collection of dirty pages, as long as they were only read', () => {
    const { outcome, parent } = played([pmds, write(PARENT, 0), read(PARENT, 2), write(PARENT, 1), dirtyScan], MENDED);
    expect(outcome).toBe('ok');
    expect(parent).toEqual([
      `page 0 pfn 2 RO young ${RO}`,
      `page 1 pfn 3 RO young ${RO}`,
      `pmd[1] leaf pfn 4 RO young ${RO}`,
    ]);
  });
  it('are split where they are unmapped in part', () => {
    expect(played([pmds, read(PARENT, 0), munmap(PARENT, 0, 1), write(PARENT, 1)])).toMatchObject({
      outcome: 'ok',
      noted: [3],
      parent: [`page 1 pfn 3 RW young dirty ${RO}`],
    });
  });
});

describe('the collection of dirty pages', () => {
  it('protects what was written in every process, and begins anew; entries stay dirty', () => {
    expect(played([ptes, write(PARENT, 0), fork, write(CHILD, 0), dirtyScan])).toEqual({
      outcome: 'ok',
      noted: [],
      parent: [`page 0 pfn 0 RO young dirty ${RO}`],
      child: [`page 0 pfn 0 RO young dirty ${RO}`],
    });
  });
  it('is told of the next write again', () => {
    expect(played([ptes, write(PARENT, 0), dirtyScan, write(PARENT, 0)])).toMatchObject({ outcome: 'ok', noted: [0] });
  });
  it('is not possible when there is nothing to be noted', () => {
    expect(() => played([ptes, read(PARENT, 0), dirtyScan])).toThrow('is not possible here');
  });
  it('keeps to the range that it is given, in both functions', () => {
    const both: Patch = {
      wp_shared_mapping_range: () => (s) => {
        wp_shared_mapping_range(s, 1, 1);
        clean_record_shared_mapping_range(s, 0, 1);
      },
    };
    expect(played([ptes, write(PARENT, 0), write(PARENT, 1), dirtyScan], [], both).parent).toEqual([
      `page 0 pfn 0 RW young ${RO}`,
      `page 1 pfn 1 RO young dirty ${RO}`,
    ]);
  });
});

describe('mprotect() of a tracked mapping', () => {
  const twice = [mprotect(PARENT, 0, 2, 'R'), mprotect(PARENT, 0, 2, 'RW')];

  it('gives the right to write back where the driver knows, and nowhere else', () => {
    const { outcome, parent } = played([ptes, read(PARENT, 0), write(PARENT, 1), ...twice]);
    expect(outcome).toBe('ok');
    expect(parent).toEqual([`page 0 pfn 0 RO young ${RO}`, `page 1 pfn 1 RW young dirty ${RO}`]);
  });
  it('gives none to a leaf', () => {
    const all = [mprotect(PARENT, 0, 4, 'R'), mprotect(PARENT, 0, 4, 'RW')];
    expect(played([leaves, read(PARENT, 0), ...all]).parent).toEqual([
      `pud[0] (from page 0) leaf pfn 0 RO young ${RO}`,
    ]);
    expect(played([pmds, read(PARENT, 0), ...all]).parent).toEqual([`pmd[0] leaf pfn 2 RO young ${RO}`]);
  });
  it('gives it back after the collection, and nobody is told of the next write; not, if that made the entry clean', () => {
    const lost = [ptes, write(PARENT, 0), dirtyScan, ...twice, write(PARENT, 0)];
    expect(played(lost)).toMatchObject({ outcome: 'I-MKWRITE@5', noted: [] });
    expect(played(lost, MENDED)).toMatchObject({ outcome: 'ok', noted: [0] });
  });
});

describe('a second mapping that may only be read', () => {
  it('hides those behind it in the tree from the collection of dirty pages, unless the walk goes on', () => {
    const hidden = [second, reader, write(PARENT, 4), dirtyScan];
    expect(played(hidden)).toMatchObject({ outcome: 'I-MKWRITE@4', parent: [`page 4 pfn 1 RW young dirty ${RO}`] });
    expect(played(hidden, MENDED)).toMatchObject({ outcome: 'ok', parent: [`page 4 pfn 1 RO young ${RO}`] });
  });
  it('hides nothing that stands before it', () => {
    const behind = mmap(trackingReaderDriver('for reading, page 1', { at: 6, pages: 1, pfn: 1 }));
    const { outcome, parent } = played([ptes, behind, write(PARENT, 0), write(PARENT, 1), dirtyScan]);
    expect(outcome).toBe('ok');
    expect(parent).toEqual([`page 0 pfn 0 RO young dirty ${RO}`, `page 1 pfn 1 RO young dirty ${RO}`]);
  });
  it('is never written to', () => {
    expect(played([reader, write(PARENT, 6)]).outcome).toBe('SIGSEGV@2');
  });
});
