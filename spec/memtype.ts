/**
 * What is reserved for frames of a device on x86, counted anew from VMAs and contexts: I-MEMTYPE, I-TRACKREF; and what
 * follows for user space: fork() does not fail for it.
 */
import type { Always, Step } from '../checker/search/index.ts';
import { DEVICE_FRAMES, pagesOf } from '../model/state/geometry.ts';
import { Memtype, TrackCtx, VmaTrack } from '../model/state/memtypes.ts';
import { type MmView, Result, Vma, VmaKind } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { frameOfVma } from './reading.ts';
import { count, outcomeName, vmaName } from './wording.ts';

const NOTHING = VmaTrack.of({});

const trackOf = (s: MmView, row: number): VmaTrack => {
  if (s.vmaTrack.rows === 0) return NOTHING;
  const mm = Math.floor(row / s.geometry.vmas);
  return s.vmaTrack.at(mm * pagesOf(s.geometry) + Vma.start(s.vma.at(row)));
};
const isVma = (s: MmView, row: number): boolean => Vma.kind(s.vma.at(row)) !== VmaKind.none;
const isIn = (frame: number, from: number, frames: number): boolean => frame >= from && frame < from + frames;

/** How many VMAs have a context. */
const vmasOf = (s: MmView, ctx: number): number => {
  let n = 0;
  for (let row = 0; row < s.vma.rows; row++) if (isVma(s, row) && VmaTrack.ctx(trackOf(s, row)) === ctx + 1) n++;
  return n;
};

/** How often a frame is reserved. */
const reservations = (s: MmView, frame: number): number => {
  let n = 0;
  for (let row = 0; row < s.memtype.rows; row++) {
    const e = s.memtype.at(row);
    if (isIn(frame, Memtype.from(e), Memtype.frames(e))) n++;
  }
  return n;
};

/** How many stand for that: VMAs with VM_PAT that are to map it, contexts that VMAs have, and the kernel's own driver. */
const owners = (s: MmView, frame: number): number => {
  let n = s.machine.deviceMemtype === undefined || s.memtype.rows === 0 ? 0 : 1;
  for (let row = 0; row < s.vma.rows; row++) {
    const vma = s.vma.at(row);
    if (!isVma(s, row) || VmaTrack.pat(trackOf(s, row)) === 0) continue;
    if (isIn(frame, frameOfVma(vma, Vma.start(vma)), Vma.end(vma) - Vma.start(vma))) n++;
  }
  for (let ctx = 0; ctx < s.trackCtx.rows; ctx++) {
    const e = s.trackCtx.at(ctx);
    if (isIn(frame, TrackCtx.pfn(e), TrackCtx.frames(e)) && vmasOf(s, ctx) > 0) n++;
  }
  return n;
};

/** A frame that is reserved more or less often than it should be, or -1. */
const wrongFrame = (s: MmView): number => {
  for (let frame = 0; frame < DEVICE_FRAMES; frame++) if (reservations(s, frame) !== owners(s, frame)) return frame;
  return -1;
};

/** Whether anything is reserved, or should be. */
const isTracked = (s: MmView): boolean => {
  for (let row = 0; row < s.memtype.rows; row++) if (Memtype.frames(s.memtype.at(row)) > 0) return true;
  for (let row = 0; row < s.vmaTrack.rows; row++) if (s.vmaTrack.at(row) !== NOTHING) return true;
  return false;
};

export const memtype: Always<MmView> = {
  kind: 'always',
  name: 'I-MEMTYPE',
  says: 'A frame of a device is reserved once for each mapping of a whole range by remap_pfn_range() that still has a VMA, and for nothing else.',
  cites:
    'v7.1 mm/memory.c pfnmap_track_ctx_alloc(), pfnmap_track_ctx_release(), arch/x86/mm/pat/memtype.c memtype_free(); ' +
    'v6.15 arch/x86/mm/pat/memtype.c track_pfn_remap(), track_pfn_copy(), untrack_pfn()',
  subject: isTracked,
  holds: (s) => wrongFrame(s) === -1,
  explain: (s) => {
    const frame = wrongFrame(s);
    const [is, should] = [reservations(s, frame), owners(s, frame)];
    return `frame ${frame} is reserved ${count(is, 'time')}, and ${should === 1 ? '1 owner stands' : `${should} owners stand`} for it`;
  },
};

/** A context whose counter is not the number of its VMAs, or -1. */
const wrongCtx = (s: MmView): number => {
  for (let ctx = 0; ctx < s.trackCtx.rows; ctx++) if (TrackCtx.kref(s.trackCtx.at(ctx)) !== vmasOf(s, ctx)) return ctx;
  return -1;
};

/** A VMA with frames that its context does not track, or -1. */
const strayVma = (s: MmView): number => {
  for (let row = 0; row < s.vma.rows; row++) {
    if (!isVma(s, row)) continue;
    const ctx = VmaTrack.ctx(trackOf(s, row));
    if (ctx === 0) continue;
    const [vma, e] = [s.vma.at(row), s.trackCtx.at(ctx - 1)];
    const first = frameOfVma(vma, Vma.start(vma));
    const last = first + Vma.end(vma) - Vma.start(vma) - 1;
    if (!isIn(first, TrackCtx.pfn(e), TrackCtx.frames(e)) || !isIn(last, TrackCtx.pfn(e), TrackCtx.frames(e)))
      return row;
  }
  return -1;
};

const hasContext = (s: MmView): boolean => {
  for (let ctx = 0; ctx < s.trackCtx.rows; ctx++) if (TrackCtx.frames(s.trackCtx.at(ctx)) > 0) return true;
  for (let row = 0; row < s.vmaTrack.rows; row++) if (VmaTrack.ctx(s.vmaTrack.at(row)) > 0) return true;
  return false;
};

export const trackref: Always<MmView> = {
  kind: 'always',
  name: 'I-TRACKREF',
  says: 'The kref of a pfnmap_track_ctx is the number of VMAs that have it, and the frames of each are among its own.',
  cites: 'v7.1 mm/vma_init.c vma_pfnmap_track_ctx_dup(), vma_pfnmap_track_ctx_release(); since v6.16',
  subject: hasContext,
  holds: (s) => wrongCtx(s) === -1 && strayVma(s) === -1,
  explain: (s) => {
    const ctx = wrongCtx(s);
    if (ctx !== -1)
      return `context ${ctx} has kref ${TrackCtx.kref(s.trackCtx.at(ctx))}, and ${count(vmasOf(s, ctx), 'VMA')} has it`;
    const row = strayVma(s);
    return `${party(Math.floor(row / s.geometry.vmas))}: ${vmaName(s.vma.at(row))} has frames that its context does not track`;
  },
};

export const forks: Step<MmView> = {
  kind: 'step',
  name: 'I-FORKS',
  says: 'fork() fails only where an allocation does.',
  cites:
    'v6.15 arch/x86/mm/pat/memtype.c get_pat_info(), reserve_pfn_range() with strict_prot; since v6.16 a child shares the context',
  subject: (_before, move) => move.name === 'fork',
  holds: (_before, move, after) => move.name !== 'fork' || after.result.at(0) === Result.ok || after.failures.at(0) > 0,
  explain: (_before, _move, after) => outcomeName('fork()', after),
};
