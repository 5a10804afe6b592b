/** What collapse_file() and its neighbours do about where a file is mapped, step by step where no scenario looks. */
import { describe, expect, it } from '@effect/vitest';
import { fileMapping, notifiedFile } from '../../../model/drivers/driver.ts';
import { cached_frame, frame_of_index, NO_FRAME } from '../../../model/mm/filemap.ts';
import type { Sys } from '../../../model/mm/kernel.ts';
import { filemap_flush, inode_is_open_for_write } from '../../../model/mm/page_writeback.ts';
import { retract_page_tables } from '../../../model/mm/retract_page_tables.ts';
import { collapse_file_fills_missing, userfaultfd_register } from '../../../model/mm/userfaultfd_wp.ts';
import { access_page } from '../../../model/mm/memory_fault.ts';
import { mmap_region } from '../../../model/mm/mmap.ts';
import { blocks, DEVICE_FRAMES, SMALL } from '../../../model/state/geometry.ts';
import { Page } from '../../../model/state/memmap.ts';
import { Pmd, PmdKind, Pte, Uffd } from '../../../model/state/mm_types.ts';
import { booted } from '../../support/booted.ts';

/** A process with nothing in it, and a file of 6 pages. */
const machine = (use: 'shmem' | 'file'): Sys =>
  booted({
    ...SMALL,
    uffd: 1,
    memory: [...blocks(use, 2, 2), ...blocks(use, 1, 6)],
    pageCache: { use, pages: 6, largeFolios: true },
  });
const mapped = (s: Sys, at: number, pages: number, pfn: number, reads: readonly number[]): void => {
  mmap_region(s, 0, fileMapping(`from ${pfn}`, { at, pages, pfn }, 'shmem', 'shared'));
  for (const page of reads) access_page(s, 0, page, false);
};
const kinds = (s: Sys): readonly string[] =>
  Array.from({ length: 4 }, (_, slot) => PmdKind.names[Pmd.kind(s.pmd.at(slot))]!);

describe('retract_page_tables()', () => {
  it('takes the table of a VMA in which all of the range lies, aligned', () => {
    const s = machine('shmem');
    mapped(s, 0, 2, 0, [0]);
    mapped(s, 2, 2, 2, [2]);
    retract_page_tables(s, 'shmem', 0);
    expect(kinds(s)).toEqual(['none', 'table', 'none', 'none']);
  });

  it('leaves one that begins or ends within the range, or is not aligned to it', () => {
    const s = machine('shmem');
    mapped(s, 0, 1, 0, [0]);
    mapped(s, 2, 2, 1, [2]);
    mapped(s, 5, 1, 1, [5]);
    retract_page_tables(s, 'shmem', 0);
    expect(kinds(s)).toEqual(['table', 'table', 'table', 'none']);
  });

  it('takes it from the middle of a VMA', () => {
    const s = machine('shmem');
    mapped(s, 0, 6, 0, [0, 2, 4]);
    retract_page_tables(s, 'shmem', 2);
    expect(kinds(s)).toEqual(['table', 'none', 'table', 'none']);
    retract_page_tables(s, 'file', 0);
    expect(kinds(s)).toEqual(['table', 'none', 'table', 'none']);
  });
});

describe('collapse_file_fills_missing()', () => {
  it('asks the VMAs of the range, and, as the kernel does, of the page behind it', () => {
    const s = machine('shmem');
    mapped(s, 4, 2, 4, []);
    userfaultfd_register(s, 0, 4, 6, Uffd.missing);
    expect([0, 2, 4].map((start) => collapse_file_fills_missing(s, 'shmem', start))).toEqual([false, true, true]);
  });

  it('does not ask those that are registered for writes', () => {
    const s = machine('shmem');
    mapped(s, 0, 2, 0, []);
    userfaultfd_register(s, 0, 0, 2, Uffd.wp);
    expect(collapse_file_fills_missing(s, 'shmem', 0)).toBe(false);
  });
});

describe('the page cache of a file with a table', () => {
  it('has the frames that faults have brought, and none of holes', () => {
    const s = machine('shmem');
    mapped(s, 0, 4, 2, [1]);
    expect([2, 3, 6].map((index) => frame_of_index(s, 'shmem', index))).toEqual([NO_FRAME, 20, NO_FRAME]);
    expect([2, 3].map((index) => cached_frame(s, 'shmem', index))).toEqual([NO_FRAME, 20]);
  });
});

describe('filemap_flush()', () => {
  it('makes what is written clean and read-only in shared mappings, and says so', () => {
    const s = machine('file');
    mmap_region(s, 0, notifiedFile('a file', { at: 0, pages: 2 }));
    mmap_region(s, 0, fileMapping('private', { at: 2, pages: 2 }, 'file', 'private'));
    access_page(s, 0, 0, true);
    access_page(s, 0, 2, false);
    const [pte, copy] = [0, SMALL.ptrsPerPte];
    const before = s.pte.at(copy);
    const page = Pte.pfn(s.pte.at(pte)) - DEVICE_FRAMES;
    expect([Pte.write(s.pte.at(pte)), Pte.dirty(s.pte.at(pte)), s.wroteBack.at(page)]).toEqual([1, 1, 0]);
    filemap_flush(s, 'file');
    expect([Pte.write(s.pte.at(pte)), Pte.dirty(s.pte.at(pte)), s.wroteBack.at(page)]).toEqual([0, 0, 1]);
    expect(s.pte.at(copy)).toBe(before);
    expect(Page.dirty(s.page.at(page))).toBe(0);
  });

  it('writes nothing where nothing is dirty', () => {
    const s = machine('file');
    mmap_region(s, 0, notifiedFile('a file', { at: 0, pages: 2 }));
    access_page(s, 0, 0, false);
    filemap_flush(s, 'file');
    for (let row = 0; row < s.wroteBack.rows; row++) expect(s.wroteBack.at(row)).toBe(0);
  });
});

describe('inode_is_open_for_write()', () => {
  it('is so while the file is mapped shared, and may be written to', () => {
    const s = machine('file');
    mmap_region(s, 0, fileMapping('private', { at: 2, pages: 2 }, 'file', 'private'));
    expect(inode_is_open_for_write(s, 'file')).toBe(false);
    mmap_region(s, 0, notifiedFile('a file', { at: 0, pages: 2 }));
    expect([inode_is_open_for_write(s, 'file'), inode_is_open_for_write(s, 'shmem')]).toEqual([true, false]);
  });
});
