import { describe, expect, it } from '@effect/vitest';
import { pagesOf, SMALL } from '../../model/state/geometry.ts';
import { type Machine, X86_64 } from '../../model/state/machine.ts';
import { memmapOf } from '../../model/state/memmap.ts';
import { Memtype, TrackCtx, VmaTrack } from '../../model/state/memtypes.ts';
import {
  type MmDraft,
  mmLayout,
  type MmView,
  Pmd,
  PmdKind,
  Prot,
  Pte,
  Pud,
  PudKind,
  Result,
  Vma,
  VmaKind,
} from '../../model/state/mm_types.ts';
import { cache } from '../../spec/cache.ts';
import { forks, memtype, trackref } from '../../spec/memtype.ts';
import { patInfo } from '../../spec/warnings.ts';
import { verdict } from '../support/mm_state.ts';

const geometry = { ...SMALL, memtypes: 3 };
const memmap = memmapOf(geometry);
const layout = mmLayout(geometry);
const pages = pagesOf(geometry);
const [UC_MINUS, WC] = [2, 1];

type Piece = (s: MmDraft) => void;
const state = (facts: Partial<Machine>, ...pieces: readonly Piece[]): MmView => {
  const shape = { geometry, memmap, machine: { ...X86_64, ...facts } };
  const words = layout.zero();
  const draft: MmDraft = { ...layout.draftOf(words), ...shape };
  for (const piece of pieces) piece(draft);
  return { ...layout.viewOf(words), ...shape };
};

const reserved =
  (row: number, from: number, frames: number, mode = WC): Piece =>
  (s) =>
    s.memtype.put(row, Memtype.of({ from, frames, mode }));
/** Pages of the parent (0) or its child (1), from frame `pgoff` on. */
const vma =
  (row: number, start: number, end: number, pgoff: number, track: Parameters<typeof VmaTrack.of>[0], mm = 0): Piece =>
  (s) => {
    const of = { kind: VmaKind.device, start, end, pgoff, prot: Prot.RW, shared: 1, mayWrite: 1, pfnmap: 1, cache: WC };
    s.vma.put(mm * geometry.vmas + row, Vma.of(of));
    s.vmaTrack.put(mm * pages + start, VmaTrack.of(track));
  };
const context =
  (ctx: number, pfn: number, frames: number, kref: number): Piece =>
  (s) =>
    s.trackCtx.put(ctx, TrackCtx.of({ pfn, frames, kref }));
const page0 =
  (mode: number): Piece =>
  (s) => {
    s.pud.put(0, Pud.of({ kind: PudKind.table }));
    s.pmd.put(0, Pmd.of({ kind: PmdKind.table }));
    s.pte.put(0, Pte.of({ present: 1, special: 1, cache: mode }));
  };

const PAT = { pat: 1 };
const CTX0 = { ctx: 1 };

describe('I-MEMTYPE', () => {
  it('holds where each VMA with VM_PAT has a reservation, and the halves of a split share one', () => {
    const both = state({}, reserved(0, 0, 2), reserved(1, 0, 2), vma(0, 0, 2, 0, PAT), vma(0, 0, 2, 0, PAT, 1));
    expect(verdict(memtype, both)).toBe('holds');
    const halves = state({}, reserved(0, 0, 2), vma(0, 0, 1, 0, PAT), vma(1, 1, 2, 1, PAT));
    expect(verdict(memtype, halves)).toBe('holds');
  });

  it('holds where all VMAs of a context share its reservation, though a part of it is unmapped', () => {
    const part = state({}, reserved(0, 0, 2), context(0, 0, 2, 2), vma(0, 1, 2, 1, CTX0), vma(0, 1, 2, 1, CTX0, 1));
    expect(verdict(memtype, part)).toBe('holds');
  });

  it('fails when what is reserved has no owner, or is missing', () => {
    expect(verdict(memtype, state({}, reserved(0, 0, 1), vma(0, 1, 2, 1, {})))).toMatchInlineSnapshot(
      `"frame 0 is reserved 1 time, and 0 owners stand for it"`,
    );
    expect(verdict(memtype, state({}, context(0, 0, 2, 1), vma(0, 0, 2, 0, CTX0)))).toMatchInlineSnapshot(
      `"frame 0 is reserved 0 times, and 1 owner stands for it"`,
    );
    const twice = state({}, reserved(0, 0, 2), reserved(1, 1, 1), vma(0, 0, 2, 0, PAT));
    expect(verdict(memtype, twice)).toMatchInlineSnapshot(`"frame 1 is reserved 2 times, and 1 owner stands for it"`);
  });

  it("counts what the kernel's own driver has reserved", () => {
    expect(verdict(memtype, state({ deviceMemtype: WC }, reserved(0, 0, 16)))).toBe('holds');
    expect(verdict(memtype, state({}, reserved(0, 0, 16)))).not.toBe('holds');
  });
});

