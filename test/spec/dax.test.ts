/** Properties of files on DAX, each on states that are made by hand: two files of two pages, blocks 16..19. */
import { describe, expect, it } from '@effect/vitest';
import type { Always, Move } from '../../checker/search/index.ts';
import type { Sys } from '../../model/mm/kernel.ts';
import { Cut, CutKind, DaxEntry, DaxFault, DaxKind, DaxOwner, DaxWarning, Extent } from '../../model/state/dax.ts';
import { blocks, DEVICE_FRAMES, type Geometry, SMALL } from '../../model/state/geometry.ts';
import { Page, PageKind } from '../../model/state/memmap.ts';
import { type MmView, Pin, Pmd, PmdKind, Pud, PudKind, VmaKind } from '../../model/state/mm_types.ts';
import { daxbreak, daxfree, daxtag, daxwait } from '../../spec/dax_blocks.ts';
import { daxfolio, daxpages, daxshare, daxtails, daxzero } from '../../spec/dax_folio.ts';
import { daxWarns } from '../../spec/warnings.ts';
import { booted, mmap } from '../support/booted.ts';

const GEOMETRY: Geometry = {
  ...SMALL,
  memory: [...blocks('fsdax', 2, 2), ...blocks('zero page', 1, 1)],
  daxFiles: ['written', 'clone'],
  daxFilePages: 2,
  pins: 1,
};
const BLOCK = DEVICE_FRAMES;
const ZERO = DEVICE_FRAMES + 4;

type Piece = (s: Sys) => void;
const made = (...pieces: readonly Piece[]): Sys => {
  const s = booted(GEOMETRY);
  for (const piece of pieces) piece(s);
  return s;
};

/** 'holds', 'no subject', or what is observed. */
const verdict = (one: Always<MmView>, s: MmView): string => {
  if (one.subject?.(s) === false) return 'no subject';
  return one.holds(s) ? 'holds' : one.explain!(s);
};
const asked = (one: Always<MmView>, ...pieces: readonly Piece[]): string => verdict(one, made(...pieces));

const pmdEntry =
  (file: number, pfn = BLOCK, dirty: 0 | 1 = 0): Piece =>
  (s) => {
    s.daxEntry.put(2 * file, DaxEntry.of({ kind: DaxKind.mapped, pmd: 1, multi: 1, pfn, dirty }));
    s.nrpages.put(file, 2);
  };
const pteEntry =
  (row: number, pfn: number, kind: number = DaxKind.mapped): Piece =>
  (s) => {
    s.daxEntry.put(row, DaxEntry.of({ kind, pfn }));
    s.nrpages.put(row >> 1, s.nrpages.at(row >> 1) + 1);
  };
const folio: Piece = (s) => {
  s.page.put(0, Page.of({ kind: PageKind.fsdax, head: 1 }));
  s.page.put(1, Page.of({ kind: PageKind.fsdax, tail: 1 }));
};
const owner =
  (frame: number, fields: NonNullable<Parameters<typeof DaxOwner.of>[0]>): Piece =>
  (s) =>
    s.daxOwner.put(frame - DEVICE_FRAMES, DaxOwner.of(fields));
const pinned =
  (frame: number): Piece =>
  (s) =>
    s.pin.put(0, Pin.of({ taken: 1, pfn: frame }));
const without =
  (...rows: readonly number[]): Piece =>
  (s) => {
    for (const row of rows) s.extent.put(row, Extent.of({}));
  };
const references =
  (n: number): Piece =>
  (s) =>
    s.refcount.put(0, n);
const FILE_0 = { kind: VmaKind.fsdax, start: 0, end: 2, shared: 1, fault: 1, hugeFault: 1, pfnMkwrite: 1 };
/** A leaf of the first folio in slot 0 of the parent. */
const leaf =
  (write: 0 | 1 = 0): Piece =>
  (s) => {
    mmap(s, 0, FILE_0);
    s.pud.put(0, Pud.of({ kind: PudKind.table }));
    s.pmd.put(0, Pmd.of({ kind: PmdKind.leaf, pfn: BLOCK, write }));
  };
const waiting: Piece = (s) =>
  s.cut.put(0, Cut.of({ waits: 1, kind: CutKind.truncate, file: 0, from: 0, to: 2, pfn: BLOCK }));

