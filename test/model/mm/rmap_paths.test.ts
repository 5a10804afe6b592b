/** The golden ways of mapping a folio as system calls and accesses go them, with leaves of 4 and 8 pages. */
import { describe, expect, it } from '@effect/vitest';
import { type Kernel, patched, type Sys } from '../../../model/mm/kernel.ts';
import { do_vmi_munmap, exit_mmap } from '../../../model/mm/mmap.ts';
import { PageAnonExclusive } from '../../../model/mm/page_flags.ts';
import { folio_maybe_mapped_shared } from '../../../model/mm/rmap.ts';
import { v7_1 } from '../../../model/releases/v7_1.ts';
import { PUD_RMAP } from '../../../model/series/pud_rmap.ts';
import { blocks, type Geometry, SMALL } from '../../../model/state/geometry.ts';
import type { Machine } from '../../../model/state/machine.ts';
import { Rss, rssBits } from '../../../model/state/memmap.ts';
import { Pmd, PmdKind, Prot, Pte, Pud, PudKind, VmaKind } from '../../../model/state/mm_types.ts';
import { access, booted, fork, mmap } from '../../support/booted.ts';
import { countersOf, statistics } from '../../support/folio_state.ts';
import { CHAINS, type Row, rowFor, type Sizes } from './rmap_golden.ts';

const SIZES: Sizes = { n: 4, p: 8, e: 2 ** 5, m: 2, q: 1, b: 3 };
const [PARENT, CHILD] = [0, 1];
const [DAX, THP, SHMEM, FILE, MIDDLE] = [16, 24, 32, 36, 40];
const GEOMETRY: Geometry = {
  ...SMALL,
  puds: 1,
  ptrsPerPmd: 2,
  ptrsPerPte: 4,
  memory: [
    ...blocks('dax', 8, 1),
    ...blocks('anon', 4, 2),
    ...blocks('shmem', 4, 1),
    ...blocks('file', 4, 1),
    ...blocks('anon', 2, 2),
    ...blocks('anon', 1, 6),
  ],
};

/** What a vector says of these sizes. */
const gives = (id: string, { pageMapcount }: Machine): Row => {
  const { gives: fine, coarse } = CHAINS.flatMap(({ vectors }) => vectors).find((one) => one.id === id)!;
  return pageMapcount ? fine(SIZES) : { ...fine(SIZES), npm: 0, pm: [0], ...coarse?.(SIZES) };
};
const munmap = (s: Sys, mm: number, from: number, to: number): void => {
  expect(do_vmi_munmap(s, mm, from, to)).toBe(0);
};
/** Pages of the mms in a counter. */
const rss = (s: Sys, name: (typeof Rss.names)[number]): readonly number[] =>
  [PARENT, CHILD].map((mm) => rssBits(s.geometry).valueOf(s.rss.at(mm * Rss.names.length + Rss[name])));
/** The frame that a page of the parent's first slot maps by a PTE. */
const frameAt = (s: Sys, page: number): number => {
  expect(Pmd.kind(s.pmd.at(0))).toBe(PmdKind.table);
  return Pte.pfn(s.pte.at(Pmd.pfn(s.pmd.at(0)) * s.geometry.ptrsPerPte + page));
};
const thp = (s: Sys): Row => rowFor(s, THP, 4, true);

