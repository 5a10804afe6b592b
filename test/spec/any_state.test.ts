import { describe, expect, it } from '@effect/vitest';
import fc from 'fast-check';
import { type Machine, X86_64 } from '../../model/state/machine.ts';
import { memmapOf } from '../../model/state/memmap.ts';
import { mmLayout, type MmView } from '../../model/state/mm_types.ts';
import { specOf } from '../../spec/all.ts';
import { ARCH_NEEDS_DEPOSIT, MAINLINE, SERIES_V4 } from '../../spec/deposit_rule.ts';
import * as reach from '../../spec/reach.ts';
import { geometry } from '../support/mm_state.ts';

const memmap = memmapOf(geometry);
const layout = mmLayout(geometry);
const facts = fc.record({
  depositsPer: fc.constantFrom<Machine['depositsPer']>('PMD table', 'mm', 'slot'),
  pageMapcount: fc.boolean(),
  mmId: fc.boolean(),
  pmdSpecial: fc.boolean(),
  pudSpecial: fc.boolean(),
});
const words = fc.array(fc.integer(), { minLength: layout.working, maxLength: layout.working });

/** Words as they come: lists that lead nowhere, tables that are none, VMAs across each other. */
const stateOf = (bits: readonly number[], machine: Partial<Machine>): MmView => {
  const view = layout.viewOf(Int32Array.from(bits));
  return { ...view, geometry, memmap, machine: { ...X86_64, ...machine } };
};
const anyState = fc.tuple(words, facts).map(([bits, machine]) => stateOf(bits, machine));

const spec = [MAINLINE, ARCH_NEEDS_DEPOSIT, SERIES_V4].flatMap((rule) =>
  specOf(rule, { opsTellDeposit: true, machine: 'any', cowLeafForbidden: true }),
);
const always = spec.filter((one) => one.kind === 'always');
const steps = spec.filter((one) => one.kind === 'step');

const operation = fc.constantFrom(
  'mmap',
  'fork',
  'munmap',
  'handle_mm_fault',
  'mremap',
  'UFFDIO_MOVE',
  'madvise',
  'truncate',
  'exit',
  'split_folio',
  'remove_migration_ptes',
  'collapse',
);
/** Those of all operations at once. */
const args = {
  mm: 1,
  page: 2,
  access: 'write',
  range: { from: 0, to: 2 },
  move: { from: 0, to: 2, pages: 2 },
  advice: 'FREE',
  part: { file: 'file', from: 1 },
  folio: 'same',
  slot: 1,
};

describe('on any state at all, be it nonsense', () => {
  it('a property of states ends with an answer, and explains itself when that is no', () => {
    fc.assert(
      fc.property(anyState, (s) => {
        const subjects = always.map((one) => typeof one.subject!(s));
        const answers = always.map((one) => (one.holds(s) ? 'holds' : one.explain!(s)));
        const reached = Object.values(reach).map((one) => typeof one.holds(s));
        expect(new Set([...subjects, ...reached])).toEqual(new Set(['boolean']));
        expect(answers).not.toContain('');
      }),
    );
  });

  it('so does a property of transitions', () => {
    fc.assert(
      fc.property(anyState, operation, anyState, (before, name, after) => {
        const move = { action: 0, name, args };
        const subjects = steps.map((one) => typeof one.subject!(before, move, after));
        const answers = steps.map((one) =>
          one.holds(before, move, after) ? 'holds' : one.explain!(before, move, after),
        );
        expect(new Set(subjects)).toEqual(new Set(['boolean']));
        expect(answers).not.toContain('');
      }),
    );
  });

  it('what breaks a property is a subject of it, for the search asks only where the subject occurs', () => {
    fc.assert(
      fc.property(anyState, operation, anyState, (before, name, after) => {
        const move = { action: 0, name, args };
        const unasked = [
          ...always.filter((one) => !one.holds(after) && !one.subject!(after)),
          ...steps.filter((one) => !one.holds(before, move, after) && !one.subject!(before, move, after)),
        ];
        expect(unasked.map((one) => one.name)).toEqual([]);
      }),
    );
  });
});
