import { describe, expect, it } from '@effect/vitest';
import { Level, LookupStage, LookupUser } from '../../model/state/lookups.ts';
import { Result } from '../../model/state/mm_types.ts';
import { lookupFinds, lookupIsTrue, lookupScope } from '../../spec/lookup.ts';
import { ended, hasFound, held } from '../support/lookup_state.ts';
import {
  device,
  faultLeaf,
  mmState,
  none,
  type Piece,
  pte,
  pudLeaf,
  returned,
  stepVerdict,
  table,
  verdict,
} from '../support/mm_state.ts';

const registers = device({ pages: [0, 2] });
const ptes = table({ page: 0 }, pte(0), pte(1));

describe('I-LOOKUP', () => {
  it('holds while the entry is what was found', () => {
    expect(verdict(lookupIsTrue, mmState(registers, ptes, held(), hasFound()))).toBe('holds');
    expect(
      verdict(
        lookupIsTrue,
        mmState(registers, faultLeaf({}), held({ page: 1 }), hasFound({ level: Level.PMD, pfn: 1 })),
      ),
    ).toBe('holds');
  });

  it('fails for a frame that is gone, for another level, and for a right that is gone', () => {
    expect(
      verdict(lookupIsTrue, mmState(registers, table({ page: 0 }, none), held(), hasFound())),
    ).toMatchInlineSnapshot(
      `"the look-up of page 0 has found frame 0 by a PTE RW special WB; the page translates to nothing"`,
    );
    expect(verdict(lookupIsTrue, mmState(registers, faultLeaf({}), held(), hasFound()))).toMatchInlineSnapshot(
      `"the look-up of page 0 has found frame 0 by a PTE RW special WB; the page translates to frame 0, writable, by the leaf in pmd[0], special"`,
    );
    expect(
      verdict(lookupIsTrue, mmState(registers, table({ page: 0 }, pte(0, { write: 0 })), held(), hasFound())),
    ).toMatchInlineSnapshot(
      `"the look-up of page 0 has found frame 0 by a PTE RW special WB; the page translates to frame 0, read-only, by pte[0] of table 0, special"`,
    );
    expect(
      verdict(lookupIsTrue, mmState(registers, table({ page: 0 }, pte(0, { special: 0 })), held(), hasFound())),
    ).toMatchInlineSnapshot(
      `"the look-up of page 0 has found frame 0 by a PTE RW special WB; the page translates to frame 0, writable, by pte[0] of table 0, not special"`,
    );
  });

  it('asks of the page behind those that are done', () => {
    expect(verdict(lookupIsTrue, mmState(registers, ptes, held({ done: 1 }), hasFound({ pfn: 1 })))).toBe('holds');
  });

  it('has no subject once the lock is let go', () => {
    expect(verdict(lookupIsTrue, mmState(registers, ended(), hasFound()))).toBe('no subject');
  });
});

const takes = (pages: number) => [held({ takes: pages, want: pages }), hasFound()];

describe('I-SCOPE', () => {
  it('holds for frames that follow, in the same VMA', () => {
    expect(verdict(lookupScope, mmState(registers, ptes, ...takes(2)))).toBe('holds');
  });

  it('fails for another frame, for none, and beyond the VMA', () => {
    expect(
      verdict(lookupScope, mmState(registers, table({ page: 0 }, pte(0), pte(3)), ...takes(2))),
    ).toMatchInlineSnapshot(
      `"the look-up of page 0 has found frame 0 by a PTE RW special WB; the page translates to frame 0, writable, by pte[0] of table 0, special; page 1, in the shared pfnmap VMA of pages 0..1 (RW), translates to frame 3, writable"`,
    );
    expect(verdict(lookupScope, mmState(registers, table({ page: 0 }, pte(0)), ...takes(2)))).toMatchInlineSnapshot(
      `"the look-up of page 0 has found frame 0 by a PTE RW special WB; the page translates to frame 0, writable, by pte[0] of table 0, special; page 1, in the shared pfnmap VMA of pages 0..1 (RW), translates to nothing"`,
    );
    const two = [device({ pages: [0, 2] }), device({ pages: [2, 4], pgoff: 2 })];
    expect(verdict(lookupScope, mmState(...two, pudLeaf({}), ...takes(3)))).toMatchInlineSnapshot(
      `"the look-up of page 0 has found frame 0 by a PTE RW special WB; the page translates to frame 0, writable, by the leaf in pud[0], special; page 2, in the shared pfnmap VMA of pages 2..3 (RW), translates to frame 2, writable"`,
    );
  });

  it('has no subject where one page is taken', () => {
    expect(verdict(lookupScope, mmState(registers, ptes, ...takes(1)))).toBe('no subject');
  });
});

/** A look-up in which `page` was missed, or none. */
const missing =
  (page: number): Piece =>
  (draft) =>
    draft.missed.put(0, page + 1);
const walked = held({ stage: LookupStage.walked });
const asked = (before: readonly Piece[], after: readonly Piece[]) =>
  stepVerdict(
    lookupFinds,
    mmState(registers, faultLeaf({}), ...before),
    'follow_pfnmap_start',
    mmState(registers, faultLeaf({}), ...after),
  );

describe('I-FOUND', () => {
  it('holds when the page is found, and when a user refuses what was found', () => {
    expect(asked([], [walked])).toBe('holds');
    expect(asked([walked], [held()])).toBe('holds');
    const again = ended({ user: LookupUser.access });
    expect(asked([again], [held({ user: LookupUser.access, again: 1 })])).toBe('holds');
    expect(asked([], [returned(Result.EINVAL)])).toBe('no subject');
  });

  it('fails when a page that is mapped is not found, whoever looks', () => {
    expect(asked([], [missing(0)])).toMatchInlineSnapshot(
      `"the look-up of page 0 ends with EINVAL; the page translates to frame 0, writable"`,
    );
    expect(asked([ended({ user: LookupUser.acrn, want: 2 })], [missing(1)])).toMatchInlineSnapshot(
      `"the look-up of page 1 ends with EINVAL; the page translates to frame 1, writable"`,
    );
  });

  it('holds where nothing is mapped, and has no subject in another step', () => {
    expect(
      stepVerdict(lookupFinds, mmState(registers, held()), 'follow_pfnmap_lock', mmState(registers, missing(0))),
    ).toBe('holds');
    expect(asked([held()], [ended()])).toBe('no subject');
    expect(asked([held()], [held()])).toBe('no subject');
  });
});