/** One VMA of a context of frames 0 and 1. */
const of = (kref: number, pgoff: number): MmView =>
  state({}, reserved(0, 0, 2), context(0, 0, 2, kref), vma(0, 0, 1, pgoff, CTX0));

describe('I-TRACKREF', () => {
  it('fails when the kref is not the number of VMAs, or a VMA has other frames', () => {
    expect(verdict(trackref, of(1, 1))).toBe('holds');
    expect(verdict(trackref, of(2, 1))).toMatchInlineSnapshot(`"context 0 has kref 2, and 1 VMA has it"`);
    expect(verdict(trackref, of(1, 2))).toMatchInlineSnapshot(
      `"parent: the shared pfnmap VMA of page 0 (RW) has frames that its context does not track"`,
    );
  });
});

/** I-CACHE of a page that is mapped for a mode. */
const on = (mode: number, ...more: readonly Piece[]): string =>
  verdict(cache, state({}, vma(0, 0, 1, 0, PAT), page0(mode), ...more));

describe('I-CACHE', () => {
  it('asks for the mode for which a frame is reserved, and for UC- where it is for none', () => {
    expect([on(WC, reserved(0, 0, 2)), on(UC_MINUS), on(UC_MINUS, reserved(0, 0, 1, UC_MINUS))]).toEqual([
      'holds',
      'holds',
      'holds',
    ]);
    expect(on(WC)).toMatchInlineSnapshot(
      `"parent page 0 is WC (PAT index 1), pte[0] of table 0, but its frame is not reserved, which makes it UC- (PAT index 2)"`,
    );
    expect(on(UC_MINUS, reserved(0, 0, 2))).toMatchInlineSnapshot(
      `"parent page 0 is UC- (PAT index 2), pte[0] of table 0, but its frame is reserved for WC (PAT index 1)"`,
    );
  });
});

describe('of a step', () => {
  const fork = { action: 0, name: 'fork', args: {} };
  const failed = state({}, (s) => s.result.put(0, Result.EINVAL));

  it('I-FORKS lets fork() fail with an allocation, and other operations as they like', () => {
    const withoutMemory = state({}, (s) => {
      s.result.put(0, Result.ENOMEM);
      s.failures.put(0, 1);
    });
    expect(forks.holds(failed, fork, withoutMemory)).toBe(true);
    expect(forks.holds(failed, { ...fork, name: 'mmap' }, failed)).toBe(true);
    expect(forks.holds(failed, fork, failed)).toBe(false);
    expect(forks.explain?.(failed, fork, failed)).toMatchInlineSnapshot(
      `"fork() returned EINVAL, 0 allocations failed"`,
    );
  });

  it('WARN-pat-info is what get_pat_info() says', () => {
    const warned = state({}, (s) => s.warnedPat.put(0, 1));
    expect(patInfo.holds(failed, fork, failed)).toBe(true);
    expect(patInfo.holds(failed, fork, warned)).toBe(false);
    expect(patInfo.explain?.(failed, fork, warned)).toMatchInlineSnapshot(
      `"fork found no entry for the first page of a shared VMA with VM_PAT"`,
    );
  });
});
