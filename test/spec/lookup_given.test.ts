import { describe, expect, it } from '@effect/vitest';
import { LookupUser } from '../../model/state/lookups.ts';
import { lookupGiven } from '../../spec/lookup_given.ts';
import { dmaMapping, ended, goesBy, hasFound, held } from '../support/lookup_state.ts';
import { mmState, type Piece, stepVerdict } from '../support/mm_state.ts';

const used = (before: readonly Piece[], after: readonly Piece[]) =>
  stepVerdict(lookupGiven, mmState(...before), 'use_of_lookup', mmState(...after), { lookup: 0 });

describe('I-GIVEN', () => {
  const one = [ended(), hasFound()];
  const second = [ended({ user: LookupUser.acrn, want: 2, done: 1 }), goesBy({ pfn: 4 }), hasFound({ pfn: 5 })];

  it('holds for the pages that were looked up, with their frames', () => {
    expect(used(one, [dmaMapping(0)])).toBe('holds');
    expect(used([ended({ want: 5, takes: 2 }), hasFound()], [dmaMapping(0, { pages: 2 })])).toBe('holds');
    expect(used(second, [dmaMapping(0, { user: 2, pages: 2, pfn: 4 })])).toBe('holds');
  });

  it('fails for another frame, and for more or other pages', () => {
    expect(used(one, [dmaMapping(0, { pfn: 1 })])).toMatchInlineSnapshot(
      `"a device is given frame 1 for page 0 RW; vfio, page 0 to read: ended, with frame 0 by a PTE RW special WB"`,
    );
    expect(used(one, [dmaMapping(0, { pages: 2 })])).toMatchInlineSnapshot(
      `"a device is given frames 0..1 for pages 0..1 RW; vfio, page 0 to read: ended, with frame 0 by a PTE RW special WB"`,
    );
    expect(used(one, [dmaMapping(0, { page: 1 })])).toMatchInlineSnapshot(
      `"a device is given frame 0 for page 1 RW; vfio, page 0 to read: ended, with frame 0 by a PTE RW special WB"`,
    );
    expect(used(second, [dmaMapping(0, { user: 2, pages: 1, pfn: 4 })])).toMatchInlineSnapshot(
      `"a device is given frame 4 for page 0 RW; acrn, pages 0..1 to read: ended at page 1, with frame 5 by a PTE RW special WB"`,
    );
  });

  it('asks of each page of a call whether it follows the first', () => {
    const first = [ended({ user: LookupUser.acrn, want: 2 }), hasFound({ pfn: 4 })];
    const next = held({ user: LookupUser.acrn, want: 2, done: 1 });
    expect(used(first, [next, goesBy({ pfn: 4 })])).toBe('holds');
    expect(used(first, [next, goesBy({ pfn: 6 })])).toMatchInlineSnapshot(
      `"a device goes by frame 6 by a PTE RW special WB; acrn, pages 0..1 to read: ended, with frame 4 by a PTE RW special WB"`,
    );
  });

  it('has no subject where nothing is given', () => {
    expect(used(one, [])).toBe('no subject');
    expect(used([dmaMapping(0, { pfn: 3 }), ...one], [dmaMapping(0, { pfn: 3 })])).toBe('no subject');
  });
});