describe('I-DAXFOLIO', () => {
  it('holds of a folio that has a PMD entry, and of small pages that have none', () => {
    expect(asked(daxfolio(true), pmdEntry(0), folio)).toBe('holds');
    expect(asked(daxfolio(true), pteEntry(0, BLOCK))).toBe('holds');
    expect(asked(daxfolio(true))).toBe('no subject');
  });
  it('fails of small pages that have one, and of a folio that has another, or none', () => {
    expect(asked(daxfolio(true), pmdEntry(0))).toBe('page 16 (fsdax): file 0 page 0 has a PMD entry, frame 16');
    expect(asked(daxfolio(true), folio, pteEntry(1, BLOCK + 1))).toContain('folio 16 (fsdax, 2 pages)');
    expect(asked(daxfolio(true), folio)).toBe('folio 16 (fsdax, 2 pages): no entry has it');
  });
  it('asks for small pages at any time before v6.15', () => {
    expect(asked(daxfolio(false), pmdEntry(0))).toBe('holds');
    expect(asked(daxfolio(false), pmdEntry(0), folio)).not.toBe('holds');
  });
});

describe('I-DAXSHARE', () => {
  it('holds where the page knows its file, or how many have it', () => {
    expect(asked(daxshare, pteEntry(1, BLOCK + 1), owner(BLOCK + 1, { mapping: 1, indexOrShare: 1 }))).toBe('holds');
    expect(asked(daxshare, pteEntry(1, BLOCK), pteEntry(3, BLOCK), owner(BLOCK, { indexOrShare: 2 }))).toBe('holds');
    expect(asked(daxshare, pteEntry(1, BLOCK), owner(BLOCK, { indexOrShare: 1 }))).toBe('holds');
  });
  it('fails where it knows none, another one, or another number', () => {
    expect(asked(daxshare, pteEntry(0, BLOCK))).toBe('page 16 (fsdax) knows "none"; 1 entry has it');
    expect(asked(daxshare, pteEntry(0, BLOCK), owner(BLOCK, { mapping: 2 }))).toContain('"file 1, index 0"');
    expect(asked(daxshare, pteEntry(0, BLOCK), owner(BLOCK, { mapping: 1, indexOrShare: 1 }))).toContain('index 1');
    expect(asked(daxshare, pteEntry(0, BLOCK), owner(BLOCK, { indexOrShare: 2 }))).toContain('share 2');
    expect(asked(daxshare, owner(BLOCK, { mapping: 1 }))).toContain('0 entries have it');
  });
  it('does not ask what a page has left of an index when no entry has it', () => {
    expect(
      asked(daxshare, pteEntry(0, BLOCK + 1), owner(BLOCK + 1, { mapping: 1 }), owner(BLOCK, { indexOrShare: 1 })),
    ).toBe('holds');
  });
});

const parted: Piece = (s) => {
  s.daxEntry.put(0, DaxEntry.of({ kind: DaxKind.mapped, multi: 1, pfn: BLOCK + 1 }));
  s.nrpages.put(0, 2);
};

describe('an entry of one page in the place of a PMD', () => {
  it('has one page, whose index is that of its block', () => {
    expect(asked(daxpages, parted)).toBe('file 0 has nrpages 2; its entries have 1');
    expect(asked(daxshare, parted, owner(BLOCK + 1, { mapping: 1, indexOrShare: 1 }))).toBe('holds');
    expect(asked(daxshare, parted, owner(BLOCK + 1, { mapping: 1, indexOrShare: 0 }))).toContain('index 0');
  });
});

describe('I-DAXZERO and I-DAXPAGES', () => {
  it('ask that zeroes have no file', () => {
    expect(asked(daxzero, pteEntry(0, ZERO, DaxKind.zero))).toBe('holds');
    expect(asked(daxzero, pteEntry(0, ZERO, DaxKind.zero), owner(ZERO, { mapping: 1 }))).toContain(
      'page 20 (zero page)',
    );
    expect(asked(daxzero)).toBe('no subject');
  });
  it('add up entries', () => {
    expect(asked(daxpages, pmdEntry(1))).toBe('holds');
    expect(asked(daxpages, pmdEntry(1), (s) => s.nrpages.put(1, 1))).toBe('file 1 has nrpages 1; its entries have 2');
    expect(asked(daxpages)).toBe('no subject');
  });
});

describe('I-DAXTAG', () => {
  it('asks for a dirty entry where a shared mapping is writable', () => {
    expect(asked(daxtag, pmdEntry(0, BLOCK, 1), folio, leaf(1))).toBe('holds');
    expect(asked(daxtag, pmdEntry(0), folio, leaf())).toBe('no subject');
    expect(asked(daxtag, pmdEntry(0), folio, leaf(1))).toBe(
      'parent page 0 maps frame 16 writable; the entry of file 0 page 0 is clean',
    );
    expect(asked(daxtag)).toBe('no subject');
  });
});

describe('I-DAXFREE', () => {
  it('asks of blocks that no file has', () => {
    expect(asked(daxfree, without(0, 2))).toBe('holds');
    // Blocks 18 and 19 are free from the start.
    expect(asked(daxfree, pinned(BLOCK))).toBe('holds');
    expect(asked(daxfree, without(0, 2), pinned(BLOCK))).toBe('block 16 is free, and has a pin');
    expect(asked(daxfree, without(0, 2), pteEntry(0, BLOCK))).toBe('block 16 is free, and has an entry');
    expect(asked(daxfree, without(0, 1, 2, 3), leaf())).toBe('block 16 is free, and has a mapping');
  });
});

