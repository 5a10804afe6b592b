import { describe, expect, it } from '@effect/vitest';
import { pure, read } from '../../spec/reads.ts';
import {
  anon,
  device,
  faultLeaf,
  memory,
  mmState,
  none,
  PAGE,
  type Piece,
  pudLeaf,
  pte,
  shmem,
  stepVerdict,
  table,
} from '../support/mm_state.ts';

const bar = device({ pages: [0, 4], fault: 1, hugeFault: 1 });
const state = (...pieces: readonly Piece[]) => mmState(...pieces);
const weak = (before: ReturnType<typeof state>, after: ReturnType<typeof state>, name = 'smaps') =>
  stepVerdict(read, before, name, after);
const strong = (before: ReturnType<typeof state>, after: ReturnType<typeof state>, name = 'smaps') =>
  stepVerdict(pure, before, name, after);

const byLeaf = state(bar, pudLeaf({ pud: 0, pfn: 0, special: 1 }));
const dropped = state(bar);
const byPmd = state(bar, faultLeaf({ slot: 0, pfn: 0 }));

describe('I-READ', () => {
  it('lets a leaf of a device go that the next fault brings back', () => {
    expect(weak(byLeaf, dropped)).toBe('holds');
    expect(weak(byPmd, dropped, 'mbind')).toBe('holds');
    expect(weak(dropped, byLeaf, 'memory_failure')).toBe('holds');
  });
  it('lets no entry go that nothing brings back', () => {
    const remapped = device({ pages: [0, 2] });
    expect(weak(state(remapped, faultLeaf({ slot: 0, pfn: 0 })), state(remapped))).toContain('now to nothing');
    const small = anon({ pages: [0, 2] });
    const mapped = state(small, table({ page: 0 }, memory(PAGE), none));
    expect(weak(mapped, state(small, table({ page: 0 }, none, none)))).toContain(`translated to frame ${PAGE}`);
  });
  it('lets no private copy of a file go', () => {
    const file = shmem({ pages: [0, 2], shared: 0, fault: 1 });
    expect(weak(state(file, table({ page: 0 }, memory(PAGE), none)), state(file))).toContain('now to nothing');
  });
  it('lets no right and no frame change', () => {
    const file = shmem({ pages: [0, 2] });
    const writable = state(file, table({ page: 0 }, memory(PAGE), none));
    expect(weak(writable, state(file, table({ page: 0 }, memory(PAGE, { write: 0 }), none)))).toContain('now to');
    expect(weak(writable, state(file, table({ page: 0 }, memory(PAGE + 1), none)))).toContain('now to');
    expect(weak(writable, state(file, table({ page: 0 }, memory(PAGE, { protnone: 1 }), none)))).toContain('no access');
    expect(weak(writable, state(file, table({ page: 0 }, memory(PAGE, { dirty: 0, young: 0 }), none)))).toBe('holds');
  });
  it('asks of readers only', () => {
    expect(weak(byLeaf, dropped, 'munmap')).toBe('no subject');
  });
});

describe('I-PURE', () => {
  it('lets no entry change', () => {
    expect(strong(byLeaf, byLeaf)).toBe('holds');
    expect(strong(byLeaf, dropped)).toContain('(the leaf in pud[0]); now to nothing');
    const page = state(bar, table({ page: 0 }, pte(0, { young: 1 }), none));
    expect(strong(page, state(bar, table({ page: 0 }, pte(0, { young: 0 }), none)))).toContain('parent page 0');
  });
  it('asks of mbind() where it splits no VMA', () => {
    expect(strong(byLeaf, dropped, 'mbind')).toContain('mbind: parent page 0');
    const split = state(device({ pages: [0, 2], fault: 1, hugeFault: 1 }));
    expect(strong(byPmd, split, 'mbind')).toBe('no subject');
  });
  it('asks of readers only', () => {
    expect(strong(byLeaf, dropped, 'munmap')).toBe('no subject');
    expect(strong(byLeaf, dropped, 'memory_failure')).toBe('no subject');
  });
});