describe.each([true, false])('with page mapcounts: %s', (pageMapcount) => {
  const start = (facts: Partial<Machine> = {}, kernel: Kernel = v7_1): Sys =>
    booted(GEOMETRY, { pageMapcount, ...facts }, kernel);

  it('a THP of which one page is unmapped', () => {
    const s = start();
    mmap(s, PARENT, { kind: VmaKind.anon, start: 0, end: 4 });
    access(s, PARENT, 0, 'write');
    expect([thp(s), rss(s, 'MM_ANONPAGES')]).toEqual([gives('V1', s.machine), [4, 0]]);
    munmap(s, PARENT, 0, 1);
    expect([thp(s), rss(s, 'MM_ANONPAGES')]).toEqual([gives('V3', s.machine), [3, 0]]);
    exit_mmap(s, PARENT);
    expect([statistics(s).NR_ANON_MAPPED, rss(s, 'MM_ANONPAGES')]).toEqual([0, [0, 0]]);
  });

  /** A THP after fork, a write of the parent to page 0, and the exit of the child. */
  const shared = (facts: Partial<Machine>): Sys => {
    const s = start(facts);
    mmap(s, PARENT, { kind: VmaKind.anon, start: 0, end: 4 });
    access(s, PARENT, 0, 'write');
    expect(PageAnonExclusive(s, THP)).toBe(true);
    fork(s);
    expect([thp(s), PageAnonExclusive(s, THP)]).toEqual([gives('V4', s.machine), false]);
    expect(access(s, PARENT, 0, 'write')).toBe('ok');
    const copied = gives('V5b', s.machine);
    expect(thp(s)).toEqual({ ...copied, mapped: copied.mapped + 1 });
    expect([countersOf(s, THP, 4).exclusive, folio_maybe_mapped_shared(s, THP)]).toEqual([[], true]);
    const copy = countersOf(s, frameAt(s, 0), 1);
    expect([copy.ref, copy.pm, copy.exclusive, rss(s, 'MM_ANONPAGES')]).toEqual([1, [1], [0], [4, 4]]);
    exit_mmap(s, CHILD);
    const alone = gives('V6', s.machine);
    expect(thp(s)).toEqual({ ...alone, mapped: alone.mapped + 1 });
    expect(rss(s, 'MM_ANONPAGES')).toEqual([4, 0]);
    return s;
  };

  it('a THP that a child has shared is reused in place when the child is gone', () => {
    const s = shared({});
    expect([folio_maybe_mapped_shared(s, THP), countersOf(s, THP, 4).owners]).toEqual([false, '0:3 -:0']);
    expect(access(s, PARENT, 1, 'write')).toBe('ok');
    expect([frameAt(s, 1), PageAnonExclusive(s, THP + 1)]).toEqual([THP + 1, true]);
  });

  it('and copied where its owners are not remembered', () => {
    const s = shared({ mmId: false });
    expect(access(s, PARENT, 1, 'write')).toBe('ok');
    expect(frameAt(s, 1)).toBeGreaterThan(MIDDLE);
    expect(countersOf(s, THP, 4).lm).toBe(2);
  });

  it.each([
    ['file', FILE, 'MM_FILEPAGES', 'NR_FILE_PMDMAPPED'],
    ['shmem', SHMEM, 'MM_SHMEMPAGES', 'NR_SHMEM_PMDMAPPED'],
  ] as const)('a huge %s by a leaf, and by PTEs', (kind, folio, counter, item) => {
    const s = start();
    const found = (): Row => ({ ...rowFor(s, folio, 4, false), huge: statistics(s)[item] });
    fork(s);
    const file = { kind: VmaKind[kind], shared: 1, fault: 1, prot: Prot.R };
    mmap(s, PARENT, { ...file, start: 0, end: 4 });
    mmap(s, CHILD, { ...file, start: 4, end: 7 });
    access(s, PARENT, 2, 'read');
    expect([found(), rss(s, counter)]).toEqual([gives('V7', s.machine), [4, 0]]);
    for (const page of [4, 5, 6]) access(s, CHILD, page, 'read');
    expect([found(), rss(s, counter)]).toEqual([gives('V8', s.machine), [4, 3]]);
    munmap(s, PARENT, 0, 4);
    expect([found(), rss(s, counter)]).toEqual([gives('V9', s.machine), [0, 3]]);
    munmap(s, CHILD, 4, 7);
    expect([found(), rss(s, counter)]).toEqual([gives('V10', s.machine), [0, 0]]);
  });

  it('a folio of middle size, shared with a child and given up in parts', () => {
    const s = start();
    const found = (): Row => rowFor(s, MIDDLE, 2, true);
    mmap(s, PARENT, { kind: VmaKind.anon, start: 0, end: 2 });
    access(s, PARENT, 0, 'write');
    expect([found(), countersOf(s, MIDDLE, 2).exclusive]).toEqual([gives('V15', s.machine), [0, 1]]);
    fork(s);
    expect([found(), countersOf(s, MIDDLE, 2).exclusive]).toEqual([gives('V17', s.machine), []]);
    munmap(s, CHILD, 0, 1);
    expect(found()).toEqual(gives('V18', s.machine));
    exit_mmap(s, CHILD);
    expect(found()).toEqual(gives('V19', s.machine));
    munmap(s, PARENT, 0, 1);
    expect([found(), rss(s, 'MM_ANONPAGES')]).toEqual([gives('V20', s.machine), [1, 0]]);
  });

  const device = { kind: VmaKind.dax, start: 0, end: 8, shared: 1, fault: 1, hugeFault: 1 };
  it('a device by a PUD leaf', () => {
    const s = start();
    const found = (): Row => rowFor(s, DAX, 8, false);
    expect([mmap(s, PARENT, device), access(s, PARENT, 3, 'write')]).toEqual(['ok', 'ok']);
    expect(Pud.kind(s.pud.at(0))).toBe(PudKind.leaf);
    expect([found(), rss(s, 'MM_FILEPAGES')]).toEqual([gives('V13', s.machine), [8, 0]]);
    munmap(s, PARENT, 0, 8);
    expect([found(), rss(s, 'MM_FILEPAGES')]).toEqual([gives('V14', s.machine), [0, 0]]);
  });

  it('the same as the first versions of the series counted it', () => {
    const s = start({}, patched(v7_1, PUD_RMAP.values.find(({ value }) => value === 'pmd-mapped')!.patch));
    expect([mmap(s, PARENT, device), access(s, PARENT, 3, 'write')]).toEqual(['ok', 'ok']);
    expect(statistics(s).NR_FILE_PMDMAPPED).toBe(8);
    munmap(s, PARENT, 0, 8);
    expect(statistics(s).NR_FILE_PMDMAPPED).toBe(0);
  });
});