const move = (name: string, args: Readonly<Record<string, unknown>> = {}): Move => ({ action: 0, name, args });

describe('I-DAXBREAK', () => {
  const cut = { cut: { file: 0, from: 0, to: 1, how: 'truncate' } };
  const step = (how: Move, before: Sys, after: Sys = made()): string => {
    if (!daxbreak.subject!(before, how, after)) return 'no subject';
    return daxbreak.holds(before, how, after) ? 'holds' : daxbreak.explain!(before, how, after);
  };
  const busy = made(pteEntry(0, BLOCK), pinned(BLOCK));
  it('fails when what is pinned has been cut off', () => {
    expect(step(move('dax_truncate', cut), busy)).toBe('dax_truncate is done, and page 16 of it is pinned');
    expect(step(move('dax_evict_inode', { file: 0 }), busy)).toContain('page 16');
    expect(step(move('dax_layout_wakes'), made(pteEntry(0, BLOCK), pinned(BLOCK), waiting))).toContain('page 16');
  });
  it('holds when it is not, or not of the part, or when the file has no entry for it', () => {
    expect(step(move('dax_layout_wakes'), made(pteEntry(0, BLOCK), waiting))).toBe('holds');
    expect(step(move('dax_truncate', cut), made(pteEntry(1, BLOCK + 1), pinned(BLOCK + 1)))).toBe('holds');
    expect(step(move('dax_evict_inode', { file: 1 }), busy)).toBe('holds');
    expect(step(move('dax_truncate', cut), made(pinned(BLOCK)))).toBe('holds');
  });
  it('has no subject while it waits, nor where nobody has pinned anything, nor in other operations', () => {
    expect(step(move('dax_truncate', cut), made(pteEntry(0, BLOCK)))).toBe('no subject');
    expect(step(move('dax_truncate', cut), busy, made(waiting))).toBe('no subject');
    expect(step(move('munmap'), busy)).toBe('no subject');
  });
});

describe('I-DAXWAIT', () => {
  const mapped = [waiting, pmdEntry(0), folio, leaf()];
  it('fails where a truncation waits for a page that nobody has pinned, and that is not idle', () => {
    expect(asked(daxwait('no reference'), ...mapped, references(1))).toBe(
      'truncate of file 0, pages 0..1, waits until page 16 is idle; folio 16 (fsdax, 2 pages) has 1 references, none of them of a pin',
    );
    expect(asked(daxwait('one reference'), ...mapped, references(2))).toContain('has 2 references');
    expect(asked(daxwait('only mappings'), ...mapped, references(2))).toContain('has 2 references');
  });
  it('holds where it is idle, as the kernel sees it', () => {
    expect(asked(daxwait('no reference'), waiting, pmdEntry(0), folio)).toBe('holds');
    expect(asked(daxwait('one reference'), ...mapped, references(1))).toBe('holds');
    expect(asked(daxwait('only mappings'), ...mapped, references(1))).toBe('holds');
  });
  it('has no subject where the page is pinned, or nobody waits', () => {
    expect(asked(daxwait('no reference'), ...mapped, references(2), pinned(BLOCK))).toBe('no subject');
    expect(asked(daxwait('no reference'))).toBe('no subject');
  });
});

const warns = (after: Sys): string => {
  if (!daxWarns.subject!(made(), move('munmap'), after)) return 'no subject';
  return daxWarns.holds(made(), move('munmap'), after) ? 'holds' : daxWarns.explain!(made(), move('munmap'), after);
};

describe('WARN-dax', () => {
  it('is asked where an entry comes or goes, and tells what was found', () => {
    expect(warns(made())).toBe('no subject');
    expect(warns(made(pteEntry(0, BLOCK)))).toBe('holds');
    const warned: Piece = (s) => s.warnedDax.put(0, DaxWarning.of({ fault: DaxFault['let go in use'], pfn: BLOCK }));
    expect(warns(made(warned))).toBe('page 16 is let go, and is in use');
  });
});

describe('I-DAXTAILS', () => {
  const device: Geometry = { ...SMALL, memory: blocks('dax', 4, 1) };
  it('asks of pages of large folios of a device', () => {
    const s = booted(device);
    expect(verdict(daxtails, s)).toBe('no subject');
    s.refcount.put(0, 2);
    expect(verdict(daxtails, s)).toBe('holds');
    s.mapcount.put(1, 1);
    expect(verdict(daxtails, s)).toBe('page 17 has mapcount 1');
  });
});
