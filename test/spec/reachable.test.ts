import { describe, expect, it } from '@effect/vitest';
import { Prot, Result } from '../../model/state/mm_types.ts';
import { reachable } from '../../spec/reachable.ts';
import {
  device,
  faultLeaf,
  mmState,
  type Piece,
  pte,
  pudLeaf,
  returned,
  stepVerdict,
  table,
} from '../support/mm_state.ts';

const bar = device({ pages: [0, 4], fault: 1, hugeFault: 1 });
const off: Piece = ({ memoryDisabled }) => memoryDisabled.put(0, 1);
const READ = { mm: 0, page: 1, access: 'read' };
const WRITE = { mm: 0, page: 1, access: 'write' };
const asked = (args: typeof READ, before: readonly Piece[], after: readonly Piece[]) =>
  stepVerdict(reachable, mmState(...before), 'handle_mm_fault', mmState(...after), args);

describe('I-REACH', () => {
  it('holds when an entry of any level serves the access', () => {
    expect(asked(WRITE, [bar], [bar, pudLeaf({})])).toBe('holds');
    expect(asked(WRITE, [bar], [bar, faultLeaf({})])).toBe('holds');
    expect(asked(READ, [bar], [bar, table({ page: 0 }, pte(0), pte(1, { write: 0 }))])).toBe('holds');
  });

  it('fails when it is refused, or served in words only', () => {
    expect(asked(READ, [bar], [bar, returned(Result.SIGBUS)])).toMatchInlineSnapshot(
      `"the read of page 1 in the shared pfnmap VMA of pages 0..3 (RW, ->fault, ->huge_fault): handle_mm_fault returned SIGBUS, 0 allocations failed; it translates to nothing"`,
    );
    expect(asked(READ, [bar], [bar])).toMatchInlineSnapshot(
      `"the read of page 1 in the shared pfnmap VMA of pages 0..3 (RW, ->fault, ->huge_fault): handle_mm_fault returned ok, 0 allocations failed; it translates to nothing"`,
    );
    expect(asked(WRITE, [bar], [bar, faultLeaf({ write: 0 })])).toMatchInlineSnapshot(
      `"the write to page 1 in the shared pfnmap VMA of pages 0..3 (RW, ->fault, ->huge_fault): handle_mm_fault returned ok, 0 allocations failed; it translates to frame 1, read-only"`,
    );
  });

  it('has no subject where the VMA refuses, the device is off, memory is short, or there is no handler', () => {
    const refused = returned(Result.SIGBUS);
    const readOnly = device({ pages: [0, 4], fault: 1, prot: Prot.R });
    expect(asked(WRITE, [readOnly], [readOnly, returned(Result.SIGSEGV)])).toBe('no subject');
    expect(asked(READ, [readOnly], [readOnly, refused])).not.toBe('no subject');
    expect(asked(READ, [bar, off], [bar, off, refused])).toBe('no subject');
    expect(asked(READ, [bar], [bar, returned(Result.OOM, 1)])).toBe('no subject');
    expect(asked(READ, [device({ pages: [0, 4] })], [device({ pages: [0, 4] }), refused])).toBe('no subject');
    expect(stepVerdict(reachable, mmState(bar), 'munmap', mmState(refused), READ)).toBe('no subject');
  });

  it('has no subject where the driver is told of writes, and may refuse', () => {
    const tracked = device({ pages: [0, 4], fault: 1, pfnMkwrite: 1 });
    expect(asked(READ, [tracked], [tracked, returned(Result.SIGBUS)])).toBe('no subject');
  });
});
