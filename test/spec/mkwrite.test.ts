import { describe, expect, it } from '@effect/vitest';
import { mkwrite } from '../../spec/mkwrite.ts';
import {
  CHILD,
  child,
  device,
  geometry,
  leaf,
  mmState,
  noted,
  pte,
  pudLeaf,
  table,
  verdict,
} from '../support/mm_state.ts';

const tracked = { pages: [0, 4], fault: 1, hugeFault: 1, pfnMkwrite: 1 } as const;
const readOnly = { write: 0 } as const;

describe('I-MKWRITE', () => {
  it('holds when nothing is writable, and when the driver knows of what is', () => {
    expect(verdict(mkwrite, mmState(device(tracked), pudLeaf(readOnly)))).toBe('holds');
    expect(verdict(mkwrite, mmState(device(tracked), leaf(readOnly)))).toBe('holds');
    const written = table({ page: 0 }, pte(0, readOnly), pte(1));
    expect(verdict(mkwrite, mmState(device(tracked), written, noted(1)))).toBe('holds');
    expect(verdict(mkwrite, mmState(device(tracked), leaf({ pfn: 2 }), noted(2, 3)))).toBe('holds');
  });

  it('holds when the driver knows of a write to what may not be written any more', () => {
    expect(verdict(mkwrite, mmState(device(tracked), table({ page: 0 }, pte(0, readOnly)), noted(0)))).toBe('holds');
  });

  it('fails on a writable entry of any level, of any mm', () => {
    expect(verdict(mkwrite, mmState(device(tracked), pudLeaf({}), noted(0, 1)))).toMatchInlineSnapshot(
      `"parent page 2 is mapped writable (the leaf in pud[0]) in the shared pfnmap VMA of pages 0..3 (RW, ->fault, ->huge_fault, ->pfn_mkwrite); the driver knows of no write to frame 2"`,
    );
    expect(verdict(mkwrite, mmState(device(tracked), leaf({}), noted(0)))).toMatchInlineSnapshot(
      `"parent page 1 is mapped writable (the leaf in pmd[0]) in the shared pfnmap VMA of pages 0..3 (RW, ->fault, ->huge_fault, ->pfn_mkwrite); the driver knows of no write to frame 1"`,
    );
    const ofChild = [device({ mm: CHILD, ...tracked }), table({ mm: CHILD, slot: 1, page: 0 }, pte(2))];
    expect(verdict(mkwrite, mmState(device(tracked), child, ...ofChild, noted(0)))).toMatchInlineSnapshot(
      `"child page 2 is mapped writable (pte[0] of table 0) in the shared pfnmap VMA of pages 0..3 (RW, ->fault, ->huge_fault, ->pfn_mkwrite); the driver knows of no write to frame 2"`,
    );
  });

  it('asks by frame, not by page', () => {
    const second = [device({ ...tracked, pgoff: 2 }), table({ page: 0 }, pte(2))];
    expect(verdict(mkwrite, mmState(...second, noted(2)))).toBe('holds');
    expect(verdict(mkwrite, mmState(...second, noted(0)))).toContain('frame 2');
  });

  it('fails on a writable frame that the driver does not keep track of', () => {
    const pfn = geometry.trackedFrames;
    expect(verdict(mkwrite, mmState(device({ ...tracked, pgoff: pfn }), table({ page: 0 }, pte(pfn))))).toContain(
      `knows of no write to frame ${pfn}`,
    );
  });

  it('asks nothing of who does not want to be told', () => {
    expect(verdict(mkwrite, mmState(device({ pages: [0, 4], fault: 1 }), pudLeaf({})))).toBe('no subject');
    const other = [device({ ...tracked, pages: [4, 8] }), device({ pages: [0, 4] }), pudLeaf({})];
    expect(verdict(mkwrite, mmState(...other))).toBe('no subject');
  });

  it('has no subject where nothing is mapped', () => {
    expect(verdict(mkwrite, mmState(device(tracked), noted(0)))).toBe('no subject');
  });
});
